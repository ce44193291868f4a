/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where BPF's buffers, limits and shortcuts end: commands, names and tables larger than any of
 * them, sharing that the kernel's own iterator does not know of, narrow queries, and scanners that
 * are used by two threads or by a child. What a scene says is what must come out.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pv-test.h"

static ProcviewScanner *
scanner_new(void)
{
	ProcviewScanner *scanner = pv_test_scanner(PROCVIEW_BACKEND_BPF);

	g_assert_nonnull(scanner);
	return scanner;
}

static ProcviewSnapshot *
scan(ProcviewScanner *scanner, ProcviewQuery *query)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(scanner, query, &error);

	g_assert_no_error(error);
	pv_test_assert_sane(snapshot);
	return snapshot;
}

static void
assert_by_bpf(ProcviewSnapshot *snapshot)
{
	for (ProcviewStep step = PROCVIEW_STEP_TASKS; step <= PROCVIEW_STEP_FILES; step++) {
		const char *backend = procview_snapshot_get_backend_name(snapshot, step);

		if (backend != NULL)
			g_assert_cmpstr(backend, ==, "bpf");
	}
	g_assert_cmpuint(procview_snapshot_get_kcmp_calls(snapshot), ==, 0);
}

/* A scene by its numbers and on the whole machine, by this backend in all steps. */
static void
check(PvTestScene *scene)
{
	g_autoptr(ProcviewScanner) scanner = scanner_new();
	g_autoptr(ProcviewSnapshot) narrow = NULL;
	g_autoptr(ProcviewSnapshot) whole = NULL;

	if (scene == NULL)
		return;
	narrow = pv_test_scene_scan(scene, scanner);
	assert_by_bpf(narrow);
	pv_test_assert_scene(scene, narrow);
	whole = scan(scanner, NULL);
	assert_by_bpf(whole);
	pv_test_assert_within(scene, whole);
	pv_test_assert_exclusive(scene, whole);
}

/* Every descriptor to be had, numbers left out in between: a bitmap of hundreds of words. */
static void
wide_table(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("thousands", "N=19000", "GAP=7", NULL);

	check(scene);
}

static void
numbers_far_apart(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("holes", "LIMIT=19000", NULL);

	check(scene);
}

static void
deep_names(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("deep", NULL);

	check(scene);
}

static void
hostile_names(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("names", NULL);

	check(scene);
}

static char *
from_hex(const char *text)
{
	GString *bytes = g_string_new(NULL);

	for (; text[0] != '\0'; text += 2)
		g_string_append_c(bytes, (char)(g_ascii_xdigit_value(text[0]) << 4 |
						g_ascii_xdigit_value(text[1])));
	return g_string_free(bytes, FALSE);
}

static void
assert_arguments(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *told = pv_test_scene_all(scene, "argument");
	int pid = pv_test_scene_number(scene, "process", 0, 0);
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, pid);

	g_assert_nonnull(process);
	g_assert_cmpuint(told->len, >, 1000);
	g_assert_cmpuint(procview_process_get_n_arguments(process), ==, told->len);
	for (guint i = 0; i < told->len; i++) {
		g_autofree char *argument = from_hex(g_ptr_array_index(told, i));

		g_assert_cmpstr(procview_process_get_argument(process, i), ==, argument);
	}
}

static void
long_command(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("long-command", NULL);
	g_autoptr(ProcviewScanner) scanner = scanner_new();
	g_autoptr(ProcviewSnapshot) narrow = NULL;
	g_autoptr(ProcviewSnapshot) whole = NULL;

	g_assert_nonnull(scene);
	narrow = pv_test_scene_scan(scene, scanner);
	assert_arguments(scene, narrow);
	whole = scan(scanner, NULL);
	assert_arguments(scene, whole);
}

/* Programs that are nowhere, or not where they seem. */
static void
places(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("places", NULL);
	g_autoptr(ProcviewScanner) scanner = scanner_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *told;

	check(scene);
	if (scene == NULL)
		return;
	snapshot = scan(scanner, NULL);
	told = pv_test_scene_all(scene, "exe");
	g_assert_cmpuint(told->len, ==, 3);
	for (guint i = 0; i < told->len; i++) {
		const char *value = g_ptr_array_index(told, i);
		g_autofree char *exe = from_hex(strchr(value, ':') + 1);
		ProcviewProcess *process = procview_snapshot_find_process(snapshot, atoi(value));

		g_assert_nonnull(process);
		g_assert_cmpstr(procview_process_get_exe(process), ==, exe);
	}
}

/* Of the tables that the scene's first process owns. */
static guint
count_descriptors(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	int pid = pv_test_scene_number(scene, "process", 0, 0);
	guint n = 0;

	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		if (procview_process_get_pid(procview_fd_table_get_owner(table)) == pid)
			n += procview_fd_table_get_n_descriptors(table);
	}
	return n;
}

/* The kernel's iterator would show each table once a thread: a million descriptors. */
static void
check_crowd(const char *leader, guint n_tables)
{
	g_autoptr(PvTestScene) scene =
		pv_test_scene_start("massive", "T=1000", "F=1000", "TELL=1", leader, NULL);
	g_autoptr(ProcviewScanner) scanner = scanner_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewSnapshot) whole = NULL;

	g_assert_nonnull(scene);
	snapshot = pv_test_scene_scan(scene, scanner);
	assert_by_bpf(snapshot);
	pv_test_assert_tables(scene, snapshot);
	pv_test_assert_descriptors(scene, snapshot);
	g_assert_cmpuint(procview_snapshot_get_n_tasks(snapshot), ==, 1000);
	g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, n_tables * 1000);
	whole = scan(scanner, NULL);
	pv_test_assert_descriptors(scene, whole);
	g_assert_cmpuint(count_descriptors(scene, whole), ==, n_tables * 1000);
	g_test_message("%s: alone %.1f ms, whole machine %.1f ms", leader,
		       procview_snapshot_get_duration_ns(snapshot) / 1e6,
		       procview_snapshot_get_duration_ns(whole) / 1e6);
}

static void
crowd_without_leader(void)
{
	check_crowd("LEADER=zombie", 1);
}

static void
crowd_with_parted_leader(void)
{
	check_crowd("LEADER=unshared", 2);
}

static void
crowd(void)
{
	check_crowd("LEADER=sharing", 1);
}

/* The quickest of some, because others use the machine too. */
static guint64
quickest(ProcviewScanner *scanner, ProcviewQuery *query)
{
	guint64 least = G_MAXUINT64;

	for (guint i = 0; i < 7; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = scan(scanner, query);

		least = MIN(least, procview_snapshot_get_duration_ns(snapshot));
	}
	return least;
}

/* Asking for one process of two thousand costs that one. */
static void
one_of_many(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("many", "P=2000", "F=20", NULL);
	g_autoptr(ProcviewScanner) scanner = scanner_new();
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint64 one_ns, all_ns;
	int pid;

	g_assert_nonnull(scene);
	pid = pv_test_scene_number(scene, "process", 1000, 0);
	procview_query_add_pid(query, pid);
	snapshot = scan(scanner, query);
	assert_by_bpf(snapshot);
	g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), ==, 1);
	g_assert_cmpuint(procview_snapshot_get_n_fd_tables(snapshot), ==, 1);
	g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, 20);
	g_assert_nonnull(pv_test_table_of(snapshot, pid));
	one_ns = quickest(scanner, query);
	all_ns = quickest(scanner, NULL);
	g_test_message("one: %.3f ms, all: %.3f ms", one_ns / 1e6, all_ns / 1e6);
	g_assert_cmpuint(one_ns * 10, <, all_ns);
}

static void
counts_only(void)
{
	static const struct {
		const char *scene;
		const char *param;
	} cases[] = {
		{"holes", "LIMIT=4096"},      {"thousands", "GAP=3"}, {"unshared-leader", "T=9"},
		{"zombie-leader", "T=9"},     {"clone-files", NULL},  {"zombies", NULL},
		{"massive", "LEADER=zombie"}, {"fork", NULL},
	};
	g_autoptr(ProcviewScanner) scanner = scanner_new();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(PvTestScene) scene =
			pv_test_scene_start(cases[i].scene, cases[i].param, NULL);
		g_autoptr(ProcviewQuery) query = NULL;
		g_autoptr(ProcviewSnapshot) snapshot = NULL;

		if (scene == NULL)
			continue;
		query = pv_test_scene_query(scene, PROCVIEW_COLLECT_TABLES);
		snapshot = scan(scanner, query);
		assert_by_bpf(snapshot);
		pv_test_assert_tables(scene, snapshot);
		g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, 0);
	}
}

typedef struct {
	PvTestScene *scene;
	GMutex lock; /* of the scene */
} Shared;

static gpointer
scan_with_own_scanner(gpointer data)
{
	Shared *shared = data;
	g_autoptr(ProcviewScanner) scanner = scanner_new();

	for (guint i = 0; i < 20; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = scan(scanner, NULL);

		g_mutex_lock(&shared->lock);
		pv_test_assert_within(shared->scene, snapshot);
		g_mutex_unlock(&shared->lock);
	}
	return NULL;
}

static void
two_at_once(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("canaries", NULL);
	Shared shared = {scene, {0}};
	GThread *threads[2];

	g_assert_nonnull(scene);
	g_mutex_init(&shared.lock);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("scan", scan_with_own_scanner, &shared);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	g_mutex_clear(&shared.lock);
}

/* A scanner made here, used by this thread and then by another. */
static gpointer
scan_in_thread(gpointer data)
{
	return scan(data, NULL);
}

static void
in_another_thread(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("canaries", NULL);
	g_autoptr(ProcviewScanner) scanner = scanner_new();
	g_autoptr(ProcviewSnapshot) here = scan(scanner, NULL);
	g_autoptr(ProcviewSnapshot) there =
		g_thread_join(g_thread_new("scan", scan_in_thread, scanner));

	g_assert_nonnull(scene);
	pv_test_assert_within(scene, here);
	pv_test_assert_within(scene, there);
}

/* A child that fork(2) made goes on with the scanner of its parent, who does too. */
static void
in_a_child(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("canaries", NULL);
	g_autoptr(ProcviewScanner) scanner = scanner_new();
	g_autoptr(ProcviewSnapshot) before = scan(scanner, NULL);
	g_autoptr(ProcviewSnapshot) meanwhile = NULL;
	pid_t pid;
	int status;

	g_assert_nonnull(scene);
	pv_test_assert_within(scene, before);
	pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		for (guint i = 0; i < 5; i++) {
			g_autoptr(ProcviewSnapshot) snapshot = scan(scanner, NULL);

			pv_test_assert_within(scene, snapshot);
			g_assert_nonnull(procview_snapshot_find_process(snapshot, getpid()));
		}
		g_clear_object(&scanner);
		_exit(0);
	}
	meanwhile = scan(scanner, NULL);
	pv_test_assert_within(scene, meanwhile);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_cmpint(status, ==, 0);
	/* The child's end took nothing away from it. */
	g_clear_pointer(&meanwhile, procview_snapshot_unref);
	meanwhile = scan(scanner, NULL);
	pv_test_assert_within(scene, meanwhile);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_root();
	pv_test_require_bpf();
	g_test_add_func("/bpf-edges/wide-table", wide_table);
	g_test_add_func("/bpf-edges/numbers-far-apart", numbers_far_apart);
	g_test_add_func("/bpf-edges/deep-names", deep_names);
	g_test_add_func("/bpf-edges/hostile-names", hostile_names);
	g_test_add_func("/bpf-edges/long-command", long_command);
	g_test_add_func("/bpf-edges/places", places);
	g_test_add_func("/bpf-edges/crowd/without-leader", crowd_without_leader);
	g_test_add_func("/bpf-edges/crowd/parted-leader", crowd_with_parted_leader);
	g_test_add_func("/bpf-edges/crowd/sharing", crowd);
	g_test_add_func("/bpf-edges/one-of-many", one_of_many);
	g_test_add_func("/bpf-edges/counts-only", counts_only);
	g_test_add_func("/bpf-edges/two-at-once", two_at_once);
	g_test_add_func("/bpf-edges/another-thread", in_another_thread);
	g_test_add_func("/bpf-edges/child", in_a_child);
	return g_test_run();
}
