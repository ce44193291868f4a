/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which way tables are read, on machines of every shape. Cases lie far from where the two ways cost
 * the same, so that a figure measured anew changes none of them.
 */
#include "backend/bpf/plan.h"

static PvBpfCosts
machine(guint32 n_tasks, guint32 n_tables, guint64 n_visited, guint64 n_wanted)
{
	return (PvBpfCosts){n_tasks, n_tables, n_visited, n_wanted, TRUE, FALSE};
}

static void
check_read(PvBpfCosts costs, gboolean expected)
{
	costs.paths = TRUE;
	g_assert_cmpint(pv_bpf_plan_whole_read(&costs), ==, expected);
	costs.paths = FALSE;
	g_assert_cmpint(pv_bpf_plan_whole_read(&costs), ==, expected);
	costs.details = TRUE;
	g_assert_cmpint(pv_bpf_plan_whole_read(&costs), ==, expected);
}

static void
test_many_small_processes(void)
{
	check_read(machine(5000, 5000, 125000, 125000), TRUE);
	check_read(machine(100, 100, 1000, 1000), TRUE);
	/* Some of them share across processes, and are met twice. */
	check_read(machine(5000, 4900, 127500, 125000), TRUE);
}

/* The kernel comes to each thread's table where the leader does not have it any more. */
static void
test_leader_left(void)
{
	check_read(machine(1024 + 60, 61, G_GUINT64_CONSTANT(1024) * 4096 + 600, 4096 + 600),
		   FALSE);
	/* However many others there are. */
	check_read(
		machine(1024 + 5000, 5001, G_GUINT64_CONSTANT(1024) * 4096 + 125000, 4096 + 125000),
		FALSE);
	/* A few threads of it do no harm. */
	check_read(machine(8 + 5000, 5001, 8 * 20 + 125000, 20 + 125000), TRUE);
}

/* Asked for one of many. */
static void
test_few_of_many(void)
{
	check_read(machine(5000, 1, 125000, 25), FALSE);
	check_read(machine(5000, 3, 125000, 75), FALSE);
	check_read(machine(5000, 0, 125000, 0), FALSE);
	check_read(machine(0, 0, 0, 0), FALSE);
}

/* Whatever one way costs besides, the files to be read cost the same both ways. */
static void
test_large_table(void)
{
	check_read(machine(200, 200, 1000000, 1000000), TRUE);
	check_read(machine(100000, 20, 1000000, 1000000), FALSE);
}

/* All numbers that a process and all descriptors that a table may have: nothing wraps around. */
static void
test_limits(void)
{
	guint64 all = G_GUINT64_CONSTANT(1) << (22 + 30);

	check_read(machine(1 << 22, 1, all, 1 << 30), FALSE);
	check_read(machine(1 << 22, 1 << 22, all, all), TRUE);
}

/* Names make what is visited in vain dearer, and iterators no cheaper. */
static void
test_paths(void)
{
	PvBpfCosts costs = machine(1000, 1000, 50000, 20000);

	g_assert_false(pv_bpf_plan_whole_read(&costs));
	costs.paths = FALSE;
	g_assert_true(pv_bpf_plan_whole_read(&costs));
}

/* And so do details, which bring names with them. */
static void
test_details(void)
{
	PvBpfCosts costs = machine(1000, 1000, 40000, 25000);

	g_assert_true(pv_bpf_plan_whole_read(&costs));
	costs.details = TRUE;
	g_assert_false(pv_bpf_plan_whole_read(&costs));
	costs.paths = FALSE;
	g_assert_false(pv_bpf_plan_whole_read(&costs));
}

/* The more it visits in vain the worse is the pass, and there is one point where that tips. */
static void
test_tips_once(void)
{
	gboolean whole = TRUE;
	guint n_changes = 0;

	for (guint64 extra = 0; extra < 1000000; extra += 500) {
		PvBpfCosts costs = machine(2000, 1000, 20000 + extra, 20000);
		gboolean now = pv_bpf_plan_whole_read(&costs);

		n_changes += now != whole;
		whole = now;
	}
	g_assert_false(whole);
	g_assert_cmpuint(n_changes, ==, 1);
}

static void
check_check(guint32 n_tasks, guint32 n_tables, gboolean expected)
{
	const PvBpfCosts costs = machine(n_tasks, n_tables, 0, 0);

	g_assert_cmpint(pv_bpf_plan_whole_check(&costs), ==, expected);
}

/* Who has which table now: of descriptors that depends in no way. */
static void
test_check(void)
{
	check_check(5000, 5000, TRUE);
	check_check(5000, 1, FALSE);
	check_check(5000, 0, FALSE);
	check_check(0, 0, FALSE);
	check_check(4162, 1000, TRUE);
	check_check(G_MAXUINT32, 1, FALSE);
	/* A product that would wrap around to next to nothing. */
	check_check(17179870, 1, FALSE);
	check_check(G_MAXUINT32, G_MAXUINT32, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/bpf/plan/many-small-processes", test_many_small_processes);
	g_test_add_func("/backend/bpf/plan/leader-left", test_leader_left);
	g_test_add_func("/backend/bpf/plan/few-of-many", test_few_of_many);
	g_test_add_func("/backend/bpf/plan/large-table", test_large_table);
	g_test_add_func("/backend/bpf/plan/limits", test_limits);
	g_test_add_func("/backend/bpf/plan/paths", test_paths);
	g_test_add_func("/backend/bpf/plan/details", test_details);
	g_test_add_func("/backend/bpf/plan/tips-once", test_tips_once);
	g_test_add_func("/backend/bpf/plan/check", test_check);
	return g_test_run();
}
