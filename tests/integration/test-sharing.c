/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which tasks share a descriptor table: every way to share one, to leave one, and to have none.
 */
#include "pv-test.h"

/* A scene as it is, held against all that it says. */
static void
check_scene(ProcviewBackend backend, PvTestScene *scene)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
}

static void
threads(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("threads", "T=40", "F=11", NULL);

	check_scene(backend, scene);
}

static void
unshared_thread(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("unshared-thread", "T=12", NULL);

	check_scene(backend, scene);
}

static void
unshared_leader(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("unshared-leader", "T=12", NULL);

	check_scene(backend, scene);
}

static void
zombie_leader(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("zombie-leader", "T=12", NULL);

	check_scene(backend, scene);
}

static void
clone_files(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("clone-files", NULL);

	check_scene(backend, scene);
}

static void
copied(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("fork", NULL);

	check_scene(backend, scene);
}

/* kcmp(2) calls two tasks without a table equal. */
static void
zombies(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("zombies", NULL);

	check_scene(backend, scene);
}

static void
holes(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("holes", "LIMIT=4096", NULL);

	check_scene(backend, scene);
}

static void
thousands(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("thousands", "N=3000", NULL);

	check_scene(backend, scene);
}

/* Asking for one of two processes that share a table gives the table, with the tasks asked for. */
static void
one_sharer(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("clone-files", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	ProcviewFdTable *table;
	int pid;

	if (scene == NULL || scanner == NULL)
		return;
	pid = pv_test_scene_number(scene, "table", 0, 1);
	procview_query_add_pid(query, pid);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), ==, 1);
	table = pv_test_table_of(snapshot, pid);
	g_assert_cmpuint(procview_fd_table_get_n_tasks(table), ==, 1);
	g_assert_cmpuint(procview_fd_table_get_n_descriptors(table), ==, 2);
	g_assert_cmpint(procview_process_get_pid(procview_fd_table_get_owner(table)), ==, pid);
}

/* Any thread's number leads to its process, and to all of it. */
static void
by_thread(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("unshared-thread", "T=5", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	ProcviewProcess *process;
	ProcviewTask *task;
	int tid;

	if (scene == NULL || scanner == NULL)
		return;
	tid = pv_test_scene_number(scene, "table", 0, 0);
	g_assert_cmpint(tid, !=, pv_test_scene_number(scene, "process", 0, 0));
	procview_query_add_pid(query, tid);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	pv_test_assert_scene(scene, snapshot);
	task = procview_snapshot_find_task(snapshot, tid);
	process = procview_task_get_process(task);
	g_assert_cmpint(procview_process_get_pid(process), ==,
			pv_test_scene_number(scene, "process", 0, 0));
	g_assert_false(procview_task_is_leader(task));
	g_assert_true(procview_task_is_leader(procview_process_get_leader(process)));
	g_assert_cmpuint(procview_process_get_n_tasks(process), ==, 5);
	g_assert_null(procview_snapshot_find_process(snapshot, tid));
}

/* What is not asked for is not there; tables and their counts do not need descriptors. */
static void
counts_only(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("unshared-leader", "T=6", "F=9", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_TABLES);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	g_assert_cmpint(procview_snapshot_get_collected(snapshot), ==, PROCVIEW_COLLECT_TABLES);
	pv_test_assert_tables(scene, snapshot);
	g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, 0);
}

/* The same tasks, whichever way one looks: the machine as a whole has the scene's tables too. */
static void
whole_machine(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("unshared-thread", "T=8", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = procview_scanner_scan(scanner, NULL, &error);
	g_assert_no_error(error);
	pv_test_assert_within(scene, snapshot);
	pv_test_assert_sane(snapshot);
	g_assert_cmpuint(procview_snapshot_get_duplicates_avoided(snapshot), >=, 6 * 6);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/sharing/threads", threads);
	pv_test_add("/sharing/unshared-thread", unshared_thread);
	pv_test_add("/sharing/unshared-leader", unshared_leader);
	pv_test_add("/sharing/zombie-leader", zombie_leader);
	pv_test_add("/sharing/clone-files", clone_files);
	pv_test_add("/sharing/fork", copied);
	pv_test_add("/sharing/zombies", zombies);
	pv_test_add("/sharing/holes", holes);
	pv_test_add("/sharing/thousands", thousands);
	pv_test_add("/sharing/one-sharer", one_sharer);
	pv_test_add("/sharing/by-thread", by_thread);
	pv_test_add("/sharing/counts-only", counts_only);
	pv_test_add("/sharing/whole-machine", whole_machine);
	return g_test_run();
}
