/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Is the tree right, also where the processes of a snapshot contradict each other?
 *
 * Snapshots that do so cannot be made on demand, so this program brings its own processes and the
 * functions of the library that forest.c asks about them.
 */
#include "forest.h"

struct _ProcviewProcess {
	int pid;
	int ppid;
	guint64 start;
};

struct _ProcviewSnapshot {
	guint n;
	ProcviewProcess *processes;
};

guint
procview_snapshot_get_n_processes(ProcviewSnapshot *snapshot)
{
	return snapshot->n;
}

ProcviewProcess *
procview_snapshot_get_process(ProcviewSnapshot *snapshot, guint i)
{
	return &snapshot->processes[i];
}

ProcviewProcess *
procview_snapshot_find_process(ProcviewSnapshot *snapshot, int pid)
{
	for (guint i = 0; i < snapshot->n; i++) {
		if (snapshot->processes[i].pid == pid)
			return &snapshot->processes[i];
	}
	return NULL;
}

int
procview_process_get_pid(ProcviewProcess *process)
{
	return process->pid;
}

int
procview_process_get_ppid(ProcviewProcess *process)
{
	return process->ppid;
}

guint64
procview_process_get_start_time_ns(ProcviewProcess *process)
{
	return process->start;
}

/* The order in which the tree is printed, each with its depth: "1 .2 ..3". */
static char *
describe(struct forest *forest)
{
	GString *text = g_string_new(NULL);
	guint top = forest->n_branches;

	for (guint i = forest_next(forest, top, top); i != FOREST_NONE;
	     i = forest_next(forest, i, top)) {
		g_string_append(text, text->len > 0 ? " " : "");
		for (guint up = forest->branches[i].parent; up != top;
		     up = forest->branches[up].parent)
			g_string_append_c(text, '.');
		g_string_append_printf(text, "%d", forest->branches[i].process->pid);
	}
	return g_string_free(text, FALSE);
}

static void
check(ProcviewProcess *processes, guint n, const char *expected)
{
	ProcviewSnapshot snapshot = {n, processes};
	struct forest *forest = forest_new(&snapshot);
	g_autofree char *text = describe(forest);

	g_assert_cmpstr(text, ==, expected);
	forest_free(forest);
}

static void
test_shapes(void)
{
	ProcviewProcess family[] = {{1, 0, 1}, {2, 0, 1}, {5, 1, 5},
				    {6, 5, 6}, {7, 1, 7}, {8, 6, 8}};
	ProcviewProcess orphans[] = {{3, 99, 1}, {4, 3, 2}, {5, 5, 1}};

	check(NULL, 0, "");
	check(family, G_N_ELEMENTS(family), "1 .5 ..6 ...8 .7 2");
	check(orphans, G_N_ELEMENTS(orphans), "3 .4 5");
}

static void
test_reused_parent(void)
{
	/* 4 was born before the process that now has the number of its parent. */
	ProcviewProcess processes[] = {{1, 0, 1}, {3, 1, 50}, {4, 3, 40}, {5, 3, 50}};

	check(processes, G_N_ELEMENTS(processes), "1 .3 ..5 4");
}

static void
test_rings(void)
{
	ProcviewProcess two[] = {{1, 0, 1}, {3, 4, 9}, {4, 3, 9}, {5, 4, 9}};
	ProcviewProcess three[] = {{2, 4, 9}, {3, 2, 9}, {4, 3, 9}, {5, 3, 9}, {6, 5, 9}};
	ProcviewSnapshot snapshot = {G_N_ELEMENTS(two), two};
	struct forest *forest = forest_new(&snapshot);
	g_autofree char *text = describe(forest);

	g_assert_cmpstr(text, ==, "1 4 .3 .5");
	forest_free(forest);
	check(three, G_N_ELEMENTS(three), "3 .4 ..2 .5 ..6");
}

static const char *
roles_of(ProcviewSnapshot *snapshot, const int *matched, guint n, char *roles)
{
	struct forest *forest = forest_new(snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewProcess *process = procview_snapshot_find_process(snapshot, matched[i]);

		forest->branches[forest_find(forest, process)].role = ROLE_MATCHED;
	}
	forest_mark_relatives(forest);
	for (guint i = 0; i < snapshot->n; i++)
		roles[i] = "-adM"[forest->branches[i].role];
	roles[snapshot->n] = '\0';
	forest_free(forest);
	return roles;
}

static void
test_roles(void)
{
	/* 1 ─ 2 ─ 3 ─ 4 ─ 5, beside it 1 ─ 6 ─ 7 */
	ProcviewProcess processes[] = {{1, 0, 1}, {2, 1, 1}, {3, 2, 1}, {4, 3, 1},
				       {5, 4, 1}, {6, 1, 1}, {7, 6, 1}};
	ProcviewSnapshot snapshot = {G_N_ELEMENTS(processes), processes};
	char roles[G_N_ELEMENTS(processes) + 1];

	g_assert_cmpstr(roles_of(&snapshot, (const int[]){3}, 1, roles), ==, "aaMdd--");
	g_assert_cmpstr(roles_of(&snapshot, (const int[]){2, 4}, 2, roles), ==, "aMdMd--");
	g_assert_cmpstr(roles_of(&snapshot, (const int[]){5, 7}, 2, roles), ==, "aaaaMaM");
	g_assert_cmpstr(roles_of(&snapshot, (const int[]){1}, 1, roles), ==, "Mdddddd");
	g_assert_cmpstr(roles_of(&snapshot, NULL, 0, roles), ==, "-------");
}

static void
test_gone(void)
{
	/* 1 ─ 4 ─ 6, and once 1 ─ 2 ─ 3, 1 ─ 4 ─ 5, and a 6 below a parent nobody knows. */
	ProcviewProcess processes[] = {{1, 0, 1}, {4, 1, 1}, {6, 4, 1}};
	ProcviewProcess past[] = {{2, 1, 1}, {3, 2, 1}, {5, 4, 1}, {6, 9, 1}};
	ProcviewSnapshot snapshot = {G_N_ELEMENTS(processes), processes};
	struct forest *forest = forest_new(&snapshot);
	g_autoptr(GArray) leaves = g_array_new(FALSE, FALSE, sizeof(struct leaf));
	const struct leaf gone[] = {{&past[0], &processes[0], ROLE_DESCENDANT},
				    {&past[1], &past[0], ROLE_MATCHED},
				    {&past[2], &processes[1], ROLE_MATCHED},
				    {&past[3], NULL, ROLE_MATCHED}};
	g_autofree char *text = NULL;

	g_array_append_vals(leaves, gone, G_N_ELEMENTS(gone));
	forest->branches[2].role = ROLE_MATCHED;
	forest_insert_gone(forest, leaves);
	text = describe(forest);
	g_assert_cmpstr(text, ==, "1 .2 ..3 .4 ..5 ..6 6");
	g_assert_cmpuint(forest_find(forest, &processes[2]), ==, 5);
	g_assert_cmpint(forest->branches[5].role, ==, ROLE_MATCHED);
	g_assert_false(forest->branches[5].gone);
	g_assert_cmpuint(forest_find(forest, &past[3]), ==, 6);
	g_assert_true(forest->branches[6].gone);
	/* Those it hangs under are shown, or it would hang in the air. */
	g_assert_cmpint(forest->branches[3].role, ==, ROLE_ANCESTOR);
	g_assert_cmpint(forest->branches[0].role, ==, ROLE_ANCESTOR);
	forest_free(forest);
}

/* Nothing may recurse: a chain as long as the machine is large. */
static void
test_deep_chain(void)
{
	guint n = 3000;
	g_autofree ProcviewProcess *processes = g_new(ProcviewProcess, n);
	ProcviewSnapshot snapshot = {n, processes};
	g_autofree char *roles = g_malloc(n + 1);
	const int matched[] = {1500};

	for (guint i = 0; i < n; i++)
		processes[i] = (ProcviewProcess){(int)i + 1, (int)i, i};
	roles_of(&snapshot, matched, 1, roles);
	g_assert_cmpint(roles[0], ==, 'a');
	g_assert_cmpint(roles[1499], ==, 'M');
	g_assert_cmpint(roles[n - 1], ==, 'd');
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ptree/forest/shapes", test_shapes);
	g_test_add_func("/ptree/forest/reused-parent", test_reused_parent);
	g_test_add_func("/ptree/forest/rings", test_rings);
	g_test_add_func("/ptree/forest/roles", test_roles);
	g_test_add_func("/ptree/forest/gone", test_gone);
	g_test_add_func("/ptree/forest/deep-chain", test_deep_chain);
	return g_test_run();
}
