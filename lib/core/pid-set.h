/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A set of process ids that remembers in which order they came.
 *
 * So it can be walked while it grows: whoever is found behind a member is added at the end.
 */
#pragma once

#include "core/array.h"

typedef struct {
	PvArray pids;	/* gint32, each once, in the order they were added */
	guint32 *slots; /* places in pids, from 1 on, by hash; 0: free */
	guint n_slots;	/* a power of two; 0: nothing was added yet */
} PvPidSet;

typedef enum {
	PV_PID_KNOWN,
	PV_PID_ADDED,
	PV_PID_NO_MEMORY,
} PvPidResult;

void pv_pid_set_init(PvPidSet *set);
void pv_pid_set_clear(PvPidSet *set);
PvPidResult pv_pid_set_add(PvPidSet *set, gint32 pid);
/* Its place; PV_PID_SET_NONE: it is no member. */
#define PV_PID_SET_NONE G_MAXUINT
guint pv_pid_set_find(const PvPidSet *set, gint32 pid);

static inline guint
pv_pid_set_count(const PvPidSet *set)
{
	return set->pids.n;
}

static inline gint32
pv_pid_set_get(const PvPidSet *set, guint place)
{
	return *pv_array_at(&set->pids, gint32, place);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvPidSet, pv_pid_set_clear)
