/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Are lines drawn as libsmartcols draws them?  Pictures of many shapes, each drawn by both: widths,
 * alignment, branches in both alphabets, colours of lines and of cells, marks, no headings, raw.
 */
#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "paint.h"

#define ROUNDS	  400
#define LINES_MAX 40
#define N_COLUMNS 4

/* Of what a line has the colours is said by its numbers, which nothing else uses here. */
static const char *const colors[] = {NULL, NULL, "\033[1m", "\033[2m", "\033[30;43m"};

const char *
paint_line(const struct row *row)
{
	return colors[row->fd_width];
}

const char *
paint_cell(const struct column *column, const struct row *row, const struct view *view)
{
	return column->right ? colors[row->kind_width] : NULL;
}

const char *
paint_get_mark(enum news news)
{
	return news == NEWS_NEW ? "+" : NULL;
}

const char *
paint_mark(enum news news)
{
	return news == NEWS_NEW ? "\033[32m" : NULL;
}

const char *
picture_get_ellipsis(const struct picture *picture)
{
	return "~";
}

static const struct column columns[] = {
	{.name = "PID", .right = TRUE},
	{.name = "COMMAND"},
	{.name = "FDS", .right = TRUE},
	{.name = "A LONG NAME"},
};

/* One of each width, some of which hold what raw output escapes. */
static const char *const texts[] = {
	NULL,
	"",
	"1",
	"12345",
	"a b",
	"back\\slash",
	"/usr/lib/some file (deleted)",
	"\303\244\303\266\303\274",
	"\346\227\245\346\234\254",
	"e\314\201",
	"a\360\237\230\200b",
};

static char *
choose_text(GRand *random)
{
	return g_strdup(texts[g_rand_int_range(random, 0, G_N_ELEMENTS(texts))]);
}

/* Parents first, and behind each all that hangs on it: the parent is of the line before. */
static struct line *
choose_parent(GRand *random, struct line *before)
{
	while (before != NULL && g_rand_int_range(random, 0, 3) == 0)
		before = before->parent;
	return before;
}

static void
add_line(struct picture *picture, GRand *random)
{
	GPtrArray *lines = picture->lines;
	guint n = picture->view->columns->len;
	struct line *line = g_malloc0(sizeof(*line) + n * sizeof(line->texts[0]));
	struct line *before = lines->len > 0 ? g_ptr_array_index(lines, lines->len - 1) : NULL;

	if (!picture->view->flat)
		line->parent = choose_parent(random, before);
	line->depth = line->parent != NULL ? line->parent->depth + 1 : 0;
	line->row.fd_width = g_rand_int_range(random, 0, G_N_ELEMENTS(colors));
	line->row.kind_width = g_rand_int_range(random, 0, G_N_ELEMENTS(colors));
	line->row.news = g_rand_boolean(random) ? NEWS_NEW : NEWS_NONE;
	for (guint i = 0; i < n; i++) {
		char *text = choose_text(random);

		/* Where there is nothing to say there is no text. */
		if (text != NULL && *text == '\0')
			g_clear_pointer(&text, g_free);
		line->texts[i] = text;
	}
	g_ptr_array_add(lines, line);
}

static void
expect_line(struct libscols_table *table, const struct picture *picture, struct line *line,
	    GHashTable *drawn)
{
	const struct view *view = picture->view;
	struct libscols_line *parent = g_hash_table_lookup(drawn, line->parent);
	struct libscols_line *out = scols_table_new_line(table, parent);
	gboolean paints = view->terminal->shows_colors && !view->raw;
	guint first = view->marks_news ? 1 : 0;
	const char *mark = paint_get_mark(line->row.news);

	g_hash_table_insert(drawn, line, out);
	if (paints && paint_line(&line->row) != NULL)
		scols_line_set_color(out, paint_line(&line->row));
	if (first > 0 && mark != NULL) {
		scols_line_set_data(out, 0, mark);
		if (paints)
			scols_cell_set_color(scols_line_get_cell(out, 0),
					     paint_mark(line->row.news));
	}
	for (guint i = 0; i < view->columns->len; i++) {
		const struct column *column = g_ptr_array_index(view->columns, i);

		if (line->texts[i] == NULL)
			continue;
		scols_line_set_data(out, first + i, line->texts[i]);
		if (paints && paint_cell(column, &line->row, view) != NULL)
			scols_cell_set_color(scols_line_get_cell(out, first + i),
					     paint_cell(column, &line->row, view));
	}
}

/*
 * Ours stand where they do with headings. So do those of libsmartcols 2.38, but in 2.41 they have
 * moved together: it draws them in any case, and the line is taken out.
 */
static void
take_out_headings(char *text)
{
	char *end = strchr(text, '\n');

	if (end != NULL)
		memmove(text, end + 1, strlen(end + 1) + 1);
}

static char *
draw_with_libsmartcols(const struct picture *picture)
{
	const struct view *view = picture->view;
	struct libscols_table *table = scols_new_table();
	g_autoptr(GHashTable) drawn = g_hash_table_new(NULL, NULL);
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	scols_table_enable_noencoding(table, TRUE);
	scols_table_enable_raw(table, view->raw);
	scols_table_enable_ascii(table, !view->terminal->draws_lines);
	scols_table_enable_colors(table, view->terminal->shows_colors && !view->raw);
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_set_stream(table, out);
	if (view->marks_news)
		scols_table_new_column(table, "", 0, 0);
	for (guint i = 0; i < view->columns->len; i++) {
		const struct column *column = g_ptr_array_index(view->columns, i);
		gboolean tree = !view->flat && strcmp(column->name, "COMMAND") == 0;

		scols_table_new_column(table, column->name, 0,
				       (column->right ? SCOLS_FL_RIGHT : 0) |
					       (tree ? SCOLS_FL_TREE : 0));
	}
	for (guint l = 0; l < picture->lines->len; l++)
		expect_line(table, picture, g_ptr_array_index(picture->lines, l), drawn);
	g_assert_cmpint(scols_print_table(table), ==, 0);
	scols_unref_table(table);
	fclose(out);
	if (view->options->no_headings)
		take_out_headings(text);
	return text;
}

static char *
draw_here(struct picture *picture)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	draw_picture(picture, out);
	fclose(out);
	return text;
}

static void
clear_lines(struct picture *picture)
{
	for (guint l = 0; l < picture->lines->len; l++) {
		struct line *line = g_ptr_array_index(picture->lines, l);

		for (guint i = 0; i < picture->view->columns->len; i++)
			g_free(line->texts[i]);
	}
	g_clear_pointer(&picture->lines, g_ptr_array_unref);
}

static void
check(GRand *random, struct view *view, guint n_lines)
{
	struct picture picture = {.view = view, .lines = g_ptr_array_new_with_free_func(g_free)};
	g_autofree char *expected = NULL;
	g_autofree char *drawn = NULL;

	for (guint l = 0; l < n_lines; l++)
		add_line(&picture, random);
	expected = draw_with_libsmartcols(&picture);
	drawn = draw_here(&picture);
	g_assert_cmpstr(drawn, ==, expected);
	clear_lines(&picture);
}

static void
test_alike(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (guint round = 0; round < ROUNDS; round++) {
		g_autoptr(GPtrArray) shown = g_ptr_array_new();
		struct options options = {.no_headings = g_rand_boolean(random)};
		struct terminal terminal = {
			.draws_lines = g_rand_boolean(random),
			.shows_colors = g_rand_boolean(random),
		};
		struct view view = {
			.options = &options,
			.terminal = &terminal,
			.columns = shown,
			.raw = g_rand_int_range(random, 0, 4) == 0,
			.marks_news = g_rand_boolean(random),
		};

		view.flat = view.raw || g_rand_boolean(random);
		for (guint i = 0; i < N_COLUMNS; i++) {
			if (g_rand_boolean(random) || i == (guint)round % N_COLUMNS)
				g_ptr_array_add(shown, (gpointer)&columns[i]);
		}
		/* Nobody is kept from asking for one twice. */
		if (g_rand_int_range(random, 0, 4) == 0)
			g_ptr_array_add(shown, (gpointer)&columns[round % N_COLUMNS]);
		check(random, &view, (guint)g_rand_int_range(random, 0, LINES_MAX));
	}
}

/* Each line ends with a NUL, and nothing else does. */
static void
test_null(void)
{
	g_autoptr(GPtrArray) shown = g_ptr_array_new();
	struct options options = {.null = TRUE};
	struct terminal terminal = {0};
	struct view view = {.options = &options, .terminal = &terminal, .columns = shown};
	struct picture picture = {.view = &view, .lines = g_ptr_array_new_with_free_func(g_free)};
	struct line *line = g_malloc0(sizeof(*line) + sizeof(line->texts[0]));
	g_autofree char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	g_ptr_array_add(shown, (gpointer)&columns[1]);
	line->texts[0] = g_strdup("init");
	g_ptr_array_add(picture.lines, line);
	draw_picture(&picture, out);
	fclose(out);
	g_assert_cmpmem(text, length, "COMMAND\0init\0", 13);
	clear_lines(&picture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (setlocale(LC_ALL, "C.UTF-8") == NULL) {
		g_print("1..0 # SKIP no C.UTF-8 locale\n");
		return 0;
	}
	g_test_add_func("/draw/as-libsmartcols-does", test_alike);
	g_test_add_func("/draw/null", test_null);
	return g_test_run();
}
