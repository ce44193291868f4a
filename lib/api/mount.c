/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A mount that files of the snapshot lie on.
 */
#include "api/private.h"

/**
 * ProcviewMount:
 *
 * A mount that files of the snapshot were opened through: one line of `/proc/PID/mountinfo`, of a
 * process in whose mount namespace it is.
 *
 * Mounts are collected with %PROCVIEW_COLLECT_MOUNTS. Nothing is asked of the file system itself,
 * so that one whose server does not answer holds up nobody. Mounts of the kernel's own, on which
 * pipes, sockets and anonymous inodes lie, are in no mount namespace.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewMount, procview_mount, procview_mount_ref, procview_mount_unref)

/**
 * procview_mount_ref:
 * @mount: a mount
 *
 * Takes a reference on the snapshot of the mount. Safe from any thread.
 *
 * Returns: (transfer full): the mount
 *
 * Since: 0.1
 */
ProcviewMount *
procview_mount_ref(ProcviewMount *mount)
{
	g_return_val_if_fail(mount != NULL, NULL);

	pv_store_ref(pv_store_of(mount));
	return mount;
}

/**
 * procview_mount_unref:
 * @mount: (transfer full): a mount
 *
 * Drops a reference on the snapshot of the mount. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_mount_unref(ProcviewMount *mount)
{
	g_return_if_fail(mount != NULL);

	pv_store_unref(pv_store_of(mount));
}

/**
 * procview_mount_get_id:
 * @mount: a mount
 *
 * The number of the mount: the first field of mountinfo, and what
 * [method@Procview.File.get_mount_id] gives. Unique as long as it exists.
 *
 * Returns: a number
 *
 * Since: 0.1
 */
guint
procview_mount_get_id(ProcviewMount *mount)
{
	g_return_val_if_fail(mount != NULL, 0);

	return mount->mount_id;
}

/**
 * procview_mount_get_fs_type:
 * @mount: a mount
 *
 * The type of the file system: `ext4`, `fuse.sshfs`, …
 *
 * Returns: (transfer none) (nullable) (type filename): bytes, borrowed from the snapshot; %NULL if
 *   it is unknown
 *
 * Since: 0.1
 */
const char *
procview_mount_get_fs_type(ProcviewMount *mount)
{
	g_return_val_if_fail(mount != NULL, NULL);

	return pv_store_string(pv_store_of(mount), mount->type);
}

/**
 * procview_mount_get_source:
 * @mount: a mount
 *
 * What is mounted: a block device, `server:/export`, or a word of whoever mounted it.
 *
 * Returns: (transfer none) (nullable) (type filename): bytes, borrowed from the snapshot; %NULL if
 *   it is unknown
 *
 * Since: 0.1
 */
const char *
procview_mount_get_source(ProcviewMount *mount)
{
	g_return_val_if_fail(mount != NULL, NULL);

	return pv_store_string(pv_store_of(mount), mount->source);
}

/**
 * procview_mount_get_root:
 * @mount: a mount
 *
 * The directory of the file system that is mounted: `/` unless it is a bind mount or a subvolume.
 *
 * Returns: (transfer none) (nullable) (type filename): bytes, borrowed from the snapshot; %NULL if
 *   it is unknown
 *
 * Since: 0.1
 */
const char *
procview_mount_get_root(ProcviewMount *mount)
{
	g_return_val_if_fail(mount != NULL, NULL);

	return pv_store_string(pv_store_of(mount), mount->root);
}

/**
 * procview_mount_get_point:
 * @mount: a mount
 *
 * Where it is mounted, as the process sees it whose mountinfo was read: from that process' root
 * directory, in its mount namespace.
 *
 * Returns: (transfer none) (nullable) (type filename): bytes, borrowed from the snapshot; %NULL if
 *   it is unknown
 *
 * Since: 0.1
 */
const char *
procview_mount_get_point(ProcviewMount *mount)
{
	g_return_val_if_fail(mount != NULL, NULL);

	return pv_store_string(pv_store_of(mount), mount->point);
}

/**
 * procview_mount_get_device:
 * @mount: a mount
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device of the file system as the kernel has it inside (`s_dev`): the third field of
 * mountinfo. On btrfs and overlayfs it is not what stat(2) says, and so not always that of
 * [method@Procview.File.get_device].
 *
 * Returns: whether it is known; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_mount_get_device(ProcviewMount *mount, guint *major, guint *minor)
{
	gboolean known;

	g_return_val_if_fail(mount != NULL, FALSE);

	known = mount->dev != 0;
	if (major != NULL)
		*major = known ? pv_dev_major(mount->dev) : 0;
	if (minor != NULL)
		*minor = known ? pv_dev_minor(mount->dev) : 0;
	return known;
}
