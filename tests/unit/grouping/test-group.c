/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Grouping against a kernel whose answers are known, and which changes at the worst moments.
 */
#include "world.h"

#define A 0xffff888101000000
#define B 0xffff888102000040
#define C 0xffff888103000080

static void
test_threads_share(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 pid = world_add_process(world, 4, (guint64[]){A, A, A, A});

	world_group(world, &grouper, TRUE);
	g_assert_cmpuint(grouper.groups.n, ==, 1);
	g_assert_cmpuint(world_group_of(world, pid + 3), ==, 0);
	g_assert_false(pv_grouper_group(&grouper, 0)->assumed);
	pv_grouper_clear(&grouper);
}

static void
test_unshared_leader(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 pid = world_add_process(world, 5, (guint64[]){A, B, B, B, B});

	world_group(world, &grouper, TRUE);
	g_assert_cmpuint(grouper.groups.n, ==, 2);
	g_assert_cmpuint(world_group_of(world, pid), !=, world_group_of(world, pid + 1));
	g_assert_cmpuint(world_group_of(world, pid + 1), ==, world_group_of(world, pid + 4));
	pv_grouper_clear(&grouper);
}

static void
test_across_processes(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 one = world_add_process(world, 2, (guint64[]){A, B});
	gint32 two = world_add_process(world, 2, (guint64[]){B, C});
	gint32 three = world_add_process(world, 1, (guint64[]){C});

	world_group(world, &grouper, TRUE);
	g_assert_cmpuint(grouper.groups.n, ==, 3);
	g_assert_cmpuint(world_group_of(world, one + 1), ==, world_group_of(world, two));
	g_assert_cmpuint(world_group_of(world, two + 1), ==, world_group_of(world, three));
	pv_grouper_clear(&grouper);
}

/* kcmp(2) calls tasks without a table equal: they must not come out as sharing one. */
static void
test_no_table(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 one = world_add_process(world, 3, (guint64[]){0, A, A});
	gint32 two = world_add_process(world, 1, (guint64[]){0});
	gint32 three = world_add_process(world, 3, (guint64[]){B, 0, 0});

	world_group(world, &grouper, TRUE);
	g_assert_cmpuint(grouper.groups.n, ==, 2);
	g_assert_cmpuint(world_group_of(world, one), ==, PV_NONE);
	g_assert_cmpuint(world_group_of(world, two), ==, PV_NONE);
	g_assert_cmpuint(world_group_of(world, three + 1), ==, PV_NONE);
	g_assert_cmpuint(world_group_of(world, three + 2), ==, PV_NONE);
	g_assert_cmpuint(world_group_of(world, one + 1), ==, world_group_of(world, one + 2));
	pv_grouper_clear(&grouper);
}

static void
test_denied(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 open = world_add_process(world, 2, (guint64[]){A, A});
	gint32 closed = world_add_process(world, 3, (guint64[]){B, B, C});

	for (guint i = 0; i < 3; i++)
		world->denied[closed + i] = TRUE;
	world_group(world, &grouper, TRUE);
	g_assert_cmpuint(grouper.groups.n, ==, 2);
	g_assert_false(pv_grouper_group(&grouper, world_group_of(world, open))->assumed);
	g_assert_true(pv_grouper_group(&grouper, world_group_of(world, closed))->assumed);
	g_assert_cmpuint(world_group_of(world, closed), ==, world_group_of(world, closed + 2));
	pv_grouper_clear(&grouper);
}

static void
test_without_kcmp(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 one = world_add_process(world, 2, (guint64[]){A, B});
	gint32 two = world_add_process(world, 2, (guint64[]){0, A});

	world_group(world, &grouper, FALSE);
	g_assert_cmpuint(world->n_calls, ==, 0);
	g_assert_cmpuint(grouper.groups.n, ==, 2);
	g_assert_cmpuint(world_group_of(world, one), ==, world_group_of(world, one + 1));
	g_assert_cmpuint(world_group_of(world, two), ==, PV_NONE);
	g_assert_cmpuint(world_group_of(world, two + 1), !=, world_group_of(world, one));
	pv_grouper_clear(&grouper);
}

/* All kernel threads are made to share one table; when nobody may ask, that is assumed. */
static void
test_kernel_threads_denied(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 one = world_add_process(world, 1, (guint64[]){A});
	gint32 user = world_add_process(world, 1, (guint64[]){B});
	gint32 two = world_add_process(world, 1, (guint64[]){A});

	pv_store_task(world->store, one - 1)->known |= PV_TASK_KTHREAD;
	pv_store_task(world->store, two - 1)->known |= PV_TASK_KTHREAD;
	world->denied[one] = world->denied[user] = world->denied[two] = TRUE;
	world_group(world, &grouper, TRUE);
	g_assert_cmpuint(world_group_of(world, one), ==, world_group_of(world, two));
	g_assert_cmpuint(world_group_of(world, one), !=, world_group_of(world, user));
	pv_grouper_clear(&grouper);
}

static void
test_unordered(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 one = world_add_process(world, 4, (guint64[]){A, B, B, C});
	gint32 two = world_add_process(world, 2, (guint64[]){C, A});

	world->unordered = TRUE;
	world_group(world, &grouper, TRUE);
	g_assert_cmpuint(grouper.groups.n, ==, 3);
	g_assert_cmpuint(world_group_of(world, one), ==, world_group_of(world, two + 1));
	g_assert_cmpuint(world_group_of(world, one + 3), ==, world_group_of(world, two));
	pv_grouper_clear(&grouper);
}

/* Whoever speaks for a group may exit or unshare at any call; the others' groups stay right. */
static void
check_disturbed(guint64 when, guint64 then)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 one = world_add_process(world, 5, (guint64[]){A, A, A, B, B});
	gint32 two = world_add_process(world, 3, (guint64[]){B, A, C});

	world->when = when;
	world->who = one;
	world->then = then;
	world_group(world, &grouper, TRUE);
	for (gint32 tid = one + 1; tid < two + 3; tid++) {
		g_assert_cmpuint(world_group_of(world, tid), !=, PV_NONE);
		for (gint32 other = one + 1; other < tid; other++)
			g_assert_true(
				(world_group_of(world, tid) == world_group_of(world, other)) ==
				(world->table[tid] == world->table[other]));
	}
	world->when = 0;
	/* If it left when all had been compared, whoever reads through it finds out. */
	if (then != WORLD_GONE && then != 0) {
		guint32 group = world_group_of(world, one);
		gint32 speaker = (gint32)pv_grouper_group(&grouper, group)->speaker + 1;

		if (speaker == one && pv_grouper_confirm(&grouper, group) == PV_ORDER_LESS)
			pv_grouper_detach(&grouper, group, FALSE);
		g_assert_cmpint(pv_grouper_confirm(&grouper, group), ==, PV_ORDER_EQUAL);
	}
	pv_grouper_clear(&grouper);
}

static void
test_exits(void)
{
	for (guint64 when = 1; when < 40; when++)
		check_disturbed(when, WORLD_GONE);
}

/* Before it is reaped an exited task answers as one without a table, and misleads searches. */
static void
test_turns_zombie(void)
{
	for (guint64 when = 1; when < 40; when++)
		check_disturbed(when, 0);
}

static void
test_unshares(void)
{
	for (guint64 when = 1; when < 40; when++) {
		check_disturbed(when, 0x10);
		check_disturbed(when, G_GUINT64_CONSTANT(0xffffffffffff0000));
	}
}

static void
test_detach(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	gint32 pid = world_add_process(world, 3, (guint64[]){A, A, A});
	guint32 fresh;

	world_group(world, &grouper, TRUE);
	g_assert_cmpint(pv_grouper_confirm(&grouper, 0), ==, PV_ORDER_EQUAL);
	world->table[pid] = B;
	g_assert_cmpint(pv_grouper_confirm(&grouper, 0), ==, PV_ORDER_LESS);
	fresh = pv_grouper_detach(&grouper, 0, FALSE);
	g_assert_cmpuint(world_group_of(world, pid), ==, fresh);
	g_assert_cmpuint(pv_grouper_group(&grouper, 0)->n_members, ==, 2);
	g_assert_cmpint(pv_grouper_confirm(&grouper, 0), ==, PV_ORDER_EQUAL);
	world->gone[pid + 2] = TRUE;
	g_assert_cmpint(pv_grouper_confirm(&grouper, 0), ==, PV_ORDER_ERROR);
	pv_grouper_clear(&grouper);
}

/* Many groups: the number of calls stays within tasks x (2 x log2(groups) + 2). */
static void
test_calls(void)
{
	g_autoptr(World) world = world_new();
	PvGrouper grouper;
	const guint n = 2000;

	for (guint i = 0; i < n; i++)
		world_add_process(world, 1, (guint64[]){A + i * 704});
	world_group(world, &grouper, TRUE);
	g_assert_cmpuint(grouper.groups.n, ==, n);
	g_test_message("%u tasks in %u groups: %" G_GUINT64_FORMAT " calls, %.1f a task", n, n,
		       world->n_calls, (double)world->n_calls / n);
	g_assert_cmpuint(world->n_calls, <, n * (2 * 11 + 2));
	pv_grouper_clear(&grouper);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grouping/group/threads-share", test_threads_share);
	g_test_add_func("/grouping/group/unshared-leader", test_unshared_leader);
	g_test_add_func("/grouping/group/across-processes", test_across_processes);
	g_test_add_func("/grouping/group/no-table", test_no_table);
	g_test_add_func("/grouping/group/denied", test_denied);
	g_test_add_func("/grouping/group/without-kcmp", test_without_kcmp);
	g_test_add_func("/grouping/group/kernel-threads-denied", test_kernel_threads_denied);
	g_test_add_func("/grouping/group/unordered", test_unordered);
	g_test_add_func("/grouping/group/exits", test_exits);
	g_test_add_func("/grouping/group/turns-zombie", test_turns_zombie);
	g_test_add_func("/grouping/group/unshares", test_unshares);
	g_test_add_func("/grouping/group/detach", test_detach);
	g_test_add_func("/grouping/group/calls", test_calls);
	return g_test_run();
}
