/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A scan of a recorded /proc: one process of three threads, one of which has left, and a kernel
 * thread. Numbers in it mean nothing to this kernel, so nothing may be asked of it.
 */
#include <string.h>

#include "core/kind.h"
#include "snapshot/scanner.h"

static PvStore *
scan(const char *tree, guint collect)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "tests/data/proc", tree, NULL);
	PvScannerOptions options = {.backend = PV_BACKEND_AUTO, .proc_path = path};
	PvScanner *scanner = pv_scanner_open(&options, &error);
	PvQuery *query = pv_query_new();
	PvStore *store;

	g_assert_no_error(error);
	pv_query_set_collect(query, collect);
	store = pv_scanner_scan(scanner, query, NULL, &error);
	g_assert_no_error(error);
	pv_query_unref(query);
	pv_scanner_close(scanner);
	return store;
}

static void
test_processes(void)
{
	PvStore *store = scan("unshared-thread",
			      PV_COLLECT_COMMANDS | PV_COLLECT_LIMITS | PV_COLLECT_THREADS);
	const PvProcess *process = pv_store_find_process(store, 18241);
	const PvProcess *kernel = pv_store_find_process(store, 2);
	const PvTask *leader = pv_store_task(store, process->leader);

	g_assert_cmpuint(store->processes.n, ==, 2);
	g_assert_cmpuint(store->tasks.n, ==, 4);
	g_assert_cmpint(process->ppid, ==, 18239);
	g_assert_cmpint(process->pgid, ==, 18231);
	g_assert_cmpint(process->sid, ==, 11423);
	g_assert_cmpstr(pv_store_string(store, leader->comm), ==, "workload");
	g_assert_cmpstr(pv_store_string(store, process->exe), ==, "/usr/bin/workload");
	g_assert_cmpuint(process->n_arguments, ==, 4);
	g_assert_cmpuint(process->cmdline_len, ==, strlen("./workload unshared-thread T=3 F=3"));
	g_assert_cmpuint(leader->start_time_ns, ==, G_GUINT64_CONSTANT(442368) * 10000000);
	g_assert_cmpint(leader->state, ==, 'S');
	g_assert_cmpuint(process->fd_limit_soft, ==, 20000);
	g_assert_true(pv_store_task(store, kernel->leader)->known & PV_TASK_KTHREAD);
	g_assert_cmpuint(kernel->fd_limit_hard, ==, 4096);
	g_assert_cmpint(pv_store_find_task(store, 18243)->state, ==, 'S');
	g_assert_cmpuint(pv_store_find_task(store, 18243)->identity, ==, 0);
	pv_store_unref(store);
}

/* By links alone: no pidfd leads to a process that was recorded. */
static void
test_context(void)
{
	static const guint32 recorded[PV_N_NAMESPACES] = {
		[PV_NAMESPACE_CGROUP] = 4026531835, [PV_NAMESPACE_IPC] = 4026531839,
		[PV_NAMESPACE_MNT] = 4026532601,    [PV_NAMESPACE_NET] = 4026531833,
		[PV_NAMESPACE_PID] = 4026531836,    [PV_NAMESPACE_TIME] = 4026531834,
		[PV_NAMESPACE_USER] = 4026531837,   [PV_NAMESPACE_UTS] = 4026531838,
	};
	PvStore *store = scan("unshared-thread", PV_COLLECT_CONTEXT);
	const PvProcess *process = pv_store_find_process(store, 18241);
	const PvProcess *kernel = pv_store_find_process(store, 2);

	g_assert_cmpstr(pv_store_string(store, process->cwd), ==, "/home/w/project");
	g_assert_cmpstr(pv_store_string(store, process->root), ==, "/home/w/root");
	g_assert_cmpmem(process->namespaces, sizeof(process->namespaces), recorded,
			sizeof(recorded));
	g_assert_cmpuint(process->cgroup_id, ==, 0);
	g_assert_null(pv_store_string(store, process->exe));
	g_assert_null(pv_store_string(store, kernel->cwd));
	g_assert_cmpuint(kernel->namespaces[PV_NAMESPACE_NET], ==, 0);
	pv_store_unref(store);

	store = scan("unshared-thread", PV_COLLECT_ALL);
	process = pv_store_find_process(store, 18241);
	g_assert_null(pv_store_string(store, process->cwd));
	g_assert_cmpuint(process->namespaces[PV_NAMESPACE_NET], ==, 0);
	pv_store_unref(store);
}

static gboolean
was_refused(const PvStore *store, guint step, const char *backend)
{
	for (guint i = 0; i < store->n_refusals; i++) {
		if (store->refusals[i].step == step &&
		    strcmp(store->refusals[i].backend, backend) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
test_descriptors(void)
{
	PvStore *store = scan("unshared-thread", PV_COLLECT_ALL);
	const PvTask *leader = pv_store_find_task(store, 18241);
	const PvTable *table = pv_store_table(store, leader->table);
	const PvDescriptor *descriptor = pv_store_find_descriptor(store, table, 1);
	const PvFile *file = pv_store_file(store, descriptor->file);

	g_assert_cmpuint(table->proof, ==, PV_PROOF_ASSUMED);
	g_assert_cmpuint(table->status, ==, PV_STATUS_OK);
	g_assert_cmpuint(table->n_members, ==, 3);
	g_assert_cmpuint(table->n_descriptors, ==, 3);
	g_assert_cmpuint(descriptor->cloexec, !=, PV_CLOEXEC_UNKNOWN);
	g_assert_true(file->known & PV_FILE_FLAGS);
	g_assert_false(file->known & (PV_FILE_INODE | PV_FILE_DESCRIBED));
	g_assert_true(g_str_has_suffix(pv_store_string(store, file->path), "/file-1"));
	g_assert_true(was_refused(store, PV_STEP_GROUPING, "kcmp"));
	g_assert_true(was_refused(store, PV_STEP_FILES, "pidfd"));
	pv_store_unref(store);
}

/* Numbers started anew after the leader was born: a thread of it has a lower one. */
static void
test_wrapped(void)
{
	PvStore *store = scan("wrapped", PV_COLLECT_THREADS | PV_COLLECT_TABLES);
	const PvProcess *process = pv_store_find_process(store, 18241);
	const gint32 expected[] = {300, 18241, 19000};

	g_assert_cmpuint(process->n_tasks, ==, 3);
	g_assert_cmpint(pv_store_task(store, process->leader)->tid, ==, 18241);
	g_assert_true(pv_store_task(store, process->leader)->known & PV_TASK_LEADER);
	for (guint i = 0; i < 3; i++) {
		const PvTask *task = pv_store_task(store, process->first_task + i);

		g_assert_cmpint(task->tid, ==, expected[i]);
		g_assert_cmpuint(task->index, ==, process->first_task + i);
		g_assert_true(pv_store_find_task(store, expected[i]) == task);
		g_assert_cmpuint(task->table, ==, 0);
	}
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/recorded/processes", test_processes);
	g_test_add_func("/snapshot/recorded/context", test_context);
	g_test_add_func("/snapshot/recorded/descriptors", test_descriptors);
	g_test_add_func("/snapshot/recorded/wrapped", test_wrapped);
	return g_test_run();
}
