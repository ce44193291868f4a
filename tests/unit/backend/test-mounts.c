/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What mounts say about reading: recorded mountinfo and cgroups.
 */
#include <fcntl.h>

#include "backend/mounts.h"
#include "core/record.h"
#include "util/fd.h"

static int
open_data(const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "tests/data/proc", name, NULL);
	int fd = pv_open_dir(AT_FDCWD, path);

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

static PvMounts *
check(const char *name, gboolean waits, gboolean has_root)
{
	pv_autofd dir = open_data(name);
	PvMounts *mounts = pv_mounts_new();
	const PvMountNamespace *ns = pv_mounts_get(mounts, 77, dir);

	g_assert_nonnull(ns);
	g_assert_cmpint(ns->waits, ==, waits);
	g_assert_cmpint(pv_mount_namespace_is_local(ns, pv_dev(254, 0)), ==, has_root);
	/* A second process of the same namespace is not read again: it has no directory at all. */
	g_assert_true(pv_mounts_get(mounts, 77, -1) == ns);
	return mounts;
}

static void
test_local(void)
{
	pv_autofd dir = open_data("mounts-local");
	PvMounts *mounts = check("mounts-local", FALSE, TRUE);
	const PvMountNamespace *ns = pv_mounts_get(mounts, 77, dir);

	g_assert_true(pv_mount_namespace_is_local(ns, pv_dev(0, 22)));
	/* A read of a file of proc or sysfs may take for ever. */
	g_assert_false(pv_mount_namespace_is_local(ns, pv_dev(0, 20)));
	g_assert_false(pv_mount_namespace_is_local(ns, pv_dev(0, 21)));
	pv_mounts_free(mounts);
}

static void
test_fuse(void)
{
	pv_mounts_free(check("mounts-fuse", TRUE, TRUE));
}

/* A line that is not understood may be a file system that waits. */
static void
test_cut(void)
{
	pv_mounts_free(check("mounts-cut", TRUE, TRUE));
}

static void
test_unreadable(void)
{
	PvMounts *mounts = pv_mounts_new();
	const PvMountNamespace *ns = pv_mounts_get(mounts, 5, -1);

	g_assert_true(ns->waits);
	g_assert_false(pv_mount_namespace_is_local(ns, pv_dev(254, 0)));
	/* An unknown namespace is not taken for another unknown one. */
	g_assert_true(pv_mounts_get(mounts, 0, -1) != pv_mounts_get(mounts, 0, -1));
	pv_mounts_free(mounts);
}

static void
test_tagging(void)
{
	pv_autofd with = open_data("tagging");
	pv_autofd without = open_data("no-tagging");
	pv_autofd none = open_data("mounts-local");

	g_assert_cmpstr(pv_mounts_find_socket_tagging(with), ==, "net_cls");
	g_assert_null(pv_mounts_find_socket_tagging(without));
	g_assert_null(pv_mounts_find_socket_tagging(none));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/mounts/local", test_local);
	g_test_add_func("/backend/mounts/fuse", test_fuse);
	g_test_add_func("/backend/mounts/cut", test_cut);
	g_test_add_func("/backend/mounts/unreadable", test_unreadable);
	g_test_add_func("/backend/mounts/tagging", test_tagging);
	return g_test_run();
}
