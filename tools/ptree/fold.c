/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which lines say the same, so that one can stand for them all?
 *
 * As pstree(1) does it, 4*[worker] stands for four: leaves that hang on the same parent and say the
 * same in every column, but for what no two have in common: their number, their age, how much they
 * have open. Of numbers the lowest is shown, and + for the others; of amounts the lowest and the
 * highest. What matched, or is news, was asked for and keeps its line. Kernel threads that do the
 * same work are named by the CPU: of the names of those, what they have in common is shown.
 */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "usage.h"

/* What a column does with what differs in it. */
enum merge {
	MERGE_NOT,    /* it may not differ */
	MERGE_NUMBER, /* of whom there is more than one */
	MERGE_RANGE,
	MERGE_TREE, /* says how many there are */
};

struct fold {
	struct picture *picture;
	guint n;
	enum merge *merges;
};

/* Those that one line will stand for: the first of them, and the ends of each range. */
struct group {
	struct line *first;
	guint n;
	gboolean differs; /* in the name of the kernel thread */
	const char **least;
	const char **most;
};

static enum merge
choose_merge(const char *name)
{
	static const char *const numbers[] = {"PID", "TGID", "NSPID", NULL};
	static const char *const ranges[] = {"FDS", "FDS%", "START", NULL};

	if (strcmp(name, "COMMAND") == 0)
		return MERGE_TREE;
	if (g_strv_contains(numbers, name))
		return MERGE_NUMBER;
	return g_strv_contains(ranges, name) ? MERGE_RANGE : MERGE_NOT;
}

static gboolean
is_foldable(const struct line *line)
{
	const struct row *row = &line->row;

	return (row->kind == ROW_PROCESS || row->kind == ROW_THREAD) && line->n_below == 0 &&
	       !row->strong && row->news == NEWS_NONE;
}

/* The part of a kernel thread's name that it has in common with its like on other CPUs; 0: all. */
static gsize
measure_stem(const struct line *line, const char *text)
{
	const char *slash = text != NULL ? strchr(text, '/') : NULL;

	if (slash == NULL || line->row.kind != ROW_PROCESS ||
	    !procview_process_is_kernel_thread(line->row.process))
		return 0;
	if (!g_str_has_prefix(text, "[kworker/") &&
	    slash[1 + strspn(slash + 1, "0123456789")] != ']')
		return 0;
	return (gsize)(slash + 1 - text);
}

/* What must be the same, as one string: no text of a cell has control characters. */
static char *
describe(const struct fold *fold, const struct line *line)
{
	GString *key = g_string_new(NULL);
	ProcviewFdTable *table = line->row.kind == ROW_THREAD ? line->row.table : NULL;

	g_string_append_printf(key, "%p %p %d %d", (void *)line->parent, (void *)table,
			       line->row.kind, usage_get_level(&line->row, fold->picture->view));
	for (guint i = 0; i < fold->n; i++) {
		const char *text = line->texts[i];
		gsize stem = fold->merges[i] == MERGE_TREE ? measure_stem(line, text) : 0;

		g_string_append_c(key, '\n');
		if (fold->merges[i] == MERGE_NUMBER || text == NULL)
			continue;
		/* A question mark is no amount. */
		if (fold->merges[i] == MERGE_RANGE)
			g_string_append_c(key, g_ascii_isdigit(*text) ? '0' : *text);
		else
			g_string_append_len(key, text, stem > 0 ? (gssize)stem : -1);
	}
	return g_string_free(key, FALSE);
}

static void
free_group(gpointer data)
{
	struct group *group = data;

	g_free(group->least);
	g_free(group->most);
	g_free(group);
}

static struct group *
start_group(const struct fold *fold, struct line *line)
{
	struct group *group = g_new0(struct group, 1);

	group->first = line;
	group->n = 1;
	group->least = g_memdup2(line->texts, fold->n * sizeof(char *));
	group->most = g_memdup2(line->texts, fold->n * sizeof(char *));
	return group;
}

static void
join(const struct fold *fold, struct group *group, struct line *line)
{
	group->n++;
	line->folded = TRUE;
	for (guint i = 0; i < fold->n; i++) {
		const char *text = line->texts[i];
		double value;

		if (fold->merges[i] == MERGE_TREE)
			group->differs |= g_strcmp0(text, group->first->texts[i]) != 0;
		if (fold->merges[i] == MERGE_NOT || fold->merges[i] == MERGE_TREE || text == NULL)
			continue;
		value = g_ascii_strtod(text, NULL);
		if (value < g_ascii_strtod(group->least[i], NULL))
			group->least[i] = text;
		if (value > g_ascii_strtod(group->most[i], NULL))
			group->most[i] = text;
	}
}

/* 4*[name]: the brackets are those that are there, or new ones. */
static char *
count_command(const struct fold *fold, const struct group *group, const char *text)
{
	gsize stem = group->differs ? measure_stem(group->first, text) : 0;

	if (stem > 0)
		return g_strdup_printf("%u*%.*s%s]", group->n, (int)stem, text,
				       fold->picture->view->terminal->draws_lines ? "\342\200\246"
										  : "...");
	if (*text == '[' || *text == '{')
		return g_strdup_printf("%u*%s", group->n, text);
	return g_strdup_printf("%u*[%s]", group->n, text);
}

static char *
merge(const struct fold *fold, const struct group *group, guint i)
{
	const char *least = group->least[i], *most = group->most[i];

	switch (fold->merges[i]) {
	case MERGE_NUMBER:
		return least != NULL ? g_strconcat(least, "+", NULL) : NULL;
	case MERGE_RANGE:
		if (least == NULL || strcmp(least, most) == 0)
			return NULL;
		return g_strdup_printf("%.*s-%s", (int)strcspn(least, "!"), least, most);
	case MERGE_TREE:
		return count_command(fold, group, least != NULL ? least : "");
	default:
		return NULL;
	}
}

static void
finish(const struct fold *fold, const struct group *group)
{
	struct line *line = group->first;
	g_autofree char **texts = g_new0(char *, fold->n);

	if (group->n == 1)
		return;
	line->row.n_alike = group->n;
	for (guint i = 0; i < fold->n; i++)
		texts[i] = merge(fold, group, i);
	for (guint i = 0; i < fold->n; i++) {
		if (texts[i] != NULL)
			picture_set_text(line, i, texts[i]);
	}
}

static void
fold_lines(const struct fold *fold)
{
	g_autoptr(GHashTable) groups =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_group);
	GPtrArray *lines = fold->picture->lines;
	GHashTableIter iter;
	gpointer group;

	for (guint l = 0; l < lines->len; l++) {
		struct line *line = g_ptr_array_index(lines, l);
		g_autofree char *key = NULL;

		if (!is_foldable(line))
			continue;
		key = describe(fold, line);
		group = g_hash_table_lookup(groups, key);
		if (group != NULL)
			join(fold, group, line);
		else
			g_hash_table_insert(groups, g_steal_pointer(&key), start_group(fold, line));
	}
	g_hash_table_iter_init(&iter, groups);
	while (g_hash_table_iter_next(&iter, NULL, &group))
		finish(fold, group);
}

static gboolean
has_mark(const char *text)
{
	return text != NULL && *text != '\0' && strchr("+!", text[strlen(text) - 1]) != NULL;
}

/* Behind a number may stand a mark; then the others leave room for one. */
static void
align(const struct fold *fold, guint i)
{
	GPtrArray *lines = fold->picture->lines;
	gboolean marked = FALSE;

	for (guint l = 0; l < lines->len && !marked; l++) {
		const struct line *line = g_ptr_array_index(lines, l);

		marked = !line->folded && has_mark(line->texts[i]);
	}
	for (guint l = 0; l < lines->len && marked; l++) {
		struct line *line = g_ptr_array_index(lines, l);

		if (line->texts[i] != NULL && !line->folded && !has_mark(line->texts[i]))
			picture_set_text(line, i, g_strconcat(line->texts[i], " ", NULL));
	}
}

void
fold_picture(struct picture *picture)
{
	const struct view *view = picture->view;
	g_autofree enum merge *merges = g_new0(enum merge, view->columns->len);
	struct fold fold = {.picture = picture, .n = view->columns->len, .merges = merges};

	for (guint i = 0; i < fold.n; i++) {
		const struct column *column = g_ptr_array_index(view->columns, i);

		merges[i] = choose_merge(column->name);
	}
	if (!view->flat && !view->options->unfold)
		fold_lines(&fold);
	for (guint i = 0; i < fold.n; i++) {
		if (merges[i] == MERGE_NUMBER || merges[i] == MERGE_RANGE)
			align(&fold, i);
	}
}
