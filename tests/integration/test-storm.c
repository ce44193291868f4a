/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The whole machine while processes come and go as fast as they can: never an error, those who
 * stay are right, and whatever is missing says why.
 */
#include "pv-test.h"

#define N_SCANS 20
#define N_STAY	4 /* as the scene has them */

static void
scan_in(ProcviewBackend backend, const char *life)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("storm", "S=100", life, NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	guint n_gone = 0, n_partial = 0, n_tables = 0, n_doubted = 0;

	if (scene == NULL || scanner == NULL)
		return;
	for (guint i = 0; i < N_SCANS; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ProcviewSnapshot) snapshot = procview_scanner_scan(scanner, NULL, &error);

		g_assert_no_error(error);
		pv_test_assert_sane(snapshot);
		n_doubted += pv_test_assert_within_storm(scene, snapshot);
		n_tables += procview_snapshot_get_n_fd_tables(snapshot);
		for (guint j = 0; j < procview_snapshot_get_n_fd_tables(snapshot); j++) {
			ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, j);
			ProcviewStatus status = procview_fd_table_get_status(table);

			n_gone += status == PROCVIEW_STATUS_GONE;
			n_partial += status == PROCVIEW_STATUS_PARTIAL;
		}
	}
	g_test_message("%u scans, %u tables: %u gone, %u partial, of those who stay %u", N_SCANS,
		       n_tables, n_gone, n_partial, n_doubted);
	g_assert_cmpuint(n_doubted, <=, N_SCANS * N_STAY / 20);
}

static void
short_lives(ProcviewBackend backend)
{
	scan_in(backend, "LIFE_US=4000");
}

/* Long enough to be listed, too short to be read. */
static void
longer_lives(ProcviewBackend backend)
{
	scan_in(backend, "LIFE_US=40000");
}

/* Tables of a snapshot that has just become old. */
static void
revalidate(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("storm", "S=60", "LIFE_US=40000", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	guint n_stayed = 0, n_ended = 0;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = procview_scanner_scan(scanner, NULL, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);
		g_autoptr(ProcviewRevalidation) now =
			procview_scanner_revalidate(scanner, table, NULL, &error);

		g_assert_no_error(error);
		n_stayed += procview_revalidation_is_valid(now);
		n_ended += procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_EXITED) > 0 ||
			   procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_REPLACED) > 0;
	}
	g_test_message("%u tables stayed, %u lost a task", n_stayed, n_ended);
	g_assert_cmpuint(n_stayed, >=, 4);
}

/* A number that is asked for while it comes and goes. */
static void
one_of_many(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("storm", "S=60", "LIFE_US=40000", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	int last;

	if (scene == NULL || scanner == NULL)
		return;
	last = pv_test_scene_number(scene, "process", 3, 0);
	for (int pid = last + 1; pid < last + 400; pid++) {
		g_autoptr(ProcviewQuery) query = procview_query_new();
		g_autoptr(ProcviewSnapshot) snapshot = NULL;
		g_autoptr(GError) error = NULL;

		procview_query_add_pid(query, pid);
		snapshot = procview_scanner_scan(scanner, query, &error);
		g_assert_no_error(error);
		pv_test_assert_sane(snapshot);
		g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), <=, 1);
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/storm/short-lives", short_lives);
	pv_test_add("/storm/longer-lives", longer_lives);
	pv_test_add("/storm/revalidate", revalidate);
	pv_test_add("/storm/one-of-many", one_of_many);
	return g_test_run();
}
