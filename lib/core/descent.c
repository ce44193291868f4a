/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Ancestors and descendants among processes whose parents were listed.
 *
 * Parents were not read in one instant, so that numbers may name each other in a ring: a walk ends
 * where it meets somebody that it has met.
 */
#include "core/descent.h"

#include <stdlib.h>

#include "util/order.h"

static int
compare_pids(const void *a, const void *b)
{
	return pv_order_i32(((const PvParentage *)a)->pid, ((const PvParentage *)b)->pid);
}

static int
compare_parents(const void *a, const void *b)
{
	return pv_order_i32(((const PvParentage *)a)->ppid, ((const PvParentage *)b)->ppid);
}

/* Of records in the order of parents: the first that has this one, or one behind it. */
static guint
find_children(const PvArray *parentages, gint32 ppid)
{
	guint first = 0;
	guint end = parentages->n;

	while (first < end) {
		guint middle = first + (end - first) / 2;

		if (pv_array_at(parentages, PvParentage, middle)->ppid < ppid)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

static gboolean
add_children(const PvArray *parentages, gint32 ppid, PvPidSet *set)
{
	for (guint i = find_children(parentages, ppid); i < parentages->n; i++) {
		const PvParentage *parentage = pv_array_at(parentages, PvParentage, i);

		if (parentage->ppid != ppid)
			break;
		if (pv_pid_set_add(set, parentage->pid) == PV_PID_NO_MEMORY)
			return FALSE;
	}
	return TRUE;
}

static gint32
find_parent(const PvArray *parentages, gint32 pid)
{
	const PvParentage wanted = {.pid = pid};
	const PvParentage *found = bsearch(&wanted, parentages->data, parentages->n,
					   sizeof(PvParentage), compare_pids);

	return found != NULL ? found->ppid : 0;
}

/* Whoever is a member already has his ancestors here, or gets them. */
static gboolean
add_ancestors(const PvArray *parentages, gint32 pid, PvPidSet *set)
{
	PvPidResult result = PV_PID_ADDED;

	for (pid = find_parent(parentages, pid); pid > 0 && result == PV_PID_ADDED;
	     pid = find_parent(parentages, pid))
		result = pv_pid_set_add(set, pid);
	return result != PV_PID_NO_MEMORY;
}

gboolean
pv_descent_add_family(PvArray *parentages, PvPidSet *set)
{
	guint n = pv_pid_set_count(set);

	if (parentages->n == 0)
		return TRUE;
	qsort(parentages->data, parentages->n, sizeof(PvParentage), compare_parents);
	for (guint i = 0; i < pv_pid_set_count(set); i++) {
		if (!add_children(parentages, pv_pid_set_get(set, i), set))
			return FALSE;
	}
	qsort(parentages->data, parentages->n, sizeof(PvParentage), compare_pids);
	for (guint i = 0; i < n; i++) {
		if (!add_ancestors(parentages, pv_pid_set_get(set, i), set))
			return FALSE;
	}
	return TRUE;
}
