/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One fs_struct of the kernel: where the tasks that share it stand.
 */
#include "api/private.h"

/**
 * ProcviewFsContext:
 *
 * Where tasks stand (`fs_struct` in the kernel): working directory, root and umask, and the tasks
 * that share them.
 *
 * Mostly the threads of one process, but a thread that has called unshare(2) with `CLONE_FS` has
 * one of its own, and processes made by clone(2) with `CLONE_FS` share one: a chdir(2) of any of
 * them is a chdir(2) of all. It is read once.
 *
 * There are none unless a query has asked for them (%PROCVIEW_COLLECT_PLACES).
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewFsContext, procview_fs_context, procview_fs_context_ref,
		    procview_fs_context_unref)

/**
 * procview_fs_context_ref:
 * @fs: an fs context
 *
 * Takes a reference on the snapshot of the fs context. Safe from any thread.
 *
 * Returns: (transfer full): the fs context
 *
 * Since: 0.1
 */
ProcviewFsContext *
procview_fs_context_ref(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, NULL);

	pv_store_ref(pv_store_of(fs));
	return fs;
}

/**
 * procview_fs_context_unref:
 * @fs: (transfer full): an fs context
 *
 * Drops a reference on the snapshot of the fs context. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_fs_context_unref(ProcviewFsContext *fs)
{
	g_return_if_fail(fs != NULL);

	pv_store_unref(pv_store_of(fs));
}

/**
 * procview_fs_context_get_id:
 * @fs: an fs context
 *
 * A number for the fs context, in the order of the snapshot. Means nothing outside it, and is not a
 * kernel address.
 *
 * Returns: a number, from 1
 *
 * Since: 0.1
 */
guint
procview_fs_context_get_id(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, 0);

	return fs->index + 1;
}

/**
 * procview_fs_context_get_status:
 * @fs: an fs context
 *
 * How much of the fs context is in the snapshot.
 *
 * Returns: a status
 *
 * Since: 0.1
 */
ProcviewStatus
procview_fs_context_get_status(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, PROCVIEW_STATUS_GONE);

	return fs->status;
}

/**
 * procview_fs_context_get_reason:
 * @fs: an fs context
 *
 * Why the fs context is not whole.
 *
 * Returns: a reason; %PROCVIEW_REASON_NONE if it is whole
 *
 * Since: 0.1
 */
ProcviewReason
procview_fs_context_get_reason(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, PROCVIEW_REASON_NONE);

	return fs->reason;
}

/**
 * procview_fs_context_get_needs:
 * @fs: an fs context
 *
 * What the caller would need to see the whole fs context, or to be told who shares it instead of
 * assuming so: a capability, such as `CAP_SYS_PTRACE`.
 *
 * Returns: (transfer none) (nullable): a name; %NULL if nothing is missing, or nothing known
 *   would help
 *
 * Since: 0.1
 */
const char *
procview_fs_context_get_needs(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, NULL);

	return pv_need_name(fs->needs);
}

/**
 * procview_fs_context_get_proof:
 * @fs: an fs context
 *
 * How the library knows who shares the fs context, and that nobody else does.
 *
 * Returns: a proof
 *
 * Since: 0.1
 */
ProcviewProof
procview_fs_context_get_proof(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, PROCVIEW_PROOF_ASSUMED);

	return fs->proof;
}

/**
 * procview_fs_context_get_backend_name:
 * @fs: an fs context
 *
 * Through which kernel interface the fs context was read: `bpf` or `procfs`.
 *
 * Returns: (transfer none) (nullable): a name; %NULL if it was not read
 *
 * Since: 0.1
 */
const char *
procview_fs_context_get_backend_name(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, NULL);

	return fs->backend;
}

/**
 * procview_fs_context_get_n_tasks:
 * @fs: an fs context
 *
 * How many tasks share it, as far as the query asked for them, and not only for their counts
 * (%PROCVIEW_RELATIVES_COUNTED).
 *
 * Returns: a count, from 1
 *
 * Since: 0.1
 */
guint
procview_fs_context_get_n_tasks(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, 0);

	return fs->n_members;
}

/**
 * procview_fs_context_get_task:
 * @fs: an fs context
 * @index: which one; less than [method@Procview.FsContext.get_n_tasks]
 *
 * One of the tasks that share it, sorted by process and thread id.
 *
 * Returns: (transfer none) (nullable): a task, borrowed from the snapshot; %NULL if @index is out
 *   of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewTask *
procview_fs_context_get_task(ProcviewFsContext *fs, guint index)
{
	const PvStore *store;

	g_return_val_if_fail(fs != NULL, NULL);
	g_return_val_if_fail(index < fs->n_members, NULL);

	store = pv_store_of(fs);
	return pv_store_task(
		store, *pv_array_at(&store->details.fs_members, guint32, fs->first_member + index));
}

/**
 * procview_fs_context_get_cwd:
 * @fs: an fs context
 *
 * The working directory: readlink(2) of `/proc/PID/task/TID/cwd`. As the caller sees it, and with
 * ` (deleted)` at its end if it was removed.
 *
 * Returns: (transfer none) (nullable) (type filename): a path, raw bytes; %NULL if it is unknown
 *
 * Since: 0.1
 */
const char *
procview_fs_context_get_cwd(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, NULL);

	return pv_store_string(pv_store_of(fs), fs->cwd);
}

/**
 * procview_fs_context_get_cwd_inode:
 * @fs: an fs context
 * @inode: (out) (optional): the number
 *
 * The inode number of the working directory.
 *
 * Returns: whether it is known; if not, @inode is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_fs_context_get_cwd_inode(ProcviewFsContext *fs, guint64 *inode)
{
	gboolean known;

	g_return_val_if_fail(fs != NULL, FALSE);

	known = fs->cwd_ino != 0;
	if (inode != NULL)
		*inode = fs->cwd_ino;
	return known;
}

/**
 * procview_fs_context_get_cwd_device:
 * @fs: an fs context
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device of the file system of the working directory. From BPF it is the kernel's own number,
 * and from procfs what stat(2) says: on btrfs they differ.
 *
 * Returns: whether it is known; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_fs_context_get_cwd_device(ProcviewFsContext *fs, guint *major, guint *minor)
{
	gboolean known;

	g_return_val_if_fail(fs != NULL, FALSE);

	known = fs->cwd_ino != 0;
	if (major != NULL)
		*major = known ? pv_dev_major(fs->cwd_dev) : 0;
	if (minor != NULL)
		*minor = known ? pv_dev_minor(fs->cwd_dev) : 0;
	return known;
}

/**
 * procview_fs_context_get_root:
 * @fs: an fs context
 *
 * The root directory: readlink(2) of `/proc/PID/task/TID/root`; not `/` after chroot(2).
 *
 * Returns: (transfer none) (nullable) (type filename): a path, raw bytes; %NULL if it is unknown
 *
 * Since: 0.1
 */
const char *
procview_fs_context_get_root(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, NULL);

	return pv_store_string(pv_store_of(fs), fs->root);
}

/**
 * procview_fs_context_get_root_inode:
 * @fs: an fs context
 * @inode: (out) (optional): the number
 *
 * The inode number of the root directory.
 *
 * Returns: whether it is known; if not, @inode is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_fs_context_get_root_inode(ProcviewFsContext *fs, guint64 *inode)
{
	gboolean known;

	g_return_val_if_fail(fs != NULL, FALSE);

	known = fs->root_ino != 0;
	if (inode != NULL)
		*inode = fs->root_ino;
	return known;
}

/**
 * procview_fs_context_get_root_device:
 * @fs: an fs context
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device of the file system of the root directory; see
 * [method@Procview.FsContext.get_cwd_device].
 *
 * Returns: whether it is known; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_fs_context_get_root_device(ProcviewFsContext *fs, guint *major, guint *minor)
{
	gboolean known;

	g_return_val_if_fail(fs != NULL, FALSE);

	known = fs->root_ino != 0;
	if (major != NULL)
		*major = known ? pv_dev_major(fs->root_dev) : 0;
	if (minor != NULL)
		*minor = known ? pv_dev_minor(fs->root_dev) : 0;
	return known;
}

/**
 * procview_fs_context_get_umask:
 * @fs: an fs context
 * @umask: (out) (optional): the permissions that new files do not get
 *
 * The file mode creation mask, umask(2): line `Umask` of `/proc/PID/status`, since Linux 4.7.
 * Anybody may read it, so it may be known where the rest is denied.
 *
 * Returns: whether it is known; if not, @umask is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_fs_context_get_umask(ProcviewFsContext *fs, guint *umask)
{
	gboolean known;

	g_return_val_if_fail(fs != NULL, FALSE);

	known = fs->umask != PV_NONE;
	if (umask != NULL)
		*umask = known ? fs->umask : 0;
	return known;
}

/**
 * procview_fs_context_get_snapshot:
 * @fs: an fs context
 *
 * The snapshot that the fs context is part of.
 *
 * Returns: (transfer none): the snapshot
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_fs_context_get_snapshot(ProcviewFsContext *fs)
{
	g_return_val_if_fail(fs != NULL, NULL);

	return pv_store_of(fs);
}
