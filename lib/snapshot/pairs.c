/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who of one snapshot is who in a later one?
 *
 * Processes and the tasks of each lie sorted by number, so both lists are walked side by side.
 *
 * Tables have no number. Where the kernel's pointers to them are known, as keyed hashes of one
 * scanner, those decide, for tables that some task has in both: a pointer that comes back with
 * other tasks may be that of a new table at the address of an old one. Else the tasks tell. Nobody
 * can put a task into a table that is there already but whoever makes the task, and a task that is
 * alone with its table keeps it, for unshare(2) and execve(2) copy a table only if it is shared:
 *
 *	before   {1 2 3}   {4 5}   {6}        the first has split: 1 and 2 are more than 3,
 *	          |/   \     |      |         so theirs is the old one, and 3 has left it;
 *	after   {1 2}  {3}  {4 7}  {6}        5 has exited, 7 is new
 *
 * When a table splits in equal parts the part with the lowest number is taken for the old one;
 * but a process that runs another program has a table of its own since, if others had it too.
 */
#include "snapshot/pairs.h"

#include "core/error.h"
#include "snapshot/same.h"

/* One more than needed: no array is empty. */
static guint32 *
new_indices(guint n)
{
	guint32 *indices = g_try_new(guint32, (gsize)n + 1);

	for (guint i = 0; indices != NULL && i < n; i++)
		indices[i] = PV_NONE;
	return indices;
}

void
pv_pairs_clear(PvPairs *pairs)
{
	g_free(pairs->process_after);
	g_free(pairs->process_before);
	g_free(pairs->task_after);
	g_free(pairs->task_before);
	g_free(pairs->table_after);
	g_free(pairs->table_before);
	g_free(pairs->executed);
	*pairs = (PvPairs){.before = NULL};
}

static gboolean
allocate(PvPairs *pairs)
{
	const PvStore *before = pairs->before, *after = pairs->after;

	pairs->process_after = new_indices(before->processes.n);
	pairs->process_before = new_indices(after->processes.n);
	pairs->task_after = new_indices(before->tasks.n);
	pairs->task_before = new_indices(after->tasks.n);
	pairs->table_after = new_indices(before->tables.n);
	pairs->table_before = new_indices(after->tables.n);
	pairs->executed = g_try_new0(gboolean, (gsize)after->processes.n + 1);
	return pairs->process_after != NULL && pairs->process_before != NULL &&
	       pairs->task_after != NULL && pairs->task_before != NULL &&
	       pairs->table_after != NULL && pairs->table_before != NULL && pairs->executed != NULL;
}

static void
pair_tasks_of(PvPairs *pairs, const PvProcess *before, const PvProcess *after)
{
	guint32 i = before->first_task, last_before = i + before->n_tasks;
	guint32 j = after->first_task, last_after = j + after->n_tasks;

	while (i < last_before && j < last_after) {
		const PvTask *was = pv_store_task(pairs->before, i);
		const PvTask *is = pv_store_task(pairs->after, j);

		if (pv_same_task(was, is)) {
			pairs->task_after[i] = j;
			pairs->task_before[j] = i;
		}
		i += was->tid <= is->tid;
		j += is->tid <= was->tid;
	}
}

static void
pair_process(PvPairs *pairs, const PvProcess *before, const PvProcess *after)
{
	if (!pv_same_task(pv_store_task(pairs->before, before->leader),
			  pv_store_task(pairs->after, after->leader)))
		return;
	pairs->process_after[before->index] = after->index;
	pairs->process_before[after->index] = before->index;
	pairs->executed[after->index] = pv_same_process_executed(before, after);
	pair_tasks_of(pairs, before, after);
}

static void
pair_processes(PvPairs *pairs)
{
	guint32 i = 0, j = 0;

	while (i < pairs->before->processes.n && j < pairs->after->processes.n) {
		const PvProcess *was = pv_store_process(pairs->before, i);
		const PvProcess *is = pv_store_process(pairs->after, j);

		if (was->pid == is->pid)
			pair_process(pairs, was, is);
		i += was->pid <= is->pid;
		j += is->pid <= was->pid;
	}
}

static void
pair_tables(PvPairs *pairs, guint32 before, guint32 after)
{
	if (pairs->table_after[before] != PV_NONE || pairs->table_before[after] != PV_NONE)
		return;
	pairs->table_after[before] = after;
	pairs->table_before[after] = before;
}

/* The table that a member of a table before has after; PV_NONE: there is no such task, or table. */
static guint32
table_of_member(const PvPairs *pairs, const PvTable *before, guint32 i)
{
	guint32 task = pv_store_member(pairs->before, before->first_member + i);
	guint32 table;

	if (pairs->task_after[task] == PV_NONE)
		return PV_NONE;
	table = pv_store_task(pairs->after, pairs->task_after[task])->table;
	return table < pairs->after->tables.n ? table : PV_NONE;
}

/* How much a member speaks for its table being the old one. */
static guint32
voice_of_member(const PvPairs *pairs, const PvTable *before, guint32 i)
{
	guint32 task = pv_store_member(pairs->before, before->first_member + i);

	return !pairs->executed[pv_store_task(pairs->after, pairs->task_after[task])->process];
}

/* The table with the most of its tasks, the first of those that have as many. */
static guint32
elect(const PvPairs *pairs, const PvTable *before, guint32 *votes)
{
	guint32 elected = PV_NONE;

	for (guint32 i = 0; i < before->n_members; i++) {
		guint32 table = table_of_member(pairs, before, i);

		if (table != PV_NONE)
			votes[table] += voice_of_member(pairs, before, i);
	}
	for (guint32 i = 0; i < before->n_members; i++) {
		guint32 table = table_of_member(pairs, before, i);

		if (table != PV_NONE && (elected == PV_NONE || votes[table] > votes[elected]))
			elected = table;
	}
	for (guint32 i = 0; i < before->n_members; i++) {
		guint32 table = table_of_member(pairs, before, i);

		if (table != PV_NONE)
			votes[table] = 0;
	}
	return elected;
}

static void
pair_by_key(PvPairs *pairs, const PvTable *before)
{
	for (guint32 i = 0; i < before->n_members; i++) {
		guint32 table = table_of_member(pairs, before, i);

		if (table != PV_NONE && pv_store_table(pairs->after, table)->key == before->key) {
			pair_tables(pairs, before->index, table);
			return;
		}
	}
}

/* All tables of a snapshot have keys, or none; a task that BPF did not show has none. */
static gboolean
has_key(const PvPairs *pairs, const PvTable *before)
{
	for (guint32 i = 0; i < before->n_members; i++) {
		guint32 table = table_of_member(pairs, before, i);

		if (table != PV_NONE)
			return pv_same_table_is_told(before, pv_store_table(pairs->after, table));
	}
	return FALSE;
}

static gboolean
pair_all_tables(PvPairs *pairs, GError **error)
{
	g_autofree guint32 *votes = g_try_new0(guint32, (gsize)pairs->after->tables.n + 1);

	if (votes == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < pairs->before->tables.n; i++) {
		const PvTable *table = pv_store_table(pairs->before, i);
		guint32 elected;

		if (has_key(pairs, table)) {
			pair_by_key(pairs, table);
			continue;
		}
		elected = elect(pairs, table, votes);
		if (elected != PV_NONE)
			pair_tables(pairs, i, elected);
	}
	return TRUE;
}

gboolean
pv_pairs_make(PvPairs *pairs, const PvStore *before, const PvStore *after, GError **error)
{
	*pairs = (PvPairs){.before = before, .after = after};
	if (!allocate(pairs))
		return pv_error_no_memory(error);
	pair_processes(pairs);
	return pair_all_tables(pairs, error);
}

gboolean
pv_pairs_are_proven(const PvTable *before, const PvTable *after)
{
	return pv_same_table_is_told(before, after) ||
	       (before->proof != PV_PROOF_ASSUMED && after->proof != PV_PROOF_ASSUMED);
}
