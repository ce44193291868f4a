/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scan makes the kernel build: growth of the proc inode cache. The machine has other users,
 * who fill and empty it too: a measurement that is too high, or below nothing, is made again.
 */
#include <stdio.h>
#include <sys/utsname.h>

#include "pv-test.h"
#include "slab.h"

#define ATTEMPTS 40
#define PAUSE_US (50 * 1000)

typedef struct {
	gint64 growth;
	gint64 threads;
	gint64 processes;
	gint64 descriptors;
	gboolean by_bpf;   /* all steps */
	gboolean by_pidfd; /* or by BPF: the files */
} Measure;

/* As ptree does for -f -J: everything but the details of threads. */
#define AS_PTREE (PROCVIEW_COLLECT_ALL & ~PROCVIEW_COLLECT_THREADS)

static Measure
measure(ProcviewScanner *scanner, ProcviewQuery *query)
{
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	Measure m;

	/* What is let go of is freed a little later. */
	g_assert_true(pv_slab_drop());
	g_usleep(PAUSE_US);
	m.growth = -pv_slab_proc_inodes();
	snapshot = procview_scanner_scan(scanner, query, &error);
	m.growth += pv_slab_proc_inodes();
	g_assert_no_error(error);
	m.threads = procview_snapshot_get_n_tasks(snapshot);
	m.processes = procview_snapshot_get_n_processes(snapshot);
	m.descriptors = procview_snapshot_get_n_descriptors(snapshot);
	m.by_bpf = pv_test_served_by(snapshot, PROCVIEW_STEP_TASKS, "bpf") &&
		   pv_test_served_by(snapshot, PROCVIEW_STEP_FILES, "bpf");
	m.by_pidfd = !pv_test_served_by(snapshot, PROCVIEW_STEP_FILES, "procfs");
	return m;
}

/* By what was measured, since "auto" may be any; assert_as_asked() has the rest. */
static gint64
bound_of(const Measure *m)
{
	gint64 files = m->by_pidfd ? 0 : 2 * m->descriptors;

	return m->by_bpf ? 50 : files + m->threads + 3 * m->processes + 100;
}

static void
assert_as_asked(ProcviewBackend backend, const Measure *m)
{
	if (backend == PROCVIEW_BACKEND_BPF)
		g_assert_true(m->by_bpf);
	if (backend != PROCVIEW_BACKEND_PROCFS)
		g_assert_true(m->by_pidfd);
}

static void
check(ProcviewBackend backend, ProcviewQuery *query)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);

	procview_query_set_collect(query, AS_PTREE);
	for (guint i = 0; scanner != NULL && i < ATTEMPTS; i++) {
		Measure m = measure(scanner, query);
		gint64 bound = bound_of(&m);

		g_test_message("%d threads, %d processes, %d descriptors: %d inodes, bound %d",
			       (int)m.threads, (int)m.processes, (int)m.descriptors, (int)m.growth,
			       (int)bound);
		g_assert_cmpint(m.descriptors, >=, 2048);
		assert_as_asked(backend, &m);
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

/* Namespaces through a pidfd are there since 6.11. */
static gboolean
has_namespaces_by_pidfd(void)
{
	unsigned major = 0, minor = 0;
	struct utsname name;

	g_assert_cmpint(uname(&name), ==, 0);
	g_assert_cmpint(sscanf(name.release, "%u.%u", &major, &minor), ==, 2);
	return major > 6 || (major == 6 && minor >= 11);
}

/* Two links for the directories of a process, and none for its eight namespaces. */
static void
context(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("many", "P=300", "F=3", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(scene, PROCVIEW_COLLECT_CONTEXT);
	gint64 each = 3 + 2 + (has_namespaces_by_pidfd() ? 0 : 9);

	for (guint i = 0; scanner != NULL && i < ATTEMPTS; i++) {
		Measure m = measure(scanner, query);
		gint64 bound = each * m.processes + 100;

		g_test_message("%d processes: %d inodes, bound %d", (int)m.processes, (int)m.growth,
			       (int)bound);
		g_assert_cmpint(m.processes, >=, 300);
		if (m.growth >= 0 && m.growth < bound)
			return;
	}
	if (scanner != NULL)
		g_test_fail();
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
	pv_test_add("/inodes/context", context);
	return g_test_run();
}
