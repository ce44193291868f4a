/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One number in a descriptor table, and where it leads.
 */
#include "api/private.h"
#include "core/ends.h"

/**
 * ProcviewDescriptor:
 *
 * A number in a descriptor table, with its close-on-exec mark, that leads to a
 * [struct@Procview.File].
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive. The same descriptor of one snapshot is always the same pointer.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewDescriptor, procview_descriptor, procview_descriptor_ref,
		    procview_descriptor_unref)

/**
 * procview_descriptor_ref:
 * @descriptor: a descriptor
 *
 * Takes a reference on the snapshot of the descriptor. Safe from any thread.
 *
 * Returns: (transfer full): the descriptor
 *
 * Since: 0.1
 */
ProcviewDescriptor *
procview_descriptor_ref(ProcviewDescriptor *descriptor)
{
	g_return_val_if_fail(descriptor != NULL, NULL);

	pv_store_ref(pv_store_of(descriptor));
	return descriptor;
}

/**
 * procview_descriptor_unref:
 * @descriptor: (transfer full): a descriptor
 *
 * Drops a reference on the snapshot of the descriptor. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_descriptor_unref(ProcviewDescriptor *descriptor)
{
	g_return_if_fail(descriptor != NULL);

	pv_store_unref(pv_store_of(descriptor));
}

/**
 * procview_descriptor_get_fd:
 * @descriptor: a descriptor
 *
 * The number of the descriptor in its table; the name of its entry in `/proc/PID/fd`.
 *
 * Returns: a number, from 0
 *
 * Since: 0.1
 */
int
procview_descriptor_get_fd(ProcviewDescriptor *descriptor)
{
	g_return_val_if_fail(descriptor != NULL, -1);

	return descriptor->fd;
}

/**
 * procview_descriptor_get_cloexec:
 * @descriptor: a descriptor
 * @cloexec: (out) (optional): whether the descriptor is closed on execve(2)
 *
 * Tells the close-on-exec mark, which belongs to the descriptor and not to the file.
 *
 * It comes from `O_CLOEXEC` in the line `flags` of `/proc/PID/fdinfo/FD`.
 * %PROCVIEW_BACKEND_PIDFD cannot see it: a descriptor got by pidfd_getfd(2) carries a mark of its
 * own.
 *
 * Returns: whether it is known; if not, @cloexec is set to %FALSE
 *
 * Since: 0.1
 */
gboolean
procview_descriptor_get_cloexec(ProcviewDescriptor *descriptor, gboolean *cloexec)
{
	g_return_val_if_fail(descriptor != NULL, FALSE);

	if (cloexec != NULL)
		*cloexec = descriptor->cloexec == PV_CLOEXEC_ON;
	return descriptor->cloexec != PV_CLOEXEC_UNKNOWN;
}

/**
 * procview_descriptor_get_file:
 * @descriptor: a descriptor
 *
 * The file that the descriptor leads to.
 *
 * Where %PROCVIEW_COLLECT_DESCRIPTIONS was asked for, two descriptors with the same open file
 * description give the same pointer.
 *
 * Returns: (transfer none): a file, borrowed from the snapshot
 *
 * Since: 0.1
 */
ProcviewFile *
procview_descriptor_get_file(ProcviewDescriptor *descriptor)
{
	g_return_val_if_fail(descriptor != NULL, NULL);

	return pv_store_file(pv_store_of(descriptor), descriptor->file);
}

/**
 * procview_descriptor_get_fd_table:
 * @descriptor: a descriptor
 *
 * The table that the descriptor is in.
 *
 * Returns: (transfer none): a table, borrowed from the snapshot
 *
 * Since: 0.1
 */
ProcviewFdTable *
procview_descriptor_get_fd_table(ProcviewDescriptor *descriptor)
{
	g_return_val_if_fail(descriptor != NULL, NULL);

	return pv_store_table_of(pv_store_of(descriptor), descriptor);
}

/**
 * procview_descriptor_get_n_locks:
 * @descriptor: a descriptor
 *
 * How many locks are held through the descriptor.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_LOCKS)
 *
 * Since: 0.1
 */
guint
procview_descriptor_get_n_locks(ProcviewDescriptor *descriptor)
{
	guint n;

	g_return_val_if_fail(descriptor != NULL, 0);

	pv_details_locks_of(&pv_store_of(descriptor)->details, descriptor->index, &n);
	return n;
}

/**
 * procview_descriptor_get_lock:
 * @descriptor: a descriptor
 * @index: which one; less than [method@Procview.Descriptor.get_n_locks]
 *
 * One of the locks that are held through the descriptor, by type and range.
 *
 * Returns: (transfer none) (nullable): a lock, borrowed from the snapshot; %NULL if @index is out
 *   of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewLock *
procview_descriptor_get_lock(ProcviewDescriptor *descriptor, guint index)
{
	ProcviewLock *found;
	guint n;

	g_return_val_if_fail(descriptor != NULL, NULL);

	found = pv_details_locks_of(&pv_store_of(descriptor)->details, descriptor->index, &n);
	g_return_val_if_fail(index < n, NULL);

	return &found[index];
}

static gboolean
add_descriptor(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	g_ptr_array_add(data, (gpointer)descriptor);
	return TRUE;
}

/**
 * procview_descriptor_list_peers:
 * @descriptor: a descriptor
 *
 * The descriptors at the other end: those that lead to the files of
 * [method@Procview.File.list_peers]. Of an eventfd(2), which has no sides, they are the other
 * descriptors that lead to it. %PROCVIEW_COLLECT_PEERS collects what is needed.
 *
 * Returns: (transfer container) (element-type ProcviewDescriptor): a new array of descriptors,
 *   borrowed from the snapshot; empty if there is none, or it was not asked for
 *
 * Since: 0.1
 */
GPtrArray *
procview_descriptor_list_peers(ProcviewDescriptor *descriptor)
{
	GPtrArray *peers;

	g_return_val_if_fail(descriptor != NULL, NULL);

	peers = g_ptr_array_new();
	pv_ends_each_peer_descriptor(pv_store_of(descriptor), descriptor, add_descriptor, peers);
	return peers;
}
