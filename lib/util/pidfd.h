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

void pv_pidfd_probe(PvPidfdSupport *support);
/* A descriptor, or a negative errno. */
int pv_pidfd_open(gint32 tid, gboolean thread);
int pv_pidfd_getfd(int pidfd, int fd);
/* 0: unknown, or no such task. */
guint64 pv_pidfd_identity(const PvPidfdSupport *support, gint32 tid);
guint64 pv_pidfd_identity_of(const PvPidfdSupport *support, int pidfd);
/* The thread group that the task belongs to, 6.13; 0: unknown. */
gint32 pv_pidfd_tgid(int pidfd);
/* Inode number of the task's mount namespace, 6.11; 0: unknown. */
guint64 pv_pidfd_mount_namespace(int pidfd);
