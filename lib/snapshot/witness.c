/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * kcmp(2) orders tables by a secret function of their addresses, which is the same until the next
 * boot. The snapshot remembers the place of each table in that order:
 *
 *      rank    17        18        19          a table of rank 18 lies between those of rank 17
 *     table   lower    (ours)     upper        and 19 for as long as all three exist
 *     task      |         ?         |
 *
 * A table that one single task has is that task's until it exits: unshare(2) and execve(2) make a
 * copy only of what others have too. Such tasks, alive and without threads then and now, are the
 * witnesses, if the two are in order still. A task whose table
 * does not lie between the nearest witnesses on either side has another table than it had.
 *
 * What it cannot see: a new table that happens to lie in the same gap; the more tables the snapshot
 * has, the narrower the gaps. A snapshot narrowed to some processes has no witnesses: a task that
 * was not looked at may share the table of one that seemed to be alone.
 */
#include "snapshot/witness.h"

#include "backend/procfs/task-look.h"

#define MAX_TRIES 16 /* tables to be looked at on either side */

struct _PvWitnesses {
	gint32 lower; /* tid; 0: there is none */
	gint32 upper;
};

/* The task that alone has the table, if it is still the one that it was, and of one thread. */
static gint32
witness_of(const PvContext *context, const PvStore *store, const PvTable *table)
{
	const PvTask *task;
	PvStatus status;
	PvStat stat;

	if (table->n_members != 1 || table->status != PV_STATUS_OK)
		return 0;
	task = pv_store_task(store, pv_store_member(store, table->first_member));
	if (task->identity == 0 || pv_store_process(store, task->process)->n_tasks != 1 ||
	    pv_pidfd_is(&context->pidfd, task->tid, task->identity) != 1)
		return 0;
	if (pv_task_look_up_status(context, 0, task->tid, &status) < 0 || status.fd_size == 0 ||
	    pv_task_look_up_stat(context, 0, task->tid, &stat) < 0 || stat.n_threads != 1)
		return 0;
	return task->tid;
}

/* Tables are not in the order of ranks: for a few neighbours, a look at all of them is cheap. */
static const PvTable *
find_rank(const PvStore *store, guint32 rank)
{
	for (guint32 i = 0; i < store->tables.n; i++) {
		if (pv_store_table(store, i)->rank == rank)
			return pv_store_table(store, i);
	}
	return NULL;
}

static gint32
find_witness(const PvContext *context, const PvTable *table, gint step)
{
	const PvStore *store = pv_store_of(table);
	gint64 rank = table->rank;

	for (guint i = 0; i < MAX_TRIES && rank + step > 0; i++) {
		const PvTable *other;
		gint32 tid;

		rank += step;
		other = find_rank(store, rank);
		tid = other == NULL ? 0 : witness_of(context, store, other);
		if (tid != 0)
			return tid;
	}
	return 0;
}

PvWitnesses *
pv_witnesses_new(const PvContext *context, PvKcmp *kcmp, const PvTable *table)
{
	PvWitnesses *witnesses = g_new0(PvWitnesses, 1);

	if (table->rank == 0 || pv_store_of(table)->narrowed)
		return witnesses;
	witnesses->lower = find_witness(context, table, -1);
	witnesses->upper = find_witness(context, table, 1);
	if (witnesses->lower != 0 && witnesses->upper != 0 &&
	    pv_kcmp_tables(kcmp, witnesses->lower, witnesses->upper) != PV_ORDER_LESS)
		witnesses->lower = witnesses->upper = 0;
	return witnesses;
}

void
pv_witnesses_free(PvWitnesses *witnesses)
{
	g_free(witnesses);
}

gboolean
pv_witnesses_exclude(PvWitnesses *witnesses, PvKcmp *kcmp, gint32 tid)
{
	if (witnesses->lower != 0 && pv_kcmp_tables(kcmp, tid, witnesses->lower) == PV_ORDER_LESS)
		return TRUE;
	return witnesses->upper != 0 &&
	       pv_kcmp_tables(kcmp, tid, witnesses->upper) == PV_ORDER_GREATER;
}
