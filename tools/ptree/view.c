/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * In which words is a row told?  In the tree a fact is said once, where it belongs; where there is
 * no tree, each row says all of it.
 */
#include "view.h"

#include <string.h>

#include "names.h"

void
view_append_name(const struct view *view, GString *out, const char *name)
{
	if (view->raw)
		g_string_append(out, name);
	else
		names_append(out, name, view->utf8);
}

/* A file may really be called "x (deleted)": its blank is escaped, for the mark to be the mark. */
void
view_append_path(const struct view *view, GString *out, ProcviewFile *file)
{
	static const char mark[] = " (deleted)";
	const char *path = procview_file_get_path(file);
	g_autofree char *stem = NULL;

	if (path == NULL)
		return;
	if (view->raw) {
		g_string_append(out, path);
		return;
	}
	if (g_str_has_suffix(path, mark)) {
		stem = g_strndup(path, strlen(path) - strlen(mark));
		names_append(out, stem, view->utf8);
		g_string_append(out, "\\x20(deleted)");
	} else {
		names_append(out, path, view->utf8);
	}
	if (procview_file_is_deleted(file))
		g_string_append(out, mark);
}

gboolean
view_tells_process(const struct view *view, const struct row *row)
{
	return view->flat || row->kind == ROW_PROCESS;
}

gboolean
view_tells_table(const struct view *view, const struct row *row)
{
	if (row->table == NULL)
		return FALSE;
	if (view->flat || row->kind == ROW_PROCESS)
		return TRUE;
	return row->kind != ROW_DESCRIPTOR && !row->of_main_table;
}
