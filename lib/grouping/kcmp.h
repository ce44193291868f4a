/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * kcmp(2): do two tasks share a kernel object, and if not, which one comes first?
 */
#pragma once

#include <glib.h>

/* How two kernel objects compare. The order is the kernel's own, stable, and says nothing more. */
typedef enum {
	PV_ORDER_EQUAL,
	PV_ORDER_LESS,
	PV_ORDER_GREATER,
	PV_ORDER_UNORDERED, /* different, and no order is to be had */
	PV_ORDER_ERROR,
} PvOrder;

/* The system call, or what a test puts in its place. Returns as kcmp(2), or a negative errno. */
typedef struct {
	int (*call)(gint32 tid, gint32 other_tid, int type, gulong index, gulong other_index,
		    gpointer user_data);
	gpointer user_data;
	guint64 n_calls;
	int error; /* errno of the last PV_ORDER_ERROR */
} PvKcmp;

void pv_kcmp_init(PvKcmp *kcmp);
/* 0 if kcmp(2) works here at all, else the errno: ENOSYS, or EPERM of a seccomp filter. */
int pv_kcmp_probe(PvKcmp *kcmp);
PvOrder pv_kcmp_tables(PvKcmp *kcmp, gint32 tid, gint32 other_tid);
PvOrder pv_kcmp_files(PvKcmp *kcmp, gint32 tid, int fd, gint32 other_tid, int other_fd);
/*
 * The file behind fd, and the one that an epoll set waits for: the n-th of those that were
 * registered under the number target_fd, in the order of fdinfo.
 */
typedef struct {
	gint32 tid;
	gint32 epoll_fd;
	gint32 target_fd;
	guint32 n;
} PvEpollSlot;

PvOrder pv_kcmp_epoll_target(PvKcmp *kcmp, gint32 tid, int fd, const PvEpollSlot *slot);
/* Of tasks: fs_struct, and mm_struct. */
PvOrder pv_kcmp_fs_contexts(PvKcmp *kcmp, gint32 tid, gint32 other_tid);
PvOrder pv_kcmp_memories(PvKcmp *kcmp, gint32 tid, gint32 other_tid);
