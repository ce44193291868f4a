/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Following and stopping a scan, and what several threads may do at once: one scanner each, one
 * snapshot together.
 */
#include "pv-test.h"

#define N_THREADS 4

static void
cancelled_before(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;

	if (scanner == NULL)
		return;
	g_cancellable_cancel(cancellable);
	g_assert_null(procview_scanner_scan_full(scanner, NULL, cancellable, NULL, NULL, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

typedef struct {
	GCancellable *cancellable;
	ProcviewStep at;
} Stop;

static void
stop_at(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	const Stop *stop = user_data;

	if (step == stop->at)
		g_cancellable_cancel(stop->cancellable);
}

static void
cancelled_during(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);

	if (scanner == NULL)
		return;
	for (ProcviewStep step = PROCVIEW_STEP_TASKS; step <= PROCVIEW_STEP_FILES; step++) {
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		g_autoptr(ProcviewSnapshot) snapshot = NULL;
		g_autoptr(GError) error = NULL;
		Stop stop = {cancellable, step};

		g_assert_null(procview_scanner_scan_full(scanner, NULL, cancellable, stop_at, &stop,
							 &error));
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
		/* The scanner is as good as before. */
		snapshot = procview_scanner_scan(scanner, NULL, NULL);
		g_assert_nonnull(snapshot);
	}
}

static gpointer
cancel_soon(gpointer data)
{
	g_usleep(3000);
	g_cancellable_cancel(data);
	return NULL;
}

/* From another thread, on a machine where a scan takes longer than that. */
static void
cancelled_from_elsewhere(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("many", "P=600", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	GThread *thread;

	if (scene == NULL || scanner == NULL)
		return;
	thread = g_thread_new("cancel", cancel_soon, cancellable);
	snapshot = procview_scanner_scan_full(scanner, NULL, cancellable, NULL, NULL, &error);
	g_thread_join(thread);
	if (snapshot == NULL)
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	else
		g_test_message("the scan was faster");
}

typedef struct {
	GThread *scanning;
	guint calls[PROCVIEW_STEP_FILES + 1];
	ProcviewStep last_step;
	guint last_done;
} Seen;

static void
see(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	Seen *seen = user_data;

	g_assert_true(g_thread_self() == seen->scanning);
	g_assert_cmpuint(step, <=, PROCVIEW_STEP_FILES);
	g_assert_cmpuint(step, >=, seen->last_step);
	if (total != 0)
		g_assert_cmpuint(done, <=, total);
	if (step == seen->last_step && seen->calls[step] > 0)
		g_assert_cmpuint(done, >=, seen->last_done);
	seen->last_step = step;
	seen->last_done = done;
	seen->calls[step]++;
}

static void
progress(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	Seen seen = {.scanning = g_thread_self()};

	if (scanner == NULL)
		return;
	snapshot = procview_scanner_scan_full(scanner, NULL, NULL, see, &seen, &error);
	g_assert_no_error(error);
	for (guint i = 0; i <= PROCVIEW_STEP_FILES; i++)
		g_assert_cmpuint(seen.calls[i], >, 0);
}

static gpointer
intrude(gpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(procview_scanner_scan(data, NULL, &error));
	g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_BUSY);
	return NULL;
}

typedef struct {
	ProcviewScanner *scanner;
	guint n;
} Intrusion;

static void
let_in(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	Intrusion *intrusion = user_data;

	if (intrusion->n++ > 0)
		return;
	intrude(intrusion->scanner);
	g_thread_join(g_thread_new("intruder", intrude, intrusion->scanner));
}

static void
one_at_a_time(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	Intrusion intrusion = {scanner, 0};

	if (scanner == NULL)
		return;
	snapshot = procview_scanner_scan_full(scanner, NULL, NULL, let_in, &intrusion, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(intrusion.n, >, 0);
}

typedef struct {
	ProcviewBackend backend;
	PvTestScene *scene;
	ProcviewSnapshot *snapshot;
	int pid;
} Work;

static gpointer
scan_often(gpointer data)
{
	const Work *work = data;
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(work->backend);

	for (guint i = 0; i < 10; i++) {
		g_autoptr(ProcviewQuery) query = procview_query_new();
		g_autoptr(ProcviewSnapshot) snapshot = NULL;
		g_autoptr(GError) error = NULL;

		procview_query_add_pid(query, work->pid);
		snapshot = procview_scanner_scan(scanner, query, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(procview_snapshot_get_n_tasks(snapshot), ==, 8);
		g_assert_cmpuint(procview_snapshot_get_n_fd_tables(snapshot), ==, 2);
		g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, 13);
		g_assert_true(procview_snapshot_is_complete(snapshot));
	}
	return NULL;
}

static void
in_threads(GThreadFunc func, gpointer data)
{
	GThread *threads[N_THREADS];

	for (guint i = 0; i < N_THREADS; i++)
		threads[i] = g_thread_new("work", func, data);
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
}

static void
scanners_in_parallel(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("unshared-thread", "T=8", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	Work work = {.backend = backend};

	if (scene == NULL || scanner == NULL)
		return;
	work.pid = pv_test_scene_number(scene, "process", 0, 0);
	in_threads(scan_often, &work);
}

/* Reads all of a snapshot, takes and drops references on its parts. */
static gpointer
read_all(gpointer data)
{
	const Work *work = data;

	for (guint i = 0; i < 5; i++) {
		pv_test_assert_sane(work->snapshot);
		for (guint j = 0; j < procview_snapshot_get_n_fd_tables(work->snapshot); j++) {
			ProcviewFdTable *table = procview_snapshot_get_fd_table(work->snapshot, j);

			procview_fd_table_unref(procview_fd_table_ref(table));
		}
	}
	return NULL;
}

static void
readers_in_parallel(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(GError) error = NULL;
	Work work = {.backend = backend};

	if (scanner == NULL)
		return;
	work.snapshot = procview_scanner_scan(scanner, NULL, &error);
	g_assert_no_error(error);
	in_threads(read_all, &work);
	procview_snapshot_unref(work.snapshot);
}

/* A part of a snapshot keeps all of it, also when scanner and snapshot are long gone. */
static void
parts_keep_the_whole(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("threads", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewFile) file = NULL;
	g_autoptr(ProcviewDescriptor) descriptor = NULL;
	ProcviewFdTable *table;
	int pid;

	if (scene == NULL || scanner == NULL)
		return;
	pid = pv_test_scene_number(scene, "process", 0, 0);
	snapshot = pv_test_scene_scan(scene, scanner);
	file = procview_file_ref(pv_test_file_of(snapshot, pid, 0));
	table = pv_test_table_of(snapshot, pid);
	descriptor = procview_descriptor_ref(procview_fd_table_find_descriptor(table, 1));
	g_clear_pointer(&snapshot, procview_snapshot_unref);
	g_clear_object(&scanner);
	g_assert_true(g_str_has_suffix(procview_file_get_path(file), "/file-0"));
	g_clear_pointer(&file, procview_file_unref);
	table = procview_descriptor_get_fd_table(descriptor);
	g_assert_cmpuint(procview_fd_table_get_n_tasks(table), ==, 4);
}

static ProcviewSnapshot *
scan_pid(ProcviewScanner *scanner, int pid, GError **error)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();

	procview_query_add_pid(query, pid);
	return procview_scanner_scan(scanner, query, error);
}

static void
odd_queries(ProcviewBackend backend)
{
	static const int wrong[] = {0, -1, G_MININT};
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	if (scanner == NULL)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_assert_null(scan_pid(scanner, wrong[i], &error));
		g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_INVALID_ARGUMENT);
		g_clear_error(&error);
	}
	/* Above any pid_max: nobody has it, which is no error. */
	snapshot = scan_pid(scanner, G_MAXINT, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), ==, 0);
	g_assert_true(procview_snapshot_is_complete(snapshot));
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/threads/cancelled-before", cancelled_before);
	pv_test_add("/threads/cancelled-during", cancelled_during);
	pv_test_add("/threads/cancelled-from-elsewhere", cancelled_from_elsewhere);
	pv_test_add("/threads/progress", progress);
	pv_test_add("/threads/one-at-a-time", one_at_a_time);
	pv_test_add("/threads/scanners-in-parallel", scanners_in_parallel);
	pv_test_add("/threads/readers-in-parallel", readers_in_parallel);
	pv_test_add("/threads/parts-keep-the-whole", parts_keep_the_whole);
	pv_test_add("/threads/odd-queries", odd_queries);
	return g_test_run();
}
