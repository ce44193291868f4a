/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which tasks share a descriptor table: one group a table.
 */
#pragma once

#include "core/store.h"
#include "core/watch.h"
#include "grouping/kcmp-tree.h"

typedef struct {
	guint32 speaker; /* task that stands for the group in comparisons: its table is read */
	guint32 first;	 /* chain of members, in the order in which they were found */
	guint32 last;
	guint32 n_members;
	guint32 rank;	    /* place in the tree's order, from 1; 0: not in the tree */
	gboolean assumed;   /* nobody could be asked */
	gboolean unordered; /* lives outside the tree */
	gboolean
		unproven; /* out of order when all was done: another group may have the same table */
	gboolean unsettled; /* its tasks changed their tables faster than they could be compared */
} PvGroup;

typedef struct {
	PvStore *store;
	PvKcmp *kcmp;
	gboolean usable; /* kcmp(2) works here at all */
	/*
	 * Whether a task has a table; asked before a task may start or find a group in the tree.
	 * now: what the listing saw some time ago will not do.
	 */
	gboolean (*has_table)(const PvTask *task, gboolean now, gpointer user_data);
	gpointer user_data;
	PvKcmpTree tree;
	PvArray groups;	     /* PvGroup; the group of a task is its table's index */
	guint32 *next;	     /* of a task: the next member of its group */
	guint32 kernel_near; /* the group of the last kernel thread that could be asked */
	guint32 kernel_group;
	guint n_unordered;
	guint round;
	gboolean no_memory;
} PvGrouper;

#define pv_grouper_group(grouper, i) pv_array_at(&(grouper)->groups, PvGroup, i)

void pv_grouper_init(PvGrouper *grouper, PvStore *store, PvKcmp *kcmp, gboolean usable);
void pv_grouper_clear(PvGrouper *grouper);
/* Gives each task the number of its group, or PV_NONE. */
gboolean pv_grouper_run(PvGrouper *grouper, const PvWatch *watch, GError **error);
/* The same by the keys that tasks have for their tables. */
gboolean pv_grouper_run_by_key(PvGrouper *grouper, GError **error);
/*
 * Does the speaker have what the group was found by? EQUAL: another member has the same table, or
 * there is no other. LESS: it has left. ERROR: nobody is left who could say.
 */
PvOrder pv_grouper_confirm(PvGrouper *grouper, guint32 group);
/* Takes the speaker out of its group, into a new group of its own, or into none. */
guint32 pv_grouper_detach(PvGrouper *grouper, guint32 group, gboolean exited);
