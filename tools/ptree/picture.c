/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How do rows become lines on the screen?
 *
 * All of them are put into words first: which look alike (fold.c) and how wide a column may be
 * (fit.c) is known when there are no more. Then they are drawn (draw.c).
 */
#include "picture.h"

#include <stdlib.h>
#include <string.h>

#include "detail.h"
#include "draw.h"
#include "fit.h"
#include "fold.h"
#include "glance.h"

void
picture_init(struct picture *picture, struct view *view)
{
	*picture = (struct picture){.view = view};
	picture->lines = g_ptr_array_new_with_free_func(g_free);
	picture->shared = glance_find_shared(view->selection->snapshot);
	view->shared = picture->shared;
	picture->ends = detail_new_ends();
	view->ends = picture->ends;
	picture->text = g_string_new(NULL);
	picture->columns = glance_choose_columns(view);
	view->columns = picture->columns;
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
	g_clear_pointer(&picture->ends, g_hash_table_unref);
	g_string_free(picture->text, TRUE);
}

void
picture_set_text(struct line *line, guint column, char *text)
{
	free(line->texts[column]);
	line->texts[column] = text;
}

static char *
tell(struct picture *picture, const struct column *column, const struct row *row)
{
	GString *text = g_string_truncate(picture->text, 0);

	column->append(text, row, picture->view);
	if (picture->view->raw && text->len == 0)
		g_string_append_c(text, '-');
	return text->len > 0 ? g_strndup(text->str, text->len) : NULL;
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
		line->texts[i] = tell(picture, g_ptr_array_index(view->columns, i), &line->row);
	g_ptr_array_add(picture->lines, line);
	return line;
}

const char *
picture_get_ellipsis(const struct picture *picture)
{
	return picture->view->terminal->draws_lines ? "\342\200\246" : "~";
}

void
picture_print(struct picture *picture, FILE *out)
{
	if (!picture->view->raw) {
		fold_picture(picture);
		if (picture->view->terminal->cuts)
			fit_picture(picture);
	}
	draw_picture(picture, out);
}
