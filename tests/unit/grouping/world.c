/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The fake kernel: addresses are compared after a multiplication by a secret odd number.
 */
#include "world.h"

#include <errno.h>
#include <linux/kcmp.h>

static void
let_time_pass(World *world)
{
	if (++world->n_calls != world->when)
		return;
	if (world->then == WORLD_GONE)
		world->gone[world->who] = TRUE;
	else
		world->table[world->who] = world->then;
}

static int
answer(gint32 tid, gint32 other, int type, gulong index, gulong other_index, gpointer user_data)
{
	World *world = user_data;
	guint64 a;
	guint64 b;

	g_assert_cmpint(type, ==, KCMP_FILES);
	let_time_pass(world);
	a = world->table[tid] * world->key;
	b = world->table[other] * world->key;
	if (world->gone[tid] || world->gone[other])
		return -ESRCH;
	if (world->denied[tid] || world->denied[other])
		return -EPERM;
	if (a == b)
		return 0;
	if (world->unordered)
		return 3;
	return a < b ? 1 : 2;
}

World *
world_new(void)
{
	World *world = g_new0(World, 1);

	world->store = pv_store_new();
	world->key = 0x9e3779b97f4a7c15u;
	pv_kcmp_init(&world->kcmp);
	world->kcmp.call = answer;
	world->kcmp.user_data = world;
	return world;
}

void
world_free(World *world)
{
	pv_store_unref(world->store);
	g_free(world);
}

gint32
world_add_process(World *world, guint n_threads, const guint64 *tables)
{
	PvStore *store = world->store;
	PvProcess *process = pv_array_append(&store->processes);
	gint32 pid = store->tasks.n + 1;

	*process = (PvProcess){.index = store->processes.n - 1,
			       .pid = pid,
			       .first_task = store->tasks.n,
			       .leader = store->tasks.n,
			       .n_tasks = n_threads};
	for (guint i = 0; i < n_threads; i++) {
		PvTask *task = pv_array_append(&store->tasks);

		g_assert_cmpint(pid + i, <, WORLD_TASKS);
		*task = (PvTask){.index = store->tasks.n - 1,
				 .tid = pid + i,
				 .process = process->index,
				 .table = PV_PENDING};
		task->known = i == 0 ? PV_TASK_LEADER : 0;
		/* As the listing does: it sees of a leader whether it has a table. */
		if (i == 0 && tables[i] == 0)
			task->table = PV_NONE;
		world->table[pid + i] = tables[i];
	}
	return pid;
}

static gboolean
has_table(const PvTask *task, gboolean now, gpointer user_data)
{
	const World *world = user_data;

	return !world->gone[task->tid] && world->table[task->tid] != 0;
}

/* Each task is in its group's chain, once, and nowhere else. */
static void
check_chains(const World *world, const PvGrouper *grouper)
{
	guint32 n_chained = 0;
	guint32 n_grouped = 0;

	for (guint32 i = 0; i < grouper->groups.n; i++) {
		const PvGroup *group = pv_grouper_group(grouper, i);
		guint32 n = 0;

		for (guint32 t = group->first; t != PV_NONE; t = grouper->next[t]) {
			g_assert_cmpuint(pv_store_task(world->store, t)->table, ==, i);
			n++;
		}
		g_assert_cmpuint(n, ==, group->n_members);
		n_chained += n;
	}
	for (guint32 i = 0; i < world->store->tasks.n; i++)
		n_grouped += pv_store_task(world->store, i)->table < PV_PENDING;
	g_assert_cmpuint(n_chained, ==, n_grouped);
}

void
world_group(World *world, PvGrouper *grouper, gboolean usable)
{
	g_autoptr(GError) error = NULL;

	pv_grouper_init(grouper, world->store, &world->kcmp, usable);
	grouper->has_table = has_table;
	grouper->user_data = world;
	g_assert_true(pv_grouper_run(grouper, NULL, &error));
	g_assert_no_error(error);
	check_chains(world, grouper);
}

guint32
world_group_of(const World *world, gint32 tid)
{
	return pv_store_task(world->store, tid - 1)->table;
}
