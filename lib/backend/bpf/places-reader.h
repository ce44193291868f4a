/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Directories, umask, executables and mapped files, once for each fs_struct and mm_struct.
 */
#pragma once

#include "backend/bpf/bpf.h"

enum {
	PV_HOLDER_CWD = 1 << 0, /* it is read, or known that there is none */
	PV_HOLDER_ROOT = 1 << 1,
	PV_HOLDER_EXE = 1 << 2,
};

/* An fs_struct or mm_struct, and a task that shows it. */
typedef struct {
	guint64 key;
	gint32 tid;
	guint32 index; /* of the fs context, or the memory */
	guint8 seen;   /* PV_HOLDER_*: was shown */
	guint8 cut; /* PV_HOLDER_*: its path could not be carried, and is to be had from procfs */
} PvBpfHolder;

typedef struct {
	PvBpf *bpf;
	PvBpfHolder *holders; /* sorted by key; of both sorts */
	guint32 n;
	guint32 n_tasks;   /* of the machine */
	guint32 n_showing; /* those of them that a pass over all is shown something by */
	gboolean narrowed;
} PvBpfPlaces;

gboolean pv_bpf_shows_places(const PvBpf *bpf);
gboolean pv_bpf_shows_mappings(const PvBpf *bpf);
/* Sorts the holders, and fills fs contexts and memories. */
gboolean pv_bpf_read_places(PvBpfPlaces *places, PvStore *store, const PvWatch *watch,
			    GError **error);
/*
 * Appends the mapped files of a memory, through one of its tasks. *shown: the task has that memory,
 * or it has no mapped file.
 */
gboolean pv_bpf_read_mappings(PvBpf *bpf, guint64 key, gint32 tid, PvStore *store, PvMemory *memory,
			      gboolean *shown, GError **error);
