/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A scanner that root has made, in the hands of nobody: no user, no group, no capability in any
 * set, and no way to get one back. It sees what it would have seen, of everybody; or, if it was
 * made for that (PROCVIEW_SCANNER_OWN_VIEW), what nobody may see, and says that the rest is denied.
 *
 * The program makes its scanners and scenes, looks once as root, and gives root up for good before
 * the first test.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agree.h"
#include "confine.h"

static const char *const scene_names[] = {
	"threads", "unshared-leader", "zombie-leader", "clone-files", "zoo", "command"};

#define N_SCENES G_N_ELEMENTS(scene_names)

/* Made while still root. */
static PvTestScene *of_root[N_SCENES], *of_nobody, *leaving;
static ProcviewSnapshot *seen_by_root[N_SCENES];
static ProcviewScanner *full, *automatic, *own_view;

static void
clear_capabilities(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {{0}};

	g_assert_cmpint(syscall(SYS_capset, &header, none), ==, 0);
}

static void
drop_everything(void)
{
	/* Up to the last one that this kernel knows. */
	for (guint cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		g_assert_cmpint(prctl(PR_CAPBSET_DROP, cap, 0, 0, 0), ==, 0);
	g_assert_cmpint(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), ==, 0);
	pv_test_become_nobody();
	clear_capabilities();
	g_assert_cmpint(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
}

static void
assert_nothing_left(void)
{
	static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
	g_autofree char *status = NULL;

	g_assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(sets); i++) {
		g_autofree char *line = g_strdup_printf("\n%s:\t0000000000000000\n", sets[i]);

		g_assert_nonnull(strstr(status, line));
	}
	g_assert_nonnull(strstr(status, "\nNoNewPrivs:\t1\n"));
	g_assert_nonnull(strstr(status, "\nUid:\t65534\t65534\t65534\t65534\n"));
	g_assert_nonnull(strstr(status, "\nGid:\t65534\t65534\t65534\t65534\n"));
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
assert_by_bpf(ProcviewSnapshot *snapshot)
{
	for (ProcviewStep step = PROCVIEW_STEP_TASKS; step <= PROCVIEW_STEP_FILES; step++)
		g_assert_cmpstr(procview_snapshot_get_backend_name(snapshot, step), ==, "bpf");
	g_assert_cmpuint(procview_snapshot_get_n_refusals(snapshot), ==, 0);
}

static void
assert_as_root_saw(ProcviewSnapshot *snapshot, guint i)
{
	const PvTestView before = {"root", seen_by_root[i]};
	const PvTestView now = {"nobody", snapshot};

	g_assert_cmpuint(pv_test_differences(of_root[i], scene_names[i], &before, &now, FALSE), ==,
			 0);
}

static void
check_whole_machine(ProcviewScanner *scanner)
{
	g_autoptr(ProcviewSnapshot) snapshot = scan(scanner, NULL);

	assert_by_bpf(snapshot);
	pv_test_assert_within(of_nobody, snapshot);
	for (guint i = 0; i < N_SCENES; i++) {
		pv_test_assert_within(of_root[i], snapshot);
		assert_as_root_saw(snapshot, i);
	}
}

static void
whole_machine(void)
{
	check_whole_machine(full);
	check_whole_machine(full);
}

/* What "auto" has become at opening, it stays. */
static void
by_itself(void)
{
	check_whole_machine(automatic);
}

static void
by_number(void)
{
	for (guint i = 0; i < N_SCENES; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_scan(of_root[i], full);

		assert_by_bpf(snapshot);
		pv_test_assert_scene(of_root[i], snapshot);
		assert_as_root_saw(snapshot, i);
	}
}

static void
counts(void)
{
	for (guint i = 0; i < N_SCENES; i++) {
		g_autoptr(ProcviewQuery) query =
			pv_test_scene_query(of_root[i], PROCVIEW_COLLECT_TABLES);
		g_autoptr(ProcviewSnapshot) snapshot = scan(full, query);

		pv_test_assert_tables(of_root[i], snapshot);
	}
}

/* Without that scanner nobody sees nothing of root's tables: it is not the machine that is open. */
static void
control(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(&error);
	g_autoptr(ProcviewScanner) bpf = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	g_assert_no_error(error);
	bpf = procview_scanner_new_with_backend(PROCVIEW_BACKEND_BPF, &error);
	g_assert_null(bpf);
	g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_PERMISSION);
	snapshot = pv_test_scene_scan(of_root[0], scanner);
	g_assert_cmpint(procview_fd_table_get_status(procview_snapshot_get_fd_table(snapshot, 0)),
			==, PROCVIEW_STATUS_DENIED);
}

/* Tables of root are denied, by number and on the whole machine, with what would unlock them. */
static void
assert_denied(ProcviewSnapshot *snapshot, PvTestScene *scene)
{
	GPtrArray *tables = pv_test_scene_all(scene, "table");
	int pid = pv_test_scene_number(scene, "process", 0, 0);
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, pid);

	g_assert_nonnull(process);
	g_assert_null(procview_process_get_exe(process));
	for (guint i = 0; i < tables->len; i++) {
		ProcviewFdTable *table =
			pv_test_table_of(snapshot, pv_test_scene_number(scene, "table", i, 0));

		g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_DENIED);
		g_assert_cmpint(procview_fd_table_get_reason(table), ==, PROCVIEW_REASON_DENIED);
		g_assert_nonnull(procview_fd_table_get_needs(table));
		g_assert_cmpuint(procview_fd_table_get_n_descriptors(table), ==, 0);
		g_assert_false(procview_fd_table_get_open_count(table, NULL));
	}
}

static void
own_view_of_others(void)
{
	g_autoptr(ProcviewSnapshot) whole = scan(own_view, NULL);

	g_assert_false(procview_snapshot_is_complete(whole));
	for (guint i = 0; i < N_SCENES; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_scan(of_root[i], own_view);
		g_autoptr(ProcviewQuery) query =
			pv_test_scene_query(of_root[i], PROCVIEW_COLLECT_TABLES);
		g_autoptr(ProcviewSnapshot) counted = scan(own_view, query);

		g_assert_false(procview_snapshot_is_complete(snapshot));
		assert_denied(snapshot, of_root[i]);
		assert_denied(whole, of_root[i]);
		assert_denied(counted, of_root[i]);
	}
}

static void
own_view_of_oneself(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_scan(of_nobody, own_view);
	g_autoptr(ProcviewSnapshot) whole = scan(own_view, NULL);

	pv_test_assert_scene(of_nobody, snapshot);
	pv_test_assert_within(of_nobody, whole);
	g_assert_true(procview_snapshot_is_complete(snapshot));
	g_assert_nonnull(procview_process_get_exe(procview_snapshot_get_process(snapshot, 0)));
}

static ProcviewRevalidation *
revalidate(ProcviewScanner *scanner, ProcviewFdTable *table)
{
	g_autoptr(GError) error = NULL;
	ProcviewRevalidation *now = procview_scanner_revalidate(scanner, table, NULL, &error);

	g_assert_no_error(error);
	return now;
}

static void
revalidated(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_scan(leaving, full);
	ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, 0);
	g_autoptr(ProcviewRevalidation) before = revalidate(full, table);
	g_autoptr(ProcviewRevalidation) after = NULL;
	g_autoptr(ProcviewRevalidation) denied = NULL;

	g_assert_true(procview_revalidation_is_valid(before));
	g_assert_cmpint(procview_revalidation_get_content(before), ==, PROCVIEW_CONTENT_CURRENT);
	pv_test_scene_step(leaving, "unshare");
	pv_test_scene_step(leaving, "exit-thread");
	after = revalidate(full, table);
	g_assert_false(procview_revalidation_is_valid(after));
	g_assert_cmpuint(procview_revalidation_count(after, PROCVIEW_MEMBERSHIP_SHARING), ==, 2);
	g_assert_cmpuint(procview_revalidation_count(after, PROCVIEW_MEMBERSHIP_LEFT), ==, 1);
	g_assert_cmpuint(procview_revalidation_count(after, PROCVIEW_MEMBERSHIP_EXITED), ==, 1);
	g_assert_cmpint(procview_revalidation_get_content(after), ==, PROCVIEW_CONTENT_CURRENT);
	denied = revalidate(own_view, table);
	g_assert_cmpuint(procview_revalidation_count(denied, PROCVIEW_MEMBERSHIP_SHARING), ==, 0);
	g_assert_cmpint(procview_revalidation_get_content(denied), ==, PROCVIEW_CONTENT_UNKNOWN);
}

/* To root, its own view is all there is. */
static void
look_as_root(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) procfs =
		procview_scanner_new_with_backend(PROCVIEW_BACKEND_PROCFS, &error);

	g_assert_no_error(error);
	for (guint i = 0; i < N_SCENES; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = NULL;

		of_root[i] = pv_test_scene_start(scene_names[i], NULL);
		g_assert_nonnull(of_root[i]);
		seen_by_root[i] = pv_test_scene_scan(of_root[i], procfs);
		snapshot = pv_test_scene_scan(of_root[i], own_view);
		pv_test_assert_scene(of_root[i], snapshot);
		assert_as_root_saw(snapshot, i);
	}
	of_nobody = pv_test_scene_start("uid", NULL);
	leaving = pv_test_scene_start("leavers", NULL);
	g_assert_true(of_nobody != NULL && leaving != NULL);
}

static void
open_scanners(void)
{
	g_autoptr(GError) error = NULL;

	full = procview_scanner_new_with_backend(PROCVIEW_BACKEND_BPF, &error);
	g_assert_no_error(error);
	automatic = procview_scanner_new(&error);
	g_assert_no_error(error);
	own_view =
		procview_scanner_new_full(PROCVIEW_BACKEND_BPF, PROCVIEW_SCANNER_OWN_VIEW, &error);
	g_assert_no_error(error);
}

static void
clean_up(void)
{
	/* A sanitizer that looks for leaks at the end looks into its own process. */
	g_assert_cmpint(prctl(PR_SET_DUMPABLE, 1), ==, 0);
	for (guint i = 0; i < N_SCENES; i++) {
		procview_snapshot_unref(seen_by_root[i]);
		pv_test_scene_end(of_root[i]);
	}
	pv_test_scene_end(of_nobody);
	pv_test_scene_end(leaving);
	g_object_unref(full);
	g_object_unref(automatic);
	g_object_unref(own_view);
}

int
main(int argc, char **argv)
{
	int status;

	pv_test_init(&argc, &argv, 60);
	pv_test_require_root();
	pv_test_require_kcmp();
	pv_test_require_bpf();
	open_scanners();
	look_as_root();
	drop_everything();
	assert_nothing_left();
	g_test_add_func("/drop/control", control);
	g_test_add_func("/drop/whole-machine", whole_machine);
	g_test_add_func("/drop/by-itself", by_itself);
	g_test_add_func("/drop/by-number", by_number);
	g_test_add_func("/drop/counts", counts);
	g_test_add_func("/drop/own-view/others", own_view_of_others);
	g_test_add_func("/drop/own-view/oneself", own_view_of_oneself);
	g_test_add_func("/drop/revalidate", revalidated);
	status = g_test_run();
	clean_up();
	return status;
}
