/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One file in one memory, however often it is mapped there.
 */
#include "api/private.h"

/**
 * ProcviewMapping:
 *
 * A file that is mapped into a memory with mmap(2), with or without a descriptor that still leads
 * to it: a program, a library, a database, shared memory. However many ranges of addresses it is
 * mapped to, it is here once.
 *
 * Shared memory without a name is a file to the kernel too: `/dev/zero`, `/SYSV00000000` or
 * `/memfd:NAME`, and deleted.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewMapping, procview_mapping, procview_mapping_ref, procview_mapping_unref)

/**
 * procview_mapping_ref:
 * @mapping: a mapping
 *
 * Takes a reference on the snapshot of the mapping. Safe from any thread.
 *
 * Returns: (transfer full): the mapping
 *
 * Since: 0.1
 */
ProcviewMapping *
procview_mapping_ref(ProcviewMapping *mapping)
{
	g_return_val_if_fail(mapping != NULL, NULL);

	pv_store_ref(pv_store_of(mapping));
	return mapping;
}

/**
 * procview_mapping_unref:
 * @mapping: (transfer full): a mapping
 *
 * Drops a reference on the snapshot of the mapping. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_mapping_unref(ProcviewMapping *mapping)
{
	g_return_if_fail(mapping != NULL);

	pv_store_unref(pv_store_of(mapping));
}

/**
 * procview_mapping_get_path:
 * @mapping: a mapping
 *
 * The name of the file, without the ` (deleted)` that the kernel adds: from `/proc/PID/maps`, or
 * as d_path(9) of the kernel tells it. In `/proc/PID/maps` a newline stands as `\012`, and a name
 * that really holds these four characters is taken for one with a newline.
 *
 * Returns: (transfer none) (nullable) (type filename): a path, raw bytes; %NULL if it is unknown
 *
 * Since: 0.1
 */
const char *
procview_mapping_get_path(ProcviewMapping *mapping)
{
	g_return_val_if_fail(mapping != NULL, NULL);

	return pv_store_string(pv_store_of(mapping), mapping->path);
}

/**
 * procview_mapping_is_deleted:
 * @mapping: a mapping
 *
 * Whether no name leads to the file any more. In procfs that is told by a link below
 * `/proc/PID/map_files`, which takes `CAP_SYS_ADMIN` or `CAP_CHECKPOINT_RESTORE`; without, a name
 * that ends in ` (deleted)` is taken for one that was removed.
 *
 * Returns: whether it was deleted
 *
 * Since: 0.1
 */
gboolean
procview_mapping_is_deleted(ProcviewMapping *mapping)
{
	g_return_val_if_fail(mapping != NULL, FALSE);

	return (mapping->flags & PV_MAPPING_DELETED) != 0;
}

/**
 * procview_mapping_get_inode:
 * @mapping: a mapping
 * @inode: (out) (optional): the number
 *
 * The inode number of the file.
 *
 * Returns: whether it is known; if not, @inode is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_mapping_get_inode(ProcviewMapping *mapping, guint64 *inode)
{
	gboolean known;

	g_return_val_if_fail(mapping != NULL, FALSE);

	known = mapping->ino != 0;
	if (inode != NULL)
		*inode = mapping->ino;
	return known;
}

/**
 * procview_mapping_get_device:
 * @mapping: a mapping
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device of the file system that the file is on: the kernel's own number, which on btrfs is not
 * that of stat(2).
 *
 * Returns: whether it is known; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_mapping_get_device(ProcviewMapping *mapping, guint *major, guint *minor)
{
	gboolean known;

	g_return_val_if_fail(mapping != NULL, FALSE);

	known = mapping->ino != 0;
	if (major != NULL)
		*major = known ? pv_dev_major(mapping->dev) : 0;
	if (minor != NULL)
		*minor = known ? pv_dev_minor(mapping->dev) : 0;
	return known;
}

/**
 * procview_mapping_get_size_bytes:
 * @mapping: a mapping
 *
 * How much address space the ranges of the file take. It may be less, and it may be more, than the
 * file has.
 *
 * Returns: bytes, of all ranges
 *
 * Since: 0.1
 */
guint64
procview_mapping_get_size_bytes(ProcviewMapping *mapping)
{
	g_return_val_if_fail(mapping != NULL, 0);

	return mapping->size_bytes;
}

/**
 * procview_mapping_get_n_ranges:
 * @mapping: a mapping
 *
 * How many ranges of addresses the file is mapped to. A library has four or five, one for each
 * access.
 *
 * Returns: a count, from 1
 *
 * Since: 0.1
 */
guint
procview_mapping_get_n_ranges(ProcviewMapping *mapping)
{
	g_return_val_if_fail(mapping != NULL, 0);

	return mapping->n_ranges;
}

/**
 * procview_mapping_get_flags:
 * @mapping: a mapping
 *
 * How the file is mapped.
 *
 * Returns: flags: what is true of any of the ranges
 *
 * Since: 0.1
 */
ProcviewMappingFlags
procview_mapping_get_flags(ProcviewMapping *mapping)
{
	g_return_val_if_fail(mapping != NULL, PROCVIEW_MAPPING_FLAGS_NONE);

	return mapping->flags &
	       (PV_MAPPING_READ | PV_MAPPING_WRITE | PV_MAPPING_EXECUTE | PV_MAPPING_SHARED);
}

/**
 * procview_mapping_get_snapshot:
 * @mapping: a mapping
 *
 * The snapshot that the mapping is part of.
 *
 * Returns: (transfer none): the snapshot
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_mapping_get_snapshot(ProcviewMapping *mapping)
{
	g_return_val_if_fail(mapping != NULL, NULL);

	return pv_store_of(mapping);
}
