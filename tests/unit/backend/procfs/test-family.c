/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Families on a recorded tree, where every parent has to be read. What a kernel says of those who
 * live is for tests/integration/test-relatives.c.
 */
#include <glib/gstdio.h>

#include "backend/procfs/family.h"
#include "backend/registry.h"

typedef struct {
	char *path;
	PvContext context;
} Tree;

static void
add_file(const Tree *tree, gint32 pid, const char *name, const char *text)
{
	g_autofree char *folder = g_strdup_printf("%s/%d", tree->path, pid);
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
add_process(const Tree *tree, gint32 pid, gint32 ppid)
{
	g_autofree char *stat = g_strdup_printf(
		"%d (a) b (c) S %d 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 442368 0\n", pid,
		ppid);

	add_file(tree, pid, "stat", stat);
}

static void
add_status(const Tree *tree, gint32 tid, gint32 pid)
{
	g_autofree char *status = g_strdup_printf(
		"Name:\ta\nTgid:\t%d\nPid:\t%d\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n"
		"FDSize:\t64\nThreads:\t2\n",
		pid, tid);

	add_file(tree, tid, "status", status);
}

static void
set_up(Tree *tree)
{
	static const gint32 parents[][2] = {{1, 0}, {10, 1}, {20, 10}, {30, 20}, {21, 10}, {2, 0}};

	tree->path = g_dir_make_tmp("procview-family-XXXXXX", NULL);
	g_assert_nonnull(tree->path);
	g_assert_true(pv_context_probe(&tree->context, tree->path, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(parents); i++)
		add_process(tree, parents[i][0], parents[i][1]);
	/* Like a process that is hidden, or ends just now. */
	add_file(tree, 40, "stat", "");
	add_status(tree, 20, 20);
	add_status(tree, 22, 20);
}

static void
tear_down(Tree *tree)
{
	static const gint32 pids[] = {1, 2, 10, 20, 21, 22, 30, 40};

	for (guint i = 0; i < G_N_ELEMENTS(pids); i++) {
		g_autofree char *folder = g_strdup_printf("%s/%d", tree->path, pids[i]);
		g_autofree char *stat = g_build_filename(folder, "stat", NULL);
		g_autofree char *status = g_build_filename(folder, "status", NULL);

		g_unlink(stat);
		g_unlink(status);
		g_assert_cmpint(g_rmdir(folder), ==, 0);
	}
	g_assert_cmpint(g_rmdir(tree->path), ==, 0);
	g_free(tree->path);
}

static gboolean
has_exactly(const PvPidSet *set, const gint32 *pids)
{
	guint n = 0;

	for (; pids[n] != 0; n++) {
		if (pv_pid_set_find(set, pids[n]) == PV_PID_SET_NONE)
			return FALSE;
	}
	return pv_pid_set_count(set) == n;
}

static void
test_family(void)
{
	static const struct {
		gint32 asked;
		gint32 family[8];
	} cases[] = {
		{20, {20, 10, 1, 30}},
		{21, {21, 10, 1}},
		{1, {1, 10, 20, 21, 30}},
		{2, {2}},
		{40, {40}},
		{99, {99}},
	};
	Tree tree;

	set_up(&tree);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_auto(PvPidSet) set;

		pv_pid_set_init(&set);
		pv_pid_set_add(&set, cases[i].asked);
		g_assert_true(pv_procfs_add_family(&tree.context, &set, NULL, &error));
		g_assert_no_error(error);
		g_assert_true(has_exactly(&set, cases[i].family));
	}
	tear_down(&tree);
}

static void
test_find_process(void)
{
	Tree tree;

	set_up(&tree);
	g_assert_cmpint(pv_procfs_find_process(&tree.context, 20), ==, 20);
	g_assert_cmpint(pv_procfs_find_process(&tree.context, 22), ==, 20);
	g_assert_cmpint(pv_procfs_find_process(&tree.context, 99), ==, 0);
	tear_down(&tree);
}

static void
test_list(void)
{
	const gint32 all[] = {1, 2, 10, 20, 21, 22, 30, 40, 0};
	g_auto(PvPidSet) set;
	Tree tree;

	set_up(&tree);
	pv_pid_set_init(&set);
	g_assert_true(pv_procfs_list_pids(&tree.context, &set, NULL));
	g_assert_true(has_exactly(&set, all));
	tear_down(&tree);
}

static gboolean
cancel(gpointer user_data)
{
	return TRUE;
}

static void
test_cancelled(void)
{
	const PvWatch watch = {.cancelled = cancel};
	g_autoptr(GError) error = NULL;
	g_auto(PvPidSet) set;
	Tree tree;

	set_up(&tree);
	pv_pid_set_init(&set);
	pv_pid_set_add(&set, 20);
	g_assert_false(pv_procfs_add_family(&tree.context, &set, &watch, &error));
	g_assert_error(error, PV_ERROR, PV_ERROR_CANCELLED);
	tear_down(&tree);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/procfs/family/recorded", test_family);
	g_test_add_func("/procfs/family/find-process", test_find_process);
	g_test_add_func("/procfs/family/list", test_list);
	g_test_add_func("/procfs/family/cancelled", test_cancelled);
	return g_test_run();
}
