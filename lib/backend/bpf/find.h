/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has one of these open?
 */
#pragma once

#include <glib.h>
#include <stdlib.h>

#include "core/array.h"
#include "util/order.h"

/* Inodes and ports together. */
#define PV_MAX_SOUGHT 1024

typedef struct {
	const guint64 *inodes; /* struct inode's i_ino, of whatever file system */
	const guint16 *ports;
	const gint32 *pids; /* whose descriptor tables are sought in other processes */
	guint n_inodes;
	guint n_ports;
	guint n_pids;
	gboolean in_places; /* also mapped, as executable, working directory or root */
} PvSought;

/* Process ids, sorted, each once. */
typedef struct {
	/*
	 * gint32: who has one of the inodes or ports, or shares a table with one of the pids. Where
	 * inodes or ports are sought, also who has a queue or a ring that files are in: which these
	 * are was not looked at. With in_places also who may have it mapped: his memory could not
	 * be looked into without waiting.
	 */
	PvArray holders;
	/* gint32: all whom the kernel shows to its iterators; of others it is not known */
	PvArray shown;
} PvFound;

/* NULL, or why numbers of tasks would not be the caller's own, to be freed. */
char *pv_bpf_judge_namespaces(void);
/* FALSE, and why, to be freed: it cannot be told, and nothing was found. Needs CAP_BPF and
 * CAP_PERFMON; the programs are gone when it returns. */
gboolean pv_bpf_find(const PvSought *sought, PvFound *found, char **why);
void pv_found_clear(PvFound *found);

/* Whether he is in one of the lists. */
static inline gboolean
pv_found_has(const PvArray *pids, gint32 pid)
{
	return pids->n > 0 &&
	       bsearch(&pid, pids->data, pids->n, sizeof(pid), pv_compare_i32) != NULL;
}
