/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Enumeration by iter/task: one pass over all tasks, or one for each process that was asked for.
 *
 * Tasks come in the order of their numbers in the reader's pid namespace, threads of different
 * processes in between each other; they are sorted out when the pass is over. A thread whose leader
 * did not come is left out: it has come into being, or become another process by execve(2), while
 * the pass went on.
 *
 * What it cannot see: tasks of other pid namespaces than the reader's and those below; tasks that
 * the kernel keeps from iterators. The name of a kernel thread is task_struct's, and not the longer
 * one that /proc/PID/stat makes up for workers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend/backend.h"
#include "backend/bpf/decode.h"
#include "backend/bpf/facts.h"
#include "util/order.h"

#define RECORDS_PER_LOOK 4096
#define NS_PER_S	 G_GUINT64_CONSTANT(1000000000)

guint64
pv_bpf_start_time(const PvBpfListing *listing, guint64 start_time)
{
	guint64 ns_per_tick = NS_PER_S / listing->ticks_per_s;

	return start_time / ns_per_tick * ns_per_tick;
}

static gboolean
take_numbers(PvStore *store, const PvWireTask *wire, PvTask *task)
{
	task->first_ns_tid = store->ns_tids.n;
	if (wire->task->n_numbers < 2)
		return TRUE;
	if (!pv_array_reserve(&store->ns_tids, wire->task->n_numbers))
		return FALSE;
	for (guint i = 0; i < wire->task->n_numbers; i++)
		*(gint32 *)pv_array_append(&store->ns_tids) = wire->numbers[i];
	task->n_ns_tids = wire->task->n_numbers;
	return TRUE;
}

/* What is known of leaders always, and of threads if it was asked for. */
static gboolean
take_details(PvStore *store, const PvWireTask *wire, PvTask *task)
{
	const struct pv_wire_task *from = wire->task;
	const char *comm = (const char *)from->comm;

	task->comm = pv_strings_intern(&store->strings, comm, strnlen(comm, sizeof(from->comm)));
	task->state = pv_wire_state(from->state, from->exit_state);
	task->uid = from->uid;
	task->euid = from->euid;
	task->gid = from->gid;
	task->egid = from->egid;
	task->known |= PV_TASK_DETAILS;
	task->known |= from->files != 0 ? PV_TASK_HAD_TABLE : 0;
	task->known |= from->flags & PV_KERNEL_THREAD_FLAG ? PV_TASK_KTHREAD : 0;
	return task->comm != 0 && take_numbers(store, wire, task);
}

static gboolean
add_task(PvBpfListing *listing, const PvWireTask *wire)
{
	const struct pv_wire_task *from = wire->task;
	PvTask *task = pv_array_append(&listing->store->tasks);

	if (task == NULL)
		return FALSE;
	task->tid = from->tid;
	/* For as long as the pass goes on: the number of its process. */
	task->process = from->pid;
	task->identity = from->identity;
	task->files_key = pv_bpf_key_again(listing->bpf, &listing->files, from->files);
	task->fs_key = pv_bpf_key_again(listing->bpf, &listing->fs, from->fs);
	task->mm_key = pv_bpf_key_again(listing->bpf, &listing->mm, from->mm);
	task->n_open = from->n_open;
	task->table = from->files != 0 ? PV_PENDING : PV_NONE;
	task->start_time_ns = pv_bpf_start_time(listing, from->start_time);
	/* Memories with a task that sleeps are not looked into (facts.c, snapshot/memories.c). */
	if (listing->query->collect & (PV_COLLECT_MAPPINGS | PV_COLLECT_COMMANDS))
		task->state = pv_wire_state(from->state, from->exit_state);
	if (!wire->is_leader && !(listing->query->collect & PV_COLLECT_THREADS))
		return TRUE;
	return take_details(listing->store, wire, task);
}

static gboolean
add_process(PvBpfListing *listing, const PvWireTask *wire)
{
	const struct pv_wire_task *from = wire->task;
	PvProcess *process;

	if (!pv_query_wants_user(listing->query, from->uid, from->euid))
		return TRUE;
	process = pv_array_append(&listing->store->processes);
	if (process == NULL)
		return FALSE;
	process->pid = from->pid;
	process->ppid = from->ppid;
	process->pgid = from->pgid;
	process->sid = from->sid;
	/* Until a pass of its own has brought it. */
	if ((listing->query->collect & PV_COLLECT_COMMANDS) &&
	    !(from->flags & PV_KERNEL_THREAD_FLAG))
		process->known |= PV_PROCESS_LONG_COMMAND | PV_PROCESS_LONG_EXE;
	if (listing->query->collect & PV_COLLECT_LIMITS) {
		process->fd_limit_soft = from->limit_soft;
		process->fd_limit_hard = from->limit_hard;
		process->known |= PV_PROCESS_LIMITS;
	}
	if (listing->query->collect & PV_COLLECT_CONTEXT) {
		process->known |= PV_PROCESS_LONG_CONTEXT;
		G_STATIC_ASSERT(sizeof(process->namespaces) == sizeof(from->namespaces));
		memcpy(process->namespaces, from->namespaces, sizeof(from->namespaces));
		process->cgroup_id = from->cgroup;
	}
	return TRUE;
}

static gboolean
take_record(PvBpfListing *listing, const char *record, gsize size, GError **error)
{
	PvWireTask wire;

	if (!pv_wire_take_task(record, size, &wire))
		return pv_error_from_errno(error, "iter/task", EPROTO);
	if ((wire.is_leader && !add_process(listing, &wire)) || !add_task(listing, &wire))
		return pv_error_no_memory(error);
	return TRUE;
}

gboolean
pv_bpf_run(PvBpfListing *listing, PvProgram program, PvScope scope, gint32 number,
	   gboolean (*take)(PvBpfListing *, const char *, gsize, GError **), GError **error)
{
	PvIterator *iterator = listing->iterator;
	const char *record;
	gssize size = pv_iterator_start(iterator, program, scope, number);

	if (size == 0)
		size = pv_iterator_next(iterator, &record);
	for (; size > 0; size = pv_iterator_next(iterator, &record)) {
		if (++listing->n_records % RECORDS_PER_LOOK == 0 &&
		    !pv_watch_step(listing->watch, PV_STEP_TASKS, listing->n_records, 0, error))
			return FALSE;
		if (!take(listing, record, size, error))
			return FALSE;
	}
	return size == 0 || pv_error_from_errno(error, "bpf iterator", -size);
}

static int
compare_processes(const void *a, const void *b)
{
	return pv_order_i32(((const PvProcess *)a)->pid, ((const PvProcess *)b)->pid);
}

/* By process, then by number; before that a task's process is its process's number. */
static int
compare_tasks(const void *a, const void *b)
{
	const PvTask *x = a;
	const PvTask *y = b;

	if (x->process != y->process)
		return x->process < y->process ? -1 : 1;
	return pv_order_i32(x->tid, y->tid);
}

/* Gives processes their tasks, and drops tasks that have no process. */
static void
put_together(PvStore *store)
{
	guint32 n_tasks = 0;
	guint32 at = 0;

	for (guint32 i = 0; i < store->processes.n; i++) {
		PvProcess *process = pv_store_process(store, i);
		guint32 pid = process->pid;

		while (at < store->tasks.n && pv_store_task(store, at)->process < pid)
			at++;
		process->index = i;
		process->first_task = n_tasks;
		for (; at < store->tasks.n && pv_store_task(store, at)->process == pid; at++) {
			PvTask *task = pv_store_task(store, n_tasks);

			if (at != n_tasks)
				*task = *pv_store_task(store, at);
			task->index = n_tasks++;
			task->process = i;
			if ((guint32)task->tid != pid)
				continue;
			task->known |= PV_TASK_LEADER;
			process->leader = task->index;
		}
		process->n_tasks = n_tasks - process->first_task;
	}
	pv_array_truncate(&store->tasks, n_tasks);
}

/* A process that was asked for twice, by itself and by a thread of it, is here once. */
static void
drop_doubles(PvArray *array, gsize size, int (*compare)(const void *, const void *))
{
	char *data = array->data;
	guint n = MIN(array->n, 1);

	for (guint i = 1; i < array->n; i++) {
		if (compare(data + (n - 1) * size, data + i * size) == 0)
			continue;
		if (n != i)
			memcpy(data + n * size, data + i * size, size);
		n++;
	}
	pv_array_truncate(array, n);
}

/* Each comes before the next, and none is the same. */
static gboolean
is_in_order(const PvArray *array, gsize size, int (*compare)(const void *, const void *))
{
	const char *data = array->data;

	for (guint i = 1; i < array->n; i++) {
		if (compare(data + (i - 1) * size, data + i * size) >= 0)
			return FALSE;
	}
	return TRUE;
}

/* Mostly there is nothing to sort: only threads come late, and processes that are the newest. */
static void
restore_order(PvArray *array, gsize size, int (*compare)(const void *, const void *))
{
	if (is_in_order(array, size, compare))
		return;
	qsort(array->data, array->n, size, compare);
	drop_doubles(array, size, compare);
}

static void
sort_out(PvStore *store)
{
	restore_order(&store->processes, sizeof(PvProcess), compare_processes);
	restore_order(&store->tasks, sizeof(PvTask), compare_tasks);
	put_together(store);
}

/* A thread's number leads to its process. */
static gboolean
note_process(PvBpfListing *listing, const char *record, gsize size, GError **error)
{
	PvWireTask wire;

	if (!pv_wire_take_task(record, size, &wire))
		return pv_error_from_errno(error, "iter/task", EPROTO);
	listing->pid = wire.task->pid;
	return TRUE;
}

static PvProgram
choose_program(const PvBpfListing *listing)
{
	return listing->query->collect & PV_COLLECT_CONTEXT ? PV_PROGRAM_TASKS_IN_CONTEXT
							    : PV_PROGRAM_TASKS;
}

static gboolean
list_wanted(PvBpfListing *listing, GError **error)
{
	const GArray *pids = listing->query->pids;

	for (guint i = 0; i < pids->len; i++) {
		gint32 tid = g_array_index(pids, gint32, i);

		listing->pid = 0;
		if (!pv_bpf_run(listing, PV_PROGRAM_TASKS, PV_SCOPE_TASK, tid, note_process, error))
			return FALSE;
		if (listing->pid != 0 &&
		    !pv_bpf_run(listing, choose_program(listing), PV_SCOPE_PROCESS, listing->pid,
				take_record, error))
			return FALSE;
	}
	return TRUE;
}

/*
 * Room for as many as there were the last time, and some: arrays that grow while they are filled are
 * copied again and again. If there is no room, the pass will tell.
 */
static void
make_room(const PvBpf *bpf, PvStore *store)
{
	pv_array_reserve(&store->processes, bpf->n_processes + bpf->n_processes / 16);
	pv_array_reserve(&store->tasks, bpf->n_tasks + bpf->n_tasks / 16);
}

static gboolean
list_all(PvBpfListing *listing, GError **error)
{
	PvBpf *bpf = listing->bpf;

	make_room(bpf, listing->store);
	if (!pv_bpf_run(listing, choose_program(listing), PV_SCOPE_ALL, 0, take_record, error))
		return FALSE;
	bpf->n_processes = listing->store->processes.n;
	bpf->n_tasks = listing->store->tasks.n;
	return TRUE;
}

gboolean
pv_bpf_list(PvBpf *bpf, const PvQuery *query, gint64 ticks_per_s, PvStore *store,
	    const PvWatch *watch, GError **error)
{
	g_auto(PvIterator) iterator;
	PvBpfListing listing = {
		.bpf = bpf,
		.query = query,
		.ticks_per_s = ticks_per_s,
		.store = store,
		.watch = watch,
		.iterator = &iterator,
	};
	gboolean done;

	pv_iterator_init(&iterator, bpf);
	if (!pv_watch_step(watch, PV_STEP_TASKS, 0, 0, error))
		return FALSE;
	if (query->pids->len > 0 || query->nobody)
		done = list_wanted(&listing, error);
	else
		done = list_all(&listing, error);
	if (!done)
		return FALSE;
	sort_out(store);
	return pv_bpf_take_facts(&listing, error);
}
