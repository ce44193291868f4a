/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The bpf backend: tasks, tables and files by iterators, without procfs.
 *
 * Opened once, with CAP_BPF and CAP_PERFMON; what was opened needs no privilege afterwards, and
 * sees the tasks of everybody in the reader's pid namespace. It holds one descriptor a program.
 */
#pragma once

#include "core/array.h"
#include "core/query.h"
#include "core/store.h"
#include "core/watch.h"

typedef struct _PvBpf PvBpf;

/*
 * What there are programs for, beside tasks and who has which table. Opening each takes its time.
 *
 * What the kernel does not take of details, places, mappings and commands, procfs shows.
 */
enum {
	PV_BPF_DETAILS = 1 << 0,  /* and descriptors with their names */
	PV_BPF_PLACES = 1 << 1,	  /* fs_struct and mm_struct */
	PV_BPF_MAPPINGS = 1 << 2, /* mapped files */
	PV_BPF_FILES = 1 << 3,	  /* descriptors without their names */
	PV_BPF_NAMES = 1 << 4,
	PV_BPF_COMMANDS = 1 << 5, /* and executable, working directory and root */
	PV_BPF_SETTINGS = 1 << 6, /* namespaces and cgroup */
	PV_BPF_BASIC = PV_BPF_FILES | PV_BPF_NAMES | PV_BPF_COMMANDS | PV_BPF_SETTINGS,
	PV_BPF_ALL = (1 << 7) - 1,
};

/* Why this build of the library has none of it; NULL: it has. */
const char *pv_bpf_absence(void);
/*
 * With those of them. NULL: refused; why is newly allocated, and *error is the errno, or ECANCELED:
 * the watch is asked before each program.
 */
PvBpf *pv_bpf_open(guint parts, const PvWatch *watch, char **why, int *error);
/*
 * Loads those of them that were not asked for yet, if the caller may do so still. 0, or the errno of
 * what is no matter of the kernel: memory or descriptors have run out, or ECANCELED.
 */
int pv_bpf_add(PvBpf *bpf, guint parts, const PvWatch *watch);
/* Those of them that are not there, and that the kernel has not refused to take. */
guint pv_bpf_lacks(const PvBpf *bpf, guint parts);
/* Whether what was loaded is enough for a scan that collects that. */
gboolean pv_bpf_serves(const PvBpf *bpf, guint collect);
void pv_bpf_close(PvBpf *bpf);
/* Does it work in this thread, now? NULL, or why not, with the errno. */
char *pv_bpf_probe(PvBpf *bpf, int *error);
/* Not 0, and another one for each scanner: keys of one compare with its own alone. */
guint64 pv_bpf_id(const PvBpf *bpf);

/*
 * Appends processes by pid and the tasks of each by tid; the tables of tasks are pending.
 * ticks_per_s: of start times, which are cut to ticks as procfs has them.
 */
gboolean pv_bpf_list(PvBpf *bpf, const PvQuery *query, gint64 ticks_per_s, PvStore *store,
		     const PvWatch *watch, GError **error);

/* A table, and the task that it is read through. */
typedef struct {
	gint32 tid;
	guint32 group; /* the caller's */
	guint64 files_key;
	guint32 first_descriptor;
	guint32 n_descriptors;
	gint32 next_fd; /* no lower one may come */
	gboolean
		broken; /* another table showed up half-way, or a descriptor was missed or came twice */
	/* Of the task that has the number now, and of its table; 0: unknown, and none. */
	guint64 found_identity;
	guint64 found_start_time_ns;
	guint64 found_key;
} PvBpfTable;

typedef struct {
	PvBpf *bpf;
	PvBpfTable *tables; /* sorted by tid */
	guint32 n;
	gboolean whole; /* by one pass over all tasks, and not by one iterator for each */
} PvBpfPass;

void pv_bpf_pass_sort(PvBpfPass *pass);
PvBpfTable *pv_bpf_pass_find(const PvBpfPass *pass, gint32 tid);
/* FALSE: this cannot come next, after n descriptors of all tables; the table comes twice. */
gboolean pv_bpf_table_admits(PvBpfTable *table, gint32 fd, guint32 n);
/*
 * Reads them, appending descriptors and files to the store, and to files one guint64 for each
 * file: the address of the open file description, with 1 added where more than one refer to it.
 */
gboolean pv_bpf_read(PvBpfPass *pass, guint collect, PvStore *store, PvArray *addresses,
		     const PvWatch *watch, GError **error);
/* Asks who has which table now. */
gboolean pv_bpf_check(PvBpfPass *pass, const PvWatch *watch, GError **error);
