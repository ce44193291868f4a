/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fs contexts, memories and mappings as handles: what is known, what is not, and who holds whom.
 */
#include <procview/procview.h>

#include "core/association.h"
#include "fixture.h"

static void
put(PvArray *array, guint32 value)
{
	*(guint32 *)pv_array_append(array) = value;
}

/* Process 7 with one task that stands somewhere, and process 8 of which nothing is known. */
static PvStore *
new_store(void)
{
	PvStore *store = pv_store_new();
	PvDetails *details = &store->details;

	fixture_process(store, 7);
	fixture_task(store, 7, "one");
	fixture_process(store, 8);
	fixture_task(store, 8, "two");
	*(PvFsContext *)pv_array_append(&details->fs_contexts) = (PvFsContext){
		.umask = 0,
		.n_members = 1,
		.cwd = fixture_string(store, "/srv"),
		.cwd_ino = 12,
		.cwd_dev = pv_dev(254, 1),
		.status = PV_STATUS_PARTIAL,
		.reason = PV_REASON_FAILED,
		.proof = PV_PROOF_KCMP,
		.backend = "procfs",
	};
	put(&details->fs_members, 0);
	put(&details->fs_context_of, 0);
	put(&details->fs_context_of, PV_NONE);
	*(PvMemory *)pv_array_append(&details->memories) = (PvMemory){
		.n_members = 1,
		.n_mappings = 1,
		.needs = PV_NEED_PTRACE,
		.status = PV_STATUS_DENIED,
		.reason = PV_REASON_DENIED,
	};
	put(&details->memory_members, 0);
	put(&details->memory_of, 0);
	put(&details->memory_of, PV_NONE);
	*(PvMapping *)pv_array_append(&details->mappings) = (PvMapping){
		.dev = pv_dev(8, 17),
		.ino = 99,
		.size_bytes = 4096,
		.n_ranges = 1,
		.flags = PV_MAPPING_READ | PV_MAPPING_DELETED,
		.path = fixture_string(store, "/gone"),
	};
	fixture_seal(store);
	return store;
}

static void
test_fs_context(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = new_store();
	ProcviewFsContext *fs = procview_snapshot_get_fs_context(snapshot, 0);
	guint major_number, minor_number, mask = 1;
	guint64 inode = 1;

	g_assert_cmpuint(procview_snapshot_get_n_fs_contexts(snapshot), ==, 1);
	g_assert_cmpuint(procview_fs_context_get_id(fs), ==, 1);
	g_assert_cmpint(procview_fs_context_get_status(fs), ==, PROCVIEW_STATUS_PARTIAL);
	g_assert_cmpint(procview_fs_context_get_reason(fs), ==, PROCVIEW_REASON_FAILED);
	g_assert_cmpint(procview_fs_context_get_proof(fs), ==, PROCVIEW_PROOF_KCMP);
	g_assert_null(procview_fs_context_get_needs(fs));
	g_assert_cmpstr(procview_fs_context_get_backend_name(fs), ==, "procfs");
	g_assert_cmpstr(procview_fs_context_get_cwd(fs), ==, "/srv");
	g_assert_null(procview_fs_context_get_root(fs));
	g_assert_true(procview_fs_context_get_umask(fs, &mask));
	g_assert_cmpuint(mask, ==, 0);
	g_assert_true(procview_fs_context_get_cwd_device(fs, &major_number, &minor_number));
	g_assert_cmpuint(major_number, ==, 254);
	g_assert_cmpuint(minor_number, ==, 1);
	g_assert_false(procview_fs_context_get_root_inode(fs, &inode));
	g_assert_cmpuint(inode, ==, 0);
	g_assert_false(procview_fs_context_get_root_device(fs, NULL, NULL));
	g_assert_true(procview_task_get_fs_context(procview_fs_context_get_task(fs, 0)) == fs);
	g_assert_null(procview_task_get_fs_context(procview_snapshot_find_task(snapshot, 8)));
}

static void
test_memory(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = new_store();
	ProcviewMemory *memory = procview_snapshot_get_memory(snapshot, 0);
	ProcviewMapping *mapping = procview_memory_get_mapping(memory, 0);
	guint major_number, minor_number;
	guint64 inode;

	g_assert_cmpuint(procview_snapshot_get_n_memories(snapshot), ==, 1);
	g_assert_cmpstr(procview_memory_get_needs(memory), ==, "CAP_SYS_PTRACE");
	g_assert_null(procview_memory_get_exe(memory));
	g_assert_null(procview_memory_get_backend_name(memory));
	g_assert_false(procview_memory_get_exe_inode(memory, NULL));
	g_assert_true(procview_process_get_memory(procview_memory_get_process(memory, 0)) ==
		      memory);
	g_assert_null(procview_process_get_memory(procview_snapshot_find_process(snapshot, 8)));
	g_assert_cmpstr(procview_mapping_get_path(mapping), ==, "/gone");
	g_assert_true(procview_mapping_is_deleted(mapping));
	g_assert_true(procview_mapping_get_inode(mapping, &inode));
	g_assert_cmpuint(inode, ==, 99);
	g_assert_true(procview_mapping_get_device(mapping, &major_number, &minor_number));
	g_assert_cmpuint(major_number, ==, 8);
	g_assert_cmpuint(minor_number, ==, 17);
	g_assert_cmpuint(procview_mapping_get_n_ranges(mapping), ==, 1);
	g_assert_cmpint(procview_mapping_get_flags(mapping), ==, PROCVIEW_MAPPING_FLAGS_READ);
}

/* Any of them holds the whole snapshot. */
static void
test_references(void)
{
	ProcviewSnapshot *snapshot = new_store();
	g_autoptr(ProcviewMapping) mapping = procview_mapping_ref(
		procview_memory_get_mapping(procview_snapshot_get_memory(snapshot, 0), 0));
	g_autoptr(ProcviewFsContext) fs =
		procview_fs_context_ref(procview_snapshot_get_fs_context(snapshot, 0));
	g_autoptr(ProcviewMemory) memory =
		procview_memory_ref(procview_snapshot_get_memory(snapshot, 0));

	procview_snapshot_unref(snapshot);
	g_assert_true(procview_mapping_get_snapshot(mapping) == snapshot);
	g_assert_true(procview_fs_context_get_snapshot(fs) == snapshot);
	g_assert_true(procview_memory_get_snapshot(memory) == snapshot);
	g_assert_cmpstr(procview_mapping_get_path(mapping), ==, "/gone");
}

static void
test_out_of_range(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = new_store();

	for (guint i = 0; i < 5; i++)
		g_test_expect_message("procview", G_LOG_LEVEL_CRITICAL, "*index <*");
	g_assert_null(procview_snapshot_get_fs_context(snapshot, 1));
	g_assert_null(procview_snapshot_get_memory(snapshot, 1));
	g_assert_null(
		procview_fs_context_get_task(procview_snapshot_get_fs_context(snapshot, 0), 1));
	g_assert_null(procview_memory_get_process(procview_snapshot_get_memory(snapshot, 0), 1));
	g_assert_null(procview_memory_get_mapping(procview_snapshot_get_memory(snapshot, 0), 1));
	g_test_assert_expected_messages();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/api/places/fs-context", test_fs_context);
	g_test_add_func("/api/places/memory", test_memory);
	g_test_add_func("/api/places/references", test_references);
	g_test_add_func("/api/places/out-of-range", test_out_of_range);
	return g_test_run();
}
