/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a snapshot may cost: calls of kcmp(2), none of them where BPF saw the pointers, and memory.
 * The numbers measured are printed.
 */
#include <string.h>

#include "pv-test.h"

static guint
log2_up(guint n)
{
	return n > 1 ? (guint)g_bit_storage(n - 1) : 0;
}

/*
 * Each task is compared with those of its process first, then goes down a search tree of the tables
 * found so far: on average one and a half times as deep as a perfect one would be.
 */
#define MAX_DEPTH(n) (log2_up(n) * 3 / 2)

static void
check_grouping(ProcviewBackend backend, PvTestScene *scene)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint tasks, groups;
	guint64 calls, bound;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_TABLES);
	pv_test_assert_tables(scene, snapshot);
	tasks = procview_snapshot_get_n_tasks(snapshot);
	groups = procview_snapshot_get_n_fd_tables(snapshot);
	calls = procview_snapshot_get_kcmp_calls(snapshot);
	bound = (guint64)tasks * (MAX_DEPTH(groups) + 2) + 16;
	g_test_message("%u tasks in %u groups: %" G_GUINT64_FORMAT
		       " calls, %.2f a task, bound %" G_GUINT64_FORMAT,
		       tasks, groups, calls, (double)calls / tasks, bound);
	if (pv_test_served_by(snapshot, PROCVIEW_STEP_GROUPING, "bpf")) {
		g_assert_cmpuint(calls, ==, 0);
		return;
	}
	g_assert_cmpuint(calls, >=, tasks - 1);
	g_assert_cmpuint(calls, <=, bound);
}

static void
one_group(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("massive", "T=2000", "F=10", NULL);

	check_grouping(backend, scene);
}

static void
many_groups(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("many", "P=1000", "F=2", NULL);

	check_grouping(backend, scene);
}

static void
unshared_leader(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene =
		pv_test_scene_start("massive", "T=2000", "F=10", "LEADER=unshared", NULL);

	check_grouping(backend, scene);
}

static void
zombie_leader(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene =
		pv_test_scene_start("massive", "T=2000", "F=10", "LEADER=zombie", NULL);

	check_grouping(backend, scene);
}

/* Look-alikes are compared in a tree too: three thousand of 4000 descriptors have many. */
static void
descriptions(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("thousands", "N=4000", "TELL=0", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint64 calls, bound;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_DESCRIPTIONS);
	calls = procview_snapshot_get_kcmp_calls(snapshot);
	bound = 3000 * (MAX_DEPTH(1000) + 2) + 100;
	g_test_message("4000 descriptors: %" G_GUINT64_FORMAT " calls, bound %" G_GUINT64_FORMAT,
		       calls, bound);
	g_assert_cmpuint(calls, <=, bound);
	if (pv_test_served_by(snapshot, PROCVIEW_STEP_FILES, "bpf"))
		g_assert_cmpuint(calls, ==, 0);
}

/* A table whose files are all different needs not one comparison. */
static void
no_look_alikes(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("threads", "T=2", "F=500", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_DESCRIPTIONS);
	g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, 500);
	g_assert_cmpuint(procview_snapshot_get_kcmp_calls(snapshot), <, 50);
}

static void
add_string(GHashTable *strings, const char *string)
{
	if (string != NULL)
		g_hash_table_add(strings, (char *)string);
}

/* Bytes of all different strings, each with its end. */
static guint64
string_bytes(ProcviewSnapshot *snapshot)
{
	g_autoptr(GHashTable) strings = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer string;
	guint64 bytes = 0;

	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		for (guint j = 0; j < procview_fd_table_get_n_descriptors(table); j++)
			add_string(strings, procview_file_get_path(procview_descriptor_get_file(
						    procview_fd_table_get_descriptor(table, j))));
	}
	for (guint i = 0; i < procview_snapshot_get_n_processes(snapshot); i++) {
		ProcviewProcess *process = procview_snapshot_get_process(snapshot, i);

		add_string(strings, procview_process_get_exe(process));
		add_string(strings, procview_task_get_comm(procview_process_get_leader(process)));
		for (guint j = 0; j < procview_process_get_n_arguments(process); j++)
			add_string(strings, procview_process_get_argument(process, j));
	}
	g_hash_table_iter_init(&iter, strings);
	while (g_hash_table_iter_next(&iter, &string, NULL))
		bytes += strlen(string) + 1;
	return bytes;
}

/* What tasks, processes and tables may take beside the descriptors, and any snapshot at all. */
#define TASK_BYTES     96
#define PROCESS_BYTES  160
#define SNAPSHOT_BYTES 4096

static void
check_memory(ProcviewBackend backend, PvTestScene *scene, ProcviewCollect collect)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint64 bytes, bound, n;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, collect);
	n = procview_snapshot_get_n_descriptors(snapshot);
	bytes = procview_snapshot_get_memory_bytes(snapshot);
	bound = 64 * n + string_bytes(snapshot) +
		TASK_BYTES * procview_snapshot_get_n_tasks(snapshot) +
		PROCESS_BYTES * procview_snapshot_get_n_processes(snapshot) + SNAPSHOT_BYTES;
	g_test_message("%" G_GUINT64_FORMAT " descriptors: %" G_GUINT64_FORMAT
		       " bytes, bound %" G_GUINT64_FORMAT,
		       n, bytes, bound);
	g_assert_cmpuint(n, >=, 5000);
	g_assert_cmpuint(bytes, >, 16 * n);
	g_assert_cmpuint(bytes, <=, bound);
}

static void
memory_of_descriptors(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("thousands", "N=9000", "TELL=0", NULL);

	check_memory(backend, scene, PROCVIEW_COLLECT_DESCRIPTORS);
}

static void
memory_of_all(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("thousands", "N=9000", "TELL=0", NULL);

	check_memory(backend, scene, PROCVIEW_COLLECT_ALL);
}

static void
memory_of_many(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("many", "P=300", "F=20", NULL);

	check_memory(backend, scene, PROCVIEW_COLLECT_ALL);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/bounds/kcmp/one-group", one_group);
	pv_test_add("/bounds/kcmp/many-groups", many_groups);
	pv_test_add("/bounds/kcmp/unshared-leader", unshared_leader);
	pv_test_add("/bounds/kcmp/zombie-leader", zombie_leader);
	pv_test_add("/bounds/kcmp/descriptions", descriptions);
	pv_test_add("/bounds/kcmp/no-look-alikes", no_look_alikes);
	pv_test_add("/bounds/memory/descriptors", memory_of_descriptors);
	pv_test_add("/bounds/memory/all", memory_of_all);
	pv_test_add("/bounds/memory/many", memory_of_many);
	return g_test_run();
}
