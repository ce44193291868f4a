/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Grouping by the kernel's own pointers, or what stands for them: equal keys, one table.
 *
 * A task without a key was not shown by the iterators, and was found in another way. As where
 * kcmp(2) is forbidden, the threads of its process are taken to share.
 *
 * The pointer was read at the moment of the listing. Whether it still holds is asked when tables
 * have been read.
 */
#include "core/error.h"
#include "grouping/survey.h"

typedef struct {
	guint64 key; /* 0: free */
	guint32 group;
} Slot;

typedef struct {
	Slot *slots; /* open addressing; at least twice as many as there can be tables */
	guint32 mask;
} Index;

static gboolean
index_init(Index *index, guint32 n_tasks)
{
	guint32 n_slots = 16;

	while (n_slots / 2 < n_tasks && n_slots < 1u << 31)
		n_slots *= 2;
	index->mask = n_slots - 1;
	index->slots = g_try_new0(Slot, n_slots);
	return index->slots != NULL;
}

/* Keys are hashes already. */
static Slot *
find(const Index *index, guint64 key)
{
	guint32 i = key & index->mask;

	while (index->slots[i].key != 0 && index->slots[i].key != key)
		i = (i + 1) & index->mask;
	return &index->slots[i];
}

static guint32
start_group(PvGrouper *grouper, PvTask *task)
{
	task->table = pv_grouper_add_group(grouper, task->index);
	return task->table;
}

/* The group of the process's tasks without a key; PV_NONE: there is none yet. */
static guint32
find_unknown(const PvGrouper *grouper, const PvProcess *process, const PvTask *task)
{
	for (guint32 i = process->first_task; i < task->index; i++) {
		guint32 group = pv_store_task(grouper->store, i)->table;

		if (group < PV_PENDING && pv_grouper_group(grouper, group)->assumed)
			return group;
	}
	return PV_NONE;
}

static void
place_unknown(PvGrouper *grouper, const PvProcess *process, PvTask *task)
{
	guint32 near = find_unknown(grouper, process, task);

	if (near != PV_NONE)
		pv_grouper_join(grouper, task->index, near);
	else if (start_group(grouper, task) != PV_NONE)
		pv_grouper_group(grouper, task->table)->assumed = TRUE;
}

/* A leader speaks before its threads: the kernel shows a table that they share by him alone. */
static void
place_known(PvGrouper *grouper, Index *index, PvTask *task)
{
	Slot *slot = find(index, task->files_key);

	if (slot->key == 0) {
		slot->key = task->files_key;
		slot->group = start_group(grouper, task);
		return;
	}
	pv_grouper_join(grouper, task->index, slot->group);
	if ((task->known & PV_TASK_LEADER) &&
	    pv_store_task(grouper->store, pv_grouper_group(grouper, slot->group)->speaker)
			    ->process == task->process)
		pv_grouper_group(grouper, slot->group)->speaker = task->index;
}

gboolean
pv_grouper_run_by_key(PvGrouper *grouper, GError **error)
{
	PvStore *store = grouper->store;
	Index index;

	if (!pv_grouper_prepare(grouper, error))
		return FALSE;
	/* Mostly one group a process. */
	if (!pv_array_reserve(&grouper->groups, store->processes.n) ||
	    !index_init(&index, store->tasks.n))
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < store->tasks.n && !grouper->no_memory; i++) {
		PvTask *task = pv_store_task(store, i);

		if (task->table == PV_NONE)
			continue;
		if (task->files_key != 0)
			place_known(grouper, &index, task);
		else
			place_unknown(grouper, pv_store_process(store, task->process), task);
	}
	g_free(index.slots);
	return !grouper->no_memory || pv_error_no_memory(error);
}
