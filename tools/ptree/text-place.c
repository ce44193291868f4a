/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is written at the branch of what is no descriptor: a working directory, an executable, a
 * mapped file, a file that is held by the queue of a socket or by a ring?
 */
#include "columns.h"
#include "text.h"

const char *
text_of_holding(ProcviewHolding *holding)
{
	return procview_holding_get_held_by(holding) == PROCVIEW_HELD_BY_RING ? "ring" : "queue";
}

/* A directory that not all threads of the process have, or that others have too. */
static void
append_sharers(GString *out, const struct row *row)
{
	guint n = place_get_n_sharers(&row->place);
	guint n_threads = procview_process_get_n_tasks(row->process);
	guint n_here = 0;

	for (guint i = 0; i < n; i++)
		n_here += place_get_sharer(&row->place, i) == row->process;
	if (row->place.fs != NULL && n_here == 1 && n_threads > 1)
		g_string_append_printf(out, "  thread %d", procview_task_get_tid(row->task));
	else if (row->place.fs != NULL && n_here < n_threads)
		g_string_append_printf(out, "  %u of %u threads", n_here, n_threads);
	if (n_here < n)
		g_string_append_printf(out, "  shared with %u %s", n - n_here,
				       row->place.fs != NULL
					       ? n - n_here == 1 ? "other task" : "other tasks"
				       : n - n_here == 1 ? "other process"
							 : "other processes");
}

void
text_append_place(GString *out, const struct row *row, const struct view *view)
{
	const char *path = place_get_path(&row->place);
	gsize head, rest;

	if (!columns_have(view->columns, "ASSOC"))
		g_string_append_printf(out, " %-4s ", place_get_word(&row->place));
	if (columns_have(view->columns, "NAME"))
		text_drop_trailing_blanks(out, 0);
	head = out->len;
	if (!columns_have(view->columns, "NAME") && path != NULL)
		view_append_path_first(view, out, path, place_is_deleted(&row->place));
	rest = out->len;
	append_sharers(out, row);
	text_note_parts(row, out, head, rest);
}

void
text_append_held(GString *out, const struct row *row, const struct view *view)
{
	ProcviewFile *file = procview_holding_get_file(row->holding);
	gsize head;

	if (!columns_have(view->columns, "ASSOC"))
		g_string_append_printf(out, " %s %u ", text_of_holding(row->holding),
				       procview_holding_get_slot(row->holding));
	if (!columns_have(view->columns, "KIND"))
		g_string_append_printf(out, "%s ",
				       procview_kind_to_string(procview_file_get_kind(file)));
	head = out->len;
	if (columns_have(view->columns, "NAME") || procview_file_get_path(file) == NULL) {
		text_drop_trailing_blanks(out, 0);
		return;
	}
	view_append_path(view, out, file);
	text_note_parts(row, out, head, out->len);
}
