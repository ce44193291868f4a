/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sums over tables of which something is unknown: what was denied, read in part, or has ended. No
 * live process can be made to leave each of these in each kernel, so the snapshots are made by hand.
 */
#include "api/private.h"
#include "fixture.h"

typedef struct {
	PvStore *store;
	ProcviewCounts *counts;
} Fixture;

/* Of process 910: table 0 with three descriptors, and table 1 of thread 912, which is denied. */
static void
set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	fixture->store = fixture_store();
	pv_store_table(fixture->store, 0)->open_count = 3;
	fixture->counts = procview_counts_new(fixture->store, &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	procview_counts_unref(fixture->counts);
	procview_snapshot_unref(fixture->store);
}

static void
add(Fixture *fixture, int pid)
{
	procview_counts_add_process(fixture->counts,
				    procview_snapshot_find_process(fixture->store, pid));
}

static void
assert_descriptors(Fixture *fixture, gboolean known, guint64 expected)
{
	guint64 n = 99;

	g_assert_cmpint(procview_counts_get_n_descriptors(fixture->counts, &n), ==, known);
	g_assert_cmpuint(n, ==, expected);
	g_assert_cmpuint(procview_counts_get_n_unread_fd_tables(fixture->counts), ==, !known);
}

static void
assert_regular(Fixture *fixture, gboolean known)
{
	guint64 n = 99;

	g_assert_cmpint(procview_counts_get_n_of_kind(fixture->counts, PROCVIEW_KIND_REGULAR, &n),
			==, known);
	g_assert_cmpuint(n, ==, 2);
}

/* The rest is a lower bound, and says so. */
static void
test_denied(Fixture *fixture, gconstpointer data)
{
	double share;

	add(fixture, 910);
	g_assert_cmpuint(procview_counts_get_n_processes(fixture->counts), ==, 1);
	g_assert_cmpuint(procview_counts_get_n_tasks(fixture->counts), ==, 4);
	g_assert_cmpuint(procview_counts_get_n_fd_tables(fixture->counts), ==, 2);
	g_assert_cmpuint(procview_counts_get_n_shared_fd_tables(fixture->counts), ==, 0);
	assert_descriptors(fixture, FALSE, 3);
	assert_regular(fixture, FALSE);
	/* Of the table that is known. */
	g_assert_true(procview_counts_get_limit_share(fixture->counts, &share, NULL));
	g_assert_cmpfloat(share, ==, 3 / 1024.0);
}

/* The kernel tells how many there are to whoever may not look at them. */
static void
test_denied_but_counted(Fixture *fixture, gconstpointer data)
{
	double share;

	pv_store_table(fixture->store, 1)->open_count = 512;
	add(fixture, 910);
	assert_descriptors(fixture, TRUE, 515);
	assert_regular(fixture, FALSE);
	g_assert_true(procview_counts_get_limit_share(fixture->counts, &share, NULL));
	g_assert_cmpfloat(share, ==, 0.5);
}

static void
test_partial(Fixture *fixture, gconstpointer data)
{
	pv_store_table(fixture->store, 0)->status = PV_STATUS_PARTIAL;
	procview_counts_add_fd_table(fixture->counts,
				     procview_snapshot_get_fd_table(fixture->store, 0));
	assert_descriptors(fixture, TRUE, 3);
	assert_regular(fixture, FALSE);
	g_assert_false(procview_counts_get_limit_share(fixture->counts, NULL, NULL));
}

/* Who has ended has nothing open, which is known. */
static void
test_gone(Fixture *fixture, gconstpointer data)
{
	pv_store_table(fixture->store, 1)->status = PV_STATUS_GONE;
	add(fixture, 910);
	assert_descriptors(fixture, TRUE, 3);
	assert_regular(fixture, TRUE);
}

/* A share of what nobody could count is no share of 0. */
static void
test_nothing_known(Fixture *fixture, gconstpointer data)
{
	ProcviewProcess *nearest;
	double share = 7;

	pv_store_table(fixture->store, 0)->open_count = PV_NONE;
	procview_counts_add_fd_table(fixture->counts,
				     procview_snapshot_get_fd_table(fixture->store, 0));
	assert_descriptors(fixture, FALSE, 0);
	add(fixture, 910);
	g_assert_cmpuint(procview_counts_get_n_unread_fd_tables(fixture->counts), ==, 2);
	g_assert_false(procview_counts_get_limit_share(fixture->counts, &share, &nearest));
	g_assert_cmpfloat(share, ==, 0);
	g_assert_null(nearest);
}

/* A limit of 0 is used up; a kernel thread has neither limit nor table. */
static void
test_limit_of_nothing(Fixture *fixture, gconstpointer data)
{
	double share;

	add(fixture, 2);
	assert_descriptors(fixture, TRUE, 0);
	g_assert_false(procview_counts_get_limit_share(fixture->counts, &share, NULL));
	pv_store_process(fixture->store, 1)->fd_limit_soft = 0;
	add(fixture, 910);
	g_assert_true(procview_counts_get_limit_share(fixture->counts, &share, NULL));
	g_assert_cmpfloat(share, ==, 1);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(Fixture *fixture, gconstpointer data);
	} tests[] = {
		{"/counts/denied", test_denied},
		{"/counts/denied-but-counted", test_denied_but_counted},
		{"/counts/partial", test_partial},
		{"/counts/gone", test_gone},
		{"/counts/nothing-known", test_nothing_known},
		{"/counts/limit-of-nothing", test_limit_of_nothing},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
	return g_test_run();
}
