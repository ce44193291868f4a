/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One thing that became different between two snapshots: what it is, and whom it is about, as it
 * was and as it is.
 */
#include "core/change.h"

#include "api/private.h"

#define SAME(name) G_STATIC_ASSERT((int)PROCVIEW_##name == (int)PV_##name)

SAME(CHANGE_PROCESS_STARTED);
SAME(CHANGE_PROCESS_ENDED);
SAME(CHANGE_PROCESS_EXECUTED);
SAME(CHANGE_TABLE_JOINED);
SAME(CHANGE_TABLE_LEFT);
SAME(CHANGE_DESCRIPTOR_OPENED);
SAME(CHANGE_DESCRIPTOR_CLOSED);
SAME(CHANGE_DESCRIPTOR_REPLACED);
G_STATIC_ASSERT(PROCVIEW_CHANGE_DESCRIPTOR_REPLACED == PV_N_CHANGE_KINDS - 1);

/**
 * procview_change_kind_to_string:
 * @kind: what became different
 *
 * The word for what became different: `process-started`, `process-ended`, `process-executed`,
 * `table-joined`, `table-left`, `descriptor-opened`, `descriptor-closed`, `descriptor-replaced`.
 *
 * Returns: (transfer none): a word; `unknown` for a value that this release does not know
 *
 * Since: 0.1
 */
const char *
procview_change_kind_to_string(ProcviewChangeKind kind)
{
	return pv_change_kind_name(kind);
}

/**
 * ProcviewChange:
 *
 * One thing that became different between two snapshots.
 *
 * Whom it is about is told twice, as it was before and as it is after; where that is missing on one
 * side, it was not there then, or is not there any more. A reference on a change keeps all changes
 * and both snapshots alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewChange, procview_change, procview_change_ref, procview_change_unref)

/**
 * procview_change_ref:
 * @change: a change
 *
 * Takes a reference. Safe from any thread.
 *
 * Returns: (transfer full): the change
 *
 * Since: 0.1
 */
ProcviewChange *
procview_change_ref(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	pv_changes_ref(pv_changes_of(change));
	return change;
}

/**
 * procview_change_unref:
 * @change: (transfer full): a change
 *
 * Drops a reference; frees all changes with the last one on them or any of them. Safe from any
 * thread.
 *
 * Since: 0.1
 */
void
procview_change_unref(ProcviewChange *change)
{
	g_return_if_fail(change != NULL);

	pv_changes_unref(pv_changes_of(change));
}

/**
 * procview_change_get_kind:
 * @change: a change
 *
 * What became different.
 *
 * Returns: what became different
 *
 * Since: 0.1
 */
ProcviewChangeKind
procview_change_get_kind(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, PROCVIEW_CHANGE_PROCESS_STARTED);

	return (ProcviewChangeKind)change->kind;
}

/**
 * procview_change_get_process_before:
 * @change: a change
 *
 * The process as it was.
 *
 * Returns: (transfer none) (nullable): a process, borrowed from its snapshot; %NULL if it has
 *   started since
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_change_get_process_before(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	if (change->before.process == PV_NONE)
		return NULL;
	return pv_store_process(pv_changes_of(change)->before, change->before.process);
}

/**
 * procview_change_get_process_after:
 * @change: a change
 *
 * The process as it is.
 *
 * Returns: (transfer none) (nullable): a process, borrowed from its snapshot; %NULL if it has ended
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_change_get_process_after(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	if (change->after.process == PV_NONE)
		return NULL;
	return pv_store_process(pv_changes_of(change)->after, change->after.process);
}

/**
 * procview_change_get_task_before:
 * @change: a change
 *
 * The task as it was: of a process, its leader; of descriptors, the first task that has had their
 * table all the while.
 *
 * Returns: (transfer none) (nullable): a task, borrowed from its snapshot; %NULL if it has started
 *   since
 *
 * Since: 0.1
 */
ProcviewTask *
procview_change_get_task_before(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	if (change->before.task == PV_NONE)
		return NULL;
	return pv_store_task(pv_changes_of(change)->before, change->before.task);
}

/**
 * procview_change_get_task_after:
 * @change: a change
 *
 * The task as it is: of a process, its leader; of descriptors, the first task that has had their
 * table all the while.
 *
 * Returns: (transfer none) (nullable): a task, borrowed from its snapshot; %NULL if it has ended
 *
 * Since: 0.1
 */
ProcviewTask *
procview_change_get_task_after(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	if (change->after.task == PV_NONE)
		return NULL;
	return pv_store_task(pv_changes_of(change)->after, change->after.task);
}

/**
 * procview_change_get_fd_table_before:
 * @change: a change
 *
 * The table as it was: the one that the task had, or that the descriptor is in.
 *
 * Returns: (transfer none) (nullable): a table, borrowed from its snapshot; %NULL if the change is
 *   about a process, or the task is new
 *
 * Since: 0.1
 */
ProcviewFdTable *
procview_change_get_fd_table_before(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	if (change->before.table == PV_NONE)
		return NULL;
	return pv_store_table(pv_changes_of(change)->before, change->before.table);
}

/**
 * procview_change_get_fd_table_after:
 * @change: a change
 *
 * The table as it is: the one that the task has now, or that the descriptor is in.
 *
 * Returns: (transfer none) (nullable): a table, borrowed from its snapshot; %NULL if the change is
 *   about a process
 *
 * Since: 0.1
 */
ProcviewFdTable *
procview_change_get_fd_table_after(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	if (change->after.table == PV_NONE)
		return NULL;
	return pv_store_table(pv_changes_of(change)->after, change->after.table);
}

/**
 * procview_change_get_descriptor_before:
 * @change: a change
 *
 * The descriptor as it was.
 *
 * Returns: (transfer none) (nullable): a descriptor, borrowed from its snapshot; %NULL if it was
 *   opened since, or the change is about no descriptor
 *
 * Since: 0.1
 */
ProcviewDescriptor *
procview_change_get_descriptor_before(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	if (change->before.descriptor == PV_NONE)
		return NULL;
	return pv_store_descriptor(pv_changes_of(change)->before, change->before.descriptor);
}

/**
 * procview_change_get_descriptor_after:
 * @change: a change
 *
 * The descriptor as it is.
 *
 * Returns: (transfer none) (nullable): a descriptor, borrowed from its snapshot; %NULL if it was
 *   closed, or the change is about no descriptor
 *
 * Since: 0.1
 */
ProcviewDescriptor *
procview_change_get_descriptor_after(ProcviewChange *change)
{
	g_return_val_if_fail(change != NULL, NULL);

	if (change->after.descriptor == PV_NONE)
		return NULL;
	return pv_store_descriptor(pv_changes_of(change)->after, change->after.descriptor);
}
