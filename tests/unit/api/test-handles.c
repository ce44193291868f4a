/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Handles: a reference on any part of a snapshot keeps all of it, as a pointer of C, as a boxed
 * value of GObject, and through g_autoptr.
 */
#include "api/private.h"
#include "fixture.h"

static void
assert_refs(PvStore *store, gint refs)
{
	g_assert_true(g_atomic_ref_count_compare(&store->refs, refs));
}

/* Each part in turn is all that is left of its snapshot; what it leads to must still be there. */
static void
test_part_keeps_snapshot(void)
{
	PvStore *store = fixture_store();
	ProcviewProcess *process = procview_process_ref(procview_snapshot_find_process(store, 910));
	ProcviewTask *task;
	ProcviewFdTable *table;
	ProcviewDescriptor *descriptor;
	ProcviewFile *file;

	procview_snapshot_unref(store);
	g_assert_cmpint(procview_process_get_pid(process), ==, 910);

	task = procview_task_ref(procview_process_get_task(process, 1));
	procview_process_unref(process);
	g_assert_cmpstr(procview_task_get_comm(task), ==, "worker");

	table = procview_fd_table_ref(procview_task_get_fd_table(task));
	procview_task_unref(task);
	g_assert_cmpuint(procview_fd_table_get_n_descriptors(table), ==, 3);

	descriptor = procview_descriptor_ref(procview_fd_table_find_descriptor(table, 8));
	procview_fd_table_unref(table);
	g_assert_cmpint(procview_descriptor_get_fd(descriptor), ==, 8);

	file = procview_file_ref(procview_descriptor_get_file(descriptor));
	procview_descriptor_unref(descriptor);
	g_assert_cmpstr(procview_file_get_path(file), ==, "/tmp/x");
	assert_refs(store, 1);
	procview_file_unref(file);
}

static void
test_autoptr(void)
{
	PvStore *store = fixture_store();

	{
		g_autoptr(ProcviewSnapshot) snapshot = procview_snapshot_ref(store);
		g_autoptr(ProcviewProcess) process =
			procview_process_ref(procview_snapshot_get_process(store, 0));
		g_autoptr(ProcviewTask) task =
			procview_task_ref(procview_process_get_leader(process));
		g_autoptr(ProcviewFdTable) table =
			procview_fd_table_ref(procview_snapshot_get_fd_table(store, 0));
		g_autoptr(ProcviewDescriptor) descriptor =
			procview_descriptor_ref(procview_fd_table_get_descriptor(table, 0));
		g_autoptr(ProcviewFile) file =
			procview_file_ref(procview_descriptor_get_file(descriptor));
		g_autoptr(ProcviewQuery) query = procview_query_new();
		g_autoptr(ProcviewRevalidation) revalidation =
			pv_revalidation_new(table, g_new0(guint8, 2), PROCVIEW_CONTENT_UNKNOWN);

		g_assert_nonnull(snapshot);
		g_assert_nonnull(task);
		g_assert_nonnull(file);
		g_assert_nonnull(query);
		g_assert_nonnull(revalidation);
		assert_refs(store, 8);
	}
	assert_refs(store, 1);
	procview_snapshot_unref(store);
}

static void
check_boxed(PvStore *store, GType type, gpointer part)
{
	gpointer copy;

	g_assert_true(G_TYPE_IS_BOXED(type));
	copy = g_boxed_copy(type, part);
	/* The copy is the thing itself. */
	g_assert_true(copy == part);
	assert_refs(store, 2);
	g_boxed_free(type, copy);
	assert_refs(store, 1);
}

static void
test_boxed_parts(void)
{
	PvStore *store = fixture_store();
	ProcviewFdTable *table = procview_snapshot_get_fd_table(store, 0);
	ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, 1);

	check_boxed(store, PROCVIEW_TYPE_SNAPSHOT, store);
	check_boxed(store, PROCVIEW_TYPE_PROCESS, procview_snapshot_get_process(store, 1));
	check_boxed(store, PROCVIEW_TYPE_TASK, procview_snapshot_find_task(store, 912));
	check_boxed(store, PROCVIEW_TYPE_FD_TABLE, table);
	check_boxed(store, PROCVIEW_TYPE_DESCRIPTOR, descriptor);
	check_boxed(store, PROCVIEW_TYPE_FILE, procview_descriptor_get_file(descriptor));
	procview_snapshot_unref(store);
}

static void
test_boxed_query(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	ProcviewQuery *copy = g_boxed_copy(PROCVIEW_TYPE_QUERY, query);

	g_assert_true(copy == query);
	g_assert_true(g_atomic_ref_count_compare(&query->refs, 2));
	g_boxed_free(PROCVIEW_TYPE_QUERY, copy);
	g_assert_true(g_atomic_ref_count_compare(&query->refs, 1));
}

/* A revalidation is no part of the snapshot, but keeps it. */
static void
test_revalidation_keeps_snapshot(void)
{
	PvStore *store = fixture_store();
	ProcviewFdTable *table = procview_snapshot_get_fd_table(store, 0);
	ProcviewRevalidation *revalidation =
		pv_revalidation_new(table, g_new0(guint8, 2), PROCVIEW_CONTENT_CURRENT);
	ProcviewRevalidation *copy = g_boxed_copy(PROCVIEW_TYPE_REVALIDATION, revalidation);

	g_assert_true(copy == revalidation);
	procview_snapshot_unref(store);
	procview_revalidation_unref(revalidation);
	assert_refs(store, 1);
	g_assert_true(procview_revalidation_get_fd_table(copy) == table);
	g_assert_cmpint(procview_task_get_tid(procview_revalidation_get_task(copy, 1)), ==, 911);
	g_boxed_free(PROCVIEW_TYPE_REVALIDATION, copy);
}

static gpointer
use_parts(gpointer data)
{
	for (guint i = 0; i < 10000; i++) {
		g_autoptr(ProcviewTask) task =
			procview_task_ref(procview_snapshot_find_task(data, 911));

		g_assert_cmpint(procview_task_get_tid(task), ==, 911);
	}
	procview_snapshot_unref(data);
	return NULL;
}

static void
test_threads(void)
{
	PvStore *store = fixture_store();
	GThread *threads[4];

	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("reader", use_parts, procview_snapshot_ref(store));
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	assert_refs(store, 1);
	procview_snapshot_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/api/handles/part-keeps-snapshot", test_part_keeps_snapshot);
	g_test_add_func("/api/handles/autoptr", test_autoptr);
	g_test_add_func("/api/handles/boxed-parts", test_boxed_parts);
	g_test_add_func("/api/handles/boxed-query", test_boxed_query);
	g_test_add_func("/api/handles/revalidation", test_revalidation_keeps_snapshot);
	g_test_add_func("/api/handles/threads", test_threads);
	return g_test_run();
}
