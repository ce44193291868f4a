/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What mounts say about reading: recorded mountinfo and cgroups.
 */
#include <fcntl.h>

#include "backend/mounts.h"
#include "util/fd.h"

static int
open_data(const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "tests/data/proc", name, NULL);
	int fd = pv_open_dir(AT_FDCWD, path);

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

static const PvMountNamespace *
get(PvMounts *mounts, guint64 ns, int process_dir)
{
	int status = 0;
	const PvMountNamespace *found = pv_mounts_get(mounts, ns, process_dir, &status);

	g_assert_nonnull(found);
	return found;
}

static void
check(const char *name, gboolean waits)
{
	pv_autofd dir = open_data(name);
	PvMounts *mounts = pv_mounts_new();
	const PvMountNamespace *ns = get(mounts, 77, dir);

	g_assert_cmpint(ns->waits, ==, waits);
	g_assert_cmpint(ns->stacked, ==, g_str_has_suffix(name, "overlay"));
	/* A second process of the same namespace is not read again: it has no directory at all. */
	g_assert_true(get(mounts, 77, -1) == ns);
	pv_mounts_free(mounts);
}

static void
test_local(void)
{
	check("mounts-local", FALSE);
}

static void
test_overlay(void)
{
	check("mounts-overlay", FALSE);
}

static void
test_fuse(void)
{
	check("mounts-fuse", TRUE);
}

/* A line that is not understood may be a file system that waits. */
static void
test_cut(void)
{
	check("mounts-cut", TRUE);
}

static void
test_unreadable(void)
{
	PvMounts *mounts = pv_mounts_new();
	const PvMountNamespace *ns = get(mounts, 5, -1);

	g_assert_true(ns->waits);
	/* An unknown namespace is not taken for another unknown one. */
	g_assert_true(get(mounts, 0, -1) != get(mounts, 0, -1));
	pv_mounts_free(mounts);
}

static const char *
find_tagging(int proc_dir)
{
	const char *controller = "";

	g_assert_cmpint(pv_mounts_find_socket_tagging(proc_dir, &controller), ==, 0);
	return controller;
}

static void
test_tagging(void)
{
	pv_autofd with = open_data("tagging");
	pv_autofd without = open_data("no-tagging");
	pv_autofd none = open_data("mounts-local");

	g_assert_cmpstr(find_tagging(with), ==, "net_cls");
	g_assert_null(find_tagging(without));
	g_assert_null(find_tagging(none));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/mounts/local", test_local);
	g_test_add_func("/backend/mounts/overlay", test_overlay);
	g_test_add_func("/backend/mounts/fuse", test_fuse);
	g_test_add_func("/backend/mounts/cut", test_cut);
	g_test_add_func("/backend/mounts/unreadable", test_unreadable);
	g_test_add_func("/backend/mounts/tagging", test_tagging);
	return g_test_run();
}
