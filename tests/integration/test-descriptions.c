/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which descriptors are one open file description, within a table and across tables, beside
 * look-alikes with the same inode, flags and offset.
 */
#include "pv-test.h"

static void
check_scene(ProcviewBackend backend, const char *name)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start(name, NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
}

static void
dup_in_a_table(ProcviewBackend backend)
{
	check_scene(backend, "dup");
}

static void
after_fork(ProcviewBackend backend)
{
	check_scene(backend, "fork");
}

static void
received(ProcviewBackend backend)
{
	check_scene(backend, "scm-rights");
}

static void
unshared_copy(ProcviewBackend backend)
{
	check_scene(backend, "unshared-thread");
}

static void
same_description(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	int parent = pv_test_scene_number(scene, "ofd", 0, 0);
	int child = pv_test_scene_number(scene, "ofd", 0, 2);
	ProcviewFile *shared = pv_test_file_of(snapshot, parent, 0);

	g_assert_true(pv_test_file_of(snapshot, child, 0) == shared);
	g_assert_true(pv_test_file_of(snapshot, parent, 1) != shared);
	g_assert_true(pv_test_file_of(snapshot, child, 1) != shared);
	g_assert_true(pv_test_file_of(snapshot, child, 1) != pv_test_file_of(snapshot, parent, 1));
}

/* The offset of a description may be another one each time that somebody looks. */
static void
moving_offset(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("moving-offset", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);

	if (scene == NULL || scanner == NULL)
		return;
	for (guint i = 0; i < 20; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_scan(scene, scanner);

		pv_test_assert_tables(scene, snapshot);
		pv_test_assert_descriptions(scene, snapshot);
		same_description(scene, snapshot);
	}
}

/* Four thousand descriptors, a thousand of them look-alikes of each other. */
static void
thousands_alike(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("thousands", "N=4000", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_descriptions(scene, snapshot);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/descriptions/dup", dup_in_a_table);
	pv_test_add("/descriptions/fork", after_fork);
	pv_test_add("/descriptions/scm-rights", received);
	pv_test_add("/descriptions/unshared-copy", unshared_copy);
	pv_test_add("/descriptions/moving-offset", moving_offset);
	pv_test_add("/descriptions/thousands", thousands_alike);
	return g_test_run();
}
