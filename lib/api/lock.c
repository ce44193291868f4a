/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A file lock, by the descriptor through which it is held.
 */
#include "api/private.h"

/**
 * ProcviewLock:
 *
 * A file lock or lease, by the descriptor through which it is held.
 *
 * The kernel attaches locks of flock(2), `F_OFD_SETLK` and leases to the open file description:
 * every descriptor that leads to it shows them. Those of `F_SETLK` belong to the descriptor table:
 * in that table they are shown by the descriptors of the description through which they were taken.
 *
 * They are the lines `lock` of `/proc/PID/fdinfo/FD`, or come from the inode's lists where BPF
 * reads. Who waits for a lock is not shown.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewLock, procview_lock, procview_lock_ref, procview_lock_unref)

/**
 * procview_lock_ref:
 * @lock: a lock
 *
 * Takes a reference on the snapshot of the lock. Safe from any thread.
 *
 * Returns: (transfer full): the lock
 *
 * Since: 0.1
 */
ProcviewLock *
procview_lock_ref(ProcviewLock *lock)
{
	g_return_val_if_fail(lock != NULL, NULL);

	pv_store_ref(pv_store_of(lock));
	return lock;
}

/**
 * procview_lock_unref:
 * @lock: (transfer full): a lock
 *
 * Drops a reference on the snapshot of the lock. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_lock_unref(ProcviewLock *lock)
{
	g_return_if_fail(lock != NULL);

	pv_store_unref(pv_store_of(lock));
}

/**
 * procview_lock_get_lock_type:
 * @lock: a lock
 *
 * Whose the lock is.
 *
 * Returns: a type
 *
 * Since: 0.1
 */
ProcviewLockType
procview_lock_get_lock_type(ProcviewLock *lock)
{
	g_return_val_if_fail(lock != NULL, PROCVIEW_LOCK_TYPE_POSIX);

	return (ProcviewLockType)lock->type;
}

/**
 * procview_lock_is_write:
 * @lock: a lock
 *
 * Whether the lock is exclusive (`F_WRLCK`, `LOCK_EX`) and not shared (`F_RDLCK`, `LOCK_SH`).
 *
 * Returns: whether it is exclusive
 *
 * Since: 0.1
 */
gboolean
procview_lock_is_write(ProcviewLock *lock)
{
	g_return_val_if_fail(lock != NULL, FALSE);

	return lock->write != 0;
}

/**
 * procview_lock_is_breaking:
 * @lock: a lock
 *
 * Whether somebody else has opened the file, so that the holder of a lease has been told to give it
 * up.
 *
 * Returns: whether it is being broken; %FALSE for all but leases and delegations
 *
 * Since: 0.1
 */
gboolean
procview_lock_is_breaking(ProcviewLock *lock)
{
	g_return_val_if_fail(lock != NULL, FALSE);

	return lock->breaking != 0;
}

/**
 * procview_lock_get_pid:
 * @lock: a lock
 *
 * Who took the lock, as the kernel tells: it may have ended since, and the lock been inherited.
 *
 * Returns: a process id, in the pid namespace of the reader; 0 if nobody is named, as of locks of
 *   open file descriptions, or unknown
 *
 * Since: 0.1
 */
int
procview_lock_get_pid(ProcviewLock *lock)
{
	g_return_val_if_fail(lock != NULL, 0);

	return lock->pid;
}

/**
 * procview_lock_get_start:
 * @lock: a lock
 *
 * The first byte that is locked. Locks of flock(2) and leases are on the whole file.
 *
 * Returns: an offset, in bytes
 *
 * Since: 0.1
 */
guint64
procview_lock_get_start(ProcviewLock *lock)
{
	g_return_val_if_fail(lock != NULL, 0);

	return lock->start;
}

/**
 * procview_lock_get_end:
 * @lock: a lock
 * @end: (out) (optional): the last byte that is locked
 *
 * The last byte that is locked.
 *
 * Returns: whether it has one; if not, the lock goes to the end of the file, however far that
 *   moves, and @end is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_lock_get_end(ProcviewLock *lock, guint64 *end)
{
	gboolean known;

	g_return_val_if_fail(lock != NULL, FALSE);

	known = lock->end != G_MAXUINT64;
	if (end != NULL)
		*end = known ? lock->end : 0;
	return known;
}
