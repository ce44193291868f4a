/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a file is: one of every kind that this kernel lets the test make.
 */
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "pv-test.h"

static void
zoo(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("zoo", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *missing;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
	missing = pv_test_scene_all(scene, "missing");
	for (guint i = 0; i < missing->len; i++)
		g_test_message("not made here: %s", (char *)g_ptr_array_index(missing, i));
}

/* These can be made by anybody on any kernel that the library is for. */
static void
ordinary_kinds_are_there(ProcviewBackend backend)
{
	static const char *const ordinary[] = {
		"regular",  "directory", "symlink", "chardev",	 "pipe",
		"fifo",	    "socket",	 "eventfd", "eventpoll", "timerfd",
		"signalfd", "inotify",	 "pidfd",   "memfd",	 "nsfs",
	};
	g_autoptr(PvTestScene) scene = pv_test_scene_start("zoo", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	ProcviewFdTable *table;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	table = pv_test_table_of(snapshot, pv_test_scene_number(scene, "table", 0, 0));
	for (guint i = 0; i < procview_fd_table_get_n_descriptors(table); i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		ProcviewFile *file = procview_descriptor_get_file(descriptor);

		g_hash_table_add(seen,
				 (char *)procview_kind_to_string(procview_file_get_kind(file)));
	}
	for (guint i = 0; i < G_N_ELEMENTS(ordinary); i++)
		if (!g_hash_table_contains(seen, ordinary[i]))
			g_error("no %s was seen", ordinary[i]);
}

/* The kind does not need the path, and the path is not there if it was not asked for. */
static void
without_paths(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("zoo", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GPtrArray) descriptors = NULL;
	g_autoptr(GError) error = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_DESCRIPTORS);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	descriptors = pv_test_scene_descriptors(scene);
	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		ProcviewFile *file = pv_test_file_of(snapshot, d->tid, d->fd);

		g_assert_cmpstr(procview_kind_to_string(procview_file_get_kind(file)), ==, d->kind);
		g_assert_cmpint(procview_file_is_deleted(file), ==,
				d->n_links == 0 && strcmp(d->kind, "memfd") != 0);
		g_assert_null(procview_file_get_path(file));
		g_assert_cmpuint(procview_file_get_description(file), ==, 0);
	}
}

/* Sizes belong to files that have one, device numbers to devices, and both to nothing else. */
static void
extents(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("seed", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewFile *device, *log, *pipe;
	guint major, minor, mount;
	struct stat st;
	guint64 size;
	int pid;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
	pid = pv_test_scene_number(scene, "process", 0, 0);
	device = pv_test_file_of(snapshot, pid, 0);
	log = pv_test_file_of(snapshot, pid, 1);
	pipe = pv_test_file_of(snapshot, pid, 4);
	g_assert_cmpint(stat("/dev/null", &st), ==, 0);
	g_assert_true(procview_file_get_rdev(device, &major, &minor));
	g_assert_cmpuint(major, ==, major(st.st_rdev));
	g_assert_cmpuint(minor, ==, minor(st.st_rdev));
	g_assert_false(procview_file_get_size_bytes(device, &size));
	g_assert_true(procview_file_get_size_bytes(log, &size));
	g_assert_cmpuint(size, ==, 5);
	g_assert_false(procview_file_get_rdev(log, NULL, NULL));
	g_assert_false(procview_file_get_size_bytes(pipe, NULL));
	g_assert_false(procview_file_get_pos(pipe, NULL));
	g_assert_true(procview_file_get_mount_id(log, &mount));
	g_assert_cmpuint(mount, >, 0);
	/* Both ends of a pipe are one inode and two open files. */
	g_assert_cmpuint(procview_file_get_description(pipe), !=,
			 procview_file_get_description(pv_test_file_of(snapshot, pid, 5)));
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_kcmp();
	pv_test_add("/kinds/zoo", zoo);
	pv_test_add("/kinds/ordinary", ordinary_kinds_are_there);
	pv_test_add("/kinds/without-paths", without_paths);
	pv_test_add("/kinds/extents", extents);
	return g_test_run();
}
