/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot's fs contexts and memories, and from tasks and processes to them.
 */
#include "api/private.h"
#include "core/association.h"

/**
 * procview_snapshot_get_n_fs_contexts:
 * @snapshot: a snapshot
 *
 * How many distinct sets of working directory, root and umask there are.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_PLACES)
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_fs_contexts(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->details.fs_contexts.n;
}

/**
 * procview_snapshot_get_fs_context:
 * @snapshot: a snapshot
 * @index: which one; less than [method@Procview.Snapshot.get_n_fs_contexts]
 *
 * One of the fs contexts, sorted by the first of the tasks that share them.
 *
 * Returns: (transfer none) (nullable): an fs context, borrowed from the snapshot; %NULL if @index
 *   is out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewFsContext *
procview_snapshot_get_fs_context(ProcviewSnapshot *snapshot, guint index)
{
	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(index < snapshot->details.fs_contexts.n, NULL);

	return pv_store_fs_context(snapshot, index);
}

/**
 * procview_snapshot_get_n_memories:
 * @snapshot: a snapshot
 *
 * How many distinct memories processes have.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_PLACES)
 *
 * Since: 0.1
 */
guint
procview_snapshot_get_n_memories(ProcviewSnapshot *snapshot)
{
	g_return_val_if_fail(snapshot != NULL, 0);

	return snapshot->details.memories.n;
}

/**
 * procview_snapshot_get_memory:
 * @snapshot: a snapshot
 * @index: which one; less than [method@Procview.Snapshot.get_n_memories]
 *
 * One of the memories, sorted by the first of the processes that share them.
 *
 * Returns: (transfer none) (nullable): a memory, borrowed from the snapshot; %NULL if @index is
 *   out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewMemory *
procview_snapshot_get_memory(ProcviewSnapshot *snapshot, guint index)
{
	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(index < snapshot->details.memories.n, NULL);

	return pv_store_memory_at(snapshot, index);
}

/**
 * procview_task_get_fs_context:
 * @task: a task
 *
 * Where the task stands. Tasks that share it give the same pointer.
 *
 * Returns: (transfer none) (nullable): an fs context, borrowed from the snapshot; %NULL if the task
 *   has none, as a zombie, or if it was not asked for (%PROCVIEW_COLLECT_PLACES), or of relatives
 *   only their counts were (%PROCVIEW_RELATIVES_COUNTED)
 *
 * Since: 0.1
 */
ProcviewFsContext *
procview_task_get_fs_context(ProcviewTask *task)
{
	PvStore *store;
	guint32 index;

	g_return_val_if_fail(task != NULL, NULL);

	store = pv_store_of(task);
	index = pv_store_fs_context_of(store, task->index);
	return index == PV_NONE ? NULL : pv_store_fs_context(store, index);
}

/**
 * procview_process_get_memory:
 * @process: a process
 *
 * The memory of the process, which all of its threads have. Processes that share it give the same
 * pointer.
 *
 * Returns: (transfer none) (nullable): a memory, borrowed from the snapshot; %NULL if the process
 *   has none, as a zombie or a kernel thread, or if it was not asked for
 *   (%PROCVIEW_COLLECT_PLACES), or of relatives only their counts were
 *   (%PROCVIEW_RELATIVES_COUNTED)
 *
 * Since: 0.1
 */
ProcviewMemory *
procview_process_get_memory(ProcviewProcess *process)
{
	PvStore *store;
	guint32 index;

	g_return_val_if_fail(process != NULL, NULL);

	store = pv_store_of(process);
	index = pv_store_memory_of(store, process->index);
	return index == PV_NONE ? NULL : pv_store_memory_at(store, index);
}
