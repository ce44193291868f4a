/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One immutable moment: its processes, tasks and tables, what is missing from it, what it cost.
 */
#include "api/private.h"

/**
 * ProcviewSnapshot:
 *
 * One immutable moment of the machine: processes, their tasks, the descriptor tables that these
 * share, the descriptors in them and the files behind.
 *
 * A snapshot is made by [method@Procview.Scanner.scan]. It can be read from many threads at once,
 * and so can its parts; a reference on any part keeps all of it alive.
 *
 * Nothing is silently missing: [method@Procview.Snapshot.is_complete] says whether every table is
 * whole, and each table what is wrong with it.
 *
 * It is not one instant: tasks come and go while it is made, and what was seen of one process may
 * be some milliseconds older than what was seen of another.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewSnapshot, procview_snapshot, procview_snapshot_ref,
		    procview_snapshot_unref)

/**
 * procview_snapshot_ref:
 * @snapshot: a snapshot
 *
 * Takes a reference. Safe from any thread.
 *
 * Returns: (transfer full): the snapshot
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_snapshot_ref(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, NULL);

	return pv_store_ref(snapshot);
}

/**
 * procview_snapshot_unref:
 * @snapshot: (transfer full): a snapshot
 *
 * Drops a reference; frees the snapshot with the last one on it or any part of it. Safe from any
 * thread.
 *
 * Since: 0.1
 */
void
procview_snapshot_unref(ProcviewSnapshot *snapshot)
{
	g_return_if_fail(snapshot != NULL);

	pv_store_unref(snapshot);
}

/**
 * procview_snapshot_get_n_processes:
 * @snapshot: a snapshot
 *
 * How many processes are in the snapshot.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_processes(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->processes.n;
}

/**
 * procview_snapshot_get_process:
 * @snapshot: a snapshot
 * @index: which one; less than [method@Procview.Snapshot.get_n_processes]
 *
 * One of the processes, sorted by process id.
 *
 * Returns: (transfer none) (nullable): a process, borrowed from the snapshot; %NULL if @index is
 *   out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_snapshot_get_process(ProcviewSnapshot *snapshot, guint index)
{
	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(index < snapshot->processes.n, NULL);

	return pv_store_process(snapshot, index);
}

/**
 * procview_snapshot_find_process:
 * @snapshot: a snapshot
 * @pid: a process id
 *
 * Looks for a process by its id. The id of a thread that is not a leader finds nothing here:
 * [method@Procview.Snapshot.find_task] takes any.
 *
 * Returns: (transfer none) (nullable): a process, borrowed from the snapshot; %NULL if it is not
 *   there
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_snapshot_find_process(ProcviewSnapshot *snapshot, int pid)
{
	g_return_val_if_fail(snapshot != NULL, NULL);

	return pv_store_find_process(snapshot, pid);
}

/**
 * procview_snapshot_get_n_tasks:
 * @snapshot: a snapshot
 *
 * How many tasks all processes of the snapshot have together.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_tasks(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->tasks.n;
}

/**
 * procview_snapshot_find_task:
 * @snapshot: a snapshot
 * @tid: a thread id
 *
 * Looks for a task by its thread id, leader or not. A number that went from one task to another while
 * the scan was under way may be in the snapshot twice, with each of their processes: it is either.
 *
 * Returns: (transfer none) (nullable): a task, borrowed from the snapshot; %NULL if it is not
 *   there
 *
 * Since: 0.1
 */
ProcviewTask *
procview_snapshot_find_task(ProcviewSnapshot *snapshot, int tid)
{
	g_return_val_if_fail(snapshot != NULL, NULL);

	return pv_store_find_task(snapshot, tid);
}

/**
 * procview_snapshot_get_n_fd_tables:
 * @snapshot: a snapshot
 *
 * How many descriptor tables are in the snapshot.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_TABLES)
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_fd_tables(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->tables.n;
}

/**
 * procview_snapshot_get_fd_table:
 * @snapshot: a snapshot
 * @index: which one; less than [method@Procview.Snapshot.get_n_fd_tables]
 *
 * One of the descriptor tables, sorted by owner and first task.
 *
 * Returns: (transfer none) (nullable): a table, borrowed from the snapshot; %NULL if @index is
 *   out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewFdTable *
procview_snapshot_get_fd_table(ProcviewSnapshot *snapshot, guint index)
{
	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(index < snapshot->tables.n, NULL);

	return pv_store_table(snapshot, index);
}

/**
 * procview_snapshot_get_n_descriptors:
 * @snapshot: a snapshot
 *
 * How many descriptors all tables of the snapshot hold together.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_DESCRIPTORS)
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_descriptors(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->descriptors.n;
}

/**
 * procview_snapshot_get_n_sockets:
 * @snapshot: a snapshot
 *
 * How many sockets the snapshot knows; those that no descriptor of it leads to may be among them.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_SOCKETS)
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_sockets(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->details.sockets.n;
}

/**
 * procview_snapshot_get_socket:
 * @snapshot: a snapshot
 * @index: which one; less than [method@Procview.Snapshot.get_n_sockets]
 *
 * One of the sockets, sorted by inode number.
 *
 * Returns: (transfer none) (nullable): a socket, borrowed from the snapshot; %NULL if @index is out
 *   of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewSocket *
procview_snapshot_get_socket(ProcviewSnapshot *snapshot, guint index)
{
	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(index < snapshot->details.sockets.n, NULL);

	return pv_array_at(&snapshot->details.sockets, PvSocket, index);
}

/**
 * procview_snapshot_get_n_mounts:
 * @snapshot: a snapshot
 *
 * How many mounts the snapshot knows that its files lie on.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_MOUNTS)
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_mounts(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->details.mounts.n;
}

/**
 * procview_snapshot_get_mount:
 * @snapshot: a snapshot
 * @index: which one; less than [method@Procview.Snapshot.get_n_mounts]
 *
 * One of the mounts, sorted by number.
 *
 * Returns: (transfer none) (nullable): a mount, borrowed from the snapshot; %NULL if @index is out
 *   of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewMount *
procview_snapshot_get_mount(ProcviewSnapshot *snapshot, guint index)
{
	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(index < snapshot->details.mounts.n, NULL);

	return pv_array_at(&snapshot->details.mounts, PvMount, index);
}

/**
 * procview_snapshot_get_n_holdings:
 * @snapshot: a snapshot
 *
 * How many files are held by queues and rings.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_HOLDINGS)
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_holdings(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->details.holdings.n;
}

/**
 * procview_snapshot_get_holding:
 * @snapshot: a snapshot
 * @index: which one; less than [method@Procview.Snapshot.get_n_holdings]
 *
 * One of the files that queues and rings hold.
 *
 * Returns: (transfer none) (nullable): a holding, borrowed from the snapshot; %NULL if @index is
 *   out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewHolding *
procview_snapshot_get_holding(ProcviewSnapshot *snapshot, guint index)
{
	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(index < snapshot->details.holdings.n, NULL);

	return pv_array_at(&snapshot->details.holdings, PvHolding, index);
}

/**
 * procview_snapshot_is_complete:
 * @snapshot: a snapshot
 *
 * Whether all that was asked for is here: every table is whole, who shares it is proven, no process
 * is hidden, and no thread was missed; with %PROCVIEW_COLLECT_PLACES every fs context and memory is
 * whole too. The sharing of kernel threads counts as proven, and what has exited while the scan went
 * on is not missing.
 *
 * Returns: whether it is
 *
 * Since: 0.1
 */
gboolean
procview_snapshot_is_complete(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, FALSE);

	return pv_store_is_complete(snapshot);
}

/**
 * procview_snapshot_has_hidden_processes:
 * @snapshot: a snapshot
 *
 * Whether `/proc` is mounted so that processes of other users are kept from the caller
 * (`hidepid=`): there may be any number of them.
 *
 * Returns: whether it is
 *
 * Since: 0.1
 */
gboolean
procview_snapshot_has_hidden_processes(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, FALSE);

	return snapshot->hidden;
}

/**
 * procview_snapshot_get_collected:
 * @snapshot: a snapshot
 *
 * What the query asked for, with all that it implied.
 *
 * Returns: what was collected
 *
 * Since: 0.1
 */
ProcviewCollect
procview_snapshot_get_collected(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, PROCVIEW_COLLECT_NOTHING);

	return snapshot->collected;
}

/**
 * procview_snapshot_get_backend_name:
 * @snapshot: a snapshot
 * @step: a step of the scan
 *
 * Which kernel interface served a step: `procfs`, `kcmp`, `pidfd`, …
 *
 * Returns: (transfer none) (nullable): a name; %NULL if the step was not asked for. For a step
 *   out of range, which is an error of the caller, %NULL as well
 *
 * Since: 0.1
 */
const char *
procview_snapshot_get_backend_name(ProcviewSnapshot *snapshot, ProcviewStep step)
{
	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail((guint)step < PV_N_STEPS, NULL);

	return snapshot->backends[step];
}

/**
 * procview_snapshot_get_n_refusals:
 * @snapshot: a snapshot
 *
 * How many better kernel interfaces a step of the scan could not use.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_refusals(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->n_refusals;
}

/**
 * procview_snapshot_get_refusal:
 * @snapshot: a snapshot
 * @index: which one; less than [method@Procview.Snapshot.get_n_refusals]
 * @step: (out) (optional): the step that could not use it
 * @backend: (out) (optional) (transfer none): the name of the interface, borrowed from the
 *   snapshot
 *
 * Says which better kernel interface could not be used, and why.
 *
 * Returns: (transfer none) (nullable): the reason, for people, borrowed from the snapshot; %NULL
 *   if @index is out of range, which is an error of the caller
 *
 * Since: 0.1
 */
const char *
procview_snapshot_get_refusal(ProcviewSnapshot *snapshot, guint index, ProcviewStep *step,
			      const char **backend)
{
	const PvRefusal *refusal;

	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(index < snapshot->n_refusals, NULL);

	refusal = &snapshot->refusals[index];
	if (step != NULL)
		*step = refusal->step;
	if (backend != NULL)
		*backend = refusal->backend;
	return refusal->why;
}

/**
 * procview_snapshot_get_duration_ns:
 * @snapshot: a snapshot
 *
 * How long the scan took (`CLOCK_MONOTONIC`).
 *
 * Returns: nanoseconds
 *
 * Since: 0.1
 */
guint64
procview_snapshot_get_duration_ns(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->duration_ns;
}

/**
 * procview_snapshot_get_duplicates_avoided:
 * @snapshot: a snapshot
 *
 * How many descriptors were *not* read because their table had been read already: for each table
 * its descriptors, times the tasks that share it beyond the first. A walk through `/proc` by
 * thread would have read each of them again.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint64
procview_snapshot_get_duplicates_avoided(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return pv_store_duplicates_avoided(snapshot);
}

/**
 * procview_snapshot_get_kcmp_calls:
 * @snapshot: a snapshot
 *
 * How many calls of kcmp(2) the scan made, to group tasks and to compare open file descriptions.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint64
procview_snapshot_get_kcmp_calls(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->kcmp_calls;
}

/**
 * procview_snapshot_get_memory_bytes:
 * @snapshot: a snapshot
 *
 * How much memory the snapshot holds, all of its parts and strings together.
 *
 * Returns: bytes
 *
 * Since: 0.1
 */
guint64
procview_snapshot_get_memory_bytes(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return pv_store_memory(snapshot);
}
