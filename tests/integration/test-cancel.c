/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Stopping: at each moment, one after the other, when the library asks whether it shall go on, by the
 * progress function at each of its calls, and from another thread at any time. The error is the one
 * that says so, nothing stays allocated or open, no thread stays, and the scanner is as good as before.
 *
 * g_cancellable_is_cancelled() is this program's own: it takes the place of GLib's for the library.
 */
#include "memory.h"
#include "text.h"

#undef g_cancellable_is_cancelled

static gint stop_at; /* the call that is told to stop; 0: none */
static gint n_asked;

gboolean
g_cancellable_is_cancelled(GCancellable *cancellable)
{
	gint nth;

	if (cancellable == NULL)
		return FALSE;
	nth = g_atomic_int_add(&n_asked, 1) + 1;
	if (nth == g_atomic_int_get(&stop_at))
		g_cancellable_cancel(cancellable);
	return g_cancellable_set_error_if_cancelled(cancellable, NULL);
}

typedef struct {
	ProcviewBackend backend;
	ProcviewScannerFlags flags;
	PvTestScene *scene;
	ProcviewQuery *query;
	ProcviewScanner *scanner;
	ProcviewSnapshot *snapshot;
	char *text;
	char *said;
	guint n_threads;
} World;

typedef gboolean Work(World *world, GCancellable *cancellable, GError **error);

static gboolean
scan(World *world, GCancellable *cancellable, GError **error)
{
	g_autoptr(ProcviewSnapshot) snapshot = procview_scanner_scan_full(
		world->scanner, world->query, cancellable, NULL, NULL, error);
	g_autofree char *text = NULL;

	if (snapshot == NULL)
		return FALSE;
	text = pv_test_text_of(snapshot);
	pv_test_assert_same_text(world->text, text);
	return TRUE;
}

/* With a scanner that the scan has to open. */
static gboolean
open_and_scan(World *world, GCancellable *cancellable, GError **error)
{
	g_clear_object(&world->scanner);
	world->scanner = procview_scanner_new_full(world->backend, world->flags, error);
	g_assert_nonnull(world->scanner);
	return scan(world, cancellable, error);
}

static gboolean
revalidate(World *world, GCancellable *cancellable, GError **error)
{
	g_autoptr(ProcviewRevalidation) now = procview_scanner_revalidate(
		world->scanner, procview_snapshot_get_fd_table(world->snapshot, 0), cancellable,
		error);

	return now != NULL;
}

/* A thread that has been joined is listed for a moment yet. */
static void
assert_same_threads(const World *world)
{
	for (guint i = 0; i < 200 && pv_test_own_threads() != world->n_threads; i++)
		g_usleep(10 * 1000);
	g_assert_cmpuint(pv_test_own_threads(), ==, world->n_threads);
}

/* TRUE: it was done before that call came. */
static gboolean
attempt(World *world, Work *work, gint nth)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	gboolean done;

	g_atomic_int_set(&n_asked, 0);
	g_atomic_int_set(&stop_at, nth);
	done = work(world, cancellable, &error);
	g_atomic_int_set(&stop_at, 0);
	g_assert_cmpint(done, ==, error == NULL);
	if (done)
		g_assert_cmpint(n_asked, <, nth);
	else
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	return done;
}

static void
stop_each_time(World *world, Work *work)
{
	gint nth = 1;

	for (;; nth++) {
		gint64 before = pv_test_memory_n_blocks();
		g_autofree char *said = NULL;
		gboolean done = attempt(world, work, nth);

		/* What is made once stays; what is lost, is lost again. */
		for (guint i = 0; i < 2 && pv_test_memory_n_blocks() > before; i++) {
			before = pv_test_memory_n_blocks();
			done = attempt(world, work, nth);
		}
		g_assert_cmpint(pv_test_memory_n_blocks(), <=, before);
		if (work != open_and_scan) {
			said = pv_test_own_descriptors();
			g_assert_cmpstr(said, ==, world->said);
		}
		if (done)
			break;
	}
	assert_same_threads(world);
	g_test_message("asked %d times", nth - 1);
	g_assert_cmpint(nth, >, 1);
}

/* FALSE: it cannot be had here. */
static gboolean
world_begin(World *world, ProcviewBackend backend, const char *scene)
{
	*world = (World){.backend = backend, .scene = pv_test_scene_start(scene, NULL)};
	world->scanner = world->scene != NULL ? pv_test_scanner(backend) : NULL;
	if (world->scanner == NULL) {
		g_clear_pointer(&world->scene, pv_test_scene_end);
		return FALSE;
	}
	world->query = pv_test_scene_query(world->scene, PROCVIEW_COLLECT_EVERYTHING);
	world->snapshot = procview_scanner_scan(world->scanner, world->query, NULL);
	g_assert_nonnull(world->snapshot);
	world->text = pv_test_text_of(world->snapshot);
	world->said = pv_test_own_descriptors();
	world->n_threads = pv_test_own_threads();
	return TRUE;
}

static void
world_end(World *world)
{
	procview_snapshot_unref(world->snapshot);
	procview_query_unref(world->query);
	g_clear_object(&world->scanner);
	pv_test_scene_end(world->scene);
	g_free(world->text);
	g_free(world->said);
}

static void
stop_scene(ProcviewBackend backend, const char *scene)
{
	World world;

	if (!world_begin(&world, backend, scene))
		return;
	stop_each_time(&world, scan);
	stop_each_time(&world, revalidate);
	world_end(&world);
}

static void
tables(ProcviewBackend backend)
{
	stop_scene(backend, "unshared-thread");
}

static void
details(ProcviewBackend backend)
{
	stop_scene(backend, "details");
}

static void
sockets(ProcviewBackend backend)
{
	stop_scene(backend, "sockets");
}

/* BPF is opened by the scan itself, for what it alone shows: between its programs it is asked, too. */
static void
once(void)
{
	World world;

	if (!world_begin(&world, PROCVIEW_BACKEND_AUTO, "held"))
		return;
	world.flags = PROCVIEW_SCANNER_ONCE;
	stop_each_time(&world, open_and_scan);
	world_end(&world);
}

/* How often a scan of a scene asks that nobody stops. */
static gint
count_questions(ProcviewScanner *scanner, const char *scene_name, const char *n, const char *more,
		ProcviewCollect collect)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start(scene_name, n, more, NULL);
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(scene, collect);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	g_atomic_int_set(&n_asked, 0);
	snapshot = procview_scanner_scan_full(scanner, query, cancellable, NULL, NULL, &error);
	g_assert_no_error(error);
	return g_atomic_int_get(&n_asked);
}

/* With what there is to look at, the questions become more. */
static void
how_often(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	ProcviewCollect files = PROCVIEW_COLLECT_TABLES | PROCVIEW_COLLECT_DESCRIPTORS;
	ProcviewCollect places = PROCVIEW_COLLECT_PLACES | PROCVIEW_COLLECT_MAPPINGS;
	gint few, many;

	if (scanner == NULL)
		return;
	few = count_questions(scanner, "thousands", "N=16", "GAP=0", files);
	many = count_questions(scanner, "thousands", "N=16000", "GAP=0", files);
	g_assert_cmpint(many, >=, few + 16000 / 4096);
	few = count_questions(scanner, "many", "P=2", "F=2", places);
	many = count_questions(scanner, "many", "P=300", "F=2", places);
	g_assert_cmpint(many, >=, few + 2 * (300 / 64));
}

typedef struct {
	GCancellable *cancellable;
	guint n_left; /* calls until it is enough */
} Patience;

static void
lose_patience(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	Patience *patience = user_data;

	if (--patience->n_left == 0)
		g_cancellable_cancel(patience->cancellable);
}

/* What the progress function says is heard at once: it is not called again. */
static void
by_progress(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	for (guint nth = 1; scanner != NULL && snapshot == NULL; nth++) {
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		g_autoptr(GError) error = NULL;
		Patience patience = {cancellable, nth};

		snapshot = procview_scanner_scan_full(scanner, NULL, cancellable, lose_patience,
						      &patience, &error);
		if (snapshot == NULL) {
			g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
			g_assert_cmpuint(patience.n_left, ==, 0);
		} else {
			g_assert_cmpuint(patience.n_left, >, 0);
			g_assert_cmpuint(nth, >, PROCVIEW_STEP_FILES);
		}
	}
}

static gpointer
cancel_later(gpointer data)
{
	g_usleep(g_random_int_range(0, 8000));
	g_cancellable_cancel(data);
	return NULL;
}

static void
by_another_thread(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) last = NULL;
	g_autofree char *said = pv_test_own_descriptors();
	guint n_stopped = 0;

	for (guint i = 0; scanner != NULL && i < 20; i++) {
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		GThread *thread = g_thread_new("cancel", cancel_later, cancellable);
		g_autoptr(GError) error = NULL;
		g_autoptr(ProcviewSnapshot) snapshot =
			procview_scanner_scan_full(scanner, NULL, cancellable, NULL, NULL, &error);
		g_autofree char *now = pv_test_own_descriptors();

		g_thread_join(thread);
		n_stopped += snapshot == NULL;
		if (snapshot == NULL)
			g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
		g_assert_cmpstr(now, ==, said);
	}
	if (scanner == NULL)
		return;
	g_test_message("%u of 20 were stopped", n_stopped);
	last = procview_scanner_scan(scanner, NULL, NULL);
	g_assert_nonnull(last);
	pv_test_assert_sane(last);
}

static ProcviewJsonExtent
cancel_now(ProcviewProcess *process, gpointer user_data)
{
	g_cancellable_cancel(user_data);
	return PROCVIEW_JSON_FULL;
}

static void
while_writing(void)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(PROCVIEW_BACKEND_PROCFS);
	g_autoptr(ProcviewSnapshot) snapshot = procview_scanner_scan(scanner, NULL, NULL);
	g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable();
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(snapshot);
	g_assert_false(procview_snapshot_write_json(snapshot, stream, PROCVIEW_JSON_FILES,
						    cancel_now, cancellable, cancellable, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_clear_error(&error);
	g_assert_true(procview_snapshot_write_json(snapshot, stream, PROCVIEW_JSON_FILES, NULL,
						   NULL, NULL, &error));
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_kcmp();
	pv_test_add("/cancel/tables", tables);
	pv_test_add("/cancel/details", details);
	pv_test_add("/cancel/sockets", sockets);
	g_test_add_func("/cancel/once", once);
	g_test_add_func("/cancel/while-writing", while_writing);
	pv_test_add("/cancel/how-often", how_often);
	pv_test_add("/cancel/by-progress", by_progress);
	pv_test_add("/cancel/by-another-thread", by_another_thread);
	return g_test_run();
}
