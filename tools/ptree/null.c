/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How does a line of JSON end where NUL is to end it?  A newline within a name is escaped, and so is
 * NUL: a newline is the end of a line, always, and becomes a NUL.
 */
#include "null.h"

#include <string.h>

struct _PtreeNull {
	GObject parent;
};

#define PTREE_TYPE_NULL (ptree_null_get_type())
G_DECLARE_FINAL_TYPE(PtreeNull, ptree_null, PTREE, NULL_ENDS, GObject)

static void
end_lines(char *text, gsize length)
{
	for (char *p = memchr(text, '\n', length); p != NULL;
	     p = memchr(p, '\n', length - (gsize)(p - text)))
		*p = '\0';
}

static GConverterResult
convert(GConverter *converter, const void *from, gsize from_size, void *to, gsize to_size,
	GConverterFlags flags, gsize *n_read, gsize *n_written, GError **error)
{
	gsize length = MIN(from_size, to_size);

	/* What is flushed can be nothing, and lie nowhere. */
	if (length > 0) {
		memcpy(to, from, length);
		end_lines(to, length);
	}
	*n_read = length;
	*n_written = length;
	if (length < from_size || flags == G_CONVERTER_NO_FLAGS)
		return G_CONVERTER_CONVERTED;
	return (flags & G_CONVERTER_INPUT_AT_END) != 0 ? G_CONVERTER_FINISHED : G_CONVERTER_FLUSHED;
}

static void
reset(GConverter *converter)
{
}

static void
fill_interface(GConverterIface *interface)
{
	interface->convert = convert;
	interface->reset = reset;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(PtreeNull, ptree_null, G_TYPE_OBJECT,
			      G_IMPLEMENT_INTERFACE(G_TYPE_CONVERTER, fill_interface))

static void
ptree_null_class_init(PtreeNullClass *klass)
{
}

static void
ptree_null_init(PtreeNull *ends)
{
}

GOutputStream *
null_stream_new(GOutputStream *base)
{
	g_autoptr(GConverter) ends = g_object_new(PTREE_TYPE_NULL, NULL);

	return g_converter_output_stream_new(base, ends);
}
