/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A program that may have few descriptors, down to none more than it has: the scanner does not open,
 * or a scan fails, and says why; or it is right, or says of each table what it lacks. Nothing is left
 * open. With sixteen, of which the program itself has a few, there is an answer.
 */
#include <unistd.h>

#include "confine.h"
#include "text.h"

/* More than are open already: for an answer at all, and for BPF to be opened. */
#define ENOUGH	       8
#define ENOUGH_FOR_BPF 24

typedef struct {
	ProcviewBackend backend;
	ProcviewScannerFlags flags;
	ProcviewQuery *query;
	char *wanted; /* what is said where there are enough of them */
	guint n_refusals;
	guint n_open;
	char *said; /* what is open */
} World;

/* What is open lies close together: the numbers below the limit are as many as may be open. */
static guint
count_open(const char *said)
{
	g_auto(GStrv) lines = g_strsplit(said, "\n", -1);

	return g_strv_length(lines);
}

static ProcviewScanner *
open_scanner(const World *world, GError **error)
{
	return procview_scanner_new_full(world->backend, world->flags, error);
}

/* With as many as it wants. FALSE: it cannot be had here. */
static gboolean
world_begin(World *world, PvTestScene *scene)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) usual = pv_test_scanner(world->backend);
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (usual == NULL)
		return FALSE;
	scanner = open_scanner(world, &error);
	g_assert_no_error(error);
	world->query = pv_test_scene_query(scene, PROCVIEW_COLLECT_EVERYTHING);
	snapshot = procview_scanner_scan(scanner, world->query, &error);
	g_assert_no_error(error);
	world->wanted = pv_test_text_of(snapshot);
	g_assert_true(procview_snapshot_is_complete(snapshot));
	world->n_refusals = procview_snapshot_get_n_refusals(snapshot);
	g_clear_object(&scanner);
	g_clear_object(&usual);
	world->said = pv_test_own_descriptors();
	world->n_open = count_open(world->said);
	return TRUE;
}

static void
world_end(World *world)
{
	g_autofree char *said = pv_test_own_descriptors();

	g_assert_cmpstr(said, ==, world->said);
	procview_query_unref(world->query);
	g_free(world->wanted);
	g_free(world->said);
}

typedef enum {
	FAILED,
	MARKED, /* something is missing, or was not served by what is best */
	WHOLE,
} Result;

static Result
judge(const World *world, ProcviewSnapshot *snapshot)
{
	g_autofree char *text = NULL;

	pv_test_assert_sane(snapshot);
	if (!procview_snapshot_is_complete(snapshot) ||
	    procview_snapshot_get_n_refusals(snapshot) > world->n_refusals)
		return MARKED;
	text = pv_test_text_of(snapshot);
	pv_test_assert_same_text(world->wanted, text);
	return WHOLE;
}

static Result
scan_with(const World *world, guint limit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) late_error = NULL;
	rlim_t before;

	before = pv_test_limit_descriptors(limit);
	scanner = open_scanner(world, &error);
	if (scanner != NULL)
		snapshot = procview_scanner_scan(scanner, world->query, &error);
	if (snapshot != NULL && procview_snapshot_get_n_fd_tables(snapshot) > 0)
		now = procview_scanner_revalidate(
			scanner, procview_snapshot_get_fd_table(snapshot, 0), NULL, &late_error);
	pv_test_limit_descriptors(before);
	if (snapshot == NULL)
		g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_NO_DESCRIPTORS);
	if (late_error != NULL)
		g_assert_error(late_error, PROCVIEW_ERROR, PROCVIEW_ERROR_NO_DESCRIPTORS);
	/* Nobody has gone meanwhile. */
	if (now != NULL)
		g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_EXITED), ==,
				 0);
	return snapshot == NULL || late_error != NULL ? FAILED : judge(world, snapshot);
}

static void
scan_with_few(ProcviewBackend backend, ProcviewScannerFlags flags, const char *name)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start(name, NULL);
	World world = {.backend = backend, .flags = flags};
	guint n_for_answer = 0, n_for_all = 0;

	if (scene == NULL || !world_begin(&world, scene))
		return;
	for (guint n = 0; n <= ENOUGH_FOR_BPF; n += n < 8 ? 1 : 8) {
		Result result = scan_with(&world, world.n_open + n);

		n_for_answer = result == FAILED ? n + 1 : n_for_answer;
		n_for_all = result != WHOLE ? n + 1 : n_for_all;
	}
	g_test_message("%u for an answer, %u for all of it, besides the %u that are open",
		       n_for_answer, n_for_all, world.n_open);
	g_assert_cmpuint(n_for_answer, >, 0);
	g_assert_cmpuint(n_for_all, <=, ENOUGH_FOR_BPF);
	/* BPF by name alone has nothing to fall back to. */
	if (backend != PROCVIEW_BACKEND_BPF)
		g_assert_cmpuint(n_for_answer, <=, ENOUGH);
	world_end(&world);
}

static void
tables(ProcviewBackend backend)
{
	scan_with_few(backend, PROCVIEW_SCANNER_NONE, "unshared-thread");
}

/* Where a file system, a device or a namespace is looked up as well. */
static void
details(ProcviewBackend backend)
{
	scan_with_few(backend, PROCVIEW_SCANNER_NONE, "details");
}

/* What only BPF shows is there: it is opened by the scan, if there are enough. */
static void
once(void)
{
	scan_with_few(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE, "held");
}

static void
own_view(void)
{
	scan_with_few(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_OWN_VIEW, "unshared-thread");
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_kcmp();
	pv_test_add("/few-descriptors/tables", tables);
	pv_test_add("/few-descriptors/details", details);
	g_test_add_func("/few-descriptors/once", once);
	g_test_add_func("/few-descriptors/own-view", own_view);
	return g_test_run();
}
