/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The machine as nobody sees it: one's own processes whole, those of others listed, with the table
 * refused and the word that would unlock it. Starts as root, to make a process of another user,
 * and gives root up for good before the first look.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "confine.h"
#include "pv-test.h"

/* Made while still root. */
static PvTestScene *of_root, *of_nobody;

static void
drop_privileges(void)
{
	pv_test_become_nobody();
	/* As a program that nobody has started: one may look at oneself. */
	g_assert_cmpint(prctl(PR_SET_DUMPABLE, 1), ==, 0);
	g_assert_cmpint(setuid(0), ==, -1);
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
assert_refused(ProcviewFdTable *table)
{
	g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_DENIED);
	g_assert_cmpint(procview_fd_table_get_reason(table), ==, PROCVIEW_REASON_DENIED);
	g_assert_true(g_str_has_prefix(procview_fd_table_get_needs(table), "CAP_SYS_PTRACE"));
	g_assert_cmpuint(procview_fd_table_get_n_descriptors(table), ==, 0);
	g_assert_cmpint(procview_fd_table_get_proof(table), ==, PROCVIEW_PROOF_ASSUMED);
}

static void
of_others(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewFdTable *table;
	ProcviewProcess *process;

	if (scanner == NULL)
		return;
	query = pv_test_scene_query(of_root, PROCVIEW_COLLECT_ALL);
	snapshot = scan(scanner, query);
	g_assert_false(procview_snapshot_is_complete(snapshot));
	g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), ==, 1);
	process = procview_snapshot_get_process(snapshot, 0);
	g_assert_cmpuint(procview_process_get_n_tasks(process), ==, 4);
	g_assert_cmpuint(procview_task_get_uid(procview_process_get_leader(process)), ==, 0);
	g_assert_cmpuint(procview_snapshot_get_n_fd_tables(snapshot), ==, 1);
	table = procview_snapshot_get_fd_table(snapshot, 0);
	g_assert_cmpuint(procview_fd_table_get_n_tasks(table), ==, 4);
	assert_refused(table);
}

static void
of_oneself(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(of_nobody, scanner);
	pv_test_assert_scene(of_nobody, snapshot);
}

static void
by_user(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scanner == NULL)
		return;
	procview_query_add_user(query, PV_TEST_NOBODY);
	snapshot = scan(scanner, query);
	pv_test_assert_within(of_nobody, snapshot);
	pv_test_table_of(snapshot, getpid());
	g_assert_null(procview_snapshot_find_process(
		snapshot, pv_test_scene_number(of_root, "process", 0, 0)));
}

static void
whole_machine(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint n_denied = 0, n_whole = 0;

	if (scanner == NULL)
		return;
	snapshot = scan(scanner, NULL);
	g_assert_false(procview_snapshot_is_complete(snapshot));
	pv_test_assert_within(of_nobody, snapshot);
	assert_refused(pv_test_table_of(snapshot, pv_test_scene_number(of_root, "table", 0, 2)));
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		n_denied += procview_fd_table_get_status(table) == PROCVIEW_STATUS_DENIED;
		n_whole += procview_fd_table_get_status(table) == PROCVIEW_STATUS_OK;
	}
	g_test_message("%u tables refused, %u whole", n_denied, n_whole);
	g_assert_cmpuint(n_denied, >=, 1);
	g_assert_cmpuint(n_whole, >=, 2);
}

/* Also where nothing but the number of descriptors was asked for. */
static void
counts_only(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewFdTable *table;

	if (scanner == NULL)
		return;
	query = pv_test_scene_query(of_nobody, PROCVIEW_COLLECT_TABLES);
	procview_query_add_pid(query, pv_test_scene_number(of_root, "process", 0, 0));
	snapshot = scan(scanner, query);
	table = pv_test_table_of(snapshot, pv_test_scene_number(of_nobody, "table", 0, 0));
	g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_OK);
	table = pv_test_table_of(snapshot, pv_test_scene_number(of_root, "table", 0, 0));
	g_assert_cmpint(procview_fd_table_get_proof(table), ==, PROCVIEW_PROOF_ASSUMED);
}

static gboolean
stands_somewhere(ProcviewProcess *process)
{
	gboolean known = procview_process_get_cwd(process) != NULL;

	g_assert_cmpint(procview_process_get_root(process) != NULL, ==, known);
	for (int i = PROCVIEW_NAMESPACE_CGROUP; i <= PROCVIEW_NAMESPACE_UTS; i++) {
		/* The one that a kernel may lack. */
		if (i != PROCVIEW_NAMESPACE_TIME || !known)
			g_assert_cmpint(procview_process_get_namespace(process, i) != 0, ==, known);
	}
	return known;
}

/* Where a process stands is for those who may look into it; its cgroup is no secret. */
static void
context(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewProcess *own, *other;

	if (scanner == NULL)
		return;
	query = pv_test_scene_query(of_nobody, PROCVIEW_COLLECT_CONTEXT);
	procview_query_add_pid(query, pv_test_scene_number(of_root, "process", 0, 0));
	snapshot = scan(scanner, query);
	own = procview_snapshot_find_process(snapshot,
					     pv_test_scene_number(of_nobody, "process", 0, 0));
	other = procview_snapshot_find_process(snapshot,
					       pv_test_scene_number(of_root, "process", 0, 0));
	g_assert_true(stands_somewhere(own));
	g_assert_false(stands_somewhere(other));
	g_assert_cmpint(procview_process_get_cgroup_id(own) != 0, ==,
			procview_process_get_cgroup_id(other) != 0);
}

static void
revalidate_refused(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) error = NULL;

	if (scanner == NULL)
		return;
	query = pv_test_scene_query(of_root, PROCVIEW_COLLECT_ALL);
	snapshot = scan(scanner, query);
	now = procview_scanner_revalidate(scanner, procview_snapshot_get_fd_table(snapshot, 0),
					  NULL, &error);
	g_assert_no_error(error);
	g_assert_false(procview_revalidation_is_valid(now));
	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_UNKNOWN), ==, 4);
	g_assert_cmpint(procview_revalidation_get_content(now), ==, PROCVIEW_CONTENT_UNKNOWN);
}

int
main(int argc, char **argv)
{
	int status;

	pv_test_init(&argc, &argv, 60);
	pv_test_require_root();
	pv_test_require_kcmp();
	/* A security module may forbid more than the kernel itself: another test's matter. */
	if (access("/proc/sys/kernel/yama/ptrace_scope", F_OK) == 0)
		pv_test_skip_all("Yama decides here who may look");
	of_root = pv_test_scene_start("threads", NULL);
	of_nobody = pv_test_scene_start("uid", NULL);
	g_assert_true(of_root != NULL && of_nobody != NULL);
	drop_privileges();
	pv_test_add("/unprivileged/of-others", of_others);
	pv_test_add("/unprivileged/of-oneself", of_oneself);
	pv_test_add("/unprivileged/by-user", by_user);
	pv_test_add("/unprivileged/whole-machine", whole_machine);
	pv_test_add("/unprivileged/counts-only", counts_only);
	pv_test_add("/unprivileged/context", context);
	pv_test_add("/unprivileged/revalidate-refused", revalidate_refused);
	status = g_test_run();
	pv_test_scene_end(of_root);
	pv_test_scene_end(of_nobody);
	return status;
}
