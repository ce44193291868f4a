/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A file that a queue or a ring holds.
 */
#include "api/private.h"

/**
 * ProcviewHolding:
 *
 * A file that something else than a descriptor holds: a queue or a ring. Such a file keeps its file
 * system busy though no table has it, and is what lists of open files leave out.
 *
 * It may be that descriptors lead to it as well; [method@Procview.File.list_descriptors] says so.
 *
 * Holdings are collected with %PROCVIEW_COLLECT_HOLDINGS. BPF looks into queues and rings, and
 * knows all of such a file. Elsewhere queues are closed; of the files of a ring the kernel tells
 * names (`/proc/PID/fdinfo/FD`), so that kind and inode are unknown.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewHolding, procview_holding, procview_holding_ref, procview_holding_unref)

/**
 * procview_holding_ref:
 * @holding: a holding
 *
 * Takes a reference on the snapshot of the holding. Safe from any thread.
 *
 * Returns: (transfer full): the holding
 *
 * Since: 0.1
 */
ProcviewHolding *
procview_holding_ref(ProcviewHolding *holding)
{
	g_return_val_if_fail(holding != NULL, NULL);

	pv_store_ref(pv_store_of(holding));
	return holding;
}

/**
 * procview_holding_unref:
 * @holding: (transfer full): a holding
 *
 * Drops a reference on the snapshot of the holding. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_holding_unref(ProcviewHolding *holding)
{
	g_return_if_fail(holding != NULL);

	pv_store_unref(pv_store_of(holding));
}

/**
 * procview_holding_get_held_by:
 * @holding: a holding
 *
 * What holds the file.
 *
 * Returns: a queue, or a ring
 *
 * Since: 0.1
 */
ProcviewHeldBy
procview_holding_get_held_by(ProcviewHolding *holding)
{
	g_return_val_if_fail(holding != NULL, PROCVIEW_HELD_BY_QUEUE);

	return (ProcviewHeldBy)holding->how;
}

/**
 * procview_holding_get_holder:
 * @holding: a holding
 *
 * The socket in whose receive queue the file lies, or the io_uring that it is registered with.
 *
 * Returns: (transfer none) (nullable): a file, borrowed from the snapshot; %NULL if no descriptor
 *   of the snapshot leads to the holder
 *
 * Since: 0.1
 */
ProcviewFile *
procview_holding_get_holder(ProcviewHolding *holding)
{
	g_return_val_if_fail(holding != NULL, NULL);

	return holding->holder == PV_NONE ? NULL
					  : pv_store_file(pv_store_of(holding), holding->holder);
}

/**
 * procview_holding_get_file:
 * @holding: a holding
 *
 * The file that is held.
 *
 * Returns: (transfer none): a file, borrowed from the snapshot
 *
 * Since: 0.1
 */
ProcviewFile *
procview_holding_get_file(ProcviewHolding *holding)
{
	g_return_val_if_fail(holding != NULL, NULL);

	return pv_store_file(pv_store_of(holding), holding->file);
}

/**
 * procview_holding_get_slot:
 * @holding: a holding
 *
 * The place of the file: the slot of the ring's table, or its order in the queue.
 *
 * Returns: a number, from 0
 *
 * Since: 0.1
 */
guint
procview_holding_get_slot(ProcviewHolding *holding)
{
	g_return_val_if_fail(holding != NULL, 0);

	return holding->slot;
}
