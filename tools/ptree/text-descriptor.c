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

/* printf(3) for the few forms that each of a million lines has. */
static void
append_padded(GString *out, const char *word, int width)
{
	gsize length = strlen(word);

	g_string_append_len(out, word, (gssize)length);
	for (gsize at = length; at < (gsize)width; at++)
		g_string_append_c(out, ' ');
	g_string_append_c(out, ' ');
}

static void
append_number(GString *out, int number, int width)
{
	char digits[16];
	char *first = digits + sizeof(digits);

	for (; number > 0 || first == digits + sizeof(digits); number /= 10)
		*--first = (char)('0' + number % 10);
	g_string_append_c(out, ' ');
	for (int at = (int)(digits + sizeof(digits) - first); at < width; at++)
		g_string_append_c(out, ' ');
	g_string_append_len(out, first, digits + sizeof(digits) - first);
	g_string_append_c(out, ' ');
}

/* What has a column of its own is not said again. */
static void
append_head(GString *out, const struct row *row, const struct view *view)
{
	ProcviewFile *file = procview_descriptor_get_file(row->descriptor);
	const char *kind = procview_kind_to_string(procview_file_get_kind(file));

	if (!columns_have(view->columns, "FD"))
		append_number(out, procview_descriptor_get_fd(row->descriptor), row->fd_width);
	if (!columns_have(view->columns, "MODE"))
		append_padded(out, text_of_access(file), 2);
	if (!columns_have(view->columns, "KIND"))
		append_padded(out, kind, row->kind_width);
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
	gsize start = out->len;
	gsize end;

	if (columns_have(view->columns, "PEER"))
		return;
	g_string_append(out, view_get_arrow(view));
	g_string_append_c(out, ' ');
	end = out->len;
	detail_append_peers(out, row->descriptor, view);
	if (out->len == end)
		g_string_truncate(out, start);
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
	g_autoptr(GString) behind = g_string_new(NULL);
	gsize path, rest, more;
	gboolean says;

	append_more(behind, row, view);
	more = behind->len;
	append_peers(behind, row, view);
	says = says_name(row, view, behind->len > 0);
	append_head(out, row, view);
	path = out->len;
	if (says)
		view_append_path_first(view, out, procview_file_get_path(file),
				       procview_file_is_deleted(file));
	rest = out->len;
	if (more > 0 && says)
		g_string_append(out, "  ");
	g_string_append_len(out, behind->str, (gssize)more);
	/* A name may end with blanks: what is dropped is no part of the text. */
	if (behind->len == more)
		text_drop_trailing_blanks(out, 0);
	text_note_parts(row, out, MIN(path, out->len), MIN(rest, out->len));
	if (behind->len == more)
		return;
	if (says || more > 0)
		g_string_append_c(out, ' ');
	g_string_append_len(out, behind->str + more, (gssize)(behind->len - more));
}
