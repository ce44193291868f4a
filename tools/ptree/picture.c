/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How do rows become lines on the screen?  libsmartcols aligns them and draws the tree.
 *
 * What it is given is fit for the terminal already (names.c), so it is told to leave it alone;
 * only the raw form is escaped by libsmartcols itself: every byte that is a blank, a backslash or
 * no printable ASCII becomes \xHH.
 */
#include "picture.h"

#include <stdlib.h>
#include <string.h>

#include "clip.h"
#include "fit.h"
#include "text.h"

#define STRONG "\033[1m"
#define WEAK   "\033[2m"

static gboolean
add_column(struct picture *picture, const struct column *column)
{
	int flags = column->right ? SCOLS_FL_RIGHT : 0;

	if (!picture->view->flat && strcmp(column->name, "COMMAND") == 0)
		flags |= SCOLS_FL_TREE;
	return scols_table_new_column(picture->table, column->name, 0, flags) != NULL;
}

gboolean
picture_init(struct picture *picture, const struct view *view)
{
	struct libscols_table *table = scols_new_table();
	const struct terminal *terminal = view->terminal;

	*picture = (struct picture){.view = view, .table = table};
	if (table == NULL)
		return FALSE;
	scols_table_set_name(table, "ptree");
	scols_table_enable_raw(table, view->raw);
	scols_table_enable_noencoding(table, TRUE);
	scols_table_enable_noheadings(table, view->options->no_headings);
	scols_table_enable_ascii(table, !terminal->draws_lines);
	scols_table_enable_colors(table, terminal->shows_colors && !view->raw);
	/* What fits the terminal is fit.c's to know. */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	for (guint i = 0; i < view->columns->len; i++) {
		const struct column *column = g_ptr_array_index(view->columns, i);

		if (!add_column(picture, column))
			return FALSE;
	}
	return TRUE;
}

void
picture_clear(struct picture *picture)
{
	scols_unref_table(picture->table);
	picture->table = NULL;
}

static gboolean
set_cell(struct picture *picture, struct libscols_line *line, guint i, const struct row *row)
{
	const struct view *view = picture->view;
	const struct column *column = g_ptr_array_index(view->columns, i);
	GString *text = g_string_new(NULL);

	column->append(text, row, view);
	if (view->raw && text->len == 0)
		g_string_append_c(text, '-');
	if (text->len == 0) {
		g_string_free(text, TRUE);
		return TRUE;
	}
	return scols_line_refer_data(line, i, g_string_free(text, FALSE)) == 0;
}

struct libscols_line *
picture_add(struct picture *picture, struct libscols_line *parent, const struct row *row)
{
	struct libscols_line *line = NULL;

	if (!picture->failed)
		line = scols_table_new_line(picture->table, picture->view->flat ? NULL : parent);
	if (line == NULL) {
		picture->failed = TRUE;
		return NULL;
	}
	for (guint i = 0; i < picture->view->columns->len; i++) {
		if (!set_cell(picture, line, i, row))
			picture->failed = TRUE;
	}
	scols_line_set_userdata(line, GSIZE_TO_POINTER(text_measure_head(row, picture->view)));
	if (row->strong || row->weak)
		scols_line_set_color(line, row->strong ? STRONG : WEAK);
	return line;
}

const char *
picture_get_ellipsis(const struct picture *picture)
{
	return picture->view->terminal->draws_lines ? "\342\200\246" : "~";
}

gboolean
picture_print(struct picture *picture)
{
	const struct terminal *terminal = picture->view->terminal;
	char *text = NULL;

	if (picture->failed)
		return FALSE;
	if (!terminal->is_terminal || picture->view->raw)
		return scols_print_table(picture->table) == 0;
	fit_picture(picture);
	if (picture->failed)
		return FALSE;
	if (scols_print_table_to_string(picture->table, &text) != 0)
		return FALSE;
	/* Narrower than the headings: the rest is cut off. */
	clip_print(stdout, text, terminal->width, picture_get_ellipsis(picture));
	free(text);
	return TRUE;
}
