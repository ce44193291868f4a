/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One mm_struct of the kernel: what is executed, and what else is mapped.
 */
#include "api/private.h"
#include "core/association.h"

/**
 * ProcviewMemory:
 *
 * The memory of a process (`mm_struct` in the kernel): its executable, the files that are mapped,
 * and the processes that share it.
 *
 * One a process, but a child made by vfork(2), or by clone(2) with `CLONE_VM`, shares its parent's
 * until it executes something. It is read once. Zombies and kernel threads have none.
 *
 * There are none unless a query has asked for them (%PROCVIEW_COLLECT_PLACES), and they hold no
 * mapping unless it has asked for %PROCVIEW_COLLECT_MAPPINGS.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewMemory, procview_memory, procview_memory_ref, procview_memory_unref)

/**
 * procview_memory_ref:
 * @memory: a memory
 *
 * Takes a reference on the snapshot of the memory. Safe from any thread.
 *
 * Returns: (transfer full): the memory
 *
 * Since: 0.1
 */
ProcviewMemory *
procview_memory_ref(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, NULL);

	pv_store_ref(pv_store_of(memory));
	return memory;
}

/**
 * procview_memory_unref:
 * @memory: (transfer full): a memory
 *
 * Drops a reference on the snapshot of the memory. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_memory_unref(ProcviewMemory *memory)
{
	g_return_if_fail(memory != NULL);

	pv_store_unref(pv_store_of(memory));
}

/**
 * procview_memory_get_id:
 * @memory: a memory
 *
 * A number for the memory, in the order of the snapshot. Means nothing outside it, and is not a
 * kernel address.
 *
 * Returns: a number, from 1
 *
 * Since: 0.1
 */
guint
procview_memory_get_id(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, 0);

	return memory->index + 1;
}

/**
 * procview_memory_get_status:
 * @memory: a memory
 *
 * How much of the memory is in the snapshot.
 *
 * Returns: a status
 *
 * Since: 0.1
 */
ProcviewStatus
procview_memory_get_status(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, PROCVIEW_STATUS_GONE);

	return memory->status;
}

/**
 * procview_memory_get_reason:
 * @memory: a memory
 *
 * Why the memory is not whole.
 *
 * Returns: a reason; %PROCVIEW_REASON_NONE if it is whole
 *
 * Since: 0.1
 */
ProcviewReason
procview_memory_get_reason(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, PROCVIEW_REASON_NONE);

	return memory->reason;
}

/**
 * procview_memory_get_needs:
 * @memory: a memory
 *
 * What the caller would need to see the whole memory, or to be told who shares it instead of
 * assuming so: a capability, such as `CAP_SYS_PTRACE`.
 *
 * Returns: (transfer none) (nullable): a name; %NULL if nothing is missing, or nothing known
 *   would help
 *
 * Since: 0.1
 */
const char *
procview_memory_get_needs(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, NULL);

	return pv_need_name(memory->needs);
}

/**
 * procview_memory_get_proof:
 * @memory: a memory
 *
 * How the library knows who shares the memory, and that nobody else does.
 *
 * Returns: a proof
 *
 * Since: 0.1
 */
ProcviewProof
procview_memory_get_proof(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, PROCVIEW_PROOF_ASSUMED);

	return memory->proof;
}

/**
 * procview_memory_get_backend_name:
 * @memory: a memory
 *
 * Through which kernel interface the memory was read: `bpf` or `procfs`.
 *
 * Returns: (transfer none) (nullable): a name; %NULL if it was not read
 *
 * Since: 0.1
 */
const char *
procview_memory_get_backend_name(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, NULL);

	return memory->backend;
}

/**
 * procview_memory_get_n_processes:
 * @memory: a memory
 *
 * How many processes share it, as far as the query asked for them, and not only for their counts
 * (%PROCVIEW_RELATIVES_COUNTED).
 *
 * Returns: a count, from 1
 *
 * Since: 0.1
 */
guint
procview_memory_get_n_processes(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, 0);

	return memory->n_members;
}

/**
 * procview_memory_get_process:
 * @memory: a memory
 * @index: which one; less than [method@Procview.Memory.get_n_processes]
 *
 * One of the processes that share it, sorted by id.
 *
 * Returns: (transfer none) (nullable): a process, borrowed from the snapshot; %NULL if @index is
 *   out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_memory_get_process(ProcviewMemory *memory, guint index)
{
	const PvStore *store;

	g_return_val_if_fail(memory != NULL, NULL);
	g_return_val_if_fail(index < memory->n_members, NULL);

	store = pv_store_of(memory);
	return pv_store_process(store, *pv_array_at(&store->details.memory_members, guint32,
						    memory->first_member + index));
}

/**
 * procview_memory_get_exe:
 * @memory: a memory
 *
 * The executable: readlink(2) of `/proc/PID/exe`. As the caller sees it, and with ` (deleted)` at
 * its end if it was removed.
 *
 * Returns: (transfer none) (nullable) (type filename): a path, raw bytes; %NULL if it is unknown
 *
 * Since: 0.1
 */
const char *
procview_memory_get_exe(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, NULL);

	return pv_store_string(pv_store_of(memory), memory->exe);
}

/**
 * procview_memory_get_exe_inode:
 * @memory: a memory
 * @inode: (out) (optional): the number
 *
 * The inode number of the executable.
 *
 * Returns: whether it is known; if not, @inode is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_memory_get_exe_inode(ProcviewMemory *memory, guint64 *inode)
{
	gboolean known;

	g_return_val_if_fail(memory != NULL, FALSE);

	known = memory->exe_ino != 0;
	if (inode != NULL)
		*inode = memory->exe_ino;
	return known;
}

/**
 * procview_memory_get_exe_device:
 * @memory: a memory
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device of the file system of the executable; see
 * [method@Procview.FsContext.get_cwd_device].
 *
 * Returns: whether it is known; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_memory_get_exe_device(ProcviewMemory *memory, guint *major, guint *minor)
{
	gboolean known;

	g_return_val_if_fail(memory != NULL, FALSE);

	known = memory->exe_ino != 0;
	if (major != NULL)
		*major = known ? pv_dev_major(memory->exe_dev) : 0;
	if (minor != NULL)
		*minor = known ? pv_dev_minor(memory->exe_dev) : 0;
	return known;
}

/**
 * procview_memory_get_n_mappings:
 * @memory: a memory
 *
 * How many files are mapped. The executable is one of them, and so are libraries.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_MAPPINGS)
 *
 * Since: 0.1
 */
guint
procview_memory_get_n_mappings(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, 0);

	return memory->n_mappings;
}

/**
 * procview_memory_get_mapping:
 * @memory: a memory
 * @index: which one; less than [method@Procview.Memory.get_n_mappings]
 *
 * One of the files that are mapped, sorted by device and inode.
 *
 * Returns: (transfer none) (nullable): a mapping, borrowed from the snapshot; %NULL if @index is
 *   out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewMapping *
procview_memory_get_mapping(ProcviewMemory *memory, guint index)
{
	g_return_val_if_fail(memory != NULL, NULL);
	g_return_val_if_fail(index < memory->n_mappings, NULL);

	return pv_store_mapping(pv_store_of(memory), memory->first_mapping + index);
}

/**
 * procview_memory_get_snapshot:
 * @memory: a memory
 *
 * The snapshot that the memory is part of.
 *
 * Returns: (transfer none): the snapshot
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_memory_get_snapshot(ProcviewMemory *memory)
{
	g_return_val_if_fail(memory != NULL, NULL);

	return pv_store_of(memory);
}
