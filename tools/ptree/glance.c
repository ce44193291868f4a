/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who shares descriptors in a way that nobody would expect?
 *
 * The threads of a process have one table, and other processes have others: that is so nearly
 * everywhere and needs no word. Worth telling are a table that several processes have, and a
 * process whose threads have more than one. All kernel threads have one table, in which nothing is
 * ever open; that is how the kernel is made, and no news.
 */
#include "glance.h"

#include "columns.h"

static gboolean
is_of_several(ProcviewFdTable *table)
{
	guint n = procview_fd_table_get_n_tasks(table);
	ProcviewProcess *first;

	if (n < 2)
		return FALSE;
	first = procview_task_get_process(procview_fd_table_get_task(table, 0));
	/* Sorted by process or not, the last is another's sooner than those before it. */
	for (guint i = n - 1; i > 0; i--) {
		if (procview_task_get_process(procview_fd_table_get_task(table, i)) != first)
			return TRUE;
	}
	return FALSE;
}

guint
glance_count_more(ProcviewProcess *process, ProcviewFdTable *table)
{
	g_autoptr(GHashTable) others = NULL;
	guint n = procview_process_get_n_tasks(process);

	for (guint i = 0; i < n; i++) {
		ProcviewTask *task = procview_process_get_task(process, i);
		ProcviewFdTable *other = procview_task_get_fd_table(task);

		if (other == NULL || other == table)
			continue;
		if (others == NULL)
			others = g_hash_table_new(NULL, NULL);
		g_hash_table_add(others, other);
	}
	return others != NULL ? g_hash_table_size(others) : 0;
}

GHashTable *
glance_find_shared(ProcviewSnapshot *snapshot)
{
	GHashTable *shared = g_hash_table_new(NULL, NULL);
	guint n = procview_snapshot_get_n_fd_tables(snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		if (is_of_several(table) &&
		    !procview_process_is_kernel_thread(procview_fd_table_get_owner(table)))
			g_hash_table_add(shared, table);
	}
	return shared;
}

gboolean
glance_is_told(const struct row *row, const struct view *view)
{
	if (row->table == NULL || procview_process_is_kernel_thread(row->process))
		return FALSE;
	if (g_hash_table_contains(view->shared, row->table))
		return TRUE;
	if (row->kind == ROW_THREAD)
		return !row->of_main_table;
	return row->kind == ROW_PROCESS && glance_count_more(row->process, row->table) > 0;
}

static gboolean
is_process_told(ProcviewProcess *process, const struct view *view)
{
	guint n = procview_process_get_n_tasks(process);

	if (procview_process_is_kernel_thread(process))
		return FALSE;
	for (guint i = 0; i < n; i++) {
		ProcviewTask *task = procview_process_get_task(process, i);
		ProcviewFdTable *table = procview_task_get_fd_table(task);

		if (table != NULL)
			return g_hash_table_contains(view->shared, table) ||
			       glance_count_more(process, table) > 0;
	}
	return FALSE;
}

static gboolean
is_anything_told(const struct view *view)
{
	const struct forest *forest = view->selection->forest;

	for (guint i = 0; i < forest->n_branches; i++) {
		if (forest->branches[i].role != ROLE_NONE &&
		    is_process_told(forest->branches[i].process, view))
			return TRUE;
	}
	return FALSE;
}

/* Who named the columns gets those and no other. */
static gboolean
may_add(const struct view *view)
{
	const GString *output = view->options->output;

	return !view->raw && (output == NULL || output->str[0] == '+') &&
	       !columns_have(view->columns, "TABLE");
}

GPtrArray *
glance_choose_columns(struct view *view)
{
	if (!may_add(view) || !is_anything_told(view))
		return g_ptr_array_ref(view->columns);
	view->tells_shared = TRUE;
	return columns_add_table(view->columns);
}
