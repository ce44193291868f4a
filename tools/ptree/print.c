/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How does the answer get to stdout, and did all of it arrive?  A full disk is an error to tell; a
 * reader that closed its end of the pipe has seen enough and is told nothing.
 */
#include "print.h"

#include <errno.h>
#include <gio/gunixoutputstream.h>
#include <stdio.h>
#include <unistd.h>

#include "message.h"
#include "names.h"
#include "null.h"
#include "picture.h"
#include "sort.h"
#include "tree.h"
#include "users.h"

static gboolean
fail(const char *why)
{
	message_print("cannot write the output: %s", why);
	return FALSE;
}

/* What the news are about. */
static enum news
find_news(const struct row *row, gpointer news)
{
	switch (row->kind) {
	case ROW_PROCESS:
		return news_of(news, row->process);
	case ROW_THREAD:
		return news_of(news, row->task);
	case ROW_TABLE:
		return news_of(news, row->table);
	case ROW_DESCRIPTOR:
		return news_of(news, row->descriptor);
	default:
		return NEWS_NONE;
	}
}

static struct view
choose_view(const struct scan *scan, const struct options *options, GPtrArray *columns,
	    const struct terminal *terminal, GHashTable *users)
{
	gboolean sorts = options->sort != NULL;

	return (struct view){
		.options = options,
		.terminal = terminal,
		.selection = scan->selection,
		.news = scan->news,
		.marks_news = options->watches,
		.find_news = find_news,
		.news_data = scan->news,
		.users = users,
		.columns = columns,
		.utf8 = names_are_utf8(),
		.raw = options->raw,
		.flat = !columns_draw_tree(columns, options),
		.only_matched = options->raw || sorts,
		.descriptors_only = (options->raw || sorts) && !options->threads &&
				    !options->pids && (options->files || scan->seeks_file) &&
				    columns_tell_descriptors(columns, options),
	};
}

gboolean
print_picture(FILE *out, const struct scan *scan, const struct options *options, GPtrArray *columns,
	      guint *n_lines)
{
	g_autoptr(GHashTable) users = users_new();
	struct terminal terminal;
	struct picture picture;
	struct view view = choose_view(scan, options, columns, &terminal, users);

	if (scan->selection->n_matched == 0 && (scan->news == NULL || scan->news->n_gone == 0)) {
		if (n_lines != NULL)
			*n_lines = 0;
		return TRUE;
	}
	terminal_look(&terminal, options->color);
	view.n_lines_max = n_lines != NULL && options->sort == NULL ? *n_lines : 0;
	errno = 0;
	picture_init(&picture, &view);
	tree_add(&picture);
	if (options->sort != NULL)
		sort_picture(&picture);
	picture_print(&picture, out);
	if (n_lines != NULL)
		*n_lines = picture.n_left_out;
	picture_clear(&picture);
	/* A write that failed is print_end()'s to tell. */
	return TRUE;
}

static void
print_pid(ProcviewProcess *process, const struct options *options)
{
	printf("%d%c", procview_process_get_pid(process), options->null ? '\0' : '\n');
}

/* Each once, where the first of its rows is. */
static void
print_sorted_pids(const struct scan *scan, const struct options *options, GPtrArray *columns)
{
	g_autoptr(GHashTable) users = users_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	struct terminal terminal = {0};
	struct picture picture;
	struct view view = choose_view(scan, options, columns, &terminal, users);

	picture_init(&picture, &view);
	tree_add(&picture);
	sort_picture(&picture);
	for (guint i = 0; i < picture.lines->len; i++) {
		const struct line *line = g_ptr_array_index(picture.lines, i);

		if (g_hash_table_add(seen, line->row.process))
			print_pid(line->row.process, options);
	}
	picture_clear(&picture);
}

gboolean
print_pids(const struct scan *scan, const struct options *options, GPtrArray *columns)
{
	const struct forest *forest = scan->selection->forest;

	if (options->sort != NULL) {
		print_sorted_pids(scan, options, columns);
		return TRUE;
	}
	for (guint i = 0; i < forest->n_branches; i++) {
		if (forest->branches[i].role == ROLE_MATCHED)
			print_pid(forest->branches[i].process, options);
	}
	return TRUE;
}

static ProcviewJsonExtent
choose_extent(ProcviewProcess *process, gpointer data)
{
	switch (selection_get_role(data, process)) {
	case ROLE_NONE:
		return PROCVIEW_JSON_SKIP;
	case ROLE_MATCHED:
		return PROCVIEW_JSON_FULL;
	default:
		return PROCVIEW_JSON_BRIEF;
	}
}

GOutputStream *
print_new_stream(const struct options *options)
{
	g_autoptr(GOutputStream) stream = g_unix_output_stream_new(STDOUT_FILENO, FALSE);

	return options->null ? null_stream_new(stream) : g_steal_pointer(&stream);
}

gboolean
print_json(GOutputStream *out, const struct scan *scan, const struct options *options)
{
	ProcviewJsonFlags flags = PROCVIEW_JSON_DOCUMENT;
	g_autoptr(GError) error = NULL;

	if (options->json_lines)
		flags |= PROCVIEW_JSON_LINES;
	if (options->threads)
		flags |= PROCVIEW_JSON_THREADS;
	if (options->files)
		flags |= PROCVIEW_JSON_FILES;
	if (procview_snapshot_write_json(scan->snapshot, out, flags, choose_extent, scan->selection,
					 NULL, &error) &&
	    g_output_stream_close(out, NULL, &error))
		return TRUE;
	if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
		fail(error->message);
	return FALSE;
}

gboolean
print_end(void)
{
	gboolean failed = ferror(stdout);
	int why = errno;

	if (fflush(stdout) != 0) {
		failed = TRUE;
		why = errno;
	}
	if (!failed)
		return TRUE;
	return why == EPIPE ? FALSE : fail(g_strerror(why));
}
