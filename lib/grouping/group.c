/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Grouping tasks by kcmp(KCMP_FILES).
 *
 * Nearly always a thread shares with the thread before it, and that one with its leader. So a task
 * is compared with the group that the last thread of its process went to, then with the leader's,
 * and only then looked up in the tree (a kernel thread is first compared with the kernel thread
 * before it, since these are created with one table), where one task speaks for each group found so far, of all
 * processes: clone(CLONE_FILES) shares across processes too. For n tasks in g groups that makes
 * some n calls where all is as usual, and n x log2(g) at worst.
 *
 * kcmp(2) compares what is there at the moment of the call. Traps, and what is done about them:
 *  - A task without a table equals any other such task. Nobody gets to the tree before
 *    has_table() has vouched for it, and whoever speaks for a group is looked at again after its
 *    table was read (snapshot/builder.c).
 *  - A speaker exits: the next member speaks. None is left: the group leaves the tree. Until it
 *    is reaped it answers as a task without a table, and sends those that come after the wrong way.
 *  - A speaker calls unshare(2) half-way: later tasks are compared with the wrong table.
 *    Against both: at the end all speakers that still have a table must be in order, and first and
 *    last member of each group equal; if not, all is done again, with a look at whoever answers,
 *    a few times at most.
 *  - EPERM: nothing can be known. The threads of a process are then taken to share, and kernel
 *    threads to share one table among all, as they are created; the group is marked as assumed.
 */
#include "grouping/group.h"

#include <errno.h>

#include "core/error.h"
#include "grouping/survey.h"

#define MAX_ROUNDS     3
#define TASKS_PER_LOOK 512

typedef enum {
	VERDICT_JOINED,
	VERDICT_DIFFERENT,
	VERDICT_EXITED,
	VERDICT_DENIED,
} Verdict;

gint32
pv_grouper_tid(const PvGrouper *grouper, guint32 task)
{
	return pv_store_task(grouper->store, task)->tid;
}

gboolean
pv_grouper_has_table_now(PvGrouper *grouper, guint32 task)
{
	return grouper->has_table(pv_store_task(grouper->store, task), TRUE, grouper->user_data);
}

PvOrder
pv_grouper_compare(guint32 item, guint32 other, gpointer user_data)
{
	PvGrouper *grouper = user_data;
	guint32 speaker = pv_grouper_group(grouper, item)->speaker;
	guint32 other_speaker = pv_grouper_group(grouper, other)->speaker;

	return pv_kcmp_tables(grouper->kcmp, pv_grouper_tid(grouper, speaker),
			      pv_grouper_tid(grouper, other_speaker));
}

/*
 * A speaker that has turned into a zombie answers, but leads astray. In the first round that is
 * found out afterwards; when that has happened, each answer is vouched for: who has a table now
 * had one when it answered.
 */
static PvOrder
compare_in_tree(guint32 item, guint32 other, gpointer user_data)
{
	PvGrouper *grouper = user_data;
	PvOrder order = pv_grouper_compare(item, other, grouper);

	if (order == PV_ORDER_ERROR || grouper->round == 1 ||
	    pv_grouper_has_table_now(grouper, pv_grouper_group(grouper, other)->speaker))
		return order;
	return PV_ORDER_ERROR;
}

void
pv_grouper_init(PvGrouper *grouper, PvStore *store, PvKcmp *kcmp, gboolean usable)
{
	*grouper = (PvGrouper){.store = store, .kcmp = kcmp, .usable = usable};
	grouper->kernel_near = PV_NONE;
	grouper->kernel_group = PV_NONE;
	pv_kcmp_tree_init(&grouper->tree, compare_in_tree, grouper);
	pv_array_init(&grouper->groups, sizeof(PvGroup));
}

void
pv_grouper_clear(PvGrouper *grouper)
{
	pv_kcmp_tree_clear(&grouper->tree);
	pv_array_clear(&grouper->groups);
	g_clear_pointer(&grouper->next, g_free);
}

void
pv_grouper_join(PvGrouper *grouper, guint32 task, guint32 group_index)
{
	PvGroup *group = pv_grouper_group(grouper, group_index);

	grouper->next[task] = PV_NONE;
	grouper->next[group->last] = task;
	group->last = task;
	group->n_members++;
	pv_store_task(grouper->store, task)->table = group_index;
}

guint32
pv_grouper_add_group(PvGrouper *grouper, guint32 task)
{
	guint32 index = grouper->groups.n;
	PvGroup *group = pv_array_append(&grouper->groups);

	if (group == NULL) {
		grouper->no_memory = TRUE;
		return PV_NONE;
	}
	*group = (PvGroup){.speaker = task, .first = task, .last = task, .n_members = 1};
	grouper->next[task] = PV_NONE;
	return index;
}

static gboolean
can_be_asked(PvGrouper *grouper, guint32 task)
{
	gint32 tid = pv_grouper_tid(grouper, task);

	return pv_kcmp_tables(grouper->kcmp, tid, tid) != PV_ORDER_ERROR;
}

/* After a comparison of the task with a speaker has failed: was it the task's fault? */
static Verdict
judge(PvGrouper *grouper, guint32 task)
{
	if (can_be_asked(grouper, task))
		return VERDICT_DIFFERENT;
	return grouper->kcmp->error == ESRCH ? VERDICT_EXITED : VERDICT_DENIED;
}

/* Lets the next member speak that can; FALSE: there is none. */
gboolean
pv_grouper_replace_speaker(PvGrouper *grouper, guint32 group_index)
{
	PvGroup *group = pv_grouper_group(grouper, group_index);
	guint32 task = grouper->next[group->speaker];

	while (task != PV_NONE && !pv_grouper_has_table_now(grouper, task))
		task = grouper->next[task];
	if (task == PV_NONE)
		return FALSE;
	group->speaker = task;
	return TRUE;
}

static Verdict
try_group(PvGrouper *grouper, guint32 task, guint32 group_index)
{
	for (;;) {
		guint32 speaker = pv_grouper_group(grouper, group_index)->speaker;
		PvOrder order = pv_kcmp_tables(grouper->kcmp, pv_grouper_tid(grouper, task),
					       pv_grouper_tid(grouper, speaker));
		Verdict verdict;

		if (order == PV_ORDER_EQUAL) {
			pv_grouper_join(grouper, task, group_index);
			return VERDICT_JOINED;
		}
		if (order != PV_ORDER_ERROR)
			return VERDICT_DIFFERENT;
		verdict = judge(grouper, task);
		if (verdict != VERDICT_DIFFERENT ||
		    !pv_grouper_replace_speaker(grouper, group_index))
			return verdict;
	}
}

/* Where the kernel gives no order, every group that lives outside the tree is asked in turn. */
static Verdict
try_all(PvGrouper *grouper, guint32 task, gboolean unordered_only)
{
	for (guint32 i = 0; i < grouper->groups.n; i++) {
		PvGroup *group = pv_grouper_group(grouper, i);
		Verdict verdict;

		if (group->assumed || group->first == task || (unordered_only && !group->unordered))
			continue;
		verdict = try_group(grouper, task, i);
		if (verdict != VERDICT_DIFFERENT)
			return verdict;
	}
	return VERDICT_DIFFERENT;
}

/* The search in the tree, with the task as speaker of a group that is new until an equal is met. */
static Verdict
search_tree(PvGrouper *grouper, guint32 task, guint32 fresh)
{
	for (;;) {
		PvKcmpTreePlace place = pv_kcmp_tree_insert(&grouper->tree, fresh);
		Verdict verdict;

		if (place.no_memory)
			grouper->no_memory = TRUE;
		if (place.order == PV_ORDER_LESS || place.order == PV_ORDER_GREATER)
			return VERDICT_DIFFERENT;
		/* A table is never got back: who has one now had one when the two were equal. */
		if (place.order == PV_ORDER_EQUAL && !pv_grouper_has_table_now(grouper, task))
			return VERDICT_EXITED;
		if (place.order == PV_ORDER_EQUAL) {
			pv_grouper_join(grouper, task, place.item);
			return VERDICT_JOINED;
		}
		if (place.order == PV_ORDER_UNORDERED) {
			verdict = try_all(grouper, task, FALSE);
			pv_grouper_group(grouper, fresh)->unordered = TRUE;
			grouper->n_unordered += verdict == VERDICT_DIFFERENT;
			return verdict;
		}
		verdict = judge(grouper, task);
		if (verdict != VERDICT_DIFFERENT)
			return verdict;
		if (!pv_grouper_replace_speaker(grouper, place.item))
			pv_kcmp_tree_remove(&grouper->tree, place.node);
	}
}

static Verdict
look_up(PvGrouper *grouper, guint32 task)
{
	guint32 fresh;
	Verdict verdict = VERDICT_DIFFERENT;

	if (!grouper->has_table(pv_store_task(grouper->store, task), grouper->round > 1,
				grouper->user_data))
		return VERDICT_EXITED;
	if (grouper->n_unordered > 0)
		verdict = try_all(grouper, task, TRUE);
	if (verdict != VERDICT_DIFFERENT)
		return verdict;
	/* The very first comparison is with itself: it tells whether the task may be asked. */
	if (grouper->tree.root == PV_NONE)
		verdict = judge(grouper, task);
	if (verdict != VERDICT_DIFFERENT)
		return verdict;
	fresh = pv_grouper_add_group(grouper, task);
	if (fresh == PV_NONE)
		return VERDICT_EXITED;
	verdict = search_tree(grouper, task, fresh);
	if (verdict == VERDICT_DIFFERENT)
		pv_store_task(grouper->store, task)->table = fresh;
	else
		pv_array_truncate(&grouper->groups, fresh);
	return verdict;
}

/* Nobody may ask. The group that an assumption puts the task into, PV_NONE: a new one. */
static guint32
assumed_group(const PvGrouper *grouper, const PvTask *task, guint32 near)
{
	if (task->known & PV_TASK_KTHREAD)
		return grouper->kernel_group;
	return near;
}

/* Threads join what their process has without a look at each; only a new group needs vouching. */
static void
assume(PvGrouper *grouper, guint32 task_index, guint32 near)
{
	PvTask *task = pv_store_task(grouper->store, task_index);
	guint32 group = assumed_group(grouper, task, near);

	if (group == PV_NONE && !grouper->has_table(task, FALSE, grouper->user_data)) {
		task->table = PV_NONE;
		return;
	}
	if (group != PV_NONE)
		pv_grouper_join(grouper, task_index, group);
	else
		group = pv_grouper_add_group(grouper, task_index);
	task->table = group;
	if (group == PV_NONE)
		return;
	pv_grouper_group(grouper, group)->assumed = TRUE;
	if (task->known & PV_TASK_KTHREAD)
		grouper->kernel_group = group;
}

static gboolean
is_assumed(const PvGrouper *grouper, guint32 group)
{
	return group != PV_NONE && pv_grouper_group(grouper, group)->assumed;
}

/* The groups that the task most likely belongs to. */
static Verdict
try_near(PvGrouper *grouper, guint32 task, guint32 near, guint32 of_leader)
{
	Verdict verdict = VERDICT_DIFFERENT;

	/* Where the leader may not be asked, its threads most likely may not either. */
	if (is_assumed(grouper, of_leader))
		verdict = judge(grouper, task);
	if (verdict == VERDICT_DIFFERENT && near != PV_NONE && !is_assumed(grouper, near))
		verdict = try_group(grouper, task, near);
	if (verdict == VERDICT_DIFFERENT && of_leader != PV_NONE && of_leader != near &&
	    !is_assumed(grouper, of_leader))
		verdict = try_group(grouper, task, of_leader);
	return verdict;
}

/* near: the group of the thread before it; of_leader: the leader's; PV_NONE where there is none. */
static void
place_task(PvGrouper *grouper, guint32 task_index, guint32 near, guint32 of_leader)
{
	PvTask *task = pv_store_task(grouper->store, task_index);
	Verdict verdict = VERDICT_DENIED;

	if (task->table == PV_NONE)
		return;
	if (grouper->usable)
		verdict = try_near(grouper, task_index, near, of_leader);
	if (verdict == VERDICT_DIFFERENT)
		verdict = look_up(grouper, task_index);
	if (verdict == VERDICT_EXITED)
		task->table = PV_NONE;
	if (verdict == VERDICT_DENIED)
		assume(grouper, task_index, of_leader != PV_NONE ? of_leader : near);
}

static void
place_process(PvGrouper *grouper, const PvProcess *process)
{
	const PvTask *leader = pv_store_task(grouper->store, process->leader);
	gboolean is_kernel = (leader->known & PV_TASK_KTHREAD) != 0;
	guint32 near;
	guint32 of_leader;

	place_task(grouper, process->leader, is_kernel ? grouper->kernel_near : PV_NONE, PV_NONE);
	of_leader = leader->table < PV_PENDING ? leader->table : PV_NONE;
	if (is_kernel && of_leader != PV_NONE && !is_assumed(grouper, of_leader))
		grouper->kernel_near = of_leader;
	near = of_leader;
	for (guint32 i = 0; i < process->n_tasks; i++) {
		guint32 index = process->first_task + i;
		const PvTask *task = pv_store_task(grouper->store, index);

		if (index == process->leader)
			continue;
		place_task(grouper, index, near, of_leader);
		if (task->table < PV_PENDING)
			near = task->table;
	}
}

static gboolean
place_all(PvGrouper *grouper, const PvWatch *watch, GError **error)
{
	PvStore *store = grouper->store;
	guint32 next_look = 0;

	for (guint32 i = 0; i < store->processes.n; i++) {
		const PvProcess *process = pv_store_process(store, i);

		if (process->first_task >= next_look) {
			next_look = process->first_task + TASKS_PER_LOOK;
			if (!pv_watch_step(watch, PV_STEP_GROUPING, i, store->processes.n, error))
				return FALSE;
		}
		place_process(grouper, process);
		if (grouper->no_memory)
			return pv_error_no_memory(error);
	}
	return TRUE;
}

static void
start_over(PvGrouper *grouper)
{
	PvStore *store = grouper->store;

	pv_kcmp_tree_clear(&grouper->tree);
	pv_kcmp_tree_init(&grouper->tree, compare_in_tree, grouper);
	pv_array_truncate(&grouper->groups, 0);
	grouper->kernel_near = PV_NONE;
	grouper->kernel_group = PV_NONE;
	grouper->n_unordered = 0;
	for (guint32 i = 0; i < store->tasks.n; i++) {
		PvTask *task = pv_store_task(store, i);

		if (task->table != PV_NONE)
			task->table = PV_PENDING;
	}
}

gboolean
pv_grouper_prepare(PvGrouper *grouper, GError **error)
{
	guint32 n_tasks = grouper->store->tasks.n;

	grouper->next = g_try_new(guint32, MAX(n_tasks, 1));
	return grouper->next != NULL || pv_error_no_memory(error);
}

gboolean
pv_grouper_run(PvGrouper *grouper, const PvWatch *watch, GError **error)
{
	if (!pv_grouper_prepare(grouper, error))
		return FALSE;
	for (grouper->round = 1;; grouper->round++) {
		gboolean settled;

		if (!place_all(grouper, watch, error))
			return FALSE;
		settled = !grouper->usable || pv_grouper_is_settled(grouper);
		if (grouper->no_memory)
			return pv_error_no_memory(error);
		if (settled || grouper->round == MAX_ROUNDS)
			return TRUE;
		start_over(grouper);
	}
}

PvOrder
pv_grouper_confirm(PvGrouper *grouper, guint32 group_index)
{
	const PvGroup *group = pv_grouper_group(grouper, group_index);
	PvOrder order = PV_ORDER_ERROR;

	if (group->assumed || group->n_members == 1)
		return PV_ORDER_EQUAL;
	for (guint32 task = group->first; task != PV_NONE; task = grouper->next[task]) {
		PvOrder with;

		if (task == group->speaker)
			continue;
		with = pv_kcmp_tables(grouper->kcmp, pv_grouper_tid(grouper, group->speaker),
				      pv_grouper_tid(grouper, task));
		if (with == PV_ORDER_EQUAL)
			return PV_ORDER_EQUAL;
		/* A zombie differs from everybody, and says nothing. */
		if (with != PV_ORDER_ERROR && pv_grouper_has_table_now(grouper, task))
			order = PV_ORDER_LESS;
	}
	if (order == PV_ORDER_LESS && !pv_grouper_has_table_now(grouper, group->speaker))
		return PV_ORDER_ERROR;
	return order;
}

guint32
pv_grouper_detach(PvGrouper *grouper, guint32 group_index, gboolean exited)
{
	PvGroup *group = pv_grouper_group(grouper, group_index);
	guint32 leaving = group->speaker;
	guint32 before = PV_NONE;
	guint32 task = group->first;
	guint32 fresh = PV_NONE;

	while (task != leaving) {
		before = task;
		task = grouper->next[task];
	}
	if (before == PV_NONE)
		group->first = grouper->next[leaving];
	else
		grouper->next[before] = grouper->next[leaving];
	if (group->last == leaving)
		group->last = before;
	group->n_members--;
	group->speaker = group->first;
	if (!exited)
		fresh = pv_grouper_add_group(grouper, leaving);
	pv_store_task(grouper->store, leaving)->table = fresh;
	return fresh;
}
