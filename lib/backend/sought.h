/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is sought, and who has it.
 */
#pragma once

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

/* A port is nowhere but in a table. */
static inline gboolean
pv_sought_in_places(const PvSought *sought)
{
	return sought->in_places && sought->n_inodes > 0;
}

/* Process ids, sorted, each once. */
typedef struct {
	/*
	 * gint32: who has one of the inodes or ports, or shares a table with one of the pids. Where
	 * inodes or ports are sought, also who has a queue or a ring that files are in: which these
	 * are was not looked at. With in_places also who may have it mapped: his memory could not
	 * be looked into without waiting.
	 */
	PvArray holders;
	/* gint32: all of whom it is known whether they have it; of others it is not */
	PvArray shown;
} PvFound;

static inline void
pv_found_init(PvFound *found)
{
	pv_array_init(&found->holders, sizeof(gint32));
	pv_array_init(&found->shown, sizeof(gint32));
}

static inline void
pv_found_clear(PvFound *found)
{
	pv_array_clear(&found->holders);
	pv_array_clear(&found->shown);
}

/* Behind the last one in a list, unless that is he. FALSE: out of memory. */
static inline gboolean
pv_found_add(PvArray *pids, gint32 pid)
{
	gint32 *room;

	if (pids->n > 0 && *pv_array_at(pids, gint32, pids->n - 1) == pid)
		return TRUE;
	room = pv_array_append(pids);
	if (room == NULL)
		return FALSE;
	*room = pid;
	return TRUE;
}

/* Whether he is in one of the lists. */
static inline gboolean
pv_found_has(const PvArray *pids, gint32 pid)
{
	return pids->n > 0 &&
	       bsearch(&pid, pids->data, pids->n, sizeof(pid), pv_compare_i32) != NULL;
}
