/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who a process is: its numbers, beside what the kernel tells the process itself, and that another
 * process under the same number is told apart. Needs root: for another user, other namespaces and
 * /proc/sys/kernel/ns_last_pid.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pv-test.h"

static ProcviewProcess *
process_of(ProcviewSnapshot *snapshot, int pid)
{
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, pid);

	g_assert_nonnull(process);
	g_assert_cmpint(procview_process_get_pid(process), ==, pid);
	return process;
}

static void
ids(ProcviewBackend backend)
{
	static const char *const scenes[] = {"uid", "fork", "zombies", "clone-files"};

	for (guint i = 0; i < G_N_ELEMENTS(scenes); i++) {
		g_autoptr(PvTestScene) scene = pv_test_scene_start(scenes[i], NULL);
		g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
		g_autoptr(ProcviewSnapshot) snapshot = NULL;

		if (scene == NULL || scanner == NULL)
			return;
		snapshot = pv_test_scene_scan(scene, scanner);
		pv_test_assert_ids(scene, snapshot);
	}
}

/* This very process: all that it can ask of the kernel about itself. */
static void
self(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	ProcviewProcess *process;
	struct rlimit limit;
	guint64 soft, hard;
	gint64 now_ns = g_get_monotonic_time() * 1000;

	if (scanner == NULL)
		return;
	procview_query_add_pid(query, getpid());
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	process = process_of(snapshot, getpid());
	g_assert_cmpint(procview_process_get_ppid(process), ==, getppid());
	g_assert_cmpint(procview_process_get_pgid(process), ==, getpgrp());
	g_assert_cmpint(procview_process_get_sid(process), ==, getsid(0));
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	g_assert_true(procview_process_get_fd_limit(process, &soft, &hard));
	g_assert_cmpuint(soft, ==, limit.rlim_cur);
	g_assert_cmpuint(hard, ==, limit.rlim_max);
	g_assert_cmpuint(procview_process_get_start_time_ns(process), >, 0);
	/* Start times count from boot like this clock, but in suspend too: allow a day of that. */
	g_assert_cmpuint(procview_process_get_start_time_ns(process), <,
			 (guint64)now_ns + 86400 * G_GUINT64_CONSTANT(1000000000));
	g_assert_cmpuint(procview_task_get_n_ns_tids(procview_process_get_leader(process)), >=, 1);
	g_assert_cmpint(procview_task_get_ns_tid(procview_process_get_leader(process), 0), ==,
			getpid());
}

/* The processes of one user, and no others. */
static void
by_user(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("uid", "UID=54321", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	procview_query_add_user(query, 54321);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), ==, 1);
	pv_test_assert_scene(scene, snapshot);
}

static void
pid_reuse(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("pid-reuse", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) before = NULL;
	g_autoptr(ProcviewSnapshot) after = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) error = NULL;
	ProcviewProcess *first, *second;
	int pid;

	if (scene == NULL || scanner == NULL)
		return;
	before = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, before);
	pv_test_scene_step(scene, "reuse");
	pid = pv_test_scene_number(scene, "replaced", 0, 0);
	now = procview_scanner_revalidate(scanner, pv_test_table_of(before, pid), NULL, &error);
	g_assert_no_error(error);
	g_assert_false(procview_revalidation_is_valid(now));
	g_assert_cmpint(procview_revalidation_get_membership(now, 0), ==,
			PROCVIEW_MEMBERSHIP_REPLACED);
	g_assert_cmpint(procview_revalidation_get_content(now), ==, PROCVIEW_CONTENT_GONE);
	after = pv_test_scene_scan(scene, scanner);
	first = process_of(before, pid);
	second = process_of(after, pid);
	g_assert_cmpuint(procview_process_get_start_time_ns(first), <,
			 procview_process_get_start_time_ns(second));
	/* Before pidfs, Linux 6.9, the time of birth is all there is. */
	if (procview_process_get_identity(first) != 0)
		g_assert_cmpuint(procview_process_get_identity(first), !=,
				 procview_process_get_identity(second));
}

/* The same process is the same in two snapshots, and a thread is not its process. */
static void
identity_is_stable(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("threads", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) one = NULL;
	g_autoptr(ProcviewSnapshot) two = NULL;
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	if (scene == NULL || scanner == NULL)
		return;
	one = pv_test_scene_scan(scene, scanner);
	two = pv_test_scene_scan(scene, scanner);
	for (guint i = 0; i < 4; i++) {
		int tid = pv_test_scene_number(scene, "table", 0, i);
		ProcviewTask *a = procview_snapshot_find_task(one, tid);
		ProcviewTask *b = procview_snapshot_find_task(two, tid);
		guint64 identity = procview_task_get_identity(a);

		g_assert_true(procview_task_has_details(a));
		g_assert_cmpuint(identity, ==, procview_task_get_identity(b));
		g_assert_cmpuint(procview_task_get_start_time_ns(a), ==,
				 procview_task_get_start_time_ns(b));
		if (identity != 0)
			g_assert_true(
				g_hash_table_add(seen, g_memdup2(&identity, sizeof(identity))));
	}
}

static void
pid_namespace(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("pid-namespace", "LEVELS=2", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *told;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	told = pv_test_scene_all(scene, "nsids");
	g_assert_cmpuint(told->len, ==, 2);
	for (guint i = 0; i < told->len; i++) {
		g_autoptr(GArray) numbers = pv_test_numbers(g_ptr_array_index(told, i));
		const int *number = (const int *)(gpointer)numbers->data;
		ProcviewTask *task = procview_snapshot_find_task(snapshot, number[0]);

		g_assert_nonnull(task);
		g_assert_cmpuint(procview_task_get_n_ns_tids(task), ==, numbers->len - 1);
		for (guint j = 1; j < numbers->len; j++)
			g_assert_cmpint(procview_task_get_ns_tid(task, j - 1), ==, number[j]);
	}
}

static void
kernel_threads(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	guint n = 0;

	if (scanner == NULL)
		return;
	procview_query_set_collect(query, PROCVIEW_COLLECT_COMMANDS | PROCVIEW_COLLECT_TABLES);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < procview_snapshot_get_n_processes(snapshot); i++) {
		ProcviewProcess *process = procview_snapshot_get_process(snapshot, i);

		if (!procview_process_is_kernel_thread(process))
			continue;
		n++;
		g_assert_null(procview_process_get_exe(process));
		g_assert_cmpuint(procview_process_get_n_arguments(process), ==, 0);
	}
	g_test_message("%u kernel threads", n);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_root();
	pv_test_require_kcmp();
	pv_test_add("/identity/ids", ids);
	pv_test_add("/identity/self", self);
	pv_test_add("/identity/by-user", by_user);
	pv_test_add("/identity/pid-reuse", pid_reuse);
	pv_test_add("/identity/stable", identity_is_stable);
	pv_test_add("/identity/pid-namespace", pid_namespace);
	pv_test_add("/identity/kernel-threads", kernel_threads);
	return g_test_run();
}
