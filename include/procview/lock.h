/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

/**
 * ProcviewLockType:
 * @PROCVIEW_LOCK_TYPE_POSIX: `F_SETLK` of fcntl(2): belongs to the descriptor table.
 * @PROCVIEW_LOCK_TYPE_OFD: `F_OFD_SETLK`: belongs to the open file description.
 * @PROCVIEW_LOCK_TYPE_FLOCK: flock(2): belongs to the open file description.
 * @PROCVIEW_LOCK_TYPE_LEASE: `F_SETLEASE`.
 * @PROCVIEW_LOCK_TYPE_DELEGATION: `F_SETDELEG`, or given out by a file server.
 *
 * Whose a lock is.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_LOCK_TYPE_POSIX = 0,
	PROCVIEW_LOCK_TYPE_OFD = 1,
	PROCVIEW_LOCK_TYPE_FLOCK = 2,
	PROCVIEW_LOCK_TYPE_LEASE = 3,
	PROCVIEW_LOCK_TYPE_DELEGATION = 4,
} ProcviewLockType;

#define PROCVIEW_TYPE_LOCK (procview_lock_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_lock_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewLock *procview_lock_ref(ProcviewLock *lock);
PROCVIEW_AVAILABLE_IN_0_1
void procview_lock_unref(ProcviewLock *lock);

PROCVIEW_AVAILABLE_IN_0_1
ProcviewLockType procview_lock_get_lock_type(ProcviewLock *lock);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_lock_is_write(ProcviewLock *lock);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_lock_is_breaking(ProcviewLock *lock);
PROCVIEW_AVAILABLE_IN_0_1
int procview_lock_get_pid(ProcviewLock *lock);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_lock_get_start(ProcviewLock *lock);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_lock_get_end(ProcviewLock *lock, guint64 *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewLock, procview_lock_unref)

G_END_DECLS
