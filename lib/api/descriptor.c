/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One number in a descriptor table, and where it leads.
 */
#include "api/private.h"

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

static gboolean
table_holds(const PvTable *table, guint32 index)
{
	return index >= table->first_descriptor &&
	       index - table->first_descriptor < table->n_descriptors;
}

/* A descriptor has no room for its table. Tables are laid out one after the other, so the search
 * halves; tables that hold nothing may lie anywhere, so what it finds is checked. */
static PvTable *
guess_table(const PvStore *store, guint32 index)
{
	guint low = 0, high = store->tables.n;

	while (high - low > 1) {
		guint middle = low + (high - low) / 2;

		if (pv_store_table(store, middle)->first_descriptor <= index)
			low = middle;
		else
			high = middle;
	}
	return pv_store_table(store, low);
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
	const PvStore *store;
	PvTable *table;

	g_return_val_if_fail(descriptor != NULL, NULL);

	store = pv_store_of(descriptor);
	table = guess_table(store, descriptor->index);
	for (guint i = 0; !table_holds(table, descriptor->index) && i < store->tables.n; i++)
		table = pv_store_table(store, i);
	return table;
}
