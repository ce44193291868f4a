/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A minute in a storm of processes that do all that is hard to see, with all backends, each in a
 * thread of its own. Those who sit still in the middle of it are told exactly, every time; nobody
 * else's descriptor is taken for theirs; and nothing of ours is left open or running.
 *
 * The pidfd backend has copies of descriptors in its hand while it scans, which others would see
 * and rightly tell: it scans alone, the others scan at once.
 *
 * PROCVIEW_TEST_STORM_SECONDS is another duration.
 */
#include <stdlib.h>

#include "pv-test.h"

#define N_BACKENDS 3
/* By kcmp(2) a table that is right may be in doubt while others leave theirs; by BPF it never is. */
#define MAX_DOUBTED_PERCENT 5

typedef struct {
	PvTestScene *canaries;
	GMutex *lock;	 /* of the scene, which is one thread's at a time */
	GRWLock *copies; /* written to by whoever makes copies of descriptors */
	gint64 end_us;
	ProcviewBackend backend;
	ProcviewScanner *scanner;
	guint n_scans;
	guint n_revalidations;
	guint n_tables;
	guint n_others;	 /* tables that are not the canaries' */
	guint n_partial; /* among them */
	guint n_gone;
	guint n_doubted; /* among the canaries' */
} Watcher;

static void
count_others(Watcher *watcher, ProcviewSnapshot *snapshot, guint n_own)
{
	guint n = procview_snapshot_get_n_fd_tables(snapshot);

	watcher->n_tables += n_own;
	watcher->n_others += n - n_own;
	for (guint i = 0; i < n; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);
		ProcviewStatus status = procview_fd_table_get_status(table);

		watcher->n_partial += status == PROCVIEW_STATUS_PARTIAL;
		watcher->n_gone += status == PROCVIEW_STATUS_GONE;
	}
}

static void
begin(Watcher *watcher)
{
	if (watcher->backend == PROCVIEW_BACKEND_PIDFD)
		g_rw_lock_writer_lock(watcher->copies);
	else
		g_rw_lock_reader_lock(watcher->copies);
}

static void
end(Watcher *watcher)
{
	if (watcher->backend == PROCVIEW_BACKEND_PIDFD)
		g_rw_lock_writer_unlock(watcher->copies);
	else
		g_rw_lock_reader_unlock(watcher->copies);
}

static ProcviewSnapshot *
scan(Watcher *watcher, ProcviewQuery *query)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot;

	begin(watcher);
	snapshot = procview_scanner_scan(watcher->scanner, query, &error);
	end(watcher);
	g_assert_no_error(error);
	pv_test_assert_sane(snapshot);
	watcher->n_scans++;
	return snapshot;
}

/* Everything there is. */
static void
look_at_all(Watcher *watcher)
{
	g_autoptr(ProcviewSnapshot) snapshot = scan(watcher, NULL);

	g_mutex_lock(watcher->lock);
	watcher->n_doubted += pv_test_assert_within_storm(watcher->canaries, snapshot);
	pv_test_assert_exclusive(watcher->canaries, snapshot);
	pv_test_assert_ids(watcher->canaries, snapshot);
	count_others(watcher, snapshot, pv_test_scene_all(watcher->canaries, "table")->len);
	g_mutex_unlock(watcher->lock);
}

/* The canaries alone, by their numbers. */
static void
look_at_canaries(Watcher *watcher)
{
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	g_mutex_lock(watcher->lock);
	query = pv_test_scene_query(watcher->canaries, PROCVIEW_COLLECT_ALL);
	g_mutex_unlock(watcher->lock);
	snapshot = scan(watcher, query);
	g_mutex_lock(watcher->lock);
	watcher->n_doubted += pv_test_assert_within_storm(watcher->canaries, snapshot);
	pv_test_assert_exclusive(watcher->canaries, snapshot);
	count_others(watcher, snapshot, procview_snapshot_get_n_fd_tables(snapshot));
	g_assert_cmpuint(procview_snapshot_get_n_fd_tables(snapshot), ==,
			 pv_test_scene_all(watcher->canaries, "table")->len);
	g_mutex_unlock(watcher->lock);
}

static void
count_only(Watcher *watcher)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	procview_query_set_collect(query, PROCVIEW_COLLECT_TABLES);
	snapshot = scan(watcher, query);
	g_mutex_lock(watcher->lock);
	watcher->n_doubted += pv_test_assert_tables_within_storm(watcher->canaries, snapshot);
	count_others(watcher, snapshot, pv_test_scene_all(watcher->canaries, "table")->len);
	g_mutex_unlock(watcher->lock);
}

/* By kcmp(2) one thread among others, alone with its table, cannot be told from a copy's owner. */
static gboolean
may_be_unknown(const Watcher *watcher, ProcviewFdTable *table)
{
	return watcher->backend != PROCVIEW_BACKEND_BPF &&
	       procview_fd_table_get_n_tasks(table) == 1 &&
	       procview_process_get_n_tasks(procview_fd_table_get_owner(table)) > 1;
}

static void
assert_still_there(const Watcher *watcher, ProcviewRevalidation *now)
{
	ProcviewFdTable *table = procview_revalidation_get_fd_table(now);
	ProcviewContent content = procview_revalidation_get_content(now);
	guint n_unknown = procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_UNKNOWN);

	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_SHARING) + n_unknown,
			 ==, procview_revalidation_get_n_tasks(now));
	if (!may_be_unknown(watcher, table))
		g_assert_cmpuint(n_unknown, ==, 0);
	if (n_unknown > 0 || procview_fd_table_get_status(table) != PROCVIEW_STATUS_OK)
		g_assert_true(content == PROCVIEW_CONTENT_CURRENT ||
			      content == PROCVIEW_CONTENT_UNKNOWN);
	else
		g_assert_cmpint(content, ==, PROCVIEW_CONTENT_CURRENT);
}

/* Canaries are who they were, and hold what they held. */
static void
look_again(Watcher *watcher)
{
	g_autoptr(ProcviewSnapshot) snapshot = scan(watcher, NULL);
	g_autoptr(GArray) tids = g_array_new(FALSE, FALSE, sizeof(int));

	g_mutex_lock(watcher->lock);
	for (guint i = 0; i < pv_test_scene_all(watcher->canaries, "table")->len; i++) {
		int tid = pv_test_scene_number(watcher->canaries, "table", i, 0);

		g_array_append_val(tids, tid);
	}
	g_mutex_unlock(watcher->lock);
	for (guint i = 0; i < tids->len; i++) {
		ProcviewFdTable *table = pv_test_table_of(snapshot, g_array_index(tids, int, i));
		g_autoptr(ProcviewRevalidation) now = NULL;
		g_autoptr(GError) error = NULL;

		begin(watcher);
		now = procview_scanner_revalidate(watcher->scanner, table, NULL, &error);
		end(watcher);
		g_assert_no_error(error);
		assert_still_there(watcher, now);
		watcher->n_revalidations++;
	}
}

static gpointer
watch(gpointer data)
{
	static void (*const looks[])(Watcher *) = {
		look_at_all, look_at_canaries, look_at_all, count_only, look_at_all, look_again,
	};
	Watcher *watcher = data;

	for (guint i = 0; g_get_monotonic_time() < watcher->end_us; i++)
		looks[i % G_N_ELEMENTS(looks)](watcher);
	return NULL;
}

static guint
seconds(void)
{
	const char *text = g_getenv("PROCVIEW_TEST_STORM_SECONDS");

	return text != NULL ? (guint)atoi(text) : 60;
}

static void
report(const Watcher *watcher)
{
	g_test_message("%s: %u scans, %u revalidations; of %u tables of others %u partial, %u "
		       "gone; of %u that stay %u in doubt",
		       pv_test_backend_name(watcher->backend), watcher->n_scans,
		       watcher->n_revalidations, watcher->n_others, watcher->n_partial,
		       watcher->n_gone, watcher->n_tables, watcher->n_doubted);
	g_assert_cmpuint(watcher->n_scans, >, 0);
	/* The storm was seen. */
	g_assert_cmpuint(watcher->n_others, >, watcher->n_scans);
	if (watcher->backend == PROCVIEW_BACKEND_BPF)
		g_assert_cmpuint(watcher->n_doubted, ==, 0);
	g_assert_cmpuint(watcher->n_doubted * 100, <=, watcher->n_tables * MAX_DOUBTED_PERCENT);
}

/* A scanner for each backend that works here, each used once: whatever it keeps, it has by now. */
static guint
open_watchers(Watcher *watchers, const Watcher *common)
{
	static const ProcviewBackend backends[N_BACKENDS] = {
		PROCVIEW_BACKEND_BPF,
		PROCVIEW_BACKEND_PIDFD,
		PROCVIEW_BACKEND_PROCFS,
	};
	guint n = 0;

	for (guint i = 0; i < N_BACKENDS; i++) {
		watchers[n] = *common;
		watchers[n].backend = backends[i];
		watchers[n].scanner = pv_test_scanner_if_any(backends[i]);
		if (watchers[n].scanner == NULL)
			continue;
		look_at_all(&watchers[n]);
		watchers[n].n_scans = 0;
		n++;
	}
	return n;
}

static void
watch_all(Watcher *watchers, guint n)
{
	gint64 end_us = g_get_monotonic_time() + seconds() * G_USEC_PER_SEC;
	GThread *threads[N_BACKENDS];

	for (guint i = 0; i < n; i++) {
		watchers[i].end_us = end_us;
		threads[i] = g_thread_new("watch", watch, &watchers[i]);
	}
	for (guint i = 0; i < n; i++)
		g_thread_join(threads[i]);
}

static void
storm(void)
{
	g_autofree char *length = g_strdup_printf("S=%u", seconds() + 60);
	g_autoptr(PvTestScene) canaries = pv_test_scene_start("canaries", NULL);
	g_autoptr(PvTestScene) gale = pv_test_scene_start("gale", length, "PAUSE_US=5000", NULL);
	g_autofree char *before = pv_test_own_descriptors();
	g_autofree char *with_scanners = NULL;
	g_autofree char *after_storm = NULL;
	g_autofree char *after = NULL;
	guint n_threads = pv_test_own_threads();
	Watcher watchers[N_BACKENDS];
	GRWLock copies;
	GMutex lock;
	guint n;

	g_assert_true(canaries != NULL && gale != NULL);
	g_mutex_init(&lock);
	g_rw_lock_init(&copies);
	n = open_watchers(watchers,
			  &(Watcher){.canaries = canaries, .lock = &lock, .copies = &copies});
	with_scanners = pv_test_own_descriptors();
	watch_all(watchers, n);
	after_storm = pv_test_own_descriptors();
	g_assert_cmpstr(with_scanners, ==, after_storm);
	for (guint i = 0; i < n; i++) {
		report(&watchers[i]);
		g_object_unref(watchers[i].scanner);
	}
	after = pv_test_own_descriptors();
	g_assert_cmpstr(before, ==, after);
	g_assert_cmpuint(pv_test_own_threads(), ==, n_threads);
	g_mutex_clear(&lock);
	g_rw_lock_clear(&copies);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, seconds() + 90);
	pv_test_require_kcmp();
	g_test_add_func("/canaries/storm", storm);
	return g_test_run();
}
