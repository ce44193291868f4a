/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What hangs under a process: its descriptor tables, what is open in them, its threads?
 *
 * A table is shown once, under the first process that has it; under the others a line points
 * there. The line that heads a table is left out where it would say nothing: one task, one table,
 * read whole. So it is with what else tasks share: their directories, their memory.
 */
#include "rows.h"

#include <string.h>

/* The leader, then all tasks by number, among which it is once more: its own need not be the lowest
 * where numbers have started anew. */
static ProcviewTask *
get_task(ProcviewProcess *process, guint i)
{
	return i == 0 ? procview_process_get_leader(process)
		      : procview_process_get_task(process, i - 1);
}

/* The table that the row of the process speaks of: its leader's, or if that has ended, that of the
 * first thread that lives. */
static ProcviewFdTable *
find_main_table(ProcviewProcess *process)
{
	guint n = procview_process_get_n_tasks(process);

	for (guint i = 0; i <= n; i++) {
		ProcviewFdTable *table = procview_task_get_fd_table(get_task(process, i));

		if (table != NULL)
			return table;
	}
	return NULL;
}

static gboolean
is_named(const struct view *view, ProcviewDescriptor *descriptor)
{
	return g_hash_table_contains(view->selection->descriptors, descriptor);
}

/* Without -f only the files that were named are shown. */
static gboolean
is_shown(const struct view *view, ProcviewDescriptor *descriptor)
{
	return view->options->files || is_named(view, descriptor) ||
	       g_hash_table_contains(view->selection->carriers, descriptor);
}

/* Raw output and plain tables have lines for descriptors only, unless a column tells of others. */
static gboolean
shows_others(const struct view *view)
{
	return view->options->files &&
	       (!view->flat || columns_ask_for(view->columns, view->options, "ASSOC"));
}

static void
measure(const struct view *view, ProcviewFdTable *table, struct row *row)
{
	guint n = procview_fd_table_get_n_descriptors(table);
	int highest = 0;

	row->kind_width = 0;
	for (guint i = 0; i < n; i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		ProcviewFile *file = procview_descriptor_get_file(descriptor);
		const char *kind = procview_kind_to_string(procview_file_get_kind(file));

		if (!is_shown(view, descriptor))
			continue;
		highest = MAX(highest, procview_descriptor_get_fd(descriptor));
		row->kind_width = MAX(row->kind_width, (int)strlen(kind));
	}
	row->fd_width = 1;
	for (; highest >= 10; highest /= 10)
		row->fd_width++;
}

/* What a queue or a ring holds that the descriptor leads to. */
static void
add_held(struct picture *picture, struct line *parent, const struct row *carrier)
{
	const struct view *view = picture->view;
	ProcviewFile *file = procview_descriptor_get_file(carrier->descriptor);
	GPtrArray *held = g_hash_table_lookup(view->selection->held, file);

	for (guint i = 0; held != NULL && i < held->len; i++) {
		struct row row = *carrier;

		row.kind = ROW_HELD;
		row.holding = g_ptr_array_index(held, i);
		row.strong = g_hash_table_contains(view->selection->holdings, row.holding);
		if (row.strong || shows_others(view))
			picture_add(picture, parent, &row);
	}
}

/* Those that were closed since the view before, up to a number: where they were. */
static guint
add_gone(struct picture *picture, struct line *parent, struct row row, guint next, int highest)
{
	const GPtrArray *gone = news_get_gone_descriptors(picture->view->news, row.table);

	for (; gone != NULL && next < gone->len; next++) {
		row.descriptor = g_ptr_array_index(gone, next);
		row.strong = FALSE;
		if (procview_descriptor_get_fd(row.descriptor) > highest)
			break;
		picture_add(picture, parent, &row);
	}
	return next;
}

static void
add_descriptors(struct picture *picture, struct line *parent, struct row row)
{
	guint n = procview_fd_table_get_n_descriptors(row.table);
	guint n_gone = 0;

	measure(picture->view, row.table, &row);
	row.kind = ROW_DESCRIPTOR;
	for (guint i = 0; i < n; i++) {
		row.descriptor = procview_fd_table_get_descriptor(row.table, i);
		row.strong = is_named(picture->view, row.descriptor);
		n_gone = add_gone(picture, parent, row, n_gone,
				  procview_descriptor_get_fd(row.descriptor));
		if (is_shown(picture->view, row.descriptor))
			add_held(picture, picture_add(picture, parent, &row), &row);
	}
	add_gone(picture, parent, row, n_gone, G_MAXINT);
}

static gboolean
is_obvious(const struct row *row)
{
	return procview_fd_table_get_n_tasks(row->table) == 1 &&
	       procview_process_get_n_tasks(row->process) == 1 &&
	       procview_fd_table_get_status(row->table) == PROCVIEW_STATUS_OK;
}

/* Kernel threads all share one table, in which nothing is ever open. */
static gboolean
is_of_kernel(const struct row *row)
{
	return procview_process_is_kernel_thread(row->process) &&
	       procview_fd_table_get_n_descriptors(row->table) == 0 &&
	       procview_fd_table_get_status(row->table) == PROCVIEW_STATUS_OK;
}

static void
add_table(struct picture *picture, struct line *parent, ProcviewTask *task, gboolean of_main_table)
{
	const struct view *view = picture->view;
	struct row row = {
		.kind = ROW_TABLE,
		.process = procview_task_get_process(task),
		.task = task,
		.table = procview_task_get_fd_table(task),
		.of_main_table = of_main_table,
	};
	gboolean is_head;

	if (is_of_kernel(&row))
		return;
	is_head = selection_find_head(view->selection, row.table) == row.process;
	if (!view->flat && !(is_head && is_obvious(&row)))
		parent = picture_add(picture, parent, &row);
	if (is_head)
		add_descriptors(picture, parent, row);
}

/* Each table once, by the first of the process's tasks that has it. */
static void
add_tables(struct picture *picture, struct line *line, ProcviewProcess *process)
{
	const struct selection *selection = picture->view->selection;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	ProcviewFdTable *main_table = find_main_table(process);
	guint n = procview_process_get_n_tasks(process);

	for (guint i = 0; i <= n; i++) {
		ProcviewTask *task = get_task(process, i);
		ProcviewFdTable *table = procview_task_get_fd_table(task);

		if (table == NULL || !g_hash_table_add(seen, table))
			continue;
		if (picture->view->options->files ||
		    g_hash_table_contains(selection->tables, table))
			add_table(picture, line, task, table == main_table);
	}
}

struct listing {
	struct picture *picture;
	struct line *line;
	struct row row;
};

static gboolean
is_exe_named(const struct view *view, ProcviewMemory *memory)
{
	const struct place exe = {.kind = PLACE_EXE, .memory = memory};

	return selection_has_place(view->selection, &exe);
}

static gboolean
is_place_shown(const struct view *view, const struct row *row)
{
	const char *path = place_get_path(&row->place);

	/* What is executed is mapped too. */
	if (row->strong)
		return row->place.kind != PLACE_MAPPING || !is_exe_named(view, row->place.memory);
	if (path == NULL || !shows_others(view))
		return FALSE;
	switch (row->place.kind) {
	case PLACE_ROOT:
		return strcmp(path, "/") != 0;
	case PLACE_MAPPING:
		return columns_ask_for(view->columns, view->options, "MAPPED");
	default:
		return TRUE;
	}
}

static void
add_place(const struct place *place, gpointer data)
{
	struct listing *listing = data;
	const struct selection *selection = listing->picture->view->selection;
	struct row row = listing->row;

	row.place = *place;
	row.strong = selection_has_place(selection, place);
	if (selection_find_head_of_place(selection, place) == row.process &&
	    is_place_shown(listing->picture->view, &row))
		picture_add(listing->picture, listing->line, &row);
}

/* Those of each task that has its own, then those of the process. */
static void
add_places(struct picture *picture, struct line *line, ProcviewProcess *process)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	ProcviewMemory *memory = procview_process_get_memory(process);
	guint n = procview_process_get_n_tasks(process);
	struct listing listing = {.picture = picture, .line = line};

	listing.row = (struct row){
		.kind = ROW_PLACE,
		.process = process,
		.task = procview_process_get_leader(process),
		.table = find_main_table(process),
		.of_main_table = TRUE,
	};
	if (procview_process_is_kernel_thread(process))
		return;
	for (guint i = 0; i <= n; i++) {
		ProcviewTask *task = get_task(process, i);
		ProcviewFsContext *fs = procview_task_get_fs_context(task);

		if (fs == NULL || !g_hash_table_add(seen, fs))
			continue;
		listing.row.task = task;
		place_for_each_of_fs(fs, add_place, &listing);
	}
	listing.row.task = procview_process_get_leader(process);
	if (memory != NULL)
		place_for_each_of_memory(memory, add_place, &listing);
}

static void
add_gone_threads(struct picture *picture, struct line *line, ProcviewProcess *process)
{
	const GPtrArray *gone = news_get_gone_tasks(picture->view->news, process);

	for (guint i = 0; gone != NULL && i < gone->len; i++) {
		ProcviewTask *task = g_ptr_array_index(gone, i);
		const struct row row = {
			.kind = ROW_THREAD,
			.process = process,
			.task = task,
			.table = procview_task_get_fd_table(task),
			.of_main_table = TRUE,
		};

		picture_add(picture, line, &row);
	}
}

static void
add_threads(struct picture *picture, struct line *line, ProcviewProcess *process)
{
	const struct view *view = picture->view;
	ProcviewFdTable *main_table = find_main_table(process);
	guint n = procview_process_get_n_tasks(process);

	for (guint i = 0; i < n; i++) {
		ProcviewTask *task = procview_process_get_task(process, i);
		gboolean named = g_hash_table_contains(view->selection->tasks, task);
		struct row row = {
			.kind = ROW_THREAD,
			.process = process,
			.task = task,
			.table = procview_task_get_fd_table(task),
			.strong = named,
		};

		row.of_main_table = row.table == main_table;
		if (!view->descriptors_only && !procview_task_is_leader(task) &&
		    (view->options->threads || named))
			picture_add(picture, line, &row);
	}
	add_gone_threads(picture, line, process);
}

void
rows_add_below(struct picture *picture, struct line *line, ProcviewProcess *process)
{
	const struct view *view = picture->view;

	/* Without a tree, such a row would say nothing that its process has not said. */
	if (!view->flat || columns_tell_descriptors(view->columns, view->options)) {
		add_places(picture, line, process);
		if (view->options->files || g_hash_table_size(view->selection->tables) > 0)
			add_tables(picture, line, process);
	}
	if (view->options->threads || g_hash_table_size(view->selection->tasks) > 0)
		add_threads(picture, line, process);
}

struct line *
rows_add_process(struct picture *picture, struct line *parent, ProcviewProcess *process,
		 enum role role)
{
	struct row row = {
		.kind = ROW_PROCESS,
		.process = process,
		.task = procview_process_get_leader(process),
		.table = find_main_table(process),
		.of_main_table = TRUE,
		.strong = role == ROLE_MATCHED && !picture->view->selection->everything,
		.weak = role == ROLE_ANCESTOR,
	};

	if (picture->view->descriptors_only)
		return NULL;
	return picture_add(picture, parent, &row);
}
