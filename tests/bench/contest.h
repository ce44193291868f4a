/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One way to look at the whole machine, run several times, and what it took.
 */
#pragma once

#include <procview/procview.h>

typedef struct {
	const char *name;
	ProcviewBackend backend;
	ProcviewCollect collect;
	const char *command; /* of a peer, for the shell; NULL: the library */
} Contestant;

typedef struct {
	gboolean ran;
	double ms; /* median */
	double min_ms;
	double max_ms;
	gint64 inodes; /* growth of proc_inode_cache: median; G_MININT64: unknown */
	/* Of the library's last snapshot. */
	guint n_threads;
	guint n_processes;
	guint n_tables;
	guint n_descriptors;
	guint64 memory_bytes;
} Result;

/* pid 0: everything. */
Result contest_run(const Contestant *contestant, int pid, guint n_runs);
