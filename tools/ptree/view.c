/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * In which words is a row told?  In the tree a fact is said once, where it belongs; where there is
 * no tree, each row says all of it.
 */
#include "view.h"

#include <string.h>

#include "names.h"

#define BLANK "\\x20"

void
view_append_name(const struct view *view, GString *out, const char *name)
{
	if (view->raw)
		g_string_append(out, name);
	else
		names_append(out, name, view->utf8);
}

/* One word among others: its blanks are escaped, so that it cannot be taken for two. */
void
view_append_word(const struct view *view, GString *out, const char *name)
{
	g_autoptr(GString) word = g_string_new(NULL);

	view_append_name(view, word, name);
	if (!view->raw)
		g_string_replace(word, " ", BLANK, 0);
	g_string_append_len(out, word->str, (gssize)word->len);
}

static void
guard_arrows(GString *name)
{
	g_string_replace(name, " ->", BLANK "->", 0);
	g_string_replace(name, " \342\206\222", BLANK "\342\206\222", 0);
}

/* As above, but for names of commands, in which blanks are common: only one that would begin what
 * follows the name in a list of others is escaped. */
void
view_append_comm(const struct view *view, GString *out, const char *name)
{
	g_autoptr(GString) comm = g_string_new(NULL);

	view_append_name(view, comm, name);
	if (!view->raw) {
		g_string_replace(comm, " fd", BLANK "fd", 0);
		g_string_replace(comm, ", ", "," BLANK, 0);
		guard_arrows(comm);
	}
	g_string_append_len(out, comm->str, (gssize)comm->len);
}

/* Two blanks end a name, and so does an arrow. */
void
view_append_path_first(const struct view *view, GString *out, const char *path, gboolean deleted)
{
	g_autoptr(GString) name = NULL;

	if (path != NULL && !deleted && strchr(path, ' ') == NULL) {
		view_append_path_of(view, out, path, deleted);
		return;
	}
	name = g_string_new(NULL);
	view_append_path_of(view, name, path, deleted);
	g_string_replace(name, "  ", " " BLANK, 0);
	guard_arrows(name);
	g_string_append_len(out, name->str, (gssize)name->len);
}

const char *
view_get_arrow(const struct view *view)
{
	return view->terminal->draws_lines && !view->raw ? "\342\206\222" : "->";
}

/* A file may really be called "x (deleted)": its blank is escaped, for the mark to be the mark. */
void
view_append_path_of(const struct view *view, GString *out, const char *path, gboolean deleted)
{
	static const char mark[] = " (deleted)";
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
		g_string_append(out, BLANK "(deleted)");
	} else {
		names_append(out, path, view->utf8);
	}
	if (deleted)
		g_string_append(out, mark);
}

void
view_append_path(const struct view *view, GString *out, ProcviewFile *file)
{
	view_append_path_of(view, out, procview_file_get_path(file),
			    procview_file_is_deleted(file));
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
	return (row->kind == ROW_THREAD || row->kind == ROW_TABLE) && !row->of_main_table;
}
