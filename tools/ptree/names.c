/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How does a name get to the terminal without the terminal obeying it?
 *
 * Names of processes, files and users are bytes that anybody may have chosen. Only characters that
 * have a shape and a place are written as they are. The others come out as \xHH for a byte (control
 * characters, bytes that are not the locale's) and as \u{HEX} for a character beyond ASCII (C1
 * controls, marks that turn the direction of text, other invisible ones).
 *
 * A backslash is left alone, so that the common name stays readable; output for programs (-r, -J)
 * escapes it and can be turned back into bytes.
 */
#include "names.h"

#include <langinfo.h>
#include <string.h>
#include <wctype.h>

gboolean
names_are_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Both have tables of their own: what the C library holds for unprintable it also counts as no
 * column wide, and the picture would be drawn askew. */
static gboolean
is_shown(gunichar c)
{
	return g_unichar_isprint(c) && iswprint((wint_t)c);
}

/* Nearly all of nearly every name. */
static gsize
measure_plain(const char *p)
{
	const char *end = p;

	while (*end >= ' ' && *end <= '~')
		end++;
	return (gsize)(end - p);
}

void
names_append(GString *out, const char *bytes, gboolean utf8)
{
	const char *p = bytes;

	while (*p != '\0') {
		guchar byte = (guchar)*p;
		gunichar c;
		gsize plain = measure_plain(p);

		if (plain > 0) {
			g_string_append_len(out, p, (gssize)plain);
			p += plain;
			continue;
		}
		if (byte < 0x80) {
			g_string_append_printf(out, "\\x%02x", byte);
			p++;
			continue;
		}
		c = utf8 ? g_utf8_get_char_validated(p, -1) : (gunichar)-1;
		if (c == (gunichar)-1 || c == (gunichar)-2) {
			g_string_append_printf(out, "\\x%02x", byte);
			p++;
			continue;
		}
		if (is_shown(c))
			g_string_append_len(out, p, g_utf8_next_char(p) - p);
		else
			g_string_append_printf(out, "\\u{%x}", c);
		p = g_utf8_next_char(p);
	}
}

char *
names_dup_safe(const char *bytes)
{
	GString *out = g_string_new(NULL);

	names_append(out, bytes, names_are_utf8());
	return g_string_free(out, FALSE);
}
