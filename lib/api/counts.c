/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How many, and how near to the limit: what a monitoring agent wants of a snapshot, for one table,
 * one process, or all processes of a service together.
 *
 * Summing up what /proc/PID/fd shows counts a table once for each process that shares it
 * (CLONE_FILES). Here a table counts once, whoever was added: a bit for each table of the snapshot
 * says whether it was there already. That is the only memory that grows with the machine.
 *
 * Two things are easily lost in a sum, and are kept beside it: a table that could not be read, which
 * makes the sum a lower bound, and the process that is nearest to its limit, which the sum of a
 * hundred others would hide.
 */
#include "api/private.h"
#include "core/error.h"
#include "core/kind.h"

struct _ProcviewCounts {
	gatomicrefcount refs;
	PvStore *store;
	guint32 *added; /* bits: tables that are in the sums */
	guint n_processes;
	guint n_tasks;
	guint n_tables;
	guint n_shared;
	guint n_unread;	 /* tables whose number of descriptors is unknown */
	guint n_untyped; /* tables whose descriptors are not, or not all, in the snapshot */
	guint64 n_open;
	guint64 n_of_kind[PV_N_KINDS];
	double share;		  /* of the process below */
	const PvProcess *nearest; /* to its limit; NULL: unknown */
};

/**
 * ProcviewCounts:
 *
 * Sums over the tables, or the processes, of one snapshot: descriptors, also by kind, threads,
 * tables, and how much of `RLIMIT_NOFILE` is used.
 *
 * Made empty; then processes or tables are added. A table counts once, however many of the
 * processes that share it are added. Adding costs as much as there are tasks and, if descriptors
 * were collected, descriptors; nothing is allocated for it.
 *
 * A scan that collects %PROCVIEW_COLLECT_TABLES and %PROCVIEW_COLLECT_LIMITS is enough for all but
 * the kinds, which need %PROCVIEW_COLLECT_DESCRIPTORS and cost more.
 *
 * Keeps its snapshot alive. To be used by one thread at a time.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewCounts, procview_counts, procview_counts_ref, procview_counts_unref)

/**
 * procview_counts_new:
 * @snapshot: a snapshot
 * @error: where to put an error, or %NULL
 *
 * Makes sums over nothing as yet.
 *
 * Returns: (transfer full): sums; %NULL with %PROCVIEW_ERROR_NO_MEMORY if there is no room for one
 *   bit a table
 *
 * Since: 0.1
 */
ProcviewCounts *
procview_counts_new(ProcviewSnapshot *snapshot, GError **error)
{
	ProcviewCounts *counts;
	guint32 *added;

	g_return_val_if_fail(snapshot != NULL, NULL);
	g_return_val_if_fail(error == NULL || *error == NULL, NULL);

	added = g_try_new0(guint32, snapshot->tables.n / 32 + 1);
	if (added == NULL) {
		pv_error_no_memory(error);
		return NULL;
	}
	counts = g_new0(ProcviewCounts, 1);
	g_atomic_ref_count_init(&counts->refs);
	counts->store = pv_store_ref(snapshot);
	counts->added = added;
	return counts;
}

/**
 * procview_counts_ref:
 * @counts: sums
 *
 * Takes a reference. Safe from any thread.
 *
 * Returns: (transfer full): the sums
 *
 * Since: 0.1
 */
ProcviewCounts *
procview_counts_ref(ProcviewCounts *counts)
{
	g_return_val_if_fail(counts != NULL, NULL);

	g_atomic_ref_count_inc(&counts->refs);
	return counts;
}

/**
 * procview_counts_unref:
 * @counts: (transfer full): sums
 *
 * Drops a reference; frees the sums with the last one. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_counts_unref(ProcviewCounts *counts)
{
	g_return_if_fail(counts != NULL);

	if (!g_atomic_ref_count_dec(&counts->refs))
		return;
	pv_store_unref(counts->store);
	g_free(counts->added);
	g_free(counts);
}

/* Members are sorted by process. */
static gboolean
is_shared(const PvStore *store, const PvTable *table)
{
	guint32 first = pv_store_member(store, table->first_member);
	guint32 last = pv_store_member(store, table->first_member + table->n_members - 1);

	return pv_store_task(store, first)->process != pv_store_task(store, last)->process;
}

/* FALSE: nobody knows. What has ended has none open. */
static gboolean
count_open(const PvTable *table, guint32 *n)
{
	*n = table->status == PV_STATUS_GONE ? 0 : table->open_count;
	return *n != PV_NONE;
}

static void
add_kinds(ProcviewCounts *counts, const PvTable *table)
{
	const PvStore *store = counts->store;

	for (guint32 i = 0; i < table->n_descriptors; i++) {
		const PvDescriptor *descriptor =
			pv_store_descriptor(store, table->first_descriptor + i);

		counts->n_of_kind[pv_store_file(store, descriptor->file)->kind]++;
	}
	if (table->status != PV_STATUS_GONE &&
	    (table->status != PV_STATUS_OK || !pv_table_has_descriptors(store, table)))
		counts->n_untyped++;
}

static void
add_table(ProcviewCounts *counts, const PvTable *table)
{
	guint32 bit = 1u << table->index % 32;
	guint32 n_open;

	if (counts->added[table->index / 32] & bit)
		return;
	counts->added[table->index / 32] |= bit;
	counts->n_tables++;
	counts->n_shared += is_shared(counts->store, table);
	if (count_open(table, &n_open))
		counts->n_open += n_open;
	else
		counts->n_unread++;
	add_kinds(counts, table);
}

/* The kernel holds each table of a process against the same limit. */
static void
add_share(ProcviewCounts *counts, const PvProcess *process, guint32 n_open)
{
	double share;

	if (!(process->known & PV_PROCESS_LIMITS))
		return;
	/* Of nothing, all is used. */
	share = process->fd_limit_soft == 0 ? 1 : n_open / (double)process->fd_limit_soft;
	if (counts->nearest != NULL && share <= counts->share)
		return;
	counts->share = share;
	counts->nearest = process;
}

/**
 * procview_counts_add_process:
 * @counts: sums
 * @process: a process of the same snapshot
 *
 * Adds a process, its threads, and all tables that these use. A process may not be added twice:
 * it would count twice, though its tables would not.
 *
 * Since: 0.1
 */
void
procview_counts_add_process(ProcviewCounts *counts, ProcviewProcess *process)
{
	const PvStore *store;
	guint32 last = PV_NONE;

	g_return_if_fail(counts != NULL && process != NULL);
	g_return_if_fail(pv_store_of(process) == counts->store);

	store = counts->store;
	counts->n_processes++;
	counts->n_tasks += process->n_tasks;
	for (guint32 i = 0; i < process->n_tasks; i++) {
		guint32 index = pv_store_task(store, process->first_task + i)->table;
		guint32 n_open;

		/* Threads mostly share with the one before them. */
		if (index == PV_NONE || index == last)
			continue;
		last = index;
		add_table(counts, pv_store_table(store, index));
		if (count_open(pv_store_table(store, index), &n_open))
			add_share(counts, process, n_open);
	}
}

/**
 * procview_counts_add_fd_table:
 * @counts: sums
 * @table: a table of the same snapshot
 *
 * Adds one table, without the processes and tasks that use it. Nothing happens if it has been
 * added before.
 *
 * Since: 0.1
 */
void
procview_counts_add_fd_table(ProcviewCounts *counts, ProcviewFdTable *table)
{
	g_return_if_fail(counts != NULL && table != NULL);
	g_return_if_fail(pv_store_of(table) == counts->store);

	add_table(counts, table);
}

/**
 * procview_counts_get_n_processes:
 * @counts: sums
 *
 * How many processes were added.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_counts_get_n_processes(ProcviewCounts *counts)
{
	g_return_val_if_fail(counts != NULL, 0);

	return counts->n_processes;
}

/**
 * procview_counts_get_n_tasks:
 * @counts: sums
 *
 * How many threads the added processes have.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_counts_get_n_tasks(ProcviewCounts *counts)
{
	g_return_val_if_fail(counts != NULL, 0);

	return counts->n_tasks;
}

/**
 * procview_counts_get_n_fd_tables:
 * @counts: sums
 *
 * How many different descriptor tables were added. Fewer than processes, where processes share one
 * or have ended; more, where threads have left that of their process.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_counts_get_n_fd_tables(ProcviewCounts *counts)
{
	g_return_val_if_fail(counts != NULL, 0);

	return counts->n_tables;
}

/**
 * procview_counts_get_n_shared_fd_tables:
 * @counts: sums
 *
 * How many of the tables are used by several processes (`CLONE_FILES`), among those in the
 * snapshot, whether they were added or not. Threads of one process do not count as several.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_counts_get_n_shared_fd_tables(ProcviewCounts *counts)
{
	g_return_val_if_fail(counts != NULL, 0);

	return counts->n_shared;
}

/**
 * procview_counts_get_n_unread_fd_tables:
 * @counts: sums
 *
 * Of how many tables it is not known how many descriptors they have: what the other sums lack.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_counts_get_n_unread_fd_tables(ProcviewCounts *counts)
{
	g_return_val_if_fail(counts != NULL, 0);

	return counts->n_unread;
}

/**
 * procview_counts_get_n_descriptors:
 * @counts: sums
 * @n_descriptors: (out) (optional): how many descriptors are open
 *
 * How many descriptors are open in the added tables: the sum of
 * [method@Procview.FdTable.get_open_count].
 *
 * Returns: whether it is known of all tables; if not, @n_descriptors is the sum over the others, and
 *   so a lower bound
 *
 * Since: 0.1
 */
gboolean
procview_counts_get_n_descriptors(ProcviewCounts *counts, guint64 *n_descriptors)
{
	g_return_val_if_fail(counts != NULL, FALSE);

	if (n_descriptors != NULL)
		*n_descriptors = counts->n_open;
	return counts->n_unread == 0;
}

/**
 * procview_counts_get_n_kinds:
 * @counts: sums
 *
 * How many kinds this release of the library tells apart: kinds are the numbers from
 * %PROCVIEW_KIND_UNKNOWN up to, but not including, this one.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_counts_get_n_kinds(ProcviewCounts *counts)
{
	g_return_val_if_fail(counts != NULL, 0);

	return PV_N_KINDS;
}

/**
 * procview_counts_get_n_of_kind:
 * @counts: sums
 * @kind: a kind
 * @n_descriptors: (out) (optional): how many descriptors lead to a file of this kind
 *
 * How many descriptors of the added tables lead to a file of one kind. Two descriptors of the same
 * file are two.
 *
 * Returns: whether all descriptors of all tables were looked at, which takes
 *   %PROCVIEW_COLLECT_DESCRIPTORS; if not, @n_descriptors is what was found among those that were
 *
 * Since: 0.1
 */
gboolean
procview_counts_get_n_of_kind(ProcviewCounts *counts, ProcviewKind kind, guint64 *n_descriptors)
{
	g_return_val_if_fail(counts != NULL, FALSE);

	if (n_descriptors != NULL)
		*n_descriptors = (guint)kind < PV_N_KINDS ? counts->n_of_kind[kind] : 0;
	return counts->n_untyped == 0;
}

/**
 * procview_counts_get_limit_share:
 * @counts: sums
 * @share: (out) (optional): open descriptors of its largest table, as a share of the limit: from 0
 *   to 1, and above if the limit was lowered since
 * @process: (out) (optional) (transfer none) (nullable): the process, borrowed from the snapshot
 *
 * The process, of those that were added, that is nearest to its limit on descriptors: the soft limit
 * of `RLIMIT_NOFILE` (%PROCVIEW_COLLECT_LIMITS).
 *
 * The kernel compares the limit with the number that a new descriptor would get, which is the lowest
 * that is free. So a process can hold as many as the limit says and no more, unless it had chosen
 * high numbers, or more of them, before the limit was lowered.
 *
 * Returns: whether it is known of any process; if not, @share is 0 and @process %NULL. Of a process
 *   whose limit, or whose table, could not be read nothing is known
 *
 * Since: 0.1
 */
gboolean
procview_counts_get_limit_share(ProcviewCounts *counts, double *share, ProcviewProcess **process)
{
	g_return_val_if_fail(counts != NULL, FALSE);

	if (share != NULL)
		*share = counts->share;
	if (process != NULL)
		*process = (ProcviewProcess *)counts->nearest;
	return counts->nearest != NULL;
}
