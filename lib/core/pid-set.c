/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A set of process ids: a hash table of places in an array.
 *
 * Numbers of processes come one behind the other, and the multiplication scatters such numbers as
 * evenly as can be: nobody gets many of his choice.
 */
#include "core/pid-set.h"

#define FIRST_SLOTS 64

void
pv_pid_set_init(PvPidSet *set)
{
	*set = (PvPidSet){0};
	pv_array_init(&set->pids, sizeof(gint32));
}

void
pv_pid_set_clear(PvPidSet *set)
{
	pv_array_clear(&set->pids);
	g_clear_pointer(&set->slots, g_free);
	set->n_slots = 0;
}

/* The slot that has it, or the free one where it belongs. */
static guint32 *
find_slot(const PvPidSet *set, gint32 pid)
{
	guint32 hash = (guint32)pid * 2654435769u;
	guint at = (hash ^ hash >> 16) & (set->n_slots - 1);

	while (set->slots[at] != 0 && pv_pid_set_get(set, set->slots[at] - 1) != pid)
		at = (at + 1) & (set->n_slots - 1);
	return &set->slots[at];
}

/* A quarter stays free at least. */
static gboolean
make_room(PvPidSet *set)
{
	guint n_slots = set->n_slots > 0 ? set->n_slots * 2 : FIRST_SLOTS;
	guint32 *slots;

	if (set->pids.n + 1 <= set->n_slots / 4 * 3)
		return TRUE;
	slots = n_slots > set->n_slots ? g_try_new0(guint32, n_slots) : NULL;
	if (slots == NULL)
		return FALSE;
	g_free(set->slots);
	set->slots = slots;
	set->n_slots = n_slots;
	for (guint i = 0; i < set->pids.n; i++)
		*find_slot(set, pv_pid_set_get(set, i)) = i + 1;
	return TRUE;
}

PvPidResult
pv_pid_set_add(PvPidSet *set, gint32 pid)
{
	gint32 *added;
	guint32 *slot;

	if (!make_room(set))
		return PV_PID_NO_MEMORY;
	slot = find_slot(set, pid);
	if (*slot != 0)
		return PV_PID_KNOWN;
	added = pv_array_append(&set->pids);
	if (added == NULL)
		return PV_PID_NO_MEMORY;
	*added = pid;
	*slot = set->pids.n;
	return PV_PID_ADDED;
}

guint
pv_pid_set_find(const PvPidSet *set, gint32 pid)
{
	guint32 *slot = set->n_slots > 0 ? find_slot(set, pid) : NULL;

	return slot != NULL && *slot != 0 ? *slot - 1 : PV_PID_SET_NONE;
}
