/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * An open file description: what is the same for all descriptors that lead to it.
 *
 * Every getter says whether the fact is known: the kernel may not tell, the interface in use may
 * not show it, or the query may not have asked.
 */
#include <fcntl.h>

#include "api/private.h"

/**
 * ProcviewFile:
 *
 * An *open file description* (`struct file` in the kernel): flags, offset, path, inode, kind.
 *
 * Several descriptors, in several tables, may lead to the same one: after dup(2), after fork(2),
 * or when it was sent over a Unix socket. With %PROCVIEW_COLLECT_DESCRIPTIONS they give the same
 * pointer, and [method@Procview.File.get_description] numbers them.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewFile, procview_file, procview_file_ref, procview_file_unref)

/**
 * procview_file_ref:
 * @file: a file
 *
 * Takes a reference on the snapshot of the file. Safe from any thread.
 *
 * Returns: (transfer full): the file
 *
 * Since: 0.1
 */
ProcviewFile *
procview_file_ref(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, NULL);

	pv_store_ref(pv_store_of(file));
	return file;
}

/**
 * procview_file_unref:
 * @file: (transfer full): a file
 *
 * Drops a reference on the snapshot of the file. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_file_unref(ProcviewFile *file)
{
	g_return_if_fail(file != NULL);

	pv_store_unref(pv_store_of(file));
}

/**
 * procview_file_get_kind:
 * @file: a file
 *
 * What the file is, told from its `st_mode`, its file system and the name that the kernel gives
 * it.
 *
 * Returns: a kind; %PROCVIEW_KIND_UNKNOWN if it could not be examined
 *
 * Since: 0.1
 */
ProcviewKind
procview_file_get_kind(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, PROCVIEW_KIND_UNKNOWN);

	return file->kind;
}

/**
 * procview_file_get_description:
 * @file: a file
 *
 * The number of the open file description: equal numbers in one snapshot are the same
 * `struct file`, as kcmp(2) with `KCMP_FILE` said, and different ones are not.
 *
 * Numbers mean nothing outside their snapshot.
 *
 * Returns: a number from 1, or 0 if it was not compared: not asked for
 *   (%PROCVIEW_COLLECT_DESCRIPTIONS), or refused by the kernel
 *
 * Since: 0.1
 */
guint
procview_file_get_description(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, 0);

	return (file->known & PV_FILE_DESCRIBED) != 0 ? file->index + 1 : 0;
}

/**
 * procview_file_get_path:
 * @file: a file
 *
 * The name that the kernel gives the file: what readlink(2) reads from `/proc/PID/fd/FD`.
 *
 * Raw bytes: any but NUL may occur, newlines and invalid UTF-8 among them. A file that is in the
 * file system has a path that begins with `/`: seen from the root directory of the caller, or,
 * for a file in another mount namespace, from the root there. Others have a name such as
 * `socket:[812]` or `anon_inode:[eventfd]`.
 *
 * The ` (deleted)` that the kernel adds to the path of a file without links is not part of it:
 * [method@Procview.File.is_deleted] says so instead. The kernel adds the same to a path whose name
 * was removed while the file has another one; there it stays, because the file is not deleted.
 *
 * Returns: (transfer none) (nullable) (type filename): a name, borrowed from the snapshot; %NULL
 *   if it is unknown or was not asked for (%PROCVIEW_COLLECT_PATHS)
 *
 * Since: 0.1
 */
const char *
procview_file_get_path(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, NULL);

	return pv_store_string(pv_store_of(file), file->path);
}

/**
 * procview_file_is_deleted:
 * @file: a file
 *
 * Whether the inode has no link left (`st_nlink` is 0), so that the path leads to it no more.
 *
 * Memory files (%PROCVIEW_KIND_MEMFD) never had a link, and are not deleted.
 *
 * Returns: %TRUE if it is known to be so
 *
 * Since: 0.1
 */
gboolean
procview_file_is_deleted(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, FALSE);

	return (file->known & PV_FILE_DELETED) != 0;
}

/**
 * procview_file_get_flags:
 * @file: a file
 * @flags: (out) (optional): the flags
 *
 * The flags of open(2) that the file has now, as `F_GETFL` of fcntl(2) gives them or the line
 * `flags` of `/proc/PID/fdinfo/FD`.
 *
 * These are the kernel's values: its `O_LARGEFILE` is among them, although the one of libc is 0
 * on 64-bit machines. `O_CLOEXEC` is never among them, because it belongs to the descriptor.
 *
 * Returns: whether they are known; if not, @flags is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_file_get_flags(ProcviewFile *file, guint *flags)
{
	gboolean known;

	g_return_val_if_fail(file != NULL, FALSE);

	known = (file->known & PV_FILE_FLAGS) != 0;
	if (flags != NULL)
		*flags = known ? file->flags : 0;
	return known;
}

/**
 * procview_file_get_access:
 * @file: a file
 *
 * For what the file is open, told from its flags.
 *
 * `O_PATH` and the access mode 3 of some device drivers are for neither reading nor writing.
 *
 * Returns: reading, writing, both, or %PROCVIEW_ACCESS_NONE, also when the flags are unknown
 *
 * Since: 0.1
 */
ProcviewAccess
procview_file_get_access(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, PROCVIEW_ACCESS_NONE);

	if ((file->known & PV_FILE_FLAGS) == 0 || (file->flags & O_PATH) != 0)
		return PROCVIEW_ACCESS_NONE;
	switch (file->flags & O_ACCMODE) {
	case O_RDONLY:
		return PROCVIEW_ACCESS_READ;
	case O_WRONLY:
		return PROCVIEW_ACCESS_WRITE;
	case O_RDWR:
		return PROCVIEW_ACCESS_READ | PROCVIEW_ACCESS_WRITE;
	default:
		return PROCVIEW_ACCESS_NONE;
	}
}

/**
 * procview_file_get_pos:
 * @file: a file
 * @pos: (out) (optional): the offset, in bytes for a regular file
 *
 * The offset of the file: the line `pos` of `/proc/PID/fdinfo/FD`, or what lseek(2) with
 * `SEEK_CUR` says.
 *
 * Returns: whether it is known; if not, @pos is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_file_get_pos(ProcviewFile *file, gint64 *pos)
{
	gboolean known;

	g_return_val_if_fail(file != NULL, FALSE);

	known = (file->known & PV_FILE_POS) != 0;
	if (pos != NULL)
		*pos = known ? file->pos : 0;
	return known;
}

/**
 * procview_file_get_size_bytes:
 * @file: a file
 * @size_bytes: (out) (optional): the size, in bytes
 *
 * The size of a regular file or directory: `st_size` of fstat(2).
 *
 * Returns: whether it is known, and the file is one that has a size; if not, @size_bytes is set
 *   to 0
 *
 * Since: 0.1
 */
gboolean
procview_file_get_size_bytes(ProcviewFile *file, guint64 *size_bytes)
{
	gboolean known;

	g_return_val_if_fail(file != NULL, FALSE);

	known = (file->known & PV_FILE_SIZE) != 0;
	if (size_bytes != NULL)
		*size_bytes = known ? file->extent : 0;
	return known;
}

/**
 * procview_file_get_inode:
 * @file: a file
 * @inode: (out) (optional): the inode number
 *
 * The inode number: `st_ino` of fstat(2). Unique only together with the device.
 *
 * Files made by the kernel, such as eventfds, often share one inode: it is no identity of theirs.
 *
 * Returns: whether it is known; if not, @inode is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_file_get_inode(ProcviewFile *file, guint64 *inode)
{
	gboolean known;

	g_return_val_if_fail(file != NULL, FALSE);

	known = (file->known & PV_FILE_INODE) != 0;
	if (inode != NULL)
		*inode = known ? file->ino : 0;
	return known;
}

static gboolean
tell_device(gboolean known, guint32 dev, guint *major, guint *minor)
{
	if (major != NULL)
		*major = known ? pv_dev_major(dev) : 0;
	if (minor != NULL)
		*minor = known ? pv_dev_minor(dev) : 0;
	return known;
}

/**
 * procview_file_get_device:
 * @file: a file
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device of the file system that the file is on: `st_dev` of fstat(2).
 *
 * Returns: whether it is known; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_file_get_device(ProcviewFile *file, guint *major, guint *minor)
{
	g_return_val_if_fail(file != NULL, FALSE);

	return tell_device((file->known & PV_FILE_INODE) != 0, file->dev, major, minor);
}

/**
 * procview_file_get_rdev:
 * @file: a file
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device that a file of kind %PROCVIEW_KIND_CHARDEV or %PROCVIEW_KIND_BLOCKDEV stands for:
 * `st_rdev` of fstat(2).
 *
 * Returns: whether it is known, and the file is a device; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_file_get_rdev(ProcviewFile *file, guint *major, guint *minor)
{
	g_return_val_if_fail(file != NULL, FALSE);

	return tell_device((file->known & PV_FILE_RDEV) != 0, (guint32)file->extent, major, minor);
}

/**
 * procview_file_get_mount_id:
 * @file: a file
 * @mount_id: (out) (optional): the number of the mount
 *
 * The mount through which the file was opened: the line `mnt_id` of `/proc/PID/fdinfo/FD`, or
 * `STATX_MNT_ID` of statx(2); the first field of `/proc/PID/mountinfo`.
 *
 * Returns: whether it is known; if not, @mount_id is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_file_get_mount_id(ProcviewFile *file, guint *mount_id)
{
	gboolean known;

	g_return_val_if_fail(file != NULL, FALSE);

	known = (file->known & PV_FILE_MOUNT) != 0;
	if (mount_id != NULL)
		*mount_id = known ? file->mount_id : 0;
	return known;
}
