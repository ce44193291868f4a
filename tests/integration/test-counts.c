/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sums over processes and tables are what one gets who goes through the snapshot by hand, and what
 * the kernel says of the limit.
 */
#include <sys/resource.h>
#include <unistd.h>

#include "pv-test.h"

#define COUNTS (PROCVIEW_COLLECT_TABLES | PROCVIEW_COLLECT_LIMITS)

static ProcviewCounts *
new_counts(ProcviewSnapshot *snapshot)
{
	g_autoptr(GError) error = NULL;
	ProcviewCounts *counts = procview_counts_new(snapshot, &error);

	g_assert_no_error(error);
	return counts;
}

static ProcviewCounts *
count_all(ProcviewSnapshot *snapshot)
{
	ProcviewCounts *counts = new_counts(snapshot);

	for (guint i = 0; i < procview_snapshot_get_n_processes(snapshot); i++)
		procview_counts_add_process(counts, procview_snapshot_get_process(snapshot, i));
	return counts;
}

static guint64
n_open(ProcviewCounts *counts)
{
	guint64 n;

	g_assert_true(procview_counts_get_n_descriptors(counts, &n));
	return n;
}

/* Of every table once, descriptor by descriptor. */
static void
assert_kinds(ProcviewSnapshot *snapshot, ProcviewCounts *counts)
{
	guint n_kinds = procview_counts_get_n_kinds(counts);
	g_autofree guint64 *expected = g_new0(guint64, n_kinds);
	guint64 sum = 0;

	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		for (guint j = 0; j < procview_fd_table_get_n_descriptors(table); j++)
			expected[procview_file_get_kind(procview_descriptor_get_file(
				procview_fd_table_get_descriptor(table, j)))]++;
	}
	for (guint kind = 0; kind < n_kinds; kind++) {
		guint64 n;

		g_assert_true(procview_counts_get_n_of_kind(counts, kind, &n));
		g_assert_cmpuint(n, ==, expected[kind]);
		sum += n;
	}
	g_assert_cmpuint(sum, ==, n_open(counts));
	g_assert_true(procview_counts_get_n_of_kind(counts, (ProcviewKind)n_kinds, &sum));
	g_assert_cmpuint(sum, ==, 0);
}

static void
by_kind(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("zoo", NULL);
	g_autoptr(ProcviewSnapshot) snapshot =
		pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_DESCRIPTORS);
	g_autoptr(ProcviewCounts) counts = NULL;
	guint64 n;

	if (snapshot == NULL)
		return;
	counts = count_all(snapshot);
	assert_kinds(snapshot, counts);
	g_assert_true(procview_counts_get_n_of_kind(counts, PROCVIEW_KIND_EVENTFD, &n));
	g_assert_cmpuint(n, >, 0);
}

/* Two processes with one table: twice the processes, once the descriptors. */
static void
shared(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("clone-files", NULL);
	g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_collect_by(scene, backend, COUNTS);
	g_autoptr(ProcviewCounts) counts = NULL, tables = NULL;
	guint64 sum = 0;

	if (snapshot == NULL)
		return;
	counts = count_all(snapshot);
	tables = new_counts(snapshot);
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);
		guint n;

		g_assert_true(procview_fd_table_get_open_count(table, &n));
		sum += n;
		procview_counts_add_fd_table(tables, table);
		procview_counts_add_fd_table(tables, table);
	}
	g_assert_cmpuint(n_open(counts), ==, sum);
	g_assert_cmpuint(n_open(tables), ==, sum);
	g_assert_cmpuint(procview_counts_get_n_processes(counts), ==,
			 procview_snapshot_get_n_processes(snapshot));
	g_assert_cmpuint(procview_counts_get_n_processes(tables), ==, 0);
	g_assert_cmpuint(procview_counts_get_n_fd_tables(counts), ==,
			 procview_snapshot_get_n_fd_tables(snapshot));
	g_assert_cmpuint(procview_counts_get_n_fd_tables(counts), <,
			 procview_counts_get_n_processes(counts));
	g_assert_cmpuint(procview_counts_get_n_shared_fd_tables(counts), >, 0);
	g_assert_cmpuint(procview_counts_get_n_tasks(counts), ==,
			 procview_snapshot_get_n_tasks(snapshot));
	g_assert_false(procview_counts_get_n_of_kind(counts, PROCVIEW_KIND_REGULAR, NULL));
}

/* Threads that have left their process's table: it is one process with two tables, none shared. */
static void
threads(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("unshared-thread", "T=12", NULL);
	g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_collect_by(scene, backend, COUNTS);
	g_autoptr(ProcviewCounts) counts = NULL;
	ProcviewProcess *process;

	if (snapshot == NULL)
		return;
	process = procview_snapshot_find_process(snapshot,
						 pv_test_scene_number(scene, "process", 0, 0));
	counts = new_counts(snapshot);
	procview_counts_add_process(counts, process);
	g_assert_cmpuint(procview_counts_get_n_processes(counts), ==, 1);
	g_assert_cmpuint(procview_counts_get_n_tasks(counts), ==,
			 procview_process_get_n_tasks(process));
	g_assert_cmpuint(procview_counts_get_n_fd_tables(counts), ==, 2);
	g_assert_cmpuint(procview_counts_get_n_shared_fd_tables(counts), ==, 0);
}

static void
limit(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("threads", "T=4", "F=40", NULL);
	struct rlimit before, low = {.rlim_cur = 100, .rlim_max = 200};
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewCounts) counts = NULL;
	ProcviewProcess *nearest;
	double share;
	int pid;

	if (scene == NULL)
		return;
	pid = pv_test_scene_number(scene, "process", 0, 0);
	g_assert_cmpint(prlimit(pid, RLIMIT_NOFILE, &low, &before), ==, 0);
	snapshot = pv_test_scene_collect_by(scene, backend, COUNTS);
	if (snapshot == NULL)
		return;
	counts = count_all(snapshot);
	g_assert_true(procview_counts_get_limit_share(counts, &share, &nearest));
	g_assert_cmpint(procview_process_get_pid(nearest), ==, pid);
	g_assert_cmpfloat(share, ==, (double)n_open(counts) / 100);
	/* Lower than what is open, and nothing at all. */
	low.rlim_cur = 10;
	g_assert_cmpint(prlimit(pid, RLIMIT_NOFILE, &low, NULL), ==, 0);
	procview_counts_unref(counts);
	procview_snapshot_unref(snapshot);
	snapshot = pv_test_scene_collect_by(scene, backend, COUNTS);
	counts = count_all(snapshot);
	g_assert_true(procview_counts_get_limit_share(counts, &share, NULL));
	g_assert_cmpfloat(share, >, 1);
}

static void
unknown(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("fork", NULL);
	g_autoptr(ProcviewSnapshot) snapshot =
		pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_TABLES);
	g_autoptr(ProcviewCounts) counts = NULL;
	ProcviewProcess *nearest;
	guint64 n = 1;
	double share;

	if (snapshot == NULL)
		return;
	counts = new_counts(snapshot);
	g_assert_true(procview_counts_get_n_descriptors(counts, &n));
	g_assert_cmpuint(n, ==, 0);
	g_assert_cmpuint(procview_counts_get_n_unread_fd_tables(counts), ==, 0);
	/* The limit was not asked for. */
	procview_counts_add_process(counts, procview_snapshot_get_process(snapshot, 0));
	g_assert_false(procview_counts_get_limit_share(counts, &share, &nearest));
	g_assert_cmpfloat(share, ==, 0);
	g_assert_null(nearest);
}

/* They keep what they are about. */
static void
alive(void)
{
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(NULL);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewCounts) counts = NULL, again = NULL;
	ProcviewSnapshot *snapshot;
	ProcviewProcess *process;

	procview_query_add_pid(query, getpid());
	snapshot = procview_scanner_scan(scanner, query, NULL);
	g_assert_nonnull(snapshot);
	counts = new_counts(snapshot);
	procview_snapshot_unref(snapshot);
	procview_counts_add_process(counts, procview_snapshot_find_process(snapshot, getpid()));
	again = procview_counts_ref(counts);
	g_assert_true(again == counts);
	g_assert_true(procview_counts_get_limit_share(counts, NULL, &process));
	g_assert_cmpint(procview_process_get_pid(process), ==, getpid());
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 120);
	pv_test_add("/counts/by-kind", by_kind);
	pv_test_add("/counts/shared", shared);
	pv_test_add("/counts/threads", threads);
	pv_test_add("/counts/limit", limit);
	pv_test_add("/counts/unknown", unknown);
	g_test_add_func("/counts/alive", alive);
	return g_test_run();
}
