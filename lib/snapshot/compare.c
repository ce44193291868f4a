/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became different from one snapshot to a later one?
 *
 * First everybody is found again (snapshot/pairs.c); then one walk over both, side by side, by
 * process, by task, and, at the first task that has a table in both, by descriptor. So changes
 * come in their order, and time is proportional to the snapshots.
 *
 * A change is told only where both sides know. A process that only one of the queries asked for
 * has not started or ended, nor has one that only one of the snapshots could see; a table that
 * could not be read whole has not been closed; where nobody could be asked who shares tables,
 * nobody has left one. And a table is compared with itself only: whoever leaves one has another,
 * whose descriptors are copies. (Were they compared, a table of many descriptors that many tasks
 * leave would make time grow with the product.)
 */
#include "snapshot/compare.h"

#include "core/error.h"
#include "core/query.h"
#include "snapshot/pairs.h"
#include "snapshot/same.h"

typedef struct {
	PvPairs pairs;
	PvChanges *changes;
	guint32 *first_before; /* by the table after: first of its tasks that was there before */
	gboolean *done;	       /* by the table after: its descriptors are compared */
	gboolean no_memory;
} Comparison;

static void
comparison_clear(Comparison *of)
{
	pv_pairs_clear(&of->pairs);
	g_free(of->first_before);
	g_free(of->done);
	g_clear_pointer(&of->changes, pv_changes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Comparison, comparison_clear)

static void
tell(Comparison *of, guint kind, PvSubject before, PvSubject after)
{
	PvChange *change = pv_array_append(&of->changes->changes);

	if (change == NULL) {
		of->no_memory = TRUE;
		return;
	}
	*change = (PvChange){of->changes->changes.n - 1, kind, before, after};
}

static PvSubject
subject_of_process(const PvProcess *process)
{
	return (PvSubject){process->index, process->leader, PV_NONE, PV_NONE};
}

static PvSubject
subject_of_task(const PvStore *store, guint32 task)
{
	const PvTask *of = pv_store_task(store, task);

	return (PvSubject){of->process, task, of->table, PV_NONE};
}

/* Whether it would be in a snapshot that it is not in, had it been there then. */
static gboolean
would_be_in(const PvStore *store, const PvProcess *process)
{
	const PvStore *own = pv_store_of(process);

	if (store->hidden && !own->hidden)
		return FALSE;
	return pv_store_covers(store, process, pv_store_task(own, process->leader));
}

static void
compare_files(Comparison *of, PvSubject before, PvSubject after)
{
	const PvStore *old = of->pairs.before, *now = of->pairs.after;
	gboolean same_numbers = pv_same_numbers(pv_store_table(old, before.table)->backend,
						pv_store_table(now, after.table)->backend);
	const PvDescriptor *was = pv_store_descriptor(old, before.descriptor);
	const PvDescriptor *is = pv_store_descriptor(now, after.descriptor);

	if (!pv_same_file(pv_store_file(old, was->file), pv_store_file(now, is->file),
			  same_numbers))
		tell(of, PV_CHANGE_DESCRIPTOR_REPLACED, before, after);
}

static gint64
fd_at(const PvStore *store, const PvTable *table, guint32 i)
{
	if (i >= table->n_descriptors)
		return G_MAXINT64;
	return pv_store_descriptor(store, table->first_descriptor + i)->fd;
}

static void
compare_descriptors(Comparison *of, PvSubject before, PvSubject after)
{
	const PvTable *was = pv_store_table(of->pairs.before, before.table);
	const PvTable *is = pv_store_table(of->pairs.after, after.table);
	guint32 i = 0, j = 0;

	while (i < was->n_descriptors || j < is->n_descriptors) {
		gint64 fd_before = fd_at(of->pairs.before, was, i);
		gint64 fd_after = fd_at(of->pairs.after, is, j);

		before.descriptor = fd_before <= fd_after ? was->first_descriptor + i : PV_NONE;
		after.descriptor = fd_after <= fd_before ? is->first_descriptor + j : PV_NONE;
		if (fd_before < fd_after)
			tell(of, PV_CHANGE_DESCRIPTOR_CLOSED, before, after);
		else if (fd_after < fd_before)
			tell(of, PV_CHANGE_DESCRIPTOR_OPENED, before, after);
		else
			compare_files(of, before, after);
		i += fd_before <= fd_after;
		j += fd_after <= fd_before;
	}
}

static gboolean
are_whole(const Comparison *of, const PvTable *before, const PvTable *after)
{
	return pv_table_has_descriptors(of->pairs.before, before) &&
	       pv_table_has_descriptors(of->pairs.after, after) && before->status == PV_STATUS_OK &&
	       after->status == PV_STATUS_OK;
}

/* A table that goes on existing, at the first task that goes on having it. */
static void
compare_table(Comparison *of, PvSubject before, PvSubject after)
{
	const PvTable *was = pv_store_table(of->pairs.before, before.table);
	const PvTable *is = pv_store_table(of->pairs.after, after.table);

	if (of->done[after.table])
		return;
	of->done[after.table] = TRUE;
	if (are_whole(of, was, is))
		compare_descriptors(of, before, after);
}

/* Whether a table that a task has come to is that of others, who had it before. */
static gboolean
was_of_others(const Comparison *of, guint32 table)
{
	return of->pairs.table_before[table] != PV_NONE;
}

static gboolean
is_kernel_thread(const PvTask *task)
{
	return (task->known & PV_TASK_KTHREAD) != 0;
}

static void
compare_task(Comparison *of, guint32 task_before, guint32 task_after)
{
	PvSubject before = subject_of_task(of->pairs.before, task_before);
	PvSubject after = subject_of_task(of->pairs.after, task_after);

	/* A zombie has no table. */
	if (before.table >= of->pairs.before->tables.n || after.table >= of->pairs.after->tables.n)
		return;
	if (of->pairs.table_after[before.table] == after.table) {
		compare_table(of, before, after);
		return;
	}
	if (is_kernel_thread(pv_store_task(of->pairs.after, task_after)) ||
	    !pv_pairs_are_proven(pv_store_table(of->pairs.before, before.table),
				 pv_store_table(of->pairs.after, after.table)))
		return;
	tell(of, was_of_others(of, after.table) ? PV_CHANGE_TABLE_JOINED : PV_CHANGE_TABLE_LEFT,
	     before, after);
}

/* Who was in the table of a new task first: somebody who was there before, or the first of all. */
static const PvTask *
first_in_table(const Comparison *of, guint32 table)
{
	const PvStore *now = of->pairs.after;
	guint32 task = of->first_before[table];

	if (task == PV_NONE)
		task = pv_store_member(now, pv_store_table(now, table)->first_member);
	return pv_store_task(now, task);
}

/* A thread of a process that goes on, with a table that is not that of its process. */
static gboolean
has_left_process(const PvTask *task, const PvTask *leader)
{
	return task != leader && leader->table != PV_NONE && leader->table != task->table;
}

/* A task that was not there: whom does it share with? */
static void
look_at_new_task(Comparison *of, guint32 index)
{
	const PvStore *now = of->pairs.after;
	const PvTask *task = pv_store_task(now, index), *first;
	const PvTask *leader = pv_store_task(now, pv_store_process(now, task->process)->leader);

	if (task->table >= now->tables.n || is_kernel_thread(task) ||
	    pv_store_table(now, task->table)->proof == PV_PROOF_ASSUMED ||
	    (task != leader && of->pairs.before->missed_threads))
		return;
	first = first_in_table(of, task->table);
	if (first == task && has_left_process(task, leader))
		tell(of, PV_CHANGE_TABLE_LEFT, PV_NO_SUBJECT, subject_of_task(now, index));
	if (first->process == task->process || (task != leader && leader->table == task->table))
		return;
	tell(of, PV_CHANGE_TABLE_JOINED, PV_NO_SUBJECT, subject_of_task(now, index));
}

static void
tell_ended(Comparison *of, const PvProcess *process)
{
	if (would_be_in(of->pairs.after, process))
		tell(of, PV_CHANGE_PROCESS_ENDED, subject_of_process(process), PV_NO_SUBJECT);
}

static void
look_at_tasks(Comparison *of, const PvProcess *process)
{
	guint32 end = process->first_task + process->n_tasks;

	for (guint32 i = process->first_task; i < end && !of->no_memory; i++) {
		if (of->pairs.task_before[i] == PV_NONE)
			look_at_new_task(of, i);
		else
			compare_task(of, of->pairs.task_before[i], i);
	}
}

static void
tell_started(Comparison *of, const PvProcess *process)
{
	if (!would_be_in(of->pairs.before, process))
		return;
	tell(of, PV_CHANGE_PROCESS_STARTED, PV_NO_SUBJECT, subject_of_process(process));
	look_at_tasks(of, process);
}

static void
compare_process(Comparison *of, const PvProcess *before, const PvProcess *after)
{
	if (of->pairs.executed[after->index])
		tell(of, PV_CHANGE_PROCESS_EXECUTED, subject_of_process(before),
		     subject_of_process(after));
	look_at_tasks(of, after);
}

static gint64
pid_at(const PvStore *store, guint32 i)
{
	return i < store->processes.n ? pv_store_process(store, i)->pid : G_MAXINT64;
}

static void
compare_processes(Comparison *of)
{
	const PvStore *old = of->pairs.before, *now = of->pairs.after;
	guint32 i = 0, j = 0;

	while ((i < old->processes.n || j < now->processes.n) && !of->no_memory) {
		gint64 pid_before = pid_at(old, i), pid_after = pid_at(now, j);
		gboolean same = pid_before == pid_after && of->pairs.process_after[i] == j;

		if (same)
			compare_process(of, pv_store_process(old, i), pv_store_process(now, j));
		if (!same && pid_before <= pid_after)
			tell_ended(of, pv_store_process(old, i));
		if (!same && pid_after <= pid_before)
			tell_started(of, pv_store_process(now, j));
		i += pid_before <= pid_after;
		j += pid_after <= pid_before;
	}
}

static gboolean
note_first_tasks(Comparison *of)
{
	const PvStore *now = of->pairs.after;

	of->first_before = g_try_new(guint32, (gsize)now->tables.n + 1);
	of->done = g_try_new0(gboolean, (gsize)now->tables.n + 1);
	if (of->first_before == NULL || of->done == NULL)
		return FALSE;
	for (guint32 i = 0; i < now->tables.n; i++)
		of->first_before[i] = PV_NONE;
	for (guint32 i = 0; i < now->members.n; i++) {
		guint32 task = pv_store_member(now, i);
		guint32 table = pv_store_task(now, task)->table;

		if (table < now->tables.n && of->pairs.task_before[task] != PV_NONE &&
		    of->first_before[table] == PV_NONE)
			of->first_before[table] = task;
	}
	return TRUE;
}

PvChanges *
pv_compare(PvStore *before, PvStore *after, GError **error)
{
	g_auto(Comparison) of = {.no_memory = FALSE};

	if (!pv_pairs_make(&of.pairs, before, after, error))
		return NULL;
	of.changes = pv_changes_new(before, after);
	of.no_memory = of.changes == NULL || !note_first_tasks(&of);
	if (!of.no_memory)
		compare_processes(&of);
	if (of.no_memory) {
		pv_error_no_memory(error);
		return NULL;
	}
	pv_array_seal(&of.changes->changes, of.changes);
	return g_steal_pointer(&of.changes);
}
