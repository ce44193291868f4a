/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A kernel may keep a process from iterators, as some virtual machines do with pid 1: it is then
 * missing without a trace, but for its children. So a parent that was not listed, or a process that
 * was asked for by number, is looked up in procfs, and shown as it is found there. Normally there is none, and procfs is not touched.
 *
 * What it cannot see: a process that is kept back and has no children.
 */
#include "snapshot/complement.h"

#include <errno.h>
#include <stdlib.h>

#include "backend/procfs/command.h"
#include "backend/procfs/context.h"
#include "backend/procfs/lister.h"
#include "backend/procfs/task-look.h"
#include "core/error.h"
#include "util/order.h"

static int
compare_processes(const void *a, const void *b)
{
	return pv_order_i32(((const PvProcess *)a)->pid, ((const PvProcess *)b)->pid);
}

/* Among the first n, which are in order. */
static gboolean
is_listed(const PvStore *store, guint32 n, gint32 pid)
{
	const PvProcess wanted = {.pid = pid};

	return n > 0 && bsearch(&wanted, store->processes.data, n, sizeof(PvProcess),
				compare_processes) != NULL;
}

static gboolean
is_added(const PvStore *store, guint32 first, gint32 pid)
{
	for (guint32 i = first; i < store->processes.n; i++) {
		if (pv_store_process(store, i)->pid == pid)
			return TRUE;
	}
	return FALSE;
}

/* Puts processes, and the tasks of each, in the order of pids again. */
static gboolean
restore_order(PvStore *store)
{
	PvArray tasks;

	pv_array_init(&tasks, sizeof(PvTask));
	if (!pv_array_reserve(&tasks, store->tasks.n))
		return FALSE;
	qsort(store->processes.data, store->processes.n, sizeof(PvProcess), compare_processes);
	for (guint32 i = 0; i < store->processes.n; i++) {
		PvProcess *process = pv_store_process(store, i);
		guint32 first = tasks.n;

		for (guint32 j = 0; j < process->n_tasks; j++) {
			PvTask *task = pv_array_append(&tasks);

			*task = *pv_store_task(store, process->first_task + j);
			task->index = first + j;
			task->process = i;
		}
		process->index = i;
		process->leader += first - process->first_task;
		process->first_task = first;
	}
	pv_array_clear(&store->tasks);
	store->tasks = tasks;
	return TRUE;
}

static gboolean
add_missing(const PvContext *context, const PvQuery *query, PvStore *store, guint32 n, gint32 pid,
	    GError **error)
{
	guint32 first_task = store->tasks.n;

	if (pid <= 0 || is_listed(store, n, pid) || is_added(store, n, pid))
		return TRUE;
	if (!pv_procfs_list_one(context, query, pid, store, error))
		return FALSE;
	for (guint32 i = first_task; i < store->tasks.n; i++)
		pv_store_task(store, i)->n_open = PV_NONE;
	return TRUE;
}

static gboolean
is_thread(const PvStore *store, gint32 tid)
{
	for (guint32 i = 0; i < store->tasks.n; i++) {
		if (pv_store_task(store, i)->tid == tid)
			return TRUE;
	}
	return FALSE;
}

/* Those that were asked for, and are not here. */
static gboolean
add_wanted(const PvContext *context, const PvQuery *query, PvStore *store, guint32 n,
	   GError **error)
{
	for (guint i = 0; i < query->pids->len; i++) {
		gint32 tid = g_array_index(query->pids, gint32, i);
		PvStatus status;

		if (is_listed(store, n, tid) || is_thread(store, tid))
			continue;
		/* A thread's number leads to its process. */
		if (pv_task_look_up_status(context, 0, tid, &status) == 0 &&
		    !add_missing(context, query, store, n, status.tgid, error))
			return FALSE;
	}
	return TRUE;
}

/* Siblings mostly come one behind the other. */
static gboolean
add_parents(const PvContext *context, const PvQuery *query, PvStore *store, guint32 n,
	    GError **error)
{
	gint32 last = 0;

	for (guint32 i = 0; i < n; i++) {
		gint32 ppid = pv_store_process(store, i)->ppid;

		if (ppid != last && !add_missing(context, query, store, n, ppid, error))
			return FALSE;
		last = ppid;
	}
	/* Every pid namespace has a process 1. */
	return add_missing(context, query, store, n, 1, error);
}

gboolean
pv_complement_listing(const PvContext *context, const PvQuery *query, PvStore *store,
		      GError **error)
{
	guint32 n = store->processes.n;
	gboolean done = TRUE;

	if (query->pids->len > 0)
		done = context->absent || add_wanted(context, query, store, n, error);
	else if (query->uids->len == 0 && !query->nobody)
		done = context->absent || add_parents(context, query, store, n, error);
	if (!done)
		return FALSE;
	if (store->processes.n > n && !restore_order(store))
		return pv_error_no_memory(error);
	if (!store->narrowed && !is_listed(store, store->processes.n, 1))
		store->hidden = TRUE;
	return TRUE;
}

/* Whether the error ends the scan; most mean that the process has gone. */
static gboolean
is_fatal(int status, GError **error)
{
	if (!pv_error_is_shortage(status))
		return FALSE;
	pv_error_from_errno(error, "open", -status);
	return TRUE;
}

gboolean
pv_complement_processes(const PvContext *context, PvStore *store, GError **error)
{
	for (guint32 i = 0; i < store->processes.n && !context->absent; i++) {
		PvProcess *process = pv_store_process(store, i);

		if ((process->known & (PV_PROCESS_LONG_COMMAND | PV_PROCESS_LONG_EXE)) &&
		    is_fatal(pv_procfs_look_up_command(context, store, process), error))
			return FALSE;
		if ((process->known & PV_PROCESS_LONG_CONTEXT) &&
		    is_fatal(pv_procfs_look_up_context(context, store, process), error))
			return FALSE;
	}
	return TRUE;
}
