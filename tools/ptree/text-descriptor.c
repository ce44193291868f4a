/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is written at the branch of a descriptor: its number and kind, then the name of the file,
 * what more there is to say of it, and who is at its other end?
 *
 * A socket is better known by its addresses than by the name that the kernel makes up for it, and
 * an eventfd by its counter; where these are unknown there is still the name.
 */
#include <string.h>

#include "columns.h"
#include "detail.h"
#include "text.h"

const char *
text_of_access(ProcviewFile *file)
{
	switch ((guint)procview_file_get_access(file)) {
	case PROCVIEW_ACCESS_READ:
		return "r";
	case PROCVIEW_ACCESS_WRITE:
		return "w";
	case PROCVIEW_ACCESS_READ | PROCVIEW_ACCESS_WRITE:
		return "rw";
	default:
		return "-";
	}
}

/* What has a column of its own is not said again. */
static void
append_head(GString *out, const struct row *row, const struct view *view)
{
	ProcviewFile *file = procview_descriptor_get_file(row->descriptor);
	const char *kind = procview_kind_to_string(procview_file_get_kind(file));

	if (!columns_have(view->columns, "FD"))
		g_string_append_printf(out, " %*d ", row->fd_width,
				       procview_descriptor_get_fd(row->descriptor));
	if (!columns_have(view->columns, "MODE"))
		g_string_append_printf(out, "%-2s ", text_of_access(file));
	if (!columns_have(view->columns, "KIND"))
		g_string_append_printf(out, "%-*s ", row->kind_width, kind);
}

/* What more there is to say of it. */
static void
append_more(GString *out, const struct row *row, const struct view *view)
{
	gsize start = out->len;

	if (!columns_have(view->columns, "DETAIL"))
		detail_append_news(out, row->descriptor, view);
	if (!columns_have(view->columns, "LOCKS") &&
	    procview_descriptor_get_n_locks(row->descriptor) > 0) {
		g_string_append(out, out->len > start ? ", " : "");
		detail_append_locks(out, row->descriptor);
	}
}

static void
append_peers(GString *out, const struct row *row, const struct view *view)
{
	g_autoptr(GString) peers = g_string_new(NULL);

	if (!columns_have(view->columns, "PEER"))
		detail_append_peers(peers, row->descriptor, view);
	if (peers->len > 0)
		g_string_append_printf(out, "%s %s", view_get_arrow(view), peers->str);
}

/* Whether the name of the file is told here, and not by a column, nor by something better. */
static gboolean
says_name(const struct row *row, const struct view *view, gboolean says_more)
{
	ProcviewFile *file = procview_descriptor_get_file(row->descriptor);

	return !columns_have(view->columns, "NAME") && procview_file_get_path(file) != NULL &&
	       !(says_more && detail_says_name(file));
}

/* That it was deleted is no part of its name: that is cut at its begin, this is not. */
void
text_note_parts(const struct row *row, const GString *out, gsize path, gsize more)
{
	static const char mark[] = " (deleted)";
	gsize length = strlen(mark);

	if (row->parts == NULL)
		return;
	if (more - path > length && strncmp(out->str + more - length, mark, length) == 0)
		more -= length;
	*row->parts = (struct clip_parts){.path = path, .more = more, .ends = out->len};
}

void
text_append_descriptor(GString *out, const struct row *row, const struct view *view)
{
	ProcviewFile *file = procview_descriptor_get_file(row->descriptor);
	g_autoptr(GString) more = g_string_new(NULL);
	g_autoptr(GString) peers = g_string_new(NULL);
	gsize path, rest;
	gboolean says;

	append_more(more, row, view);
	append_peers(peers, row, view);
	says = says_name(row, view, more->len + peers->len > 0);
	append_head(out, row, view);
	path = out->len;
	if (says)
		view_append_path_first(view, out, procview_file_get_path(file),
				       procview_file_is_deleted(file));
	rest = out->len;
	if (more->len > 0)
		g_string_append_printf(out, "%s%s", says ? "  " : "", more->str);
	text_note_parts(row, out, path, rest);
	if (peers->len > 0)
		g_string_append_printf(out, "%s%s", says || more->len > 0 ? " " : "", peers->str);
	else
		text_drop_trailing_blanks(out, 0);
}
