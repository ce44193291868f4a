/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Places in a recorded /proc: nobody can be asked who shares, and links lead nowhere.
 */
#include "core/association.h"
#include "core/query.h"
#include "snapshot/scanner.h"

static PvStore *
scan(guint collect)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "tests/data/proc/unshared-thread", NULL);
	PvScannerOptions options = {.backend = PV_BACKEND_AUTO, .proc_path = path};
	PvScanner *scanner = pv_scanner_open(&options, &error);
	PvQuery *query = pv_query_new();
	PvStore *store;

	g_assert_no_error(error);
	pv_query_set_collect(query, collect);
	store = pv_scanner_scan(scanner, query, NULL, &error);
	g_assert_no_error(error);
	pv_query_unref(query);
	pv_scanner_close(scanner);
	return store;
}

static guint32
context_of(const PvStore *store, gint32 tid)
{
	return pv_store_fs_context_of(store, pv_store_find_task(store, tid)->index);
}

static guint32
memory_of(const PvStore *store, gint32 pid)
{
	return pv_store_memory_of(store, pv_store_find_process(store, pid)->index);
}

/* The threads of a process are taken to share; a kernel thread has a place, and no memory. */
static void
test_assumed(void)
{
	PvStore *store = scan(PV_COLLECT_PLACES);
	const PvFsContext *fs;
	const PvMemory *memory;

	g_assert_cmpuint(context_of(store, 18241), !=, PV_NONE);
	fs = pv_store_fs_context(store, context_of(store, 18241));
	g_assert_cmpuint(fs->n_members, ==, 3);
	g_assert_cmpuint(context_of(store, 18243), ==, fs->index);
	g_assert_cmpuint(context_of(store, 2), !=, fs->index);
	g_assert_cmpuint(fs->proof, ==, PV_PROOF_ASSUMED);
	g_assert_cmpuint(fs->status, ==, PV_STATUS_OK);
	g_assert_cmpstr(pv_store_string(store, fs->cwd), ==, "/home/w/project");
	g_assert_cmpstr(pv_store_string(store, fs->root), ==, "/home/w/root");
	g_assert_cmpuint(fs->umask, ==, 022);
	g_assert_cmpuint(fs->cwd_ino, ==, 0);
	g_assert_cmpuint(memory_of(store, 2), ==, PV_NONE);
	memory = pv_store_memory_at(store, memory_of(store, 18241));
	g_assert_cmpuint(memory->n_members, ==, 1);
	g_assert_cmpuint(memory->status, ==, PV_STATUS_OK);
	g_assert_cmpstr(pv_store_string(store, memory->exe), ==, "/usr/bin/workload");
	pv_store_unref(store);
}

/* What has no file maps is told to be missing, and the rest is here. */
static void
test_no_maps(void)
{
	PvStore *store = scan(PV_COLLECT_MAPPINGS | PV_COLLECT_THREADS);
	const PvMemory *memory = pv_store_memory_at(store, memory_of(store, 18241));

	g_assert_cmpuint(memory->status, ==, PV_STATUS_PARTIAL);
	g_assert_cmpuint(memory->reason, ==, PV_REASON_EXITED);
	g_assert_cmpuint(memory->n_mappings, ==, 0);
	g_assert_cmpstr(pv_store_string(store, memory->exe), ==, "/usr/bin/workload");
	pv_store_unref(store);
}

static void
test_not_asked(void)
{
	PvStore *store = scan(PV_COLLECT_ALL);

	g_assert_cmpuint(store->details.fs_contexts.n, ==, 0);
	g_assert_cmpuint(store->details.memories.n, ==, 0);
	g_assert_cmpuint(context_of(store, 18241), ==, PV_NONE);
	g_assert_cmpuint(memory_of(store, 18241), ==, PV_NONE);
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/places/assumed", test_assumed);
	g_test_add_func("/places/no-maps", test_no_maps);
	g_test_add_func("/places/not-asked", test_not_asked);
	return g_test_run();
}
