/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Grouping tasks by fs_struct, and processes by mm_struct: by the kernel's own pointers where BPF
 * brought them, else by kcmp(KCMP_FS) and kcmp(KCMP_VM).
 *
 * As with tables (grouping/group.c) a thread is compared with the thread before it, then with its
 * leader, and only then looked up in the ordered tree of all that were found. The threads of a
 * process cannot have different memories (clone(2): CLONE_THREAD needs CLONE_VM), so one of them
 * speaks for all.
 *
 * Traps of kcmp(2), and what is done about them:
 *  - Zombies have neither object, and kernel threads have no memory: NULL equals NULL. Nobody gets
 *    into the tree, or to an equal there, before has_one() has vouched for it.
 *  - A speaker that has exited answers like a zombie and sends the search the wrong way. At the end
 *    all speakers must be in order, and those of a kin equal; if not, all is done
 *    again with a look at whoever answers.
 *  - EPERM, or no kcmp(2): the threads of a process are taken to share, and the kernel's own
 *    to share one fs_struct, as they are created.
 *
 * What it cannot see: an unshare(2), execve(2) or vfork(2) after the task was compared. The reader
 * asks once more when it has read (pv_kinship_confirm).
 */
#include "grouping/kinship.h"

#include <errno.h>

#include "core/error.h"

#define MAX_ROUNDS     3
#define TASKS_PER_LOOK 512

typedef enum {
	FOUND,
	DIFFERENT,
	EXITED,
	DENIED,
} Verdict;

guint64
pv_kinship_key(const PvKinship *kinship, guint32 task)
{
	const PvTask *of = pv_store_task(kinship->store, task);

	return kinship->of == PV_KINSHIP_FS ? of->fs_key : of->mm_key;
}

/* When it was listed: whoever has a table has not ended. */
static gboolean
was_alive(const PvTask *task)
{
	return (task->known & PV_TASK_HAD_TABLE) != 0;
}

static gboolean
has_ended(const PvTask *task)
{
	return (task->known & PV_TASK_DETAILS) && !was_alive(task);
}

static PvOrder
compare_tasks(PvKinship *kinship, guint32 task, guint32 other)
{
	gint32 tid = pv_store_task(kinship->store, task)->tid;
	gint32 other_tid = pv_store_task(kinship->store, other)->tid;

	return kinship->of == PV_KINSHIP_FS ? pv_kcmp_fs_contexts(kinship->kcmp, tid, other_tid)
					    : pv_kcmp_memories(kinship->kcmp, tid, other_tid);
}

static gboolean
has_one(PvKinship *kinship, guint32 task)
{
	return kinship->has_one(pv_store_task(kinship->store, task), kinship->user_data);
}

static PvOrder
compare_in_tree(guint32 item, guint32 other, gpointer user_data)
{
	PvKinship *kinship = user_data;
	guint32 speaker = pv_kinship_at(kinship, other)->speaker;
	PvOrder order = compare_tasks(kinship, pv_kinship_at(kinship, item)->speaker, speaker);

	if (order == PV_ORDER_ERROR || kinship->round == 1 || has_one(kinship, speaker))
		return order;
	return PV_ORDER_ERROR;
}

static void
join(PvKinship *kinship, guint32 task, guint32 index)
{
	PvKin *kin = pv_kinship_at(kinship, index);

	kinship->next[kin->last] = task;
	kin->last = task;
	kin->n_members++;
	kinship->kin_of[task] = index;
}

static guint32
start_kin(PvKinship *kinship, guint32 task, gboolean assumed)
{
	PvKin *kin = pv_array_append(&kinship->kins);

	if (kin == NULL) {
		kinship->no_memory = TRUE;
		return PV_NONE;
	}
	*kin = (PvKin){
		.speaker = task,
		.first = task,
		.last = task,
		.n_members = 1,
		.assumed = assumed,
	};
	kinship->kin_of[task] = kinship->kins.n - 1;
	return kinship->kins.n - 1;
}

/* After a comparison has failed: was it the task's fault? */
static Verdict
judge(PvKinship *kinship, guint32 task)
{
	if (compare_tasks(kinship, task, task) != PV_ORDER_ERROR)
		return DIFFERENT;
	return kinship->kcmp->error == ESRCH ? EXITED : DENIED;
}

static gboolean
replace_speaker(PvKinship *kinship, guint32 index)
{
	PvKin *kin = pv_kinship_at(kinship, index);
	guint32 task = kinship->next[kin->speaker];

	while (task != PV_NONE && !has_one(kinship, task))
		task = kinship->next[task];
	if (task == PV_NONE)
		return FALSE;
	kin->speaker = task;
	return TRUE;
}

static Verdict
try_kin(PvKinship *kinship, guint32 task, guint32 index)
{
	for (;;) {
		PvOrder order =
			compare_tasks(kinship, task, pv_kinship_at(kinship, index)->speaker);
		Verdict verdict;

		if (order == PV_ORDER_EQUAL) {
			join(kinship, task, index);
			return FOUND;
		}
		if (order != PV_ORDER_ERROR)
			return DIFFERENT;
		verdict = judge(kinship, task);
		if (verdict != DIFFERENT || !replace_speaker(kinship, index))
			return verdict;
	}
}

/* The task speaks for a kin of its own, until an equal is met. */
static Verdict
search_tree(PvKinship *kinship, guint32 task, guint32 fresh)
{
	for (;;) {
		PvKcmpTreePlace place = pv_kcmp_tree_insert(&kinship->tree, fresh);
		Verdict verdict;

		kinship->no_memory |= place.no_memory;
		if (place.order == PV_ORDER_LESS || place.order == PV_ORDER_GREATER)
			return DIFFERENT;
		if (place.order == PV_ORDER_EQUAL && !has_one(kinship, task))
			return EXITED;
		if (place.order == PV_ORDER_EQUAL) {
			join(kinship, task, place.item);
			return FOUND;
		}
		/* Different, and no order to be had: who else has it stays unknown. */
		if (place.order == PV_ORDER_UNORDERED) {
			pv_kinship_at(kinship, fresh)->unproven = TRUE;
			return DIFFERENT;
		}
		verdict = judge(kinship, task);
		if (verdict != DIFFERENT)
			return verdict;
		if (!replace_speaker(kinship, place.item))
			pv_kcmp_tree_remove(&kinship->tree, place.node);
	}
}

static Verdict
look_up(PvKinship *kinship, guint32 task)
{
	Verdict verdict = DIFFERENT;
	guint32 fresh;

	/* The listing vouches for leaders; what has changed since, the look back finds. */
	if ((kinship->round > 1 || !was_alive(pv_store_task(kinship->store, task))) &&
	    !has_one(kinship, task))
		return EXITED;
	/* The very first comparison is with itself: it tells whether the task may be asked. */
	if (kinship->tree.root == PV_NONE)
		verdict = judge(kinship, task);
	if (verdict != DIFFERENT)
		return verdict;
	fresh = start_kin(kinship, task, FALSE);
	if (fresh == PV_NONE)
		return EXITED;
	verdict = search_tree(kinship, task, fresh);
	if (verdict == DIFFERENT)
		return FOUND;
	if (verdict != FOUND)
		kinship->kin_of[task] = PV_NONE;
	pv_array_truncate(&kinship->kins, fresh);
	return verdict;
}

static gboolean
is_assumed(const PvKinship *kinship, guint32 index)
{
	return index != PV_NONE && pv_kinship_at(kinship, index)->assumed;
}

/* Threads join what their process has without a look at each; only a new kin needs vouching. */
static void
assume(PvKinship *kinship, guint32 task_index, guint32 near)
{
	const PvTask *task = pv_store_task(kinship->store, task_index);
	gboolean is_kernel = (task->known & PV_TASK_KTHREAD) != 0;
	guint32 index = is_kernel ? kinship->kernel_kin : near;

	if (is_assumed(kinship, index)) {
		join(kinship, task_index, index);
		return;
	}
	if (!has_one(kinship, task_index))
		return;
	index = start_kin(kinship, task_index, TRUE);
	if (is_kernel)
		kinship->kernel_kin = index;
}

static Verdict
try_near(PvKinship *kinship, guint32 task, guint32 near, guint32 of_leader)
{
	Verdict verdict = DIFFERENT;

	/* Where the leader may not be asked, its threads most likely may not either. */
	if (is_assumed(kinship, of_leader))
		verdict = judge(kinship, task);
	if (verdict == DIFFERENT && near != PV_NONE && !is_assumed(kinship, near))
		verdict = try_kin(kinship, task, near);
	if (verdict == DIFFERENT && of_leader != PV_NONE && of_leader != near &&
	    !is_assumed(kinship, of_leader))
		verdict = try_kin(kinship, task, of_leader);
	return verdict;
}

static void
place_task(PvKinship *kinship, guint32 task, guint32 near, guint32 of_leader)
{
	Verdict verdict = DENIED;

	if (has_ended(pv_store_task(kinship->store, task)))
		return;
	if (kinship->usable)
		verdict = try_near(kinship, task, near, of_leader);
	if (verdict == DIFFERENT)
		verdict = look_up(kinship, task);
	if (verdict == DENIED)
		assume(kinship, task, is_assumed(kinship, of_leader) ? of_leader : near);
}

static void
place_tasks(PvKinship *kinship, const PvProcess *process)
{
	guint32 of_leader, near;

	place_task(kinship, process->leader, PV_NONE, PV_NONE);
	near = of_leader = kinship->kin_of[process->leader];
	for (guint32 i = process->first_task; i < process->first_task + process->n_tasks; i++) {
		if (i == process->leader)
			continue;
		place_task(kinship, i, near, of_leader);
		if (kinship->kin_of[i] != PV_NONE)
			near = kinship->kin_of[i];
	}
}

/* One that lives speaks for its process: the leader, unless it has ended before its threads. */
static void
place_process(PvKinship *kinship, const PvProcess *process)
{
	if (pv_store_task(kinship->store, process->leader)->known & PV_TASK_KTHREAD)
		return;
	place_task(kinship, process->leader, PV_NONE, PV_NONE);
	if (kinship->kin_of[process->leader] != PV_NONE)
		return;
	for (guint32 i = process->first_task; i < process->first_task + process->n_tasks; i++) {
		place_task(kinship, i, PV_NONE, PV_NONE);
		if (kinship->kin_of[i] != PV_NONE)
			return;
	}
}

/* The look back: one call for each kin, and one for each that has more than one member. */
typedef struct {
	PvKinship *kinship;
	guint32 *kept; /* in order, and alive */
	guint32 n_kept;
} Survey;

/* One that has ended is no witness; those who were compared with it may have been led astray. */
static gboolean
has_voice(PvKinship *kinship, guint32 index)
{
	if (has_one(kinship, pv_kinship_at(kinship, index)->speaker))
		return TRUE;
	if (replace_speaker(kinship, index))
		kinship->settled = FALSE;
	return FALSE;
}

static gboolean
survey_kin(guint32 index, gpointer user_data)
{
	Survey *survey = user_data;
	PvKinship *kinship = survey->kinship;

	while (survey->n_kept > 0) {
		guint32 lower = survey->kept[survey->n_kept - 1];

		if (compare_tasks(kinship, pv_kinship_at(kinship, lower)->speaker,
				  pv_kinship_at(kinship, index)->speaker) == PV_ORDER_LESS)
			break;
		if (!has_voice(kinship, index))
			return TRUE;
		if (!has_voice(kinship, lower)) {
			survey->n_kept--;
			continue;
		}
		pv_kinship_at(kinship, lower)->unproven = TRUE;
		pv_kinship_at(kinship, index)->unproven = TRUE;
		kinship->settled = FALSE;
		break;
	}
	survey->kept[survey->n_kept++] = index;
	return TRUE;
}

static void
look_back(PvKinship *kinship)
{
	g_autofree guint32 *kept = g_try_new(guint32, MAX(kinship->kins.n, 1));
	Survey survey = {kinship, kept, 0};

	kinship->no_memory |= kept == NULL;
	kinship->settled = TRUE;
	if (kept != NULL)
		pv_kcmp_tree_each(&kinship->tree, survey_kin, &survey);
	for (guint32 i = 0; i < kinship->kins.n; i++) {
		if (pv_kinship_confirm(kinship, i))
			continue;
		pv_kinship_at(kinship, i)->unproven = TRUE;
		kinship->settled = FALSE;
	}
}

static void
start_over(PvKinship *kinship)
{
	pv_kcmp_tree_clear(&kinship->tree);
	pv_kcmp_tree_init(&kinship->tree, compare_in_tree, kinship);
	pv_array_truncate(&kinship->kins, 0);
	kinship->kernel_kin = PV_NONE;
	for (guint32 i = 0; i < kinship->store->tasks.n; i++)
		kinship->kin_of[i] = kinship->next[i] = PV_NONE;
}

static gboolean
place_all(PvKinship *kinship, const PvWatch *watch, GError **error)
{
	const PvStore *store = kinship->store;
	guint32 next_look = 0;

	for (guint32 i = 0; i < store->processes.n; i++) {
		const PvProcess *process = pv_store_process(store, i);

		if (process->first_task >= next_look) {
			next_look = process->first_task + TASKS_PER_LOOK;
			if (pv_watch_cancelled(watch))
				return pv_watch_stop(error);
		}
		if (kinship->includes != NULL && !kinship->includes(process, kinship->user_data))
			continue;
		if (kinship->of == PV_KINSHIP_FS)
			place_tasks(kinship, process);
		else
			place_process(kinship, process);
		if (kinship->no_memory)
			return pv_error_no_memory(error);
	}
	return TRUE;
}

/* Keys are hashes already: open addressing, with the kin that has the key. */
typedef struct {
	guint32 *kins;
	guint32 mask;
} Index;

static guint32 *
find_slot(const PvKinship *kinship, const Index *index, guint64 key)
{
	guint32 i = key & index->mask;

	while (index->kins[i] != PV_NONE &&
	       pv_kinship_key(kinship, pv_kinship_at(kinship, index->kins[i])->first) != key)
		i = (i + 1) & index->mask;
	return &index->kins[i];
}

static void
place_by_key(PvKinship *kinship, const Index *index, guint32 task)
{
	guint64 key = pv_kinship_key(kinship, task);
	guint32 *slot;

	if (key == 0)
		return;
	slot = find_slot(kinship, index, key);
	if (*slot == PV_NONE)
		*slot = start_kin(kinship, task, FALSE);
	else
		join(kinship, task, *slot);
}

/* Not shown by the iterators, but found in procfs (snapshot/complement.c). */
static gboolean
is_keyless(const PvStore *store, const PvProcess *process)
{
	for (guint32 i = 0; i < process->n_tasks; i++) {
		const PvTask *task = pv_store_task(store, process->first_task + i);

		if (task->files_key != 0 || task->fs_key != 0 || task->mm_key != 0)
			return FALSE;
	}
	return process->n_tasks > 1 || !has_ended(pv_store_task(store, process->leader));
}

static void
place_keyed_process(PvKinship *kinship, const Index *index, const PvProcess *process)
{
	guint32 first = process->first_task;
	guint32 leader = process->leader;

	/* A leader comes before its threads: the programs of BPF show what they share by him. */
	place_by_key(kinship, index, leader);
	if (kinship->of == PV_KINSHIP_MEMORY && kinship->kin_of[leader] != PV_NONE)
		return;
	for (guint32 i = first; i < first + process->n_tasks; i++) {
		if (i == leader)
			continue;
		place_by_key(kinship, index, i);
		if (kinship->of == PV_KINSHIP_MEMORY && kinship->kin_of[i] != PV_NONE)
			return;
	}
}

static gboolean
run_by_key(PvKinship *kinship, GError **error)
{
	const PvStore *store = kinship->store;
	Index index = {.mask = 15};

	while (index.mask / 2 < store->tasks.n && index.mask < 1u << 30)
		index.mask = index.mask * 2 + 1;
	index.kins = g_try_new(guint32, (gsize)index.mask + 1);
	if (index.kins == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i <= index.mask; i++)
		index.kins[i] = PV_NONE;
	/* What has no key is taken as if nobody could be asked. */
	kinship->usable = FALSE;
	for (guint32 i = 0; i < store->processes.n && !kinship->no_memory; i++) {
		const PvProcess *process = pv_store_process(store, i);

		if (!is_keyless(store, process))
			place_keyed_process(kinship, &index, process);
		else if (kinship->of == PV_KINSHIP_FS)
			place_tasks(kinship, process);
		else
			place_process(kinship, process);
	}
	g_free(index.kins);
	return !kinship->no_memory || pv_error_no_memory(error);
}

gboolean
pv_kinship_run(PvKinship *kinship, const PvWatch *watch, GError **error)
{
	guint32 n = MAX(kinship->store->tasks.n, 1);

	pv_array_init(&kinship->kins, sizeof(PvKin));
	pv_kcmp_tree_init(&kinship->tree, compare_in_tree, kinship);
	kinship->kin_of = g_try_new(guint32, n);
	kinship->next = g_try_new(guint32, n);
	if (kinship->kin_of == NULL || kinship->next == NULL)
		return pv_error_no_memory(error);
	start_over(kinship);
	if (kinship->by_key)
		return run_by_key(kinship, error);
	for (kinship->round = 1;; kinship->round++) {
		if (!place_all(kinship, watch, error))
			return FALSE;
		if (!kinship->usable)
			return TRUE;
		look_back(kinship);
		if (kinship->no_memory)
			return pv_error_no_memory(error);
		if (kinship->settled || kinship->round == MAX_ROUNDS)
			return TRUE;
		start_over(kinship);
	}
}

void
pv_kinship_clear(PvKinship *kinship)
{
	pv_kcmp_tree_clear(&kinship->tree);
	pv_array_clear(&kinship->kins);
	g_clear_pointer(&kinship->kin_of, g_free);
	g_clear_pointer(&kinship->next, g_free);
}

gboolean
pv_kinship_confirm(PvKinship *kinship, guint32 index)
{
	const PvKin *kin = pv_kinship_at(kinship, index);
	gboolean contradicted = FALSE;

	if (kinship->by_key || kin->assumed || kin->n_members == 1)
		return TRUE;
	for (guint32 task = kin->first; task != PV_NONE; task = kinship->next[task]) {
		PvOrder order;

		if (task == kin->speaker)
			continue;
		order = compare_tasks(kinship, kin->speaker, task);
		if (order == PV_ORDER_EQUAL)
			return TRUE;
		/* A zombie differs from everybody, and says nothing. */
		contradicted |= order != PV_ORDER_ERROR && has_one(kinship, task);
	}
	return !contradicted;
}

guint8
pv_kinship_proof(const PvKinship *kinship, guint32 index)
{
	const PvKin *kin = pv_kinship_at(kinship, index);

	if (kin->assumed || kin->unproven)
		return PV_PROOF_ASSUMED;
	return kinship->by_key ? PV_PROOF_KERNEL : PV_PROOF_KCMP;
}
