/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scan makes the kernel build: growth of the proc inode cache. The machine has other users,
 * who fill and empty it too: a measurement that is too high, or below nothing, is made again.
 */
#include "pv-test.h"
#include "slab.h"

#define ATTEMPTS 8

typedef struct {
	gint64 growth;
	gint64 threads;
	gint64 processes;
	gint64 descriptors;
} Measure;

/* As ptree does for -f -J: everything but the details of threads. */
#define AS_PTREE (PROCVIEW_COLLECT_ALL & ~PROCVIEW_COLLECT_THREADS)

static Measure
measure(ProcviewScanner *scanner, ProcviewQuery *query)
{
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	Measure m;

	g_assert_true(pv_slab_drop());
	m.growth = -pv_slab_proc_inodes();
	snapshot = procview_scanner_scan(scanner, query, &error);
	m.growth += pv_slab_proc_inodes();
	g_assert_no_error(error);
	m.threads = procview_snapshot_get_n_tasks(snapshot);
	m.processes = procview_snapshot_get_n_processes(snapshot);
	m.descriptors = procview_snapshot_get_n_descriptors(snapshot);
	return m;
}

static gint64
bound_of(ProcviewBackend backend, const Measure *m)
{
	gint64 files = backend == PROCVIEW_BACKEND_PROCFS ? 2 * m->descriptors : 0;

	return files + m->threads + 3 * m->processes + 100;
}

static void
check(ProcviewBackend backend, ProcviewQuery *query)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);

	procview_query_set_collect(query, AS_PTREE);
	for (guint i = 0; scanner != NULL && i < ATTEMPTS; i++) {
		Measure m = measure(scanner, query);
		gint64 bound = bound_of(backend, &m);

		g_test_message("%d threads, %d processes, %d descriptors: %d inodes, bound %d",
			       (int)m.threads, (int)m.processes, (int)m.descriptors, (int)m.growth,
			       (int)bound);
		g_assert_cmpint(m.descriptors, >=, 2048);
		if (m.growth >= 0 && m.growth < bound)
			return;
	}
	if (scanner != NULL)
		g_test_fail();
}

static void
check_scene(ProcviewBackend backend, const char *leader)
{
	g_autoptr(PvTestScene) scene =
		pv_test_scene_start("massive", "T=512", "F=2048", leader, NULL);
	g_autoptr(ProcviewQuery) query = procview_query_new();

	procview_query_add_pid(query, pv_test_scene_number(scene, "process", 0, 0));
	check(backend, query);
}

static void
sharing(ProcviewBackend backend)
{
	check_scene(backend, "LEADER=sharing");
}

static void
unshared_leader(ProcviewBackend backend)
{
	check_scene(backend, "LEADER=unshared");
}

static void
zombie_leader(ProcviewBackend backend)
{
	check_scene(backend, "LEADER=zombie");
}

static void
whole_machine(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("massive", "T=512", "F=2048", NULL);
	g_autoptr(ProcviewQuery) query = procview_query_new();

	g_assert_nonnull(scene);
	check(backend, query);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_root();
	pv_test_require_kcmp();
	pv_test_require_pidfd();
	if (pv_slab_proc_inodes() < 0 || !pv_slab_drop())
		pv_test_skip_all("/proc/slabinfo or drop_caches cannot be used");
	pv_test_add("/inodes/sharing", sharing);
	pv_test_add("/inodes/unshared-leader", unshared_leader);
	pv_test_add("/inodes/zombie-leader", zombie_leader);
	pv_test_add("/inodes/whole-machine", whole_machine);
	return g_test_run();
}
