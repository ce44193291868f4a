/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One files_struct of the kernel: who has it, how well it was read, what is in it.
 */
#include "api/private.h"

/**
 * ProcviewFdTable:
 *
 * A descriptor table (`files_struct` in the kernel): the tasks that share it, and its
 * descriptors.
 *
 * It is read once, however many tasks share it, and tasks that share it give the same pointer:
 * the threads of a process, and processes made by clone(2) with `CLONE_FILES`.
 *
 * A table that could not be read is there all the same:
 * [method@Procview.FdTable.get_status] says how much of it is,
 * [method@Procview.FdTable.get_reason] why not all of it, and
 * [method@Procview.FdTable.get_needs] what would unlock it.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive. [method@Procview.Scanner.revalidate] tells whether it still holds.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewFdTable, procview_fd_table, procview_fd_table_ref,
		    procview_fd_table_unref)

/**
 * procview_fd_table_ref:
 * @table: a table
 *
 * Takes a reference on the snapshot of the table. Safe from any thread.
 *
 * Returns: (transfer full): the table
 *
 * Since: 0.1
 */
ProcviewFdTable *
procview_fd_table_ref(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, NULL);

	pv_store_ref(pv_store_of(table));
	return table;
}

/**
 * procview_fd_table_unref:
 * @table: (transfer full): a table
 *
 * Drops a reference on the snapshot of the table. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_fd_table_unref(ProcviewFdTable *table)
{
	g_return_if_fail(table != NULL);

	pv_store_unref(pv_store_of(table));
}

/**
 * procview_fd_table_get_id:
 * @table: a table
 *
 * A number for the table, in the order of the snapshot. Means nothing outside it, and is not a
 * kernel address.
 *
 * Returns: a number, from 1
 *
 * Since: 0.1
 */
guint
procview_fd_table_get_id(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, 0);

	return table->index + 1;
}

/**
 * procview_fd_table_get_status:
 * @table: a table
 *
 * How much of the table is in the snapshot.
 *
 * Returns: a status
 *
 * Since: 0.1
 */
ProcviewStatus
procview_fd_table_get_status(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, PROCVIEW_STATUS_GONE);

	return table->status;
}

/**
 * procview_fd_table_get_reason:
 * @table: a table
 *
 * Why the table is not whole.
 *
 * Returns: a reason; %PROCVIEW_REASON_NONE if it is whole
 *
 * Since: 0.1
 */
ProcviewReason
procview_fd_table_get_reason(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, PROCVIEW_REASON_NONE);

	return table->reason;
}

/**
 * procview_fd_table_get_needs:
 * @table: a table
 *
 * What the caller would need to read the whole table, or to be told which tasks share it instead of
 * assuming so: capabilities such as `CAP_SYS_PTRACE`, or a limit.
 *
 * Returns: (transfer none) (nullable): a name; %NULL if nothing is missing, or nothing known
 *   would help
 *
 * Since: 0.1
 */
const char *
procview_fd_table_get_needs(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, NULL);

	return pv_need_name(table->needs);
}

/**
 * procview_fd_table_get_proof:
 * @table: a table
 *
 * How the library knows that the tasks of the table share it, and that no other does.
 *
 * Returns: a proof
 *
 * Since: 0.1
 */
ProcviewProof
procview_fd_table_get_proof(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, PROCVIEW_PROOF_ASSUMED);

	return table->proof;
}

/**
 * procview_fd_table_get_backend_name:
 * @table: a table
 *
 * Through which kernel interface the table was read: `pidfd` or `procfs`. A single table may
 * have needed another one than the rest of the snapshot.
 *
 * Returns: (transfer none) (nullable): a name; %NULL if the table was not read
 *
 * Since: 0.1
 */
const char *
procview_fd_table_get_backend_name(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, NULL);

	return table->backend;
}

/**
 * procview_fd_table_get_owner:
 * @table: a table
 *
 * The process under which the table is shown: of those whose tasks share it, the one with the
 * lowest id. The kernel knows no owner.
 *
 * Returns: (transfer none): a process, borrowed from the snapshot
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_fd_table_get_owner(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, NULL);

	return pv_store_process(pv_store_of(table), table->owner);
}

/**
 * procview_fd_table_get_n_tasks:
 * @table: a table
 *
 * How many tasks share the table, as far as the query asked for them.
 *
 * Returns: a count, from 1
 *
 * Since: 0.1
 */
guint
procview_fd_table_get_n_tasks(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, 0);

	return table->n_members;
}

/**
 * procview_fd_table_get_task:
 * @table: a table
 * @index: which one; less than [method@Procview.FdTable.get_n_tasks]
 *
 * One of the tasks that share the table, sorted by process and thread id.
 *
 * Returns: (transfer none) (nullable): a task, borrowed from the snapshot; %NULL if @index is out
 *   of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewTask *
procview_fd_table_get_task(ProcviewFdTable *table, guint index)
{
	const PvStore *store;

	g_return_val_if_fail(table != NULL, NULL);
	g_return_val_if_fail(index < table->n_members, NULL);

	store = pv_store_of(table);
	return pv_store_task(store, pv_store_member(store, table->first_member + index));
}

/**
 * procview_fd_table_get_open_count:
 * @table: a table
 * @count: (out) (optional): how many descriptors are open
 *
 * How many descriptors are open in the table, which can be known without reading them:
 * `st_size` of `/proc/PID/fd` since Linux 6.2, or the number of its entries.
 *
 * Returns: whether it is known; if not, @count is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_fd_table_get_open_count(ProcviewFdTable *table, guint *count)
{
	gboolean known;

	g_return_val_if_fail(table != NULL, FALSE);

	known = table->open_count != PV_NONE;
	if (count != NULL)
		*count = known ? table->open_count : 0;
	return known;
}

/**
 * procview_fd_table_has_descriptors:
 * @table: a table
 *
 * Whether descriptors of the table were to be read at all: with %PROCVIEW_COLLECT_DESCRIPTORS, and
 * unless it is one that relatives have alone, of which %PROCVIEW_RELATIVES_COUNTED asks but for a
 * count. If they were, [method@Procview.FdTable.get_status] says how far that went; if not, it is the
 * status of the count.
 *
 * Returns: whether they were; if not, the table has none in the snapshot, whatever
 *   [method@Procview.FdTable.get_open_count] tells
 *
 * Since: 0.1
 */
gboolean
procview_fd_table_has_descriptors(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, FALSE);

	return pv_table_has_descriptors(pv_store_of(table), table);
}

/**
 * procview_fd_table_get_n_descriptors:
 * @table: a table
 *
 * How many descriptors of the table are in the snapshot. Fewer than are open if the table is not
 * whole, and none if they were not asked for (%PROCVIEW_COLLECT_DESCRIPTORS).
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_fd_table_get_n_descriptors(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, 0);

	return table->n_descriptors;
}

/**
 * procview_fd_table_get_descriptor:
 * @table: a table
 * @index: which one; less than [method@Procview.FdTable.get_n_descriptors]
 *
 * One of the descriptors of the table, sorted by number. The index is not the number:
 * [method@Procview.FdTable.find_descriptor] looks for that.
 *
 * Returns: (transfer none) (nullable): a descriptor, borrowed from the snapshot; %NULL if @index
 *   is out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewDescriptor *
procview_fd_table_get_descriptor(ProcviewFdTable *table, guint index)
{
	g_return_val_if_fail(table != NULL, NULL);
	g_return_val_if_fail(index < table->n_descriptors, NULL);

	return pv_store_descriptor(pv_store_of(table), table->first_descriptor + index);
}

/**
 * procview_fd_table_find_descriptor:
 * @table: a table
 * @fd: the number of a descriptor
 *
 * Looks for a descriptor by its number.
 *
 * Returns: (transfer none) (nullable): a descriptor, borrowed from the snapshot; %NULL if it is
 *   not there
 *
 * Since: 0.1
 */
ProcviewDescriptor *
procview_fd_table_find_descriptor(ProcviewFdTable *table, int fd)
{
	g_return_val_if_fail(table != NULL, NULL);

	return pv_store_find_descriptor(pv_store_of(table), table, fd);
}

/**
 * procview_fd_table_get_snapshot:
 * @table: a table
 *
 * The snapshot that the table is part of.
 *
 * Returns: (transfer none): the snapshot
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_fd_table_get_snapshot(ProcviewFdTable *table)
{
	g_return_val_if_fail(table != NULL, NULL);

	return pv_store_of(table);
}
