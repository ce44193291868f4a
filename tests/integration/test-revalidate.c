/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became of the tasks of a table since a snapshot, and of what it held.
 */
#include "pv-test.h"

typedef struct {
	PvTestScene *scene;
	ProcviewScanner *scanner;
	ProcviewSnapshot *snapshot;
} Fixture;

/* A scene, and a snapshot from before its first step. FALSE: skipped. */
static gboolean
begin(Fixture *f, ProcviewBackend backend, const char *name)
{
	*f = (Fixture){pv_test_scene_start(name, NULL), NULL, NULL};
	f->scanner = f->scene != NULL ? pv_test_scanner(backend) : NULL;
	if (f->scanner == NULL) {
		g_clear_pointer(&f->scene, pv_test_scene_end);
		return FALSE;
	}
	f->snapshot = pv_test_scene_scan(f->scene, f->scanner);
	pv_test_assert_scene(f->scene, f->snapshot);
	return TRUE;
}

static void
finish(Fixture *f)
{
	g_clear_pointer(&f->snapshot, procview_snapshot_unref);
	g_clear_object(&f->scanner);
	g_clear_pointer(&f->scene, pv_test_scene_end);
}

static ProcviewRevalidation *
revalidate(Fixture *f, int tid)
{
	g_autoptr(GError) error = NULL;
	ProcviewFdTable *table = pv_test_table_of(f->snapshot, tid);
	ProcviewRevalidation *now = procview_scanner_revalidate(f->scanner, table, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(procview_revalidation_get_fd_table(now) == table);
	g_assert_cmpuint(procview_revalidation_get_n_tasks(now), ==,
			 procview_fd_table_get_n_tasks(table));
	return now;
}

static ProcviewMembership
membership_of(ProcviewRevalidation *now, int tid)
{
	for (guint i = 0; i < procview_revalidation_get_n_tasks(now); i++)
		if (procview_task_get_tid(procview_revalidation_get_task(now, i)) == tid)
			return procview_revalidation_get_membership(now, i);
	g_error("task %d is not in the revalidation", tid);
}

static void
nothing_happened(ProcviewBackend backend)
{
	g_autoptr(ProcviewRevalidation) now = NULL;
	Fixture f;

	if (!begin(&f, backend, "threads"))
		return;
	now = revalidate(&f, pv_test_scene_number(f.scene, "table", 0, 1));
	g_assert_true(procview_revalidation_is_valid(now));
	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_SHARING), ==, 4);
	g_assert_cmpint(procview_revalidation_get_content(now), ==, PROCVIEW_CONTENT_CURRENT);
	finish(&f);
}

/* The answer outlives everything it was made from. */
static void
outlives(ProcviewBackend backend)
{
	g_autoptr(ProcviewRevalidation) now = NULL;
	Fixture f;
	int tid;

	if (!begin(&f, backend, "threads"))
		return;
	tid = pv_test_scene_number(f.scene, "table", 0, 2);
	now = revalidate(&f, tid);
	finish(&f);
	g_assert_cmpint(membership_of(now, tid), ==, PROCVIEW_MEMBERSHIP_SHARING);
	g_assert_cmpuint(
		procview_fd_table_get_n_descriptors(procview_revalidation_get_fd_table(now)), ==,
		6);
}

static void
leave_one_by_one(ProcviewBackend backend)
{
	int tids[4];
	Fixture f;

	if (!begin(&f, backend, "leavers"))
		return;
	for (guint i = 0; i < 4; i++)
		tids[i] = pv_test_scene_number(f.scene, "table", 0, i);
	pv_test_scene_step(f.scene, "unshare");
	{
		g_autoptr(ProcviewRevalidation) now = revalidate(&f, tids[0]);

		g_assert_cmpint(pv_test_scene_number(f.scene, "left", 0, 0), ==, tids[1]);
		g_assert_false(procview_revalidation_is_valid(now));
		g_assert_cmpint(membership_of(now, tids[0]), ==, PROCVIEW_MEMBERSHIP_SHARING);
		g_assert_cmpint(membership_of(now, tids[1]), ==, PROCVIEW_MEMBERSHIP_LEFT);
		g_assert_cmpint(membership_of(now, tids[2]), ==, PROCVIEW_MEMBERSHIP_SHARING);
		g_assert_cmpint(membership_of(now, tids[3]), ==, PROCVIEW_MEMBERSHIP_SHARING);
		g_assert_cmpint(procview_revalidation_get_content(now), ==,
				PROCVIEW_CONTENT_CURRENT);
	}
	pv_test_scene_step(f.scene, "exit-thread");
	{
		g_autoptr(ProcviewRevalidation) now = revalidate(&f, tids[0]);

		g_assert_cmpint(membership_of(now, tids[0]), ==, PROCVIEW_MEMBERSHIP_SHARING);
		g_assert_cmpint(membership_of(now, tids[1]), ==, PROCVIEW_MEMBERSHIP_LEFT);
		g_assert_cmpint(membership_of(now, tids[2]), ==, PROCVIEW_MEMBERSHIP_EXITED);
		g_assert_cmpint(membership_of(now, tids[3]), ==, PROCVIEW_MEMBERSHIP_SHARING);
		g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_SHARING), ==,
				 2);
	}
	finish(&f);
}

/* What is said of a task must be so, or be unknown. */
static void
assert_true_or_unknown(ProcviewRevalidation *now, int tid, ProcviewMembership truth)
{
	ProcviewMembership said = membership_of(now, tid);

	if (said != PROCVIEW_MEMBERSHIP_UNKNOWN)
		g_assert_cmpint(said, ==, truth);
}

/*
 * Three tasks live, each with a table of its own, and one of the three is the old one. Comparing
 * tasks cannot tell which; what the tables hold may.
 */
static void
leader_leaves(ProcviewBackend backend)
{
	g_autoptr(ProcviewRevalidation) now = NULL;
	int tids[4];
	Fixture f;

	if (!begin(&f, backend, "leavers"))
		return;
	for (guint i = 0; i < 4; i++)
		tids[i] = pv_test_scene_number(f.scene, "table", 0, i);
	pv_test_scene_step(f.scene, "unshare");
	pv_test_scene_step(f.scene, "exit-thread");
	pv_test_scene_step(f.scene, "unshare-leader");
	now = revalidate(&f, tids[0]);
	g_assert_false(procview_revalidation_is_valid(now));
	assert_true_or_unknown(now, tids[0], PROCVIEW_MEMBERSHIP_LEFT);
	assert_true_or_unknown(now, tids[1], PROCVIEW_MEMBERSHIP_LEFT);
	g_assert_cmpint(membership_of(now, tids[2]), ==, PROCVIEW_MEMBERSHIP_EXITED);
	assert_true_or_unknown(now, tids[3], PROCVIEW_MEMBERSHIP_SHARING);
	finish(&f);
}

/* A thread becomes the process: the old leader's number lives on with another table. */
static void
exec_by_thread(ProcviewBackend backend)
{
	g_autoptr(ProcviewRevalidation) now = NULL;
	int leader, thread, sharer;
	Fixture f;

	if (!begin(&f, backend, "exec-thread"))
		return;
	leader = pv_test_scene_number(f.scene, "table", 0, 0);
	thread = pv_test_scene_number(f.scene, "table", 0, 1);
	sharer = pv_test_scene_number(f.scene, "table", 0, 2);
	pv_test_scene_step(f.scene, "exec");
	now = revalidate(&f, leader);
	g_assert_false(procview_revalidation_is_valid(now));
	g_assert_cmpint(membership_of(now, thread), ==, PROCVIEW_MEMBERSHIP_EXITED);
	assert_true_or_unknown(now, leader, PROCVIEW_MEMBERSHIP_LEFT);
	assert_true_or_unknown(now, sharer, PROCVIEW_MEMBERSHIP_SHARING);
	finish(&f);
}

static void
exited(ProcviewBackend backend)
{
	g_autoptr(ProcviewRevalidation) now = NULL;
	Fixture f;
	int pid;

	if (!begin(&f, backend, "exit"))
		return;
	pid = pv_test_scene_number(f.scene, "process", 0, 0);
	pv_test_scene_step(f.scene, "exit");
	now = revalidate(&f, pid);
	g_assert_false(procview_revalidation_is_valid(now));
	g_assert_cmpint(membership_of(now, pid), ==, PROCVIEW_MEMBERSHIP_EXITED);
	g_assert_cmpint(procview_revalidation_get_content(now), ==, PROCVIEW_CONTENT_GONE);
	finish(&f);
}

static void
content(ProcviewBackend backend)
{
	static const struct {
		const char *step;
		ProcviewContent expected;
	} steps[] = {
		{"open", PROCVIEW_CONTENT_CHANGED},
		{"close", PROCVIEW_CONTENT_CURRENT},
		{"replace", PROCVIEW_CONTENT_CHANGED},
	};
	Fixture f;
	int pid;

	if (!begin(&f, backend, "content"))
		return;
	pid = pv_test_scene_number(f.scene, "process", 0, 0);
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(ProcviewRevalidation) now = NULL;

		pv_test_scene_step(f.scene, steps[i].step);
		now = revalidate(&f, pid);
		g_assert_cmpint(membership_of(now, pid), ==, PROCVIEW_MEMBERSHIP_SHARING);
		g_assert_cmpint(procview_revalidation_get_content(now), ==, steps[i].expected);
		/* What a table holds is another question than who shares it. */
		g_assert_true(procview_revalidation_is_valid(now));
	}
	finish(&f);
}

/* A snapshot without descriptors has no content to compare, and knows it. */
static void
nothing_to_compare(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("threads", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) error = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_TABLES);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	now = procview_scanner_revalidate(scanner, procview_snapshot_get_fd_table(snapshot, 0),
					  NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_SHARING), ==, 4);
	g_assert_cmpint(procview_revalidation_get_content(now), ==, PROCVIEW_CONTENT_UNKNOWN);
}

/* Any scanner can revalidate any snapshot's table. */
static void
by_another_scanner(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) other = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GCancellable) cancelled = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	ProcviewFdTable *table;
	Fixture f;

	if (!begin(&f, backend, "threads"))
		return;
	table = procview_fd_table_ref(procview_snapshot_get_fd_table(f.snapshot, 0));
	other = procview_scanner_new_with_backend(PROCVIEW_BACKEND_PROCFS, &error);
	g_assert_no_error(error);
	g_clear_object(&f.scanner);
	g_clear_pointer(&f.snapshot, procview_snapshot_unref);
	now = procview_scanner_revalidate(other, table, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(procview_revalidation_is_valid(now));
	g_cancellable_cancel(cancelled);
	g_assert_null(procview_scanner_revalidate(other, table, cancelled, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	procview_fd_table_unref(table);
	finish(&f);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/revalidate/nothing-happened", nothing_happened);
	pv_test_add("/revalidate/outlives", outlives);
	pv_test_add("/revalidate/leave-one-by-one", leave_one_by_one);
	pv_test_add("/revalidate/leader-leaves", leader_leaves);
	pv_test_add("/revalidate/exec-by-thread", exec_by_thread);
	pv_test_add("/revalidate/exited", exited);
	pv_test_add("/revalidate/content", content);
	pv_test_add("/revalidate/nothing-to-compare", nothing_to_compare);
	pv_test_add("/revalidate/by-another-scanner", by_another_scanner);
	return g_test_run();
}
