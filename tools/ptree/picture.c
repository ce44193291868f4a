/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How do rows become lines on the screen?
 *
 * All of them are put into words first: which look alike (fold.c) and how wide a column may be
 * (fit.c) is known when there are no more. Then libsmartcols aligns them and draws the tree.
 *
 * What it is given is fit for the terminal already (names.c), so it is told to leave it alone;
 * only the raw form is escaped by libsmartcols itself: every byte that is a blank, a backslash or
 * no printable ASCII becomes \xHH.
 */
#include "picture.h"

#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "fold.h"
#include "glance.h"
#include "null.h"
#include "paint.h"

gboolean
picture_init(struct picture *picture, struct view *view)
{
	*picture = (struct picture){.view = view};
	picture->lines = g_ptr_array_new_with_free_func(g_free);
	picture->shared = glance_find_shared(view->selection->snapshot);
	view->shared = picture->shared;
	picture->columns = glance_choose_columns(view);
	view->columns = picture->columns;
	return TRUE;
}

void
picture_clear(struct picture *picture)
{
	guint n = picture->view->columns->len;

	for (guint l = 0; l < picture->lines->len; l++) {
		struct line *line = g_ptr_array_index(picture->lines, l);

		for (guint i = 0; i < n; i++)
			free(line->texts[i]);
	}
	g_clear_pointer(&picture->lines, g_ptr_array_unref);
	g_clear_pointer(&picture->columns, g_ptr_array_unref);
	g_clear_pointer(&picture->shared, g_hash_table_unref);
}

void
picture_set_text(struct line *line, guint column, char *text)
{
	free(line->texts[column]);
	line->texts[column] = text;
}

static char *
tell(const struct column *column, const struct row *row, const struct view *view)
{
	GString *text = g_string_new(NULL);

	column->append(text, row, view);
	if (view->raw && text->len == 0)
		g_string_append_c(text, '-');
	return g_string_free(text, text->len == 0);
}

/* What cannot be folded, and comes when the screen is full, is only counted. */
static gboolean
is_left_out(struct picture *picture, struct line *parent, const struct row *row)
{
	guint max = picture->view->n_lines_max;

	if (max == 0 || row->kind == ROW_PROCESS || row->kind == ROW_THREAD)
		return FALSE;
	if (picture->n_firm++ < max)
		return FALSE;
	picture->n_left_out++;
	if (parent != NULL)
		parent->n_below++;
	return TRUE;
}

struct line *
picture_add(struct picture *picture, struct line *parent, const struct row *row)
{
	const struct view *view = picture->view;
	guint n = view->columns->len;
	struct line *line;

	if (is_left_out(picture, parent, row))
		return NULL;
	line = g_malloc0(sizeof(*line) + n * sizeof(line->texts[0]));
	line->row = *row;
	line->row.parts = &line->parts;
	if (view->find_news != NULL)
		line->row.news = view->find_news(row, view->news_data);
	if (!view->flat && parent != NULL) {
		line->parent = parent;
		line->depth = parent->depth + 1;
		parent->n_below++;
	}
	for (guint i = 0; i < n; i++)
		line->texts[i] = tell(g_ptr_array_index(view->columns, i), &line->row, view);
	g_ptr_array_add(picture->lines, line);
	return line;
}

const char *
picture_get_ellipsis(const struct picture *picture)
{
	return picture->view->terminal->draws_lines ? "\342\200\246" : "~";
}

static gboolean
add_column(struct libscols_table *table, const struct view *view, const struct column *column)
{
	int flags = column->right ? SCOLS_FL_RIGHT : 0;

	if (!view->flat && strcmp(column->name, "COMMAND") == 0)
		flags |= SCOLS_FL_TREE;
	return scols_table_new_column(table, column->name, 0, flags) != NULL;
}

static gboolean
prepare_table(struct libscols_table *table, const struct view *view)
{
	const struct terminal *terminal = view->terminal;

	scols_table_set_name(table, "ptree");
	scols_table_enable_raw(table, view->raw);
	scols_table_enable_noencoding(table, TRUE);
	scols_table_enable_noheadings(table, view->options->no_headings);
	scols_table_enable_ascii(table, !terminal->draws_lines);
	scols_table_enable_colors(table, terminal->shows_colors && !view->raw);
	/* What fits the terminal is fit.c's to know. */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	if (view->marks_news && scols_table_new_column(table, "", 0, 0) == NULL)
		return FALSE;
	for (guint i = 0; i < view->columns->len; i++) {
		if (!add_column(table, view, g_ptr_array_index(view->columns, i)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
set_cell(struct libscols_line *drawn, guint i, char *text, const char *color)
{
	if (text == NULL)
		return TRUE;
	if (scols_line_refer_data(drawn, i, text) != 0) {
		free(text);
		return FALSE;
	}
	return color == NULL || scols_cell_set_color(scols_line_get_cell(drawn, i), color) == 0;
}

static gboolean
draw_line(struct picture *picture, struct libscols_line *drawn, struct line *line)
{
	const struct view *view = picture->view;
	gboolean colors = view->terminal->shows_colors && !view->raw;
	guint first = view->marks_news ? 1 : 0;
	const char *color = colors ? paint_line(&line->row) : NULL;

	if (color != NULL && scols_line_set_color(drawn, color) != 0)
		return FALSE;
	if (first > 0 && !set_cell(drawn, 0, g_strdup(paint_get_mark(line->row.news)),
				   colors ? paint_mark(line->row.news) : NULL))
		return FALSE;
	for (guint i = 0; i < view->columns->len; i++) {
		const struct column *column = g_ptr_array_index(view->columns, i);
		char *text = g_steal_pointer(&line->texts[i]);

		color = colors && text != NULL ? paint_cell(column, &line->row, view) : NULL;
		if (!set_cell(drawn, first + i, text, color))
			return FALSE;
	}
	return TRUE;
}

/* Parents stand in front of what hangs on them. */
static gboolean
draw_lines(struct picture *picture, struct libscols_table *table)
{
	g_autoptr(GHashTable) drawn_of = g_hash_table_new(NULL, NULL);

	for (guint l = 0; l < picture->lines->len; l++) {
		struct line *line = g_ptr_array_index(picture->lines, l);
		struct libscols_line *parent = NULL;
		struct libscols_line *drawn;

		if (line->folded)
			continue;
		if (line->parent != NULL)
			parent = g_hash_table_lookup(drawn_of, line->parent);
		drawn = scols_table_new_line(table, parent);
		if (drawn == NULL || !draw_line(picture, drawn, line))
			return FALSE;
		if (line->n_below > 0)
			g_hash_table_insert(drawn_of, line, drawn);
	}
	return TRUE;
}

static gboolean
print_null(struct libscols_table *table, FILE *out)
{
	char *text = NULL;

	if (scols_print_table_to_string(table, &text) != 0)
		return FALSE;
	null_print(out, text);
	free(text);
	return TRUE;
}

static gboolean
print_table(struct picture *picture, struct libscols_table *table, FILE *out)
{
	const struct terminal *terminal = picture->view->terminal;
	char *text = NULL;

	if (picture->view->options->null)
		return print_null(table, out);
	if (!terminal->cuts || picture->view->raw)
		return scols_table_set_stream(table, out) == 0 && scols_print_table(table) == 0;
	if (scols_print_table_to_string(table, &text) != 0)
		return FALSE;
	/* Narrower than the headings: the rest is cut off. */
	clip_print(out, text, terminal->width, picture_get_ellipsis(picture));
	free(text);
	return TRUE;
}

gboolean
picture_print(struct picture *picture, FILE *out)
{
	const struct view *view = picture->view;
	struct libscols_table *table = scols_new_table();
	gboolean done;

	if (!view->raw) {
		fold_picture(picture);
		if (view->terminal->cuts)
			fit_picture(picture);
	}
	done = table != NULL && prepare_table(table, view) && draw_lines(picture, table) &&
	       print_table(picture, table, out);
	scols_unref_table(table);
	return done;
}
