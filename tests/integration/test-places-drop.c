/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Places and mappings by a scanner that root has made, in the hands of nobody: all of it as before;
 * or, where it was made to show no more than the caller may see, denied, but for the umask, which
 * anybody may read.
 */
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "pv-test.h"

#define COLLECT (PROCVIEW_COLLECT_MAPPINGS | PROCVIEW_COLLECT_THREADS)

/* Made while still root. */
static PvTestScene *scene;
static ProcviewScanner *full, *own_view;
static ProcviewSnapshot *seen_by_root;

static ProcviewSnapshot *
scan(ProcviewScanner *scanner)
{
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(scene, COLLECT);
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(scanner, query, &error);

	g_assert_no_error(error);
	g_assert_true(pv_test_served_by(snapshot, PROCVIEW_STEP_TASKS, "bpf"));
	return snapshot;
}

static void
assert_same_fs(ProcviewFsContext *fs, ProcviewFsContext *before)
{
	guint64 inode, inode_before;
	guint mask, mask_before;

	g_assert_cmpint(procview_fs_context_get_status(fs), ==, PROCVIEW_STATUS_OK);
	g_assert_cmpstr(procview_fs_context_get_backend_name(fs), ==, "bpf");
	g_assert_cmpstr(procview_fs_context_get_cwd(fs), ==, procview_fs_context_get_cwd(before));
	g_assert_cmpstr(procview_fs_context_get_root(fs), ==, procview_fs_context_get_root(before));
	g_assert_true(procview_fs_context_get_umask(fs, &mask));
	g_assert_true(procview_fs_context_get_umask(before, &mask_before));
	g_assert_cmpuint(mask, ==, mask_before);
	g_assert_true(procview_fs_context_get_cwd_inode(fs, &inode));
	g_assert_true(procview_fs_context_get_cwd_inode(before, &inode_before));
	g_assert_cmpuint(inode, ==, inode_before);
}

static void
assert_same_memory(ProcviewMemory *memory, ProcviewMemory *before)
{
	guint n = procview_memory_get_n_mappings(memory);

	g_assert_cmpint(procview_memory_get_status(memory), ==, procview_memory_get_status(before));
	g_assert_cmpstr(procview_memory_get_backend_name(memory), ==, "bpf");
	g_assert_cmpstr(procview_memory_get_exe(memory), ==, procview_memory_get_exe(before));
	if (procview_memory_get_status(memory) == PROCVIEW_STATUS_OK)
		g_assert_cmpuint(n, >, 0);
	g_assert_cmpuint(n, ==, procview_memory_get_n_mappings(before));
	for (guint i = 0; i < n; i++) {
		ProcviewMapping *a = procview_memory_get_mapping(memory, i);
		ProcviewMapping *b = procview_memory_get_mapping(before, i);

		g_assert_cmpstr(procview_mapping_get_path(a), ==, procview_mapping_get_path(b));
		g_assert_cmpint(procview_mapping_get_flags(a), ==, procview_mapping_get_flags(b));
		g_assert_cmpuint(procview_mapping_get_size_bytes(a), ==,
				 procview_mapping_get_size_bytes(b));
	}
}

static void
test_all(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = scan(full);
	guint n = procview_snapshot_get_n_fs_contexts(snapshot);

	g_assert_cmpuint(n, >, 5);
	g_assert_cmpuint(n, ==, procview_snapshot_get_n_fs_contexts(seen_by_root));
	for (guint i = 0; i < n; i++)
		assert_same_fs(procview_snapshot_get_fs_context(snapshot, i),
			       procview_snapshot_get_fs_context(seen_by_root, i));
	n = procview_snapshot_get_n_memories(snapshot);
	g_assert_cmpuint(n, ==, procview_snapshot_get_n_memories(seen_by_root));
	for (guint i = 0; i < n; i++)
		assert_same_memory(procview_snapshot_get_memory(snapshot, i),
				   procview_snapshot_get_memory(seen_by_root, i));
}

static void
test_own_view(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = scan(own_view);
	guint n = procview_snapshot_get_n_fs_contexts(snapshot);

	g_assert_cmpuint(n, >, 5);
	for (guint i = 0; i < n; i++) {
		ProcviewFsContext *fs = procview_snapshot_get_fs_context(snapshot, i);

		g_assert_cmpint(procview_fs_context_get_status(fs), ==, PROCVIEW_STATUS_DENIED);
		g_assert_cmpint(procview_fs_context_get_reason(fs), ==, PROCVIEW_REASON_DENIED);
		g_assert_cmpstr(procview_fs_context_get_needs(fs), ==, "CAP_SYS_PTRACE");
		g_assert_null(procview_fs_context_get_cwd(fs));
		g_assert_null(procview_fs_context_get_root(fs));
		g_assert_false(procview_fs_context_get_cwd_inode(fs, NULL));
		g_assert_true(procview_fs_context_get_umask(fs, NULL));
	}
	n = procview_snapshot_get_n_memories(snapshot);
	g_assert_cmpuint(n, >, 5);
	for (guint i = 0; i < n; i++) {
		ProcviewMemory *memory = procview_snapshot_get_memory(snapshot, i);

		g_assert_cmpint(procview_memory_get_status(memory), ==, PROCVIEW_STATUS_DENIED);
		g_assert_cmpstr(procview_memory_get_needs(memory), ==, "CAP_SYS_PTRACE");
		g_assert_null(procview_memory_get_exe(memory));
		g_assert_false(procview_memory_get_exe_inode(memory, NULL));
		g_assert_cmpuint(procview_memory_get_n_mappings(memory), ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	int result;

	pv_test_init(&argc, &argv, 110);
	pv_test_require_root();
	pv_test_require_bpf();
	scene = pv_test_scene_start("associations", NULL);
	full = procview_scanner_new_full(PROCVIEW_BACKEND_BPF, 0, &error);
	g_assert_no_error(error);
	own_view =
		procview_scanner_new_full(PROCVIEW_BACKEND_BPF, PROCVIEW_SCANNER_OWN_VIEW, &error);
	g_assert_no_error(error);
	seen_by_root = scan(full);
	pv_test_become_nobody();
	g_test_add_func("/places-drop/all", test_all);
	g_test_add_func("/places-drop/own-view", test_own_view);
	result = g_test_run();
	procview_snapshot_unref(seen_by_root);
	g_object_unref(full);
	g_object_unref(own_view);
	pv_test_scene_end(scene);
	return result;
}
