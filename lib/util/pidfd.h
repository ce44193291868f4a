/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * pidfds: who a number belongs to, and copies of what it has open.
 */
#pragma once

#include <glib.h>

/* What this kernel (and a seccomp filter, if any) grants. An errno of 0 means that it works. */
typedef struct {
	int open_errno;	   /* pidfd_open(2): 5.3 */
	int thread_errno;  /* PIDFD_THREAD: 6.9 */
	int getfd_errno;   /* pidfd_getfd(2): 5.6 */
	gboolean identity; /* pidfs, with an inode number that is never used again: 6.9 */
} PvPidfdSupport;

/* By the numbers of the calls that lead to them. */
typedef enum {
	PV_PIDFD_CGROUP_NAMESPACE = 1,
	PV_PIDFD_IPC_NAMESPACE = 2,
	PV_PIDFD_MNT_NAMESPACE = 3,
	PV_PIDFD_NET_NAMESPACE = 4,
	PV_PIDFD_PID_NAMESPACE = 5, /* its own, not that of children to come */
	PV_PIDFD_TIME_NAMESPACE = 7,
	PV_PIDFD_USER_NAMESPACE = 9,
	PV_PIDFD_UTS_NAMESPACE = 10,
} PvPidfdNamespace;

void pv_pidfd_probe(PvPidfdSupport *support);
/* A descriptor, or a negative errno. */
int pv_pidfd_open(gint32 tid, gboolean thread);
int pv_pidfd_getfd(int pidfd, int fd);
/* 0: unknown, or no such task. */
guint64 pv_pidfd_identity(const PvPidfdSupport *support, gint32 tid);
/* Whether the task has that identity: 1, 0, or a negative errno, where memory or descriptors ran out. */
int pv_pidfd_is(const PvPidfdSupport *support, gint32 tid, guint64 identity);
guint64 pv_pidfd_identity_of(const PvPidfdSupport *support, int pidfd);
/* Real and effective ids of the task, as the caller's user namespace has them, 6.13. FALSE: unknown. */
typedef struct {
	guint32 uid, euid, gid, egid;
} PvPidfdCredentials;
gboolean pv_pidfd_credentials(int pidfd, PvPidfdCredentials *credentials);
/* The thread group that the task belongs to, 6.13; 0: unknown. */
gint32 pv_pidfd_tgid(int pidfd);
/* Inode number of the task's mount namespace, 6.11; 0: unknown. */
guint64 pv_pidfd_mount_namespace(int pidfd);
/*
 * Inode number of a namespace that the task is in, 6.11. 0, or a negative errno: -ENOTTY if this
 * kernel cannot tell, -ESRCH if the task has ended (also while it is a zombie), -EACCES if the
 * caller may not look into it.
 */
int pv_pidfd_namespace(int pidfd, PvPidfdNamespace which, guint32 *inode);
/* Id of the task's cgroup in the version-2 hierarchy, which everybody may know, 6.13; 0: unknown. */
guint64 pv_pidfd_cgroup_id(int pidfd);
