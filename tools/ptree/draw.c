/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How are words set in columns, and the branches of the tree drawn?
 *
 * Byte for byte as libsmartcols does it, which a test sees to; but a process may have a million
 * descriptors, a line each, and libsmartcols decodes every character of them twice and keeps a
 * record of each cell. Here what is plain ASCII is as wide as it is long, the last column, behind
 * which nothing is aligned, is not measured at all, and a line that was written is forgotten.
 * Figures: doc/design/decisions/0015-lines-are-drawn-here.md.
 *
 * What is drawn is fit for the terminal already (names.c). Only the raw form is escaped here: every
 * byte that is a blank, a backslash or cannot be printed becomes \xHH.
 *
 * Lines come in the order in which they are drawn: parents first, and behind each all that hangs on
 * it.
 */
#include "draw.h"

#include <ctype.h>
#include <string.h>
#include <wchar.h>

#include "paint.h"

#define RESET "\033[0m"

struct branches {
	const char *past;   /* a branch that goes on to others */
	const char *beside; /* none any more */
	const char *middle;
	const char *last;
};

static const struct branches of_ascii = {"| ", "  ", "|-", "`-"};
static const struct branches of_lines = {
	"\342\224\202 ",
	"  ",
	"\342\224\234\342\224\200",
	"\342\224\224\342\224\200",
};

struct drawing {
	struct picture *picture;
	const struct view *view;
	FILE *out;
	gboolean colors;
	guint n; /* columns, but for the marks */
	guint *widths;
	const struct column *tree; /* what it is drawn in, as often as that is shown; or NULL */
	const struct branches *branches;
	GByteArray *goes_on; /* at each depth: whether there are others behind the last line */
	GString *line;
};

static const struct column *
get_column(const struct drawing *drawing, guint i)
{
	return g_ptr_array_index(drawing->view->columns, i);
}

static gboolean
is_tree(const struct drawing *drawing, guint i)
{
	return get_column(drawing, i) == drawing->tree;
}

/* All of it can be printed: names.c has seen to that. */
static guint
measure_text(const char *text)
{
	const char *end = text + strlen(text);
	mbstate_t state = {0};
	guint width = 0;

	while (text < end) {
		wchar_t c;
		gsize length = 1;
		int columns = 1;

		if ((guchar)*text >= 0x80) {
			length = mbrtowc(&c, text, (gsize)(end - text), &state);
			if (length == 0 || length > (gsize)(end - text))
				return width;
			columns = wcwidth(c);
		}
		width += columns > 0 ? (guint)columns : 0;
		text += length;
	}
	return width;
}

static guint
measure_cell(const struct drawing *drawing, const struct line *line, guint i)
{
	guint indent = is_tree(drawing, i) ? line->depth * DRAW_STEP_WIDTH : 0;

	return indent + (line->texts[i] != NULL ? measure_text(line->texts[i]) : 0);
}

/* Whether something is aligned by its width. */
static gboolean
is_measured(const struct drawing *drawing, guint i)
{
	return !drawing->view->raw && (i + 1 < drawing->n || get_column(drawing, i)->right);
}

static void
measure(struct drawing *drawing)
{
	const GPtrArray *lines = drawing->picture->lines;

	for (guint i = 0; i < drawing->n; i++) {
		guint width = (guint)strlen(get_column(drawing, i)->name);

		for (guint l = 0; l < lines->len && is_measured(drawing, i); l++) {
			const struct line *line = g_ptr_array_index(lines, l);

			if (!line->folded)
				width = MAX(width, measure_cell(drawing, line, i));
		}
		drawing->widths[i] = width;
	}
}

static void
find_last_branches(struct drawing *drawing)
{
	const GPtrArray *lines = drawing->picture->lines;

	for (guint l = 0; l < lines->len; l++) {
		struct line *line = g_ptr_array_index(lines, l);

		if (!line->folded && line->parent != NULL)
			line->parent->last_below = line;
	}
}

static void
append_blanks(GString *out, guint n)
{
	static const char blanks[] = "                                ";

	for (; n >= sizeof(blanks); n -= sizeof(blanks) - 1)
		g_string_append_len(out, blanks, sizeof(blanks) - 1);
	g_string_append_len(out, blanks, n);
}

static void
append_branches(struct drawing *drawing, const struct line *line)
{
	const struct branches *branches = drawing->branches;
	const guint8 *goes_on = drawing->goes_on->data;

	for (guint depth = 1; depth < line->depth; depth++)
		g_string_append(drawing->line, goes_on[depth] ? branches->past : branches->beside);
	if (line->depth > 0)
		g_string_append(drawing->line,
				goes_on[line->depth] ? branches->middle : branches->last);
}

static void
note_branch(struct drawing *drawing, const struct line *line)
{
	guint8 goes_on = line->parent != NULL && line->parent->last_below != line;

	g_byte_array_set_size(drawing->goes_on, line->depth + 1);
	drawing->goes_on->data[line->depth] = goes_on;
}

/* Colours of a cell end those of its line, which are then set anew. */
static void
begin_color(struct drawing *drawing, const char *color, const char *of_line)
{
	if (color == NULL)
		return;
	if (of_line != NULL)
		g_string_append(drawing->line, RESET);
	g_string_append(drawing->line, color);
}

static void
end_color(struct drawing *drawing, const char *color, const char *of_line)
{
	if (color == NULL)
		return;
	g_string_append(drawing->line, RESET);
	if (of_line != NULL)
		g_string_append(drawing->line, of_line);
}

/* For programs: a blank is the end of a cell, and nothing else. */
static void
append_escaped(GString *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		guchar byte = (guchar)*p;

		if (isprint(byte) && !isblank(byte) && byte != '\\')
			g_string_append_c(out, *p);
		else
			g_string_append_printf(out, "\\x%02x", byte);
	}
}

static void
append_text(struct drawing *drawing, const char *text)
{
	if (drawing->view->raw)
		append_escaped(drawing->line, text);
	else
		g_string_append(drawing->line, text);
}

/* Nothing is aligned behind the last column. */
static void
append_cell(struct drawing *drawing, const struct line *line, guint i, const char *of_line)
{
	const struct column *column = get_column(drawing, i);
	const char *text = line->texts[i];
	gboolean last = i + 1 == drawing->n;
	const char *color = NULL;
	guint room = 0;

	if (drawing->colors && text != NULL)
		color = paint_cell(column, &line->row, drawing->view);
	if (is_measured(drawing, i) && !(last && text == NULL))
		room = drawing->widths[i] - measure_cell(drawing, line, i);
	begin_color(drawing, color, of_line);
	append_blanks(drawing->line, column->right ? room : 0);
	if (is_tree(drawing, i))
		append_branches(drawing, line);
	if (text != NULL)
		append_text(drawing, text);
	end_color(drawing, color, of_line);
	append_blanks(drawing->line, column->right ? 0 : room);
	if (!last)
		g_string_append_c(drawing->line, ' ');
}

/* A column of its own, that has no heading. */
static void
append_mark(struct drawing *drawing, const struct line *line, const char *of_line)
{
	const char *mark = paint_get_mark(line->row.news);
	const char *color = drawing->colors && mark != NULL ? paint_mark(line->row.news) : NULL;

	begin_color(drawing, color, of_line);
	g_string_append(drawing->line, mark != NULL ? mark : "");
	end_color(drawing, color, of_line);
	append_blanks(drawing->line, mark != NULL || drawing->view->raw ? 1 : 2);
}

static void
write_line(struct drawing *drawing)
{
	const struct terminal *terminal = drawing->view->terminal;
	GString *line = drawing->line;

	if (drawing->view->options->null) {
		fwrite(line->str, 1, line->len + 1, drawing->out);
		return;
	}
	g_string_append_c(line, '\n');
	/* Narrower than the headings: the rest is cut off. */
	if (terminal->cuts && !drawing->view->raw)
		clip_print(drawing->out, line->str, terminal->width,
			   picture_get_ellipsis(drawing->picture));
	else
		fwrite(line->str, 1, line->len, drawing->out);
}

static void
draw_line(struct drawing *drawing, const struct line *line)
{
	const char *color = drawing->colors ? paint_line(&line->row) : NULL;

	g_string_truncate(drawing->line, 0);
	note_branch(drawing, line);
	g_string_append(drawing->line, color != NULL ? color : "");
	if (drawing->view->marks_news)
		append_mark(drawing, line, color);
	for (guint i = 0; i < drawing->n; i++)
		append_cell(drawing, line, i, color);
	if (color != NULL)
		g_string_append(drawing->line, RESET);
	write_line(drawing);
}

static void
draw_headings(struct drawing *drawing)
{
	guint marks = drawing->view->raw ? 1 : 2;

	append_blanks(drawing->line, drawing->view->marks_news ? marks : 0);
	for (guint i = 0; i < drawing->n; i++) {
		const struct column *column = get_column(drawing, i);
		guint room = drawing->widths[i] - (guint)strlen(column->name);
		gboolean last = i + 1 == drawing->n;

		append_blanks(drawing->line, column->right ? room : 0);
		append_text(drawing, column->name);
		append_blanks(drawing->line, column->right || last ? 0 : room);
		if (!last)
			g_string_append_c(drawing->line, ' ');
	}
	write_line(drawing);
}

static const struct column *
find_tree(const struct view *view)
{
	for (guint i = 0; i < view->columns->len && !view->flat && !view->raw; i++) {
		const struct column *column = g_ptr_array_index(view->columns, i);

		if (strcmp(column->name, "COMMAND") == 0)
			return column;
	}
	return NULL;
}

void
draw_picture(struct picture *picture, FILE *out)
{
	const struct view *view = picture->view;
	g_autoptr(GByteArray) goes_on = g_byte_array_new();
	g_autoptr(GString) line = g_string_new(NULL);
	g_autofree guint *widths = g_new0(guint, MAX(view->columns->len, 1));
	struct drawing drawing = {
		.picture = picture,
		.view = view,
		.out = out,
		.colors = view->terminal->shows_colors && !view->raw,
		.n = view->columns->len,
		.widths = widths,
		.tree = find_tree(view),
		.branches = view->terminal->draws_lines ? &of_lines : &of_ascii,
		.goes_on = goes_on,
		.line = line,
	};

	measure(&drawing);
	find_last_branches(&drawing);
	if (!view->options->no_headings && picture->lines->len > 0)
		draw_headings(&drawing);
	for (guint l = 0; l < picture->lines->len && !ferror(out); l++) {
		const struct line *next = g_ptr_array_index(picture->lines, l);

		if (!next->folded)
			draw_line(&drawing, next);
	}
}
