/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is read from a snapshot and its parts: looking up, sharing as pointer equality, the order,
 * and what happens to an index that is out of range.
 */
#include "api/private.h"
#include "fixture.h"

typedef struct {
	PvStore *store;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->store = fixture_store();
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	procview_snapshot_unref(fixture->store);
}

static void
test_lookup(Fixture *fixture, gconstpointer data)
{
	ProcviewSnapshot *snapshot = fixture->store;
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, 910);
	ProcviewTask *thread = procview_snapshot_find_task(snapshot, 911);

	g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), ==, 2);
	g_assert_cmpuint(procview_snapshot_get_n_tasks(snapshot), ==, 5);
	g_assert_true(procview_snapshot_get_process(snapshot, 1) == process);
	g_assert_null(procview_snapshot_find_process(snapshot, 911));
	g_assert_null(procview_snapshot_find_process(snapshot, -1));
	g_assert_null(procview_snapshot_find_task(snapshot, 914));
	g_assert_true(procview_task_get_process(thread) == process);
	g_assert_true(procview_process_get_snapshot(process) == snapshot);
	g_assert_true(procview_process_get_task(process, 1) == thread);
	g_assert_true(procview_task_is_leader(procview_process_get_leader(process)));
	g_assert_false(procview_task_is_leader(thread));
}

static void
test_process(Fixture *fixture, gconstpointer data)
{
	ProcviewProcess *process = procview_snapshot_find_process(fixture->store, 910);
	ProcviewProcess *kernel = procview_snapshot_find_process(fixture->store, 2);
	guint64 soft, hard;

	g_assert_cmpint(procview_process_get_ppid(process), ==, 1);
	g_assert_cmpint(procview_process_get_pgid(process), ==, 910);
	g_assert_cmpint(procview_process_get_sid(process), ==, 910);
	g_assert_cmpuint(procview_process_get_start_time_ns(process), ==, 1230000000);
	g_assert_cmpuint(procview_process_get_identity(process), ==, 77);
	g_assert_cmpstr(procview_process_get_exe(process), ==, "/usr/bin/java");
	g_assert_cmpuint(procview_process_get_n_arguments(process), ==, 2);
	g_assert_cmpstr(procview_process_get_argument(process, 0), ==, "java");
	g_assert_cmpstr(procview_process_get_argument(process, 1), ==, "-jar");
	g_assert_cmpuint(procview_process_get_n_tasks(process), ==, 4);
	g_assert_true(procview_process_get_fd_limit(process, &soft, &hard));
	g_assert_cmpuint(soft, ==, 1024);
	g_assert_cmpuint(hard, ==, G_MAXUINT64);
	g_assert_true(procview_process_get_fd_limit(process, NULL, NULL));
	g_assert_false(procview_process_is_kernel_thread(process));

	g_assert_true(procview_process_is_kernel_thread(kernel));
	g_assert_false(procview_process_get_fd_limit(kernel, &soft, &hard));
	g_assert_cmpuint(soft, ==, 0);
	g_assert_null(procview_process_get_exe(kernel));
	g_assert_cmpuint(procview_process_get_n_arguments(kernel), ==, 0);
}

static void
test_context(Fixture *fixture, gconstpointer data)
{
	ProcviewProcess *process = procview_snapshot_find_process(fixture->store, 910);
	ProcviewProcess *kernel = procview_snapshot_find_process(fixture->store, 2);

	g_assert_cmpstr(procview_process_get_cwd(process), ==, "/srv/java (deleted)");
	g_assert_cmpstr(procview_process_get_root(process), ==, "/");
	g_assert_cmpuint(procview_process_get_namespace(process, PROCVIEW_NAMESPACE_NET), ==,
			 4026531833);
	g_assert_cmpuint(procview_process_get_namespace(process, PROCVIEW_NAMESPACE_PID), ==,
			 4026532999);
	g_assert_cmpuint(procview_process_get_namespace(process, PROCVIEW_NAMESPACE_CGROUP), ==, 0);
	g_assert_cmpuint(procview_process_get_namespace(process, PROCVIEW_NAMESPACE_UTS), ==, 0);
	g_assert_cmpuint(procview_process_get_cgroup_id(process), ==,
			 G_GUINT64_CONSTANT(4294967298));

	g_assert_null(procview_process_get_cwd(kernel));
	g_assert_null(procview_process_get_root(kernel));
	g_assert_cmpuint(procview_process_get_namespace(kernel, PROCVIEW_NAMESPACE_NET), ==, 0);
	g_assert_cmpuint(procview_process_get_cgroup_id(kernel), ==, 0);
}

static void
test_task(Fixture *fixture, gconstpointer data)
{
	ProcviewTask *leader = procview_snapshot_find_task(fixture->store, 910);
	ProcviewTask *unknown = procview_snapshot_find_task(fixture->store, 912);

	g_assert_true(procview_task_has_details(leader));
	g_assert_cmpint(procview_task_get_state(leader), ==, 'S');
	g_assert_cmpuint(procview_task_get_uid(leader), ==, 1000);
	g_assert_cmpuint(procview_task_get_euid(leader), ==, 0);
	g_assert_cmpuint(procview_task_get_gid(leader), ==, 100);
	g_assert_cmpuint(procview_task_get_egid(leader), ==, 101);
	g_assert_cmpuint(procview_task_get_n_ns_tids(leader), ==, 2);
	g_assert_cmpint(procview_task_get_ns_tid(leader, 1), ==, 1);

	/* Unknown is no value that could be taken for one. */
	g_assert_false(procview_task_has_details(unknown));
	g_assert_null(procview_task_get_comm(unknown));
	g_assert_cmpint(procview_task_get_state(unknown), ==, 0);
	g_assert_cmpuint(procview_task_get_uid(unknown), ==, G_MAXUINT32);
	g_assert_cmpuint(procview_task_get_euid(unknown), ==, G_MAXUINT32);
	g_assert_cmpuint(procview_task_get_gid(unknown), ==, G_MAXUINT32);
	g_assert_cmpuint(procview_task_get_egid(unknown), ==, G_MAXUINT32);
	g_assert_cmpuint(procview_task_get_start_time_ns(unknown), ==, 0);
	g_assert_cmpuint(procview_task_get_identity(unknown), ==, 0);
	g_assert_cmpuint(procview_task_get_n_ns_tids(unknown), ==, 0);
}

static void
test_sharing(Fixture *fixture, gconstpointer data)
{
	ProcviewSnapshot *snapshot = fixture->store;
	ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, 0);
	ProcviewTask *leader = procview_snapshot_find_task(snapshot, 910);
	ProcviewTask *thread = procview_snapshot_find_task(snapshot, 911);
	ProcviewTask *unshared = procview_snapshot_find_task(snapshot, 912);
	ProcviewTask *zombie = procview_snapshot_find_task(snapshot, 913);

	g_assert_true(procview_task_get_fd_table(leader) == table);
	g_assert_true(procview_task_get_fd_table(thread) == table);
	g_assert_true(procview_task_get_fd_table(unshared) ==
		      procview_snapshot_get_fd_table(snapshot, 1));
	g_assert_null(procview_task_get_fd_table(zombie));
	g_assert_cmpuint(procview_fd_table_get_n_tasks(table), ==, 2);
	g_assert_true(procview_fd_table_get_task(table, 0) == leader);
	g_assert_true(procview_fd_table_get_task(table, 1) == thread);
}

static void
test_table(Fixture *fixture, gconstpointer data)
{
	ProcviewSnapshot *snapshot = fixture->store;
	ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, 0);
	ProcviewFdTable *denied = procview_snapshot_get_fd_table(snapshot, 1);
	guint count = 1;

	g_assert_cmpuint(procview_snapshot_get_n_fd_tables(snapshot), ==, 2);
	g_assert_cmpuint(procview_fd_table_get_id(table), ==, 1);
	g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_OK);
	g_assert_cmpint(procview_fd_table_get_proof(table), ==, PROCVIEW_PROOF_KCMP);
	g_assert_cmpstr(procview_fd_table_get_backend_name(table), ==, "pidfd");
	g_assert_null(procview_fd_table_get_needs(table));
	g_assert_false(procview_fd_table_get_open_count(table, &count));
	g_assert_cmpuint(count, ==, 0);
	g_assert_true(procview_fd_table_get_snapshot(table) == snapshot);

	g_assert_cmpuint(procview_fd_table_get_id(denied), ==, 2);
	g_assert_cmpint(procview_fd_table_get_status(denied), ==, PROCVIEW_STATUS_DENIED);
	g_assert_cmpint(procview_fd_table_get_reason(denied), ==, PROCVIEW_REASON_DENIED);
	g_assert_cmpstr(procview_fd_table_get_needs(denied), ==, "CAP_SYS_PTRACE");
	g_assert_null(procview_fd_table_get_backend_name(denied));
	g_assert_true(procview_fd_table_get_owner(denied) ==
		      procview_snapshot_find_process(snapshot, 910));
	g_assert_null(procview_fd_table_find_descriptor(denied, 0));
}

static void
test_open_count(void)
{
	static const gint32 tids[] = {5, 0};
	g_autoptr(ProcviewSnapshot) snapshot = pv_store_new();
	guint count = 0;

	fixture_process(snapshot, 5);
	fixture_task(snapshot, 5, "five");
	fixture_table(snapshot, tids)->open_count = 12;
	fixture_seal(snapshot);
	g_assert_true(procview_fd_table_get_open_count(procview_snapshot_get_fd_table(snapshot, 0),
						       &count));
	g_assert_cmpuint(count, ==, 12);
}

static void
test_head(Fixture *fixture, gconstpointer data)
{
	ProcviewSnapshot *snapshot = fixture->store;
	ProcviewStep step = PROCVIEW_STEP_TASKS;
	const char *backend = NULL;

	g_assert_false(procview_snapshot_is_complete(snapshot));
	g_assert_false(procview_snapshot_has_hidden_processes(snapshot));
	g_assert_cmpint(procview_snapshot_get_collected(snapshot), ==,
			PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_CONTEXT);
	g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, 3);
	g_assert_cmpstr(procview_snapshot_get_backend_name(snapshot, PROCVIEW_STEP_GROUPING), ==,
			"kcmp");
	g_assert_cmpuint(procview_snapshot_get_n_refusals(snapshot), ==, 1);
	g_assert_cmpstr(procview_snapshot_get_refusal(snapshot, 0, &step, &backend), ==,
			"not today");
	g_assert_cmpint(step, ==, PROCVIEW_STEP_FILES);
	g_assert_cmpstr(backend, ==, "better");
	g_assert_cmpstr(procview_snapshot_get_refusal(snapshot, 0, NULL, NULL), ==, "not today");
	g_assert_cmpuint(procview_snapshot_get_kcmp_calls(snapshot), ==, 3);
	g_assert_cmpuint(procview_snapshot_get_duration_ns(snapshot), ==, 9400000);
	g_assert_cmpuint(procview_snapshot_get_duplicates_avoided(snapshot), ==, 3);
	g_assert_cmpuint(procview_snapshot_get_memory_bytes(snapshot), >, sizeof(PvStore));
}

#define OUT_OF_RANGE(call)                                                                         \
	do {                                                                                       \
		g_test_expect_message(G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*assertion*<*failed*"); \
		g_assert_true(!(call));                                                            \
		g_test_assert_expected_messages();                                                 \
	} while (0)

static void
test_out_of_range(Fixture *fixture, gconstpointer data)
{
	ProcviewSnapshot *snapshot = fixture->store;
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, 910);
	ProcviewTask *leader = procview_process_get_leader(process);
	ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, 0);
	g_autoptr(ProcviewRevalidation) revalidation =
		pv_revalidation_new(table, g_new0(guint8, 2), PROCVIEW_CONTENT_CURRENT);

	OUT_OF_RANGE(procview_snapshot_get_process(snapshot, 2));
	OUT_OF_RANGE(procview_snapshot_get_fd_table(snapshot, 2));
	OUT_OF_RANGE(procview_snapshot_get_refusal(snapshot, 1, NULL, NULL));
	OUT_OF_RANGE(procview_snapshot_get_backend_name(snapshot, 3));
	OUT_OF_RANGE(procview_process_get_task(process, 4));
	OUT_OF_RANGE(procview_process_get_argument(process, 2));
	OUT_OF_RANGE(procview_process_get_namespace(process, PROCVIEW_NAMESPACE_UTS + 1));
	OUT_OF_RANGE(procview_process_get_namespace(process, (ProcviewNamespace)-1));
	OUT_OF_RANGE(procview_task_get_ns_tid(leader, 2));
	OUT_OF_RANGE(procview_fd_table_get_task(table, 2));
	OUT_OF_RANGE(procview_fd_table_get_descriptor(table, 3));
	OUT_OF_RANGE(procview_fd_table_get_descriptor(table, G_MAXUINT));
	OUT_OF_RANGE(procview_revalidation_get_task(revalidation, 2));
	OUT_OF_RANGE(procview_revalidation_get_membership(revalidation, 2));
}

static void
test_revalidation(Fixture *fixture, gconstpointer data)
{
	ProcviewFdTable *table = procview_snapshot_get_fd_table(fixture->store, 0);
	static const guint8 one_left[] = {PROCVIEW_MEMBERSHIP_SHARING, PROCVIEW_MEMBERSHIP_LEFT};
	static const guint8 both[] = {PROCVIEW_MEMBERSHIP_SHARING, PROCVIEW_MEMBERSHIP_SHARING};
	g_autoptr(ProcviewRevalidation) left =
		pv_revalidation_new(table, g_memdup2(one_left, 2), PROCVIEW_CONTENT_CHANGED);
	g_autoptr(ProcviewRevalidation) valid =
		pv_revalidation_new(table, g_memdup2(both, 2), PROCVIEW_CONTENT_CHANGED);

	g_assert_false(procview_revalidation_is_valid(left));
	g_assert_cmpuint(procview_revalidation_get_n_tasks(left), ==, 2);
	g_assert_cmpint(procview_revalidation_get_membership(left, 1), ==,
			PROCVIEW_MEMBERSHIP_LEFT);
	g_assert_cmpuint(procview_revalidation_count(left, PROCVIEW_MEMBERSHIP_SHARING), ==, 1);
	g_assert_cmpuint(procview_revalidation_count(left, PROCVIEW_MEMBERSHIP_EXITED), ==, 0);
	g_assert_cmpint(procview_revalidation_get_content(left), ==, PROCVIEW_CONTENT_CHANGED);
	/* Sharing is one question, and what is shared another. */
	g_assert_true(procview_revalidation_is_valid(valid));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
	ADD("/api/snapshot/lookup", test_lookup);
	ADD("/api/snapshot/process", test_process);
	ADD("/api/snapshot/context", test_context);
	ADD("/api/snapshot/task", test_task);
	ADD("/api/snapshot/sharing", test_sharing);
	ADD("/api/snapshot/table", test_table);
	g_test_add_func("/api/snapshot/open-count", test_open_count);
	ADD("/api/snapshot/head", test_head);
	ADD("/api/snapshot/out-of-range", test_out_of_range);
	ADD("/api/snapshot/revalidation", test_revalidation);
	return g_test_run();
}
