/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has a file, and who belongs to a process: an answer about few should not cost a scan of all.
 *
 *	holders		/proc, where there are few processes (holders.h); else programs of BPF that
 *			compare in the kernel (backend/bpf/find.h)
 *	sharers		none, where the table says so (backend/bpf/owners.h); else as holders, or by a
 *			cheap scan of everybody, for tables and nothing else
 *	family		/proc/PID/task/TID/children and stat (backend/procfs/family.h)
 *
 * In this order: sharers are those of the holders, and the family is that of the holders, too. The
 * sharers' own families are nobody's business.
 *
 * A process that the kernel keeps from the iterators of BPF may hold anything: it stays in the
 * query, without its relatives. Where /proc hides processes that a scan may see all the same, or is
 * not there, the family is found by a scan as well.
 *
 * What it cannot see: who was started, or came by the file, since it was looked for. The scan that
 * follows is of a later moment, so that of those named here some may be gone, or have it no longer.
 * Whoever is gone may have left it to a child: the holders are told, and can be sought once more.
 */
#include "snapshot/narrow.h"

#include "backend/bpf/find.h"
#include "backend/bpf/owners.h"
#include "backend/procfs/family.h"
#include "core/descent.h"
#include "snapshot/holders.h"

typedef struct {
	const PvNarrowing *narrowing;
	const PvQuery *query;
	PvPidSet asked;	   /* or who holds what is asked for; and in the end their family */
	PvPidSet others;   /* who belongs to the answer, but has no family there */
	PvPidSet files_of; /* of those, and not of their relatives, the files are told */
	PvStore *overview; /* of everybody; NULL: not taken */
	gboolean found;	   /* holders are among the asked */
} Narrow;

static void
narrow_clear(Narrow *narrow)
{
	pv_pid_set_clear(&narrow->asked);
	pv_pid_set_clear(&narrow->others);
	pv_pid_set_clear(&narrow->files_of);
	g_clear_pointer(&narrow->overview, pv_store_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Narrow, narrow_clear)

static gboolean
add(PvPidSet *set, gint32 pid, GError **error)
{
	return pv_pid_set_add(set, pid) != PV_PID_NO_MEMORY || pv_error_no_memory(error);
}

static gboolean
add_all(PvPidSet *set, const PvArray *pids, GError **error)
{
	for (guint i = 0; i < pids->n; i++) {
		if (!add(set, *pv_array_at(pids, gint32, i), error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
has(const PvPidSet *set, gint32 pid)
{
	return pv_pid_set_find(set, pid) != PV_PID_SET_NONE;
}

static gboolean
look_over(Narrow *narrow, GError **error)
{
	const PvNarrowing *narrowing = narrow->narrowing;
	guint collect = narrow->query->relatives & PV_RELATIVES_SHARERS ? PV_COLLECT_TABLES : 0;

	if (narrow->overview == NULL)
		narrow->overview = narrowing->look_over(narrowing->user_data, collect,
							narrowing->watch, error);
	return narrow->overview != NULL;
}

/* 0: nobody's. */
static gint32
find_process(const Narrow *narrow, gint32 tid)
{
	const PvStore *store = narrow->overview;
	const PvTask *task;

	if (store == NULL)
		return pv_procfs_find_process(narrow->narrowing->context, tid);
	task = pv_store_find_task(store, tid);
	return task != NULL ? pv_store_process(store, task->process)->pid : 0;
}

/* A scan by BPF shows whom /proc may not show, and in a recorded tree no number leads to a thread. */
static gboolean
tells_relatives(const PvContext *context)
{
	return !context->hides && !context->absent && !context->recorded;
}

static gboolean
asks_for_relatives(const PvQuery *query)
{
	return (query->relatives & (PV_RELATIVES_FAMILY | PV_RELATIVES_SHARERS)) != 0;
}

/* The processes that were asked for by number, or by that of a thread. */
static gboolean
resolve(Narrow *narrow, GError **error)
{
	const PvQuery *query = narrow->query;

	if (asks_for_relatives(query) && query->pids->len > 0 &&
	    !tells_relatives(narrow->narrowing->context) && !look_over(narrow, error))
		return FALSE;
	for (guint i = 0; i < query->pids->len; i++) {
		gint32 pid = find_process(narrow, g_array_index(query->pids, gint32, i));

		if (pid > 0 && !add(&narrow->asked, pid, error))
			return FALSE;
	}
	return TRUE;
}

/* Of a process that nobody could look into it is not known. */
static gboolean
sort_candidate(Narrow *narrow, const PvFound *found, gint32 pid, GError **error)
{
	if (pv_found_has(&found->holders, pid))
		return add(&narrow->asked, pid, error);
	return pv_found_has(&found->shown, pid) || add(&narrow->others, pid, error);
}

/* Whoever ended meanwhile is not listed any more, and holds nothing. */
static gboolean
take_found(Narrow *narrow, const PvFound *found, GError **error)
{
	g_auto(PvPidSet) all = {0};

	pv_pid_set_init(&all);
	if (!pv_procfs_list_pids(narrow->narrowing->context, &all, error))
		return FALSE;
	for (guint i = 0; i < pv_pid_set_count(&all); i++) {
		if (!sort_candidate(narrow, found, pv_pid_set_get(&all, i), error))
			return FALSE;
	}
	narrow->found = TRUE;
	return narrow->narrowing->holders == NULL ||
	       add_all(narrow->narrowing->holders, &found->holders, error);
}

static gboolean
seeks(const PvQuery *query)
{
	return query->inodes->len > 0 || query->ports->len > 0;
}

static gboolean
find(const Narrow *narrow, const PvSought *sought, PvFound *found)
{
	const PvNarrowing *narrowing = narrow->narrowing;
	g_autofree char *why = NULL;

	return pv_holders_find(narrowing->context, sought, pv_holders_budget_ns(sought),
			       narrowing->watch, found) ||
	       pv_bpf_find(sought, found, &why);
}

/* What is not found is sought in a scan of all, so that a refusal costs no more than time. */
static gboolean
find_holders(Narrow *narrow, GError **error)
{
	const PvQuery *query = narrow->query;
	const PvSought sought = {
		.inodes = (const guint64 *)(gpointer)query->inodes->data,
		.n_inodes = query->inodes->len,
		.ports = (const guint16 *)(gpointer)query->ports->data,
		.n_ports = query->ports->len,
		.in_places = (query->collect & PV_COLLECT_PLACES) != 0,
	};
	PvFound found = {0};
	gboolean done;

	if (!narrow->narrowing->may_find || !seeks(query) || !find(narrow, &sought, &found))
		return TRUE;
	done = take_found(narrow, &found, error);
	pv_found_clear(&found);
	return done;
}

static gint32
get_member(const PvStore *store, const PvTable *table, guint32 i)
{
	const PvTask *task = pv_store_task(store, pv_store_member(store, table->first_member + i));

	return pv_store_process(store, task->process)->pid;
}

static gboolean
is_of_asked(const Narrow *narrow, const PvTable *table)
{
	for (guint32 i = 0; i < table->n_members; i++) {
		if (has(&narrow->asked, get_member(narrow->overview, table, i)))
			return TRUE;
	}
	return FALSE;
}

static gboolean
take_sharers_from_overview(Narrow *narrow, GError **error)
{
	const PvStore *store = narrow->overview;

	for (guint32 i = 0; i < store->tables.n; i++) {
		const PvTable *table = pv_store_table(store, i);

		if (!is_of_asked(narrow, table))
			continue;
		for (guint32 j = 0; j < table->n_members; j++) {
			if (!add(&narrow->others, get_member(store, table, j), error))
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean
add_sharers(Narrow *narrow, GError **error)
{
	const PvSought sought = {
		.pids = narrow->asked.pids.data,
		.n_pids = pv_pid_set_count(&narrow->asked),
	};
	g_autofree char *why = NULL;
	PvFound found = {0};
	gboolean done;

	if (sought.n_pids == 0 ||
	    (narrow->narrowing->may_find && pv_bpf_nobody_shares(sought.pids, sought.n_pids)))
		return TRUE;
	if (!narrow->narrowing->may_find || !pv_bpf_find(&sought, &found, &why))
		return look_over(narrow, error) && take_sharers_from_overview(narrow, error);
	done = add_all(&narrow->others, &found.holders, error);
	pv_found_clear(&found);
	return done;
}

static gboolean
take_family_from_overview(Narrow *narrow, GError **error)
{
	const PvStore *store = narrow->overview;
	PvArray parentages;
	gboolean done;

	pv_array_init(&parentages, sizeof(PvParentage));
	done = pv_array_reserve(&parentages, store->processes.n);
	for (guint32 i = 0; i < store->processes.n && done; i++) {
		const PvProcess *process = pv_store_process(store, i);
		PvParentage *parentage = pv_array_append(&parentages);

		*parentage = (PvParentage){.pid = process->pid, .ppid = process->ppid};
	}
	done = (done && pv_descent_add_family(&parentages, &narrow->asked)) ||
	       pv_error_no_memory(error);
	pv_array_clear(&parentages);
	return done;
}

static gboolean
add_family(Narrow *narrow, GError **error)
{
	const PvNarrowing *narrowing = narrow->narrowing;

	if (narrow->overview != NULL)
		return take_family_from_overview(narrow, error);
	return pv_pid_set_count(&narrow->asked) == 0 ||
	       pv_procfs_add_family(narrowing->context, &narrow->asked, narrowing->watch, error);
}

/* Whoever was asked for or found, before their relatives are; and who gets such a number yet. */
static gboolean
note_files_of(Narrow *narrow, GError **error)
{
	const GArray *pids = narrow->query->pids;

	for (guint i = 0; i < pids->len; i++) {
		if (!add(&narrow->files_of, g_array_index(pids, gint32, i), error))
			return FALSE;
	}
	return add_all(&narrow->files_of, &narrow->asked.pids, error) &&
	       add_all(&narrow->files_of, &narrow->others.pids, error);
}

/* A number that belongs to nobody stays asked for, so that it is not taken for a query about all. */
static PvQuery *
write_query(Narrow *narrow, GError **error)
{
	const PvQuery *query = narrow->query;
	PvQuery *narrowed;

	for (guint i = 0; i < query->pids->len; i++) {
		if (!add(&narrow->others, g_array_index(query->pids, gint32, i), error))
			return NULL;
	}
	if (!add_all(&narrow->asked, &narrow->others.pids, error))
		return NULL;
	narrowed = pv_query_copy(query);
	narrowed->relatives = 0;
	g_array_set_size(narrowed->inodes, 0);
	g_array_set_size(narrowed->ports, 0);
	if (pv_query_set_pids(narrowed, narrow->asked.pids.data,
			      pv_pid_set_count(&narrow->asked)) &&
	    (!(query->relatives & PV_RELATIVES_COUNTED) ||
	     pv_query_set_files_of(narrowed, narrow->files_of.pids.data,
				   pv_pid_set_count(&narrow->files_of))))
		return narrowed;
	pv_query_unref(narrowed);
	pv_error_no_memory(error);
	return NULL;
}

/* Anybody may have what is sought. */
static PvQuery *
write_everybody(const PvQuery *query)
{
	PvQuery *widened;

	if (query->pids->len == 0)
		return NULL;
	widened = pv_query_copy(query);
	g_array_set_size(widened->pids, 0);
	return widened;
}

gboolean
pv_narrow_applies(const PvQuery *query)
{
	return asks_for_relatives(query) || seeks(query);
}

PvQuery *
pv_narrow(const PvNarrowing *narrowing, const PvQuery *query, GError **error)
{
	g_auto(Narrow) narrow = {.narrowing = narrowing, .query = query};

	pv_pid_set_init(&narrow.asked);
	pv_pid_set_init(&narrow.others);
	pv_pid_set_init(&narrow.files_of);
	if (!resolve(&narrow, error) || !find_holders(&narrow, error))
		return NULL;
	if (seeks(query) && !narrow.found)
		return write_everybody(query);
	if (!narrow.found && (query->pids->len == 0 || !asks_for_relatives(query)))
		return NULL;
	if (!note_files_of(&narrow, error))
		return NULL;
	if ((query->relatives & PV_RELATIVES_SHARERS) && !add_sharers(&narrow, error))
		return NULL;
	if ((query->relatives & PV_RELATIVES_FAMILY) && !add_family(&narrow, error))
		return NULL;
	return write_query(&narrow, error);
}

static gboolean
has_table(const PvStore *store, const PvProcess *process)
{
	for (guint32 i = 0; i < process->n_tasks; i++) {
		if (pv_store_task(store, process->first_task + i)->table != PV_NONE)
			return TRUE;
	}
	return FALSE;
}

gboolean
pv_narrow_has_lost(const PvStore *store, const PvPidSet *holders)
{
	for (guint i = 0; i < pv_pid_set_count(holders); i++) {
		const PvProcess *process = pv_store_find_process(store, pv_pid_set_get(holders, i));

		if (process == NULL || !has_table(store, process))
			return TRUE;
	}
	return FALSE;
}
