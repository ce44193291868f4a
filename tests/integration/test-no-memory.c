/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Memory runs out: at each of the places, one after the other, where the library asks for some that
 * it may not get, and for everything that is larger than so much. The answer is an error that says
 * so, or what it would have been, or one that is marked; nothing stays allocated or open, and the
 * scanner is as good as before.
 *
 * A request that GLib does not let fail ends the process, and this test with it.
 */
#include "memory.h"
#include "text.h"

/* More than what is asked for once, and for each thread: by the C library, by GLib, by BPF. */
#define SMALLEST_LIMIT_BYTES (16 << 10)

typedef struct {
	ProcviewBackend backend;
	PvTestScene *scene;
	ProcviewQuery *query;
	ProcviewScanner *scanner;
	/* With all the memory that they wanted: */
	ProcviewSnapshot *first;
	ProcviewSnapshot *second;
	char *text; /* what the first says */
	guint n_changes;
	char *said; /* descriptors of this process */
} World;

/* Something that is done while memory runs out, and looked at when it is back. */
typedef struct {
	const char *name;
	gpointer (*run)(const World *world, GError **error);
	void (*judge)(const World *world, gpointer result);
	void (*free)(gpointer result);
} Work;

static ProcviewSnapshot *
scan_well(const World *world)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(world->scanner, world->query, &error);

	g_assert_no_error(error);
	return snapshot;
}

static gpointer
run_open(const World *world, GError **error)
{
	return procview_scanner_new_with_backend(world->backend, error);
}

static void
judge_open(const World *world, gpointer result)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = procview_scanner_scan(result, world->query, &error);

	g_assert_no_error(error);
	pv_test_assert_sane(snapshot);
}

static gpointer
run_scan(const World *world, GError **error)
{
	return procview_scanner_scan(world->scanner, world->query, error);
}

/* What says that it is whole says all that there is; another backend may see less, and is named. */
static void
judge_scan(const World *world, gpointer result)
{
	g_autofree char *text = NULL;

	pv_test_assert_sane(result);
	if (!procview_snapshot_is_complete(result) ||
	    procview_snapshot_get_n_refusals(result) >
		    procview_snapshot_get_n_refusals(world->first))
		return;
	text = pv_test_text_of(result);
	pv_test_assert_same_text(world->text, text);
}

static gpointer
run_revalidate(const World *world, GError **error)
{
	return procview_scanner_revalidate(
		world->scanner, procview_snapshot_get_fd_table(world->first, 0), NULL, error);
}

static void
judge_revalidate(const World *world, gpointer result)
{
	guint n_sharing = procview_revalidation_count(result, PROCVIEW_MEMBERSHIP_SHARING);
	guint n_unknown = procview_revalidation_count(result, PROCVIEW_MEMBERSHIP_UNKNOWN);

	g_assert_cmpuint(n_sharing + n_unknown, ==, procview_revalidation_get_n_tasks(result));
	g_assert_cmpint(procview_revalidation_get_content(result), !=, PROCVIEW_CONTENT_CHANGED);
}

static gpointer
run_compare(const World *world, GError **error)
{
	return procview_snapshot_compare(world->first, world->second, error);
}

static void
judge_compare(const World *world, gpointer result)
{
	g_assert_cmpuint(procview_changes_get_n_changes(result), ==, world->n_changes);
}

/* What is written into it does not become memory of the process. */
static GFileIOStream *
new_file(void)
{
	GFileIOStream *file = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GFile) name = g_file_new_tmp("procview-json-XXXXXX", &file, &error);

	g_assert_no_error(error);
	g_assert_true(g_file_delete(name, NULL, NULL));
	return file;
}

static gpointer
run_json(const World *world, GError **error)
{
	g_autoptr(GFileIOStream) file = new_file();

	if (!procview_snapshot_write_json(
		    world->first, g_io_stream_get_output_stream(G_IO_STREAM(file)),
		    PROCVIEW_JSON_THREADS | PROCVIEW_JSON_FILES, NULL, NULL, NULL, error))
		return NULL;
	return g_steal_pointer(&file);
}

static void
judge_json(const World *world, gpointer result)
{
	GInputStream *in = g_io_stream_get_input_stream(result);
	char last[3] = "";

	g_assert_true(g_seekable_seek(result, -2, G_SEEK_END, NULL, NULL));
	g_assert_cmpint(g_input_stream_read(in, last, 2, NULL, NULL), ==, 2);
	g_assert_cmpstr(last, ==, "}\n");
}

static gpointer
run_json_of_changes(const World *world, GError **error)
{
	g_autoptr(ProcviewChanges) changes =
		procview_snapshot_compare(world->first, world->second, error);
	g_autoptr(GFileIOStream) file = new_file();

	if (changes == NULL ||
	    !procview_changes_write_json(changes, g_io_stream_get_output_stream(G_IO_STREAM(file)),
					 NULL, NULL, NULL, error))
		return NULL;
	return g_steal_pointer(&file);
}

static gpointer
run_counts(const World *world, GError **error)
{
	ProcviewCounts *counts = procview_counts_new(world->second, error);

	for (guint i = 0; counts != NULL && i < procview_snapshot_get_n_processes(world->second);
	     i++)
		procview_counts_add_process(counts,
					    procview_snapshot_get_process(world->second, i));
	return counts;
}

static void
judge_counts(const World *world, gpointer result)
{
	g_assert_cmpuint(procview_counts_get_n_fd_tables(result), ==,
			 procview_snapshot_get_n_fd_tables(world->second));
}

static gpointer
run_rights(const World *world, GError **error)
{
	return procview_scanner_dup_rights(world->scanner, error);
}

static void
judge_rights(const World *world, gpointer result)
{
	g_assert_nonnull(result);
}

static const Work of_scanners[] = {
	{"open", run_open, judge_open, g_object_unref},
	{"scan", run_scan, judge_scan, (GDestroyNotify)procview_snapshot_unref},
	{"revalidate", run_revalidate, judge_revalidate,
	 (GDestroyNotify)procview_revalidation_unref},
	{"rights", run_rights, judge_rights, (GDestroyNotify)procview_rights_unref},
};

static const Work of_snapshots[] = {
	{"json", run_json, judge_json, g_object_unref},
	{"compare", run_compare, judge_compare, (GDestroyNotify)procview_changes_unref},
	{"json-of-changes", run_json_of_changes, judge_json, g_object_unref},
	{"counts", run_counts, judge_counts, (GDestroyNotify)procview_counts_unref},
};

/* While something is attempted; 0: none. */
static gsize limit_bytes;

/* One attempt, judged. TRUE: it did not come to a failure. */
static gboolean
attempt(const World *world, const Work *work, guint nth, gboolean and_all_after)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *said = NULL;
	gpointer result;
	guint n_failed;

	pv_test_memory_fail(nth, and_all_after);
	pv_test_memory_limit(limit_bytes);
	result = work->run(world, &error);
	n_failed = pv_test_memory_n_failed();
	pv_test_memory_fail(0, FALSE);
	pv_test_memory_limit(0);

	if (result == NULL)
		g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_NO_MEMORY);
	else
		g_assert_no_error(error);
	g_assert_true(result != NULL || n_failed > 0 || limit_bytes > 0);
	if (result != NULL) {
		work->judge(world, result);
		work->free(result);
	}
	said = pv_test_own_descriptors();
	g_assert_cmpstr(said, ==, world->said);
	return n_failed == 0;
}

/* Something is made once and stays, like a word for an error; a leak is made each time. */
static gboolean
attempt_without_leak(const World *world, const Work *work, guint nth, gboolean and_all_after)
{
	for (guint i = 0;; i++) {
		gint64 before = pv_test_memory_n_blocks();
		gboolean done = attempt(world, work, nth, and_all_after);
		gint64 after = pv_test_memory_n_blocks();

		if (after <= before)
			return done;
		if (i == 2)
			g_error("%s: %" G_GINT64_FORMAT " blocks stay where request %u fails",
				work->name, after - before, nth);
	}
}

/* How many requests that may fail it makes. */
static guint
exhaust(const World *world, const Work *work, gboolean and_all_after)
{
	guint nth = 1;

	while (!attempt_without_leak(world, work, nth, and_all_after))
		nth++;
	g_test_message("%s: %u requests", work->name, nth - 1);
	return nth - 1;
}

/* FALSE: it cannot be had here, and the test is skipped. */
static gboolean
world_begin(World *world, ProcviewBackend backend, const char *scene, const char *parameter,
	    ProcviewCollect collect)
{
	*world = (World){.backend = backend, .scene = pv_test_scene_start(scene, parameter, NULL)};
	world->scanner = world->scene != NULL ? pv_test_scanner(backend) : NULL;
	if (world->scanner == NULL) {
		g_clear_pointer(&world->scene, pv_test_scene_end);
		return FALSE;
	}
	world->query = pv_test_scene_query(world->scene, collect);
	world->first = scan_well(world);
	g_assert_true(procview_snapshot_is_complete(world->first));
	world->text = pv_test_text_of(world->first);
	world->said = pv_test_own_descriptors();
	return TRUE;
}

static void
world_end(World *world)
{
	procview_snapshot_unref(world->first);
	g_clear_pointer(&world->second, procview_snapshot_unref);
	procview_query_unref(world->query);
	g_object_unref(world->scanner);
	pv_test_scene_end(world->scene);
	g_free(world->text);
	g_free(world->said);
}

static void
exhaust_scene(ProcviewBackend backend, const char *scene, ProcviewCollect collect)
{
	World world;

	if (!world_begin(&world, backend, scene, NULL, collect))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(of_scanners); i++) {
		/* What opening takes does not depend on what is scanned. */
		if (i == 0 && collect != PROCVIEW_COLLECT_ALL)
			continue;
		exhaust(&world, &of_scanners[i], FALSE);
		exhaust(&world, &of_scanners[i], TRUE);
	}
	world_end(&world);
}

static void
tables(ProcviewBackend backend)
{
	exhaust_scene(backend, "unshared-thread", PROCVIEW_COLLECT_ALL);
}

static void
details(ProcviewBackend backend)
{
	exhaust_scene(backend, "details", PROCVIEW_COLLECT_EVERYTHING);
}

static void
sockets(ProcviewBackend backend)
{
	exhaust_scene(backend, "sockets", PROCVIEW_COLLECT_EVERYTHING);
}

static void
places(ProcviewBackend backend)
{
	exhaust_scene(backend, "namespaces", PROCVIEW_COLLECT_EVERYTHING);
}

static void
held(ProcviewBackend backend)
{
	exhaust_scene(backend, "held", PROCVIEW_COLLECT_EVERYTHING);
}

static void
take_second(World *world)
{
	g_autoptr(ProcviewChanges) changes = NULL;
	g_autoptr(GError) error = NULL;

	world->second = scan_well(world);
	changes = procview_snapshot_compare(world->first, world->second, &error);
	g_assert_no_error(error);
	world->n_changes = procview_changes_get_n_changes(changes);
}

/* What is made of snapshots, whichever way these were taken. */
static void
snapshots(void)
{
	static const char *const steps[] = {"open", "close", "dup2", "reopen"};
	World world;

	if (!world_begin(&world, PROCVIEW_BACKEND_PROCFS, "turns", NULL,
			 PROCVIEW_COLLECT_EVERYTHING))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
		pv_test_scene_step(world.scene, steps[i]);
	take_second(&world);
	g_assert_cmpuint(world.n_changes, >=, 3);
	for (guint i = 0; i < G_N_ELEMENTS(of_snapshots); i++) {
		/* What makes none asks in a way that ends the process. */
		g_assert_cmpuint(exhaust(&world, &of_snapshots[i], FALSE), >, 0);
		g_assert_cmpuint(exhaust(&world, &of_snapshots[i], TRUE), >, 0);
	}
	world_end(&world);
}

static void
attempt_all(const World *world)
{
	for (guint i = 1; i < G_N_ELEMENTS(of_scanners); i++)
		attempt(world, &of_scanners[i], 0, FALSE);
	for (guint i = 0; i < 2; i++)
		attempt(world, &of_snapshots[i], 0, FALSE);
}

/* Whatever is larger than a small part of this scene cannot be had, by no call at all. */
static void
limited(ProcviewBackend backend)
{
	World world;

	if (!world_begin(&world, backend, "many", "P=200", PROCVIEW_COLLECT_EVERYTHING))
		return;
	take_second(&world);
	attempt_all(&world);
	for (gsize limit = 4 << 20; limit >= SMALLEST_LIMIT_BYTES; limit /= 2) {
		limit_bytes = limit;
		attempt_all(&world);
	}
	limit_bytes = 0;
	world_end(&world);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/no-memory/tables", tables);
	pv_test_add("/no-memory/details", details);
	pv_test_add("/no-memory/sockets", sockets);
	pv_test_add("/no-memory/places", places);
	pv_test_add("/no-memory/held", held);
	g_test_add_func("/no-memory/snapshots", snapshots);
	if (pv_test_memory_limit(0))
		pv_test_add("/no-memory/limited", limited);
	return g_test_run();
}
