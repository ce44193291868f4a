/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What an inotify or fanotify group watches.
 */
#include "api/private.h"

/**
 * ProcviewMark:
 *
 * What an inotify(7) or fanotify(7) group watches: one watch of inotify_add_watch(2), or one mark
 * of fanotify_mark(2).
 *
 * It is known by inode and device; the kernel keeps no path for it.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewMark, procview_mark, procview_mark_ref, procview_mark_unref)

/**
 * procview_mark_ref:
 * @mark: a mark
 *
 * Takes a reference on the snapshot of the mark. Safe from any thread.
 *
 * Returns: (transfer full): the mark
 *
 * Since: 0.1
 */
ProcviewMark *
procview_mark_ref(ProcviewMark *mark)
{
	g_return_val_if_fail(mark != NULL, NULL);

	pv_store_ref(pv_store_of(mark));
	return mark;
}

/**
 * procview_mark_unref:
 * @mark: (transfer full): a mark
 *
 * Drops a reference on the snapshot of the mark. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_mark_unref(ProcviewMark *mark)
{
	g_return_if_fail(mark != NULL);

	pv_store_unref(pv_store_of(mark));
}

/**
 * procview_mark_get_mark_type:
 * @mark: a mark
 *
 * What the mark is on. Those of inotify are on an inode.
 *
 * Returns: a type
 *
 * Since: 0.1
 */
ProcviewMarkType
procview_mark_get_mark_type(ProcviewMark *mark)
{
	g_return_val_if_fail(mark != NULL, PROCVIEW_MARK_TYPE_INODE);

	return (ProcviewMarkType)mark->type;
}

/**
 * procview_mark_get_watch_descriptor:
 * @mark: a mark
 * @wd: (out) (optional): the watch descriptor
 *
 * The number that inotify_add_watch(2) returned: the field `wd` of `/proc/PID/fdinfo/FD`.
 *
 * Returns: whether it has one; fanotify has none, and @wd is set to 0 then
 *
 * Since: 0.1
 */
gboolean
procview_mark_get_watch_descriptor(ProcviewMark *mark, int *wd)
{
	gboolean known;

	g_return_val_if_fail(mark != NULL, FALSE);

	known = mark->wd >= 0;
	if (wd != NULL)
		*wd = known ? mark->wd : 0;
	return known;
}

/**
 * procview_mark_get_inode:
 * @mark: a mark
 * @inode: (out) (optional): the inode number
 *
 * The inode that is watched: the field `ino` of fdinfo. Unique only together with the device.
 *
 * Returns: whether the mark is on an inode that is known; if not, @inode is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_mark_get_inode(ProcviewMark *mark, guint64 *inode)
{
	gboolean known;

	g_return_val_if_fail(mark != NULL, FALSE);

	known = mark->ino != 0;
	if (inode != NULL)
		*inode = known ? mark->ino : 0;
	return known;
}

/**
 * procview_mark_get_device:
 * @mark: a mark
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device of the file system that is watched, or that holds the watched inode, as the kernel has
 * it inside (`s_dev`): the field `sdev` of fdinfo. On btrfs and overlayfs it is not what stat(2)
 * says.
 *
 * Returns: whether it is known; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_mark_get_device(ProcviewMark *mark, guint *major, guint *minor)
{
	gboolean known;

	g_return_val_if_fail(mark != NULL, FALSE);

	known = mark->dev != 0;
	if (major != NULL)
		*major = known ? pv_dev_major(mark->dev) : 0;
	if (minor != NULL)
		*minor = known ? pv_dev_minor(mark->dev) : 0;
	return known;
}

/**
 * procview_mark_get_mount_id:
 * @mark: a mark
 * @mount_id: (out) (optional): the number of the mount
 *
 * The mount that is watched: the field `mnt_id` of fdinfo, and the first one of
 * `/proc/PID/mountinfo`.
 *
 * Returns: whether the mark is on a mount; if not, @mount_id is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_mark_get_mount_id(ProcviewMark *mark, guint *mount_id)
{
	gboolean known;

	g_return_val_if_fail(mark != NULL, FALSE);

	known = mark->type == PV_MARK_MOUNT;
	if (mount_id != NULL)
		*mount_id = known ? mark->mount_id : 0;
	return known;
}

/**
 * procview_mark_get_mask:
 * @mark: a mark
 *
 * The events that are asked for: `IN_*` or `FAN_*`; the field `mask` of fdinfo.
 *
 * Returns: bits
 *
 * Since: 0.1
 */
guint64
procview_mark_get_mask(ProcviewMark *mark)
{
	g_return_val_if_fail(mark != NULL, 0);

	return mark->mask;
}

/**
 * procview_mark_get_ignored_mask:
 * @mark: a mark
 *
 * The events that are ignored: the field `ignored_mask` of fdinfo. fanotify(7) has it; of inotify
 * the kernel shows zeros.
 *
 * Returns: bits
 *
 * Since: 0.1
 */
guint64
procview_mark_get_ignored_mask(ProcviewMark *mark)
{
	g_return_val_if_fail(mark != NULL, 0);

	return mark->ignored_mask;
}
