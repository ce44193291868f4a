/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A listing takes its time. A task may exit while it goes on, and its number be given to a new one
 * that is listed as well: the one that was listed first is then no more, and is left out. Processes
 * are listed in the order of the array, so the later record is the living one.
 */
#include "snapshot/prune.h"

#include <stdlib.h>

static int
compare_tasks(const void *a, const void *b, void *user_data)
{
	const PvStore *store = user_data;
	guint32 x = *(const guint32 *)a;
	guint32 y = *(const guint32 *)b;
	gint32 tid = pv_store_task(store, x)->tid;
	gint32 other = pv_store_task(store, y)->tid;

	if (tid != other)
		return tid < other ? -1 : 1;
	return (x > y) - (x < y);
}

/* Marks what is to go; FALSE: nothing is. A process goes with its leader. */
static gboolean
mark(const PvStore *store, const guint32 *order, guint8 *dropped)
{
	gboolean any = FALSE;

	for (guint32 i = 0; i + 1 < store->tasks.n; i++) {
		const PvTask *task = pv_store_task(store, order[i]);
		const PvProcess *process = pv_store_process(store, task->process);

		if (task->tid != pv_store_task(store, order[i + 1])->tid)
			continue;
		any = TRUE;
		dropped[order[i]] = TRUE;
		for (guint32 j = 0; j < process->n_tasks && process->leader == order[i]; j++)
			dropped[process->first_task + j] = TRUE;
	}
	return any;
}

static guint32
keep_tasks(PvStore *store, PvProcess *process, const guint8 *dropped, guint32 next)
{
	guint32 first = next;

	for (guint32 i = 0; i < process->n_tasks; i++) {
		guint32 old = process->first_task + i;

		if (dropped[old])
			continue;
		*pv_store_task(store, next) = *pv_store_task(store, old);
		pv_store_task(store, next)->index = next;
		pv_store_task(store, next)->process = process->index;
		if (process->leader == old)
			process->leader = next;
		next++;
	}
	process->first_task = first;
	process->n_tasks = next - first;
	return next;
}

void
pv_drop_tasks(PvStore *store, const guint8 *dropped)
{
	guint32 n_processes = 0;
	guint32 n_tasks = 0;

	for (guint32 i = 0; i < store->processes.n; i++) {
		PvProcess process = *pv_store_process(store, i);

		if (dropped[process.leader])
			continue;
		process.index = n_processes;
		n_tasks = keep_tasks(store, &process, dropped, n_tasks);
		*pv_store_process(store, n_processes++) = process;
	}
	pv_array_truncate(&store->processes, n_processes);
	pv_array_truncate(&store->tasks, n_tasks);
}

gboolean
pv_prune(PvStore *store, GError **error)
{
	guint32 n = MAX(store->tasks.n, 1);
	g_autofree guint32 *order = g_try_new(guint32, n);
	g_autofree guint8 *dropped = g_try_new0(guint8, n);

	if (order == NULL || dropped == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < store->tasks.n; i++)
		order[i] = i;
	qsort_r(order, store->tasks.n, sizeof(guint32), compare_tasks, store);
	if (mark(store, order, dropped))
		pv_drop_tasks(store, dropped);
	return TRUE;
}
