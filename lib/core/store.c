/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot's data: its life, and how a record is found in it.
 */
#include "core/store.h"

#include <stdlib.h>
#include <string.h>

#include "util/order.h"

PvStore *
pv_store_new(void)
{
	PvStore *store = g_new0(PvStore, 1);

	g_atomic_ref_count_init(&store->refs);
	pv_array_init(&store->processes, sizeof(PvProcess));
	pv_array_init(&store->tasks, sizeof(PvTask));
	pv_array_init(&store->tables, sizeof(PvTable));
	pv_array_init(&store->members, sizeof(guint32));
	pv_array_init(&store->descriptors, sizeof(PvDescriptor));
	pv_array_init(&store->files, sizeof(PvFile));
	pv_array_init(&store->ns_tids, sizeof(gint32));
	pv_array_init(&store->by_tid, sizeof(guint32));
	pv_array_init(&store->asked_pids, sizeof(gint32));
	pv_array_init(&store->asked_uids, sizeof(guint32));
	pv_details_init(&store->details);
	pv_strings_init(&store->strings);
	return store;
}

PvStore *
pv_store_ref(PvStore *store)
{
	g_atomic_ref_count_inc(&store->refs);
	return store;
}

void
pv_store_unref(PvStore *store)
{
	if (!g_atomic_ref_count_dec(&store->refs))
		return;
	pv_array_clear(&store->processes);
	pv_array_clear(&store->tasks);
	pv_array_clear(&store->tables);
	pv_array_clear(&store->members);
	pv_array_clear(&store->descriptors);
	pv_array_clear(&store->files);
	pv_array_clear(&store->ns_tids);
	pv_array_clear(&store->by_tid);
	pv_array_clear(&store->asked_pids);
	pv_array_clear(&store->asked_uids);
	pv_details_clear(&store->details);
	pv_strings_clear(&store->strings);
	for (guint i = 0; i < store->n_refusals; i++)
		g_free(store->refusals[i].why);
	g_free(store->refusals);
	g_free(store);
}

void
pv_store_add_refusal(PvStore *store, guint step, const char *backend, const char *why)
{
	for (guint i = 0; i < store->n_refusals; i++) {
		PvRefusal *refusal = &store->refusals[i];

		if (refusal->step != step || strcmp(refusal->backend, backend) != 0)
			continue;
		g_free(refusal->why);
		refusal->why = g_strdup(why);
		return;
	}
	store->refusals = g_renew(PvRefusal, store->refusals, store->n_refusals + 1);
	store->refusals[store->n_refusals++] = (PvRefusal){step, backend, g_strdup(why)};
}

void
pv_store_copy_refusals(PvStore *store, const PvStore *refusals)
{
	for (guint i = 0; i < refusals->n_refusals; i++) {
		const PvRefusal *refusal = &refusals->refusals[i];

		if (store->backends[refusal->step] != NULL)
			pv_store_add_refusal(store, refusal->step, refusal->backend, refusal->why);
	}
}

static int
compare_asked(const void *a, const void *b)
{
	return pv_order_u64(*(const guint32 *)a, *(const guint32 *)b);
}

/* Numbers of processes are positive, so they may be sorted and found as users are. */
static gboolean
note_asked(PvArray *asked, const GArray *numbers)
{
	pv_array_truncate(asked, 0);
	if (numbers->len == 0)
		return TRUE;
	if (!pv_array_reserve(asked, numbers->len))
		return FALSE;
	memcpy(asked->data, numbers->data, (gsize)numbers->len * sizeof(guint32));
	asked->n = numbers->len;
	qsort(asked->data, asked->n, sizeof(guint32), compare_asked);
	return TRUE;
}

gboolean
pv_store_note_query(PvStore *store, const PvQuery *query)
{
	store->collected = query->collect;
	store->of_nobody = query->nobody;
	store->narrowed = query->nobody || query->pids->len > 0 || query->uids->len > 0;
	return note_asked(&store->asked_pids, query->pids) &&
	       note_asked(&store->asked_uids, query->uids);
}

static gboolean
asks_for(const PvArray *asked, guint32 number)
{
	return asked->n == 0 ||
	       bsearch(&number, asked->data, asked->n, sizeof(guint32), compare_asked) != NULL;
}

/* The number of a thread may have been given for that of its process, and led there or not: it
 * speaks for nothing. */
gboolean
pv_store_covers(const PvStore *store, const PvProcess *process, const PvTask *leader)
{
	if (store->of_nobody || !asks_for(&store->asked_pids, (guint32)process->pid))
		return FALSE;
	if (store->asked_uids.n == 0)
		return TRUE;
	return (leader->known & PV_TASK_DETAILS) != 0 &&
	       (asks_for(&store->asked_uids, leader->uid) ||
		asks_for(&store->asked_uids, leader->euid));
}

void
pv_store_rewind(PvStore *store, guint32 first)
{
	pv_array_truncate(&store->descriptors, first);
	pv_array_truncate(&store->files, first);
	pv_details_rewind(&store->details, first);
}

/* Kernel threads are all created with one table. */
gboolean
pv_table_is_guess(const PvStore *store, const PvTable *table)
{
	if (table->proof != PV_PROOF_ASSUMED || table->n_members < 2)
		return FALSE;
	return !(pv_store_task(store, pv_store_member(store, table->first_member))->known &
		 PV_TASK_KTHREAD);
}

/* Nothing is missing of a process that has ended: that is an outcome, not a gap. */
static gboolean
is_whole(const PvStore *store, const PvTable *table)
{
	if (table->status == PV_STATUS_GONE || table->reason == PV_REASON_EXITED)
		return TRUE;
	return table->status == PV_STATUS_OK && !pv_table_is_guess(store, table);
}

/* What has exited meanwhile is not missing. */
static gboolean
is_there(guint8 reason)
{
	return reason == PV_REASON_NONE || reason == PV_REASON_EXITED;
}

/* Where tasks stand and what they have mapped, as far as it was asked for. */
static gboolean
places_are_whole(const PvDetails *details)
{
	for (guint i = 0; i < details->fs_contexts.n; i++) {
		if (!is_there(pv_array_at(&details->fs_contexts, PvFsContext, i)->reason))
			return FALSE;
	}
	for (guint i = 0; i < details->memories.n; i++) {
		if (!is_there(pv_array_at(&details->memories, PvMemory, i)->reason))
			return FALSE;
	}
	return TRUE;
}

gboolean
pv_store_is_complete(const PvStore *store)
{
	if (store->hidden || store->missed_threads)
		return FALSE;
	for (guint i = 0; i < store->tables.n; i++) {
		if (!is_whole(store, pv_store_table(store, i)))
			return FALSE;
	}
	return places_are_whole(&store->details);
}

guint64
pv_store_duplicates_avoided(const PvStore *store)
{
	guint64 sum = 0;

	for (guint i = 0; i < store->tables.n; i++) {
		const PvTable *table = pv_store_table(store, i);
		guint32 count = table->open_count;

		if (count == PV_NONE)
			count = table->n_descriptors;
		if (table->n_members > 1 && table->status <= PV_STATUS_PARTIAL)
			sum += (guint64)(table->n_members - 1) * count;
	}
	return sum;
}

gsize
pv_store_memory(const PvStore *store)
{
	return sizeof(PvStore) + pv_array_memory(&store->processes) +
	       pv_array_memory(&store->tasks) + pv_array_memory(&store->tables) +
	       pv_array_memory(&store->members) + pv_array_memory(&store->descriptors) +
	       pv_array_memory(&store->files) + pv_array_memory(&store->ns_tids) +
	       pv_array_memory(&store->by_tid) + pv_array_memory(&store->asked_pids) +
	       pv_array_memory(&store->asked_uids) + pv_details_memory(&store->details) +
	       pv_strings_memory(&store->strings);
}

/* What is looked for, and whatever the comparison needs to read a number there. */
typedef struct {
	const PvStore *store;
	gint32 number;
} Wanted;

static int
compare_pid(const void *key, const void *element)
{
	const Wanted *wanted = key;
	const PvProcess *process = element;

	return pv_order_i32(wanted->number, process->pid);
}

static int
compare_tid(const void *key, const void *element)
{
	const Wanted *wanted = key;
	const guint32 *task = element;

	return pv_order_i32(wanted->number, pv_store_task(wanted->store, *task)->tid);
}

static int
compare_fd(const void *key, const void *element)
{
	const Wanted *wanted = key;
	const PvDescriptor *descriptor = element;

	return pv_order_i32(wanted->number, descriptor->fd);
}

PvProcess *
pv_store_find_process(const PvStore *store, gint32 pid)
{
	const PvArray *processes = &store->processes;
	Wanted wanted = {store, pid};

	/* bsearch() does not take an array that is not there. */
	if (processes->n == 0)
		return NULL;
	return bsearch(&wanted, processes->data, processes->n, sizeof(PvProcess), compare_pid);
}

PvTask *
pv_store_find_task(const PvStore *store, gint32 tid)
{
	const PvArray *by_tid = &store->by_tid;
	Wanted wanted = {store, tid};
	const guint32 *task;

	if (by_tid->n == 0)
		return NULL;
	task = bsearch(&wanted, by_tid->data, by_tid->n, sizeof(guint32), compare_tid);
	return task == NULL ? NULL : pv_store_task(store, *task);
}

PvDescriptor *
pv_store_find_descriptor(const PvStore *store, const PvTable *table, gint32 fd)
{
	Wanted wanted = {store, fd};

	if (table->n_descriptors == 0)
		return NULL;
	return bsearch(&wanted, pv_store_descriptor(store, table->first_descriptor),
		       table->n_descriptors, sizeof(PvDescriptor), compare_fd);
}

static gboolean
table_holds(const PvTable *table, guint32 index)
{
	return index >= table->first_descriptor &&
	       index - table->first_descriptor < table->n_descriptors;
}

/* A descriptor has no room for its table. Tables are laid out one after the other, so the search
 * halves; tables that hold nothing may lie anywhere, so what it finds is checked. */
static PvTable *
guess_table(const PvStore *store, guint32 index)
{
	guint low = 0, high = store->tables.n;

	while (high - low > 1) {
		guint middle = low + (high - low) / 2;

		if (pv_store_table(store, middle)->first_descriptor <= index)
			low = middle;
		else
			high = middle;
	}
	return pv_store_table(store, low);
}

PvTable *
pv_store_table_of(const PvStore *store, const PvDescriptor *descriptor)
{
	PvTable *table = guess_table(store, descriptor->index);

	for (guint i = 0; !table_holds(table, descriptor->index) && i < store->tables.n; i++)
		table = pv_store_table(store, i);
	return table;
}
