/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who shares where he stands, and who shares what he has mapped, beside what the processes of a
 * scene have done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "pv-test.h"

#define PLACES	 (PROCVIEW_COLLECT_PLACES | PROCVIEW_COLLECT_THREADS)
#define MAPPINGS (PLACES | PROCVIEW_COLLECT_MAPPINGS)

static char *
from_hex(const char *digits)
{
	GString *bytes = g_string_new(NULL);

	for (; digits[0] != '\0'; digits += 2)
		g_string_append_c(bytes, (char)(g_ascii_xdigit_value(digits[0]) << 4 |
						g_ascii_xdigit_value(digits[1])));
	return g_string_free(bytes, FALSE);
}

static ProcviewFsContext *
fs_of(ProcviewSnapshot *snapshot, int tid)
{
	ProcviewTask *task = procview_snapshot_find_task(snapshot, tid);

	g_assert_nonnull(task);
	return procview_task_get_fs_context(task);
}

static ProcviewMemory *
memory_of(ProcviewSnapshot *snapshot, int pid)
{
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, pid);

	g_assert_nonnull(process);
	return procview_process_get_memory(process);
}

/* kcmp(2) or BPF; with neither, processes are not known to share. */
static gboolean
is_proven(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *values = pv_test_scene_all(scene, "fs");
	ProcviewFsContext *fs = fs_of(snapshot, atoi(g_ptr_array_index(values, 0)));
	gboolean by_bpf = pv_test_served_by(snapshot, PROCVIEW_STEP_TASKS, "bpf");

	g_assert_nonnull(fs);
	g_assert_cmpstr(procview_fs_context_get_backend_name(fs), ==, by_bpf ? "bpf" : "procfs");
	if (by_bpf)
		g_assert_cmpint(procview_fs_context_get_proof(fs), ==, PROCVIEW_PROOF_KERNEL);
	return procview_fs_context_get_proof(fs) != PROCVIEW_PROOF_ASSUMED;
}

static void
assert_inode(guint64 inode, guint major_number, guint minor_number, const char *path)
{
	struct stat st;

	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpuint(inode, ==, st.st_ino);
	/* The kernel's own number is another one on btrfs and the like. */
	if (major_number != 0)
		g_assert_cmpuint(makedev(major_number, minor_number), ==, st.st_dev);
}

/* UMASK:CWD:ROOT */
static void
assert_fs(ProcviewFsContext *fs, const char *umask_text, const char *cwd_hex, const char *root_hex)
{
	g_autofree char *cwd = from_hex(cwd_hex);
	g_autofree char *root = from_hex(root_hex);
	guint umask_value, major_number, minor_number;
	guint64 inode;

	g_assert_cmpint(procview_fs_context_get_status(fs), ==, PROCVIEW_STATUS_OK);
	g_assert_cmpint(procview_fs_context_get_reason(fs), ==, PROCVIEW_REASON_NONE);
	g_assert_cmpstr(procview_fs_context_get_cwd(fs), ==, cwd);
	g_assert_cmpstr(procview_fs_context_get_root(fs), ==, root);
	g_assert_true(procview_fs_context_get_umask(fs, &umask_value));
	g_assert_cmpuint(umask_value, ==, strtoul(umask_text, NULL, 8));
	procview_fs_context_get_cwd_device(fs, &major_number, &minor_number);
	g_assert_true(procview_fs_context_get_cwd_inode(fs, &inode));
	assert_inode(inode, major_number, minor_number, cwd);
	procview_fs_context_get_root_device(fs, &major_number, &minor_number);
	g_assert_true(procview_fs_context_get_root_inode(fs, &inode));
	assert_inode(inode, major_number, minor_number, root);
}

/* TID,TID:UMASK:CWD:ROOT: those and no others. */
static void
assert_contexts(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *values = pv_test_scene_all(scene, "fs");

	g_assert_cmpuint(values->len, >=, 8);
	for (guint i = 0; i < values->len; i++) {
		g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(values, i), ":", -1);
		g_autoptr(GArray) tids = pv_test_numbers(parts[0]);
		ProcviewFsContext *fs = fs_of(snapshot, g_array_index(tids, int, 0));

		g_test_message("%s", parts[0]);
		g_assert_nonnull(fs);
		g_assert_cmpuint(procview_fs_context_get_n_tasks(fs), ==, tids->len);
		for (guint j = 0; j < tids->len; j++)
			g_assert_true(fs_of(snapshot, g_array_index(tids, int, j)) == fs);
		for (guint j = 0; j < tids->len; j++)
			g_assert_true(procview_task_get_fs_context(
					      procview_fs_context_get_task(fs, j)) == fs);
		assert_fs(fs, parts[1], parts[2], parts[3]);
		g_assert_true(procview_fs_context_get_snapshot(fs) == snapshot);
	}
	values = pv_test_scene_all(scene, "fs-less");
	for (guint i = 0; i < values->len; i++)
		g_assert_null(fs_of(snapshot, atoi(g_ptr_array_index(values, i))));
}

/* PID,PID:EXE */
static void
assert_memories(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *values = pv_test_scene_all(scene, "memory");

	g_assert_cmpuint(values->len, >=, 7);
	for (guint i = 0; i < values->len; i++) {
		g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(values, i), ":", -1);
		g_autoptr(GArray) pids = pv_test_numbers(parts[0]);
		g_autofree char *exe = from_hex(parts[1]);
		ProcviewMemory *memory = memory_of(snapshot, g_array_index(pids, int, 0));
		guint major_number, minor_number;
		guint64 inode;

		g_test_message("%s", parts[0]);
		g_assert_nonnull(memory);
		g_assert_cmpint(procview_memory_get_status(memory), ==, PROCVIEW_STATUS_OK);
		g_assert_cmpuint(procview_memory_get_n_processes(memory), ==, pids->len);
		for (guint j = 0; j < pids->len; j++)
			g_assert_true(memory_of(snapshot, g_array_index(pids, int, j)) == memory);
		g_assert_cmpstr(procview_memory_get_exe(memory), ==, exe);
		procview_memory_get_exe_device(memory, &major_number, &minor_number);
		g_assert_true(procview_memory_get_exe_inode(memory, &inode));
		assert_inode(inode, major_number, minor_number, exe);
		if (procview_snapshot_get_collected(snapshot) & PROCVIEW_COLLECT_MAPPINGS)
			g_assert_cmpuint(procview_memory_get_n_mappings(memory), >, 0);
	}
}

static char *
access_of(ProcviewMapping *mapping)
{
	ProcviewMappingFlags flags = procview_mapping_get_flags(mapping);
	GString *text = g_string_new(NULL);

	g_string_append(text, flags & PROCVIEW_MAPPING_FLAGS_READ ? "r" : "");
	g_string_append(text, flags & PROCVIEW_MAPPING_FLAGS_WRITE ? "w" : "");
	g_string_append(text, flags & PROCVIEW_MAPPING_FLAGS_EXECUTE ? "x" : "");
	g_string_append(text, flags & PROCVIEW_MAPPING_FLAGS_SHARED ? "s" : "");
	return g_string_free(text, FALSE);
}

static ProcviewMapping *
find_mapping(ProcviewMemory *memory, const char *path)
{
	for (guint i = 0; i < procview_memory_get_n_mappings(memory); i++) {
		ProcviewMapping *mapping = procview_memory_get_mapping(memory, i);

		if (g_strcmp0(procview_mapping_get_path(mapping), path) == 0)
			return mapping;
	}
	return NULL;
}

/* PID:PATH:INO:BYTES:RANGES:ACCESS[:deleted] */
static void
assert_mappings(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *values = pv_test_scene_all(scene, "mapping");

	g_assert_cmpuint(values->len, ==, 5);
	for (guint i = 0; i < values->len; i++) {
		g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(values, i), ":", -1);
		g_autofree char *path = from_hex(parts[1]);
		ProcviewMemory *memory = memory_of(snapshot, atoi(parts[0]));
		ProcviewMapping *mapping = find_mapping(memory, path);
		g_autofree char *access = NULL;
		guint64 inode;

		g_test_message("%s: %s", parts[0], path);
		/* Without privileges procfs does not tell such a name from one that was removed. */
		if (mapping == NULL && geteuid() != 0 && g_str_has_suffix(path, " (deleted)"))
			continue;
		g_assert_nonnull(mapping);
		access = access_of(mapping);
		g_assert_true(procview_mapping_get_inode(mapping, &inode));
		g_assert_cmpuint(inode, ==, g_ascii_strtoull(parts[2], NULL, 10));
		g_assert_cmpuint(procview_mapping_get_size_bytes(mapping), ==,
				 g_ascii_strtoull(parts[3], NULL, 10));
		g_assert_cmpuint(procview_mapping_get_n_ranges(mapping), ==,
				 g_ascii_strtoull(parts[4], NULL, 10));
		g_assert_cmpstr(access, ==, parts[5]);
		g_assert_cmpint(procview_mapping_is_deleted(mapping), ==, parts[6] != NULL);
		/* The program itself is mapped too. */
		mapping = find_mapping(memory, procview_memory_get_exe(memory));
		g_assert_nonnull(mapping);
		g_assert_cmpint(procview_mapping_get_flags(mapping) &
					PROCVIEW_MAPPING_FLAGS_EXECUTE,
				!=, 0);
	}
}

/* Who looks might have to wait with it: its program is known, and that more is not is said. */
static void
assert_left_alone(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	int pid = pv_test_scene_number(scene, "asleep", 0, 0);
	ProcviewMemory *memory = memory_of(snapshot, pid);

	g_assert_cmpint(procview_memory_get_status(memory), ==, PROCVIEW_STATUS_PARTIAL);
	g_assert_cmpint(procview_memory_get_reason(memory), ==, PROCVIEW_REASON_FAILED);
	g_assert_nonnull(procview_memory_get_exe(memory));
	g_assert_cmpuint(procview_memory_get_n_mappings(memory), ==, 0);
	g_assert_false(procview_snapshot_is_complete(snapshot));
}

static void
associations(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("associations", NULL);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	g_assert_nonnull(scene);
	snapshot = pv_test_scene_collect_by(scene, backend, MAPPINGS);
	if (snapshot == NULL)
		return;
	g_assert_cmpint(procview_snapshot_get_collected(snapshot), ==, MAPPINGS);
	if (!is_proven(scene, snapshot)) {
		g_test_skip("nobody can tell here which processes share");
		return;
	}
	assert_contexts(scene, snapshot);
	assert_memories(scene, snapshot);
	assert_mappings(scene, snapshot);
	assert_left_alone(scene, snapshot);
}

/* Where the names of threads were not asked for, who has ended is found out in another way. */
static void
without_threads(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("associations", NULL);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	g_assert_nonnull(scene);
	snapshot = pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_MAPPINGS);
	if (snapshot == NULL || !is_proven(scene, snapshot))
		return;
	assert_contexts(scene, snapshot);
	assert_memories(scene, snapshot);
	assert_mappings(scene, snapshot);
	assert_left_alone(scene, snapshot);
}

/* With tables, and in a scan of the whole machine. */
static void
among_all(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("associations", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	if (scanner == NULL)
		return;
	procview_query_set_collect(query, PROCVIEW_COLLECT_ALL | MAPPINGS);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	if (!is_proven(scene, snapshot))
		return;
	assert_contexts(scene, snapshot);
	assert_memories(scene, snapshot);
	assert_mappings(scene, snapshot);
	assert_left_alone(scene, snapshot);
}

/* Who does not ask has nothing; who asks for places alone has no mappings. */
static void
not_asked(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("associations", NULL);
	g_autoptr(ProcviewSnapshot) snapshot =
		pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_ALL);
	g_autoptr(ProcviewSnapshot) places =
		pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_PLACES);

	if (snapshot == NULL)
		return;
	g_assert_cmpuint(procview_snapshot_get_n_fs_contexts(snapshot), ==, 0);
	g_assert_cmpuint(procview_snapshot_get_n_memories(snapshot), ==, 0);
	for (guint i = 0; i < procview_snapshot_get_n_processes(snapshot); i++) {
		ProcviewProcess *process = procview_snapshot_get_process(snapshot, i);

		g_assert_null(procview_process_get_memory(process));
		g_assert_null(procview_task_get_fs_context(procview_process_get_leader(process)));
	}
	g_assert_cmpuint(procview_snapshot_get_n_memories(places), >, 0);
	for (guint i = 0; i < procview_snapshot_get_n_memories(places); i++)
		g_assert_cmpuint(
			procview_memory_get_n_mappings(procview_snapshot_get_memory(places, i)), ==,
			0);
}

/* Zombies stand nowhere and have no memory, and nobody shares with them. */
static void
zombies(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("zombies", NULL);
	g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_collect_by(scene, backend, PLACES);
	g_autoptr(GArray) dead = NULL;

	if (snapshot == NULL)
		return;
	dead = pv_test_numbers(g_ptr_array_index(pv_test_scene_all(scene, "tableless"), 0));
	g_assert_cmpuint(dead->len, ==, 2);
	for (guint i = 0; i < dead->len; i++) {
		g_assert_null(fs_of(snapshot, g_array_index(dead, int, i)));
		g_assert_null(memory_of(snapshot, g_array_index(dead, int, i)));
	}
}

/* The kernel's own threads stand somewhere, all in the same place, and have no memory. */
static void
kernel_threads(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	ProcviewProcess *process;
	ProcviewFsContext *fs;

	if (scanner == NULL)
		return;
	procview_query_add_pid(query, 2);
	procview_query_set_collect(query, PROCVIEW_COLLECT_PLACES);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	process = procview_snapshot_find_process(snapshot, 2);
	if (process == NULL || !procview_process_is_kernel_thread(process) || geteuid() != 0) {
		g_test_skip("threads of the kernel are not to be looked into here");
		return;
	}
	g_assert_null(procview_process_get_memory(process));
	fs = fs_of(snapshot, 2);
	g_assert_nonnull(fs);
	g_assert_cmpstr(procview_fs_context_get_root(fs), ==, "/");
}

/* KEY=PID:PATH */
static guint
assert_place(PvTestScene *scene, ProcviewSnapshot *snapshot, const char *key,
	     const char *(*get)(ProcviewFsContext *fs),
	     gboolean (*get_inode)(ProcviewFsContext *fs, guint64 *inode))
{
	GPtrArray *values = pv_test_scene_all(scene, key);

	for (guint i = 0; i < values->len; i++) {
		const char *value = g_ptr_array_index(values, i);
		g_autofree char *path = from_hex(strchr(value, ':') + 1);
		ProcviewFsContext *fs = fs_of(snapshot, atoi(value));
		guint64 inode = 0;

		g_assert_nonnull(fs);
		g_assert_cmpint(procview_fs_context_get_status(fs), ==, PROCVIEW_STATUS_OK);
		g_assert_cmpstr(get(fs), ==, path);
		g_assert_true(get_inode(fs, &inode));
		g_assert_cmpuint(inode, !=, 0);
	}
	return values->len;
}

/*
 * Directories, a program and a mapped file of a file system that does not answer: all of it is
 * there, and nothing waits. What waits is ended by the test's limit of time.
 */
static void
dead_server(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("dead-mount", NULL);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_auto(GStrv) parts = NULL;
	g_autofree char *path = NULL;
	ProcviewMapping *mapping;
	guint64 inode = 0;

	if (scene == NULL)
		return;
	snapshot = pv_test_scene_collect_by(scene, backend, MAPPINGS);
	if (snapshot == NULL)
		return;
	g_assert_cmpuint(assert_place(scene, snapshot, "cwd", procview_fs_context_get_cwd,
				      procview_fs_context_get_cwd_inode),
			 >=, 2);
	g_assert_cmpuint(assert_place(scene, snapshot, "root", procview_fs_context_get_root,
				      procview_fs_context_get_root_inode),
			 >=, 2);
	parts = g_strsplit(g_ptr_array_index(pv_test_scene_all(scene, "exe"), 0), ":", -1);
	path = from_hex(parts[1]);
	g_assert_cmpstr(procview_memory_get_exe(memory_of(snapshot, atoi(parts[0]))), ==, path);
	g_clear_pointer(&parts, g_strfreev);
	g_free(path);
	parts = g_strsplit(g_ptr_array_index(pv_test_scene_all(scene, "dead-map"), 0), ":", -1);
	path = from_hex(parts[2]);
	mapping = find_mapping(memory_of(snapshot, atoi(parts[0])), path);
	g_assert_nonnull(mapping);
	g_assert_true(procview_mapping_get_inode(mapping, &inode));
	g_assert_cmpuint(inode, ==, g_ascii_strtoull(parts[1], NULL, 10));
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_add("/places/associations", associations);
	pv_test_add("/places/without-threads", without_threads);
	pv_test_add("/places/among-all", among_all);
	pv_test_add("/places/not-asked", not_asked);
	pv_test_add("/places/zombies", zombies);
	pv_test_add("/places/kernel-threads", kernel_threads);
	pv_test_add("/places/dead-server", dead_server);
	return g_test_run();
}
