/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parsers for /proc/PID/stat and /proc/PID/status: bytes in, records out. Pure.
 */
#pragma once

#include <glib.h>

#define PV_MAX_NS_TIDS 33 /* MAX_PID_NS_LEVEL of the kernel is 32, and the outermost is level 0 */

typedef struct {
	const char *comm; /* into the text; may hold anything, also ')' and newlines */
	gsize comm_len;
	char state;
	gint32 pid;
	gint32 ppid;
	gint32 pgid;
	gint32 sid;
	guint32 flags; /* field 9: PF_* */
	guint32 n_threads;
	guint64 start_ticks; /* field 22: since boot */
} PvStat;

typedef struct {
	guint32 uid, euid, gid, egid;
	guint32 fd_size; /* slots of the descriptor table; 0: the task has none */
	gint32 tgid;
	guint n_ns_tids;		/* 0: unknown, before 4.1 or without CONFIG_PID_NS */
	gint32 ns_tids[PV_MAX_NS_TIDS]; /* outermost first */
} PvStatus;

/* The text must be whole: the kernel ends it with a newline. 2048 bytes hold any. */
gboolean pv_stat_parse(const char *text, gsize length, PvStat *stat);
/*
 * The text may be cut behind its line Threads: (FALSE if the cut is before that, so that the caller
 * can read on: the line Groups: before it may hold 65536 numbers).
 */
gboolean pv_status_parse(const char *text, gsize length, PvStatus *status);
