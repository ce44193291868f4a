/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * mm_struct: the executable, and what else is mapped. One a process, but for those that were made
 * by vfork(2) or clone(CLONE_VM); none for kernel threads and zombies.
 *
 * Whoever looks at what is mapped has to take the lock of the memory (mmap_lock), in whatever way
 * he looks. A task holds it while it maps a file, and mmap(2) of a file on NFS, and of some on
 * FUSE, asks the server: with a server that does not answer we would wait as long as the task
 * does. Such a task is in uninterruptible sleep (state D). So a memory is left alone while any of
 * its tasks is, and marked: its executable is known, its mappings are not.
 *
 * What it cannot see: a task that goes to sleep between that look and the reading.
 */
#include <errno.h>

#include "backend/bpf/places-reader.h"
#include "backend/mappings.h"
#include "core/association.h"
#include "core/error.h"
#include "snapshot/places.h"

static gboolean
add_memory(PvPlaces *places, guint32 kin, guint32 *memory_of)
{
	PvStore *store = places->step->store;
	PvMemory *memory = pv_array_append(&store->details.memories);

	if (memory == NULL)
		return FALSE;
	*memory = (PvMemory){
		.index = store->details.memories.n - 1,
		.status = PV_STATUS_GONE,
		.reason = PV_REASON_EXITED,
		.proof = pv_kinship_proof(&places->memories, kin),
	};
	places->kin_of_memory[memory->index] = kin;
	memory_of[kin] = memory->index;
	return TRUE;
}

/* The task that speaks for its process has the kin of all. */
static guint32
kin_of_process(const PvPlaces *places, const PvProcess *process)
{
	for (guint32 i = 0; i < process->n_tasks; i++) {
		guint32 kin = places->memories.kin_of[process->first_task + i];

		if (kin != PV_NONE)
			return kin;
	}
	return PV_NONE;
}

static gboolean
name_memories(PvPlaces *places, const gboolean *wanted, guint32 *memory_of)
{
	PvStore *store = places->step->store;
	PvArray *of = &store->details.memory_of;

	for (guint32 i = 0; i < store->processes.n; i++) {
		guint32 kin = kin_of_process(places, pv_store_process(store, i));
		guint32 *named = pv_array_append(of);

		if (named == NULL)
			return FALSE;
		*named = PV_NONE;
		if (kin == PV_NONE || !wanted[kin])
			continue;
		if (memory_of[kin] == PV_NONE && !add_memory(places, kin, memory_of))
			return FALSE;
		*named = memory_of[kin];
		pv_store_memory_at(store, *named)->n_members++;
	}
	return TRUE;
}

static gboolean
list_members(PvStore *store)
{
	PvArray *members = &store->details.memory_members;
	guint32 total = 0;

	for (guint32 i = 0; i < store->details.memories.n; i++) {
		PvMemory *memory = pv_store_memory_at(store, i);

		memory->first_member = total;
		total += memory->n_members;
		memory->n_members = 0;
	}
	if (!pv_array_reserve(members, total))
		return FALSE;
	for (guint32 i = 0; i < total; i++)
		pv_array_append(members);
	for (guint32 i = 0; i < store->processes.n; i++) {
		guint32 index = pv_store_memory_of(store, i);
		PvMemory *memory;

		if (index == PV_NONE)
			continue;
		memory = pv_store_memory_at(store, index);
		*pv_array_at(members, guint32, memory->first_member + memory->n_members++) = i;
	}
	return TRUE;
}

gboolean
pv_memories_lay_out(PvPlaces *places, GError **error)
{
	guint32 n = MAX(places->memories.kins.n, 1);
	g_autofree guint32 *memory_of = g_try_new(guint32, n);
	g_autofree gboolean *wanted = pv_places_find_wanted(places, &places->memories);

	places->kin_of_memory = g_try_new(guint32, n);
	if (memory_of == NULL || wanted == NULL || places->kin_of_memory == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < n; i++)
		memory_of[i] = PV_NONE;
	if (!name_memories(places, wanted, memory_of) || !list_members(places->step->store))
		return pv_error_no_memory(error);
	return TRUE;
}

void
pv_memory_forget(PvMemory *memory)
{
	memory->exe = 0;
	memory->exe_ino = 0;
	memory->exe_dev = 0;
	memory->status = PV_STATUS_GONE;
	memory->reason = PV_REASON_EXITED;
}

/* Something is there already only where BPF could not carry all of it: better than nothing. */
static int
read_exe(PvPlaces *places, const PvTask *task, guint32 index)
{
	PvMemory *memory = pv_store_memory_at(places->step->store, index);
	const PvMemory before = *memory;
	int error = pv_place_reader_read_exe(&places->reader, places->step->store, task, memory);

	memory->backend = "procfs";
	if (error != -ESRCH && error != -ENOENT && error != -EACCES && error != -EPERM)
		return error;
	*memory = before;
	return memory->exe_ino != 0 ? -EIO : error;
}

static PvPlaceState
state_of(PvMemory *memory)
{
	return (PvPlaceState){&memory->status, &memory->reason, &memory->proof, &memory->needs};
}

gboolean
pv_memory_complete(PvPlaces *places, guint32 index, GError **error)
{
	PvMemory *memory = pv_store_memory_at(places->step->store, index);
	const PvPlaceState state = state_of(memory);

	return pv_places_read_through(places, &places->memories, places->kin_of_memory[index],
				      read_exe, index, &state, error);
}

/* A state that is not known, or was D when it was listed, is looked up. */
static gboolean
sleeps(PvPlaces *places, const PvTask *task)
{
	char now;

	if (task->state != 0 && task->state != 'D')
		return FALSE;
	now = pv_place_reader_state(&places->reader, places->step->store, task);
	return now == 'D' || (now == 0 && task->state == 'D');
}

/*
 * A parent sleeps in this state too while it waits for the child that it made by vfork(2), and
 * holds no lock: each process beside the first excuses one that sleeps.
 */
static gboolean
may_be_locked(PvPlaces *places, const PvMemory *memory)
{
	const PvStore *store = places->step->store;
	guint32 n_asleep = 0;

	for (guint32 i = 0; i < memory->n_members; i++) {
		guint32 member = memory->first_member + i;
		const PvProcess *process = pv_store_process(
			store, *pv_array_at(&store->details.memory_members, guint32, member));

		for (guint32 j = 0; j < process->n_tasks; j++) {
			n_asleep += sleeps(places, pv_store_task(store, process->first_task + j));
			if (n_asleep >= memory->n_members)
				return TRUE;
		}
	}
	return FALSE;
}

static int
read_maps(PvPlaces *places, const PvTask *task, guint32 index)
{
	PvStore *store = places->step->store;
	PvMemory *memory = pv_store_memory_at(store, index);

	pv_mappings_rewind(store, memory);
	return pv_place_reader_read_mappings(&places->reader, store, task, memory);
}

/* Whether the memory, or where no program tells that the task, is there still. */
static gboolean
look_again(PvPlaces *places, PvBpfHolder *holder, gboolean *there, GError **error)
{
	PvStore *store = places->step->store;
	PvBpfPlaces look = {
		.bpf = places->step->plan->bpf,
		.holders = holder,
		.n = 1,
		.narrowed = TRUE,
	};
	const PvTask *task;

	if (!pv_bpf_shows_places(look.bpf)) {
		task = pv_store_find_task(store, holder->tid);
		*there = task != NULL && pv_place_reader_state(&places->reader, store, task) != 0;
		return TRUE;
	}
	if (!pv_bpf_read_places(&look, store, places->step->watch, error))
		return FALSE;
	*there = holder->seen != 0;
	return TRUE;
}

/* Without a record: nothing is mapped, or nobody is there any more. */
static gboolean
confirm_empty(PvPlaces *places, PvMemory *memory, PvBpfHolder *holder, GError **error)
{
	gboolean there;

	if (!look_again(places, holder, &there, error))
		return FALSE;
	if (!there) {
		memory->status = PV_STATUS_PARTIAL;
		memory->reason = PV_REASON_EXITED;
	}
	return TRUE;
}

static gboolean
read_by_bpf(PvPlaces *places, guint32 index, GError **error)
{
	PvStore *store = places->step->store;
	PvMemory *memory = pv_store_memory_at(store, index);
	const PvKin *kin = pv_kinship_at(&places->memories, places->kin_of_memory[index]);
	PvBpfHolder holder = {.index = index};

	for (guint32 i = kin->first; i != PV_NONE; i = places->memories.next[i]) {
		gboolean shown;

		pv_mappings_rewind(store, memory);
		holder.tid = pv_store_task(store, i)->tid;
		holder.key = pv_kinship_key(&places->memories, i);
		if (!pv_bpf_read_mappings(places->step->plan->bpf, holder.key, holder.tid, store,
					  memory, &shown, error))
			return FALSE;
		if (shown && memory->n_mappings > 0)
			return TRUE;
	}
	return confirm_empty(places, memory, &holder, error);
}

gboolean
pv_memory_read_mappings(PvPlaces *places, guint32 index, GError **error)
{
	PvMemory *memory = pv_store_memory_at(places->step->store, index);
	const PvPlan *plan = places->step->plan;
	guint32 kin = places->kin_of_memory[index];
	guint32 first = pv_kinship_at(&places->memories, kin)->first;
	guint8 status = memory->status, reason = memory->reason;
	const PvPlaceState state = state_of(memory);

	if (status == PV_STATUS_GONE || status == PV_STATUS_DENIED)
		return TRUE;
	if (may_be_locked(places, memory)) {
		memory->status = PV_STATUS_PARTIAL;
		memory->reason = PV_REASON_FAILED;
		return TRUE;
	}
	if (plan->bpf != NULL && pv_bpf_shows_mappings(plan->bpf) &&
	    pv_kinship_key(&places->memories, first) != 0 &&
	    !pv_places_is_denied(places, &places->memories, kin))
		return read_by_bpf(places, index, error);
	if (!pv_places_read_through(places, &places->memories, kin, read_maps, index, &state,
				    error))
		return FALSE;
	/* The executable is here, whatever became of the rest. */
	if (memory->status == PV_STATUS_GONE || memory->status == PV_STATUS_DENIED)
		memory->status = PV_STATUS_PARTIAL;
	if (memory->status == PV_STATUS_OK) {
		memory->status = status;
		memory->reason = reason;
	}
	return TRUE;
}
