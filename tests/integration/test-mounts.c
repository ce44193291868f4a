/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What file system a file is on, and what is mounted there: of several types, hidden by others, in
 * other namespaces, and in none.
 */
#include <string.h>

#include "pv-test.h"

static char *
from_hex(const char *text)
{
	gsize n = strlen(text) / 2;
	char *bytes;

	if (strcmp(text, "-") == 0)
		return NULL;
	bytes = g_malloc0(n + 1);
	for (gsize i = 0; i < n; i++)
		bytes[i] = (char)(g_ascii_xdigit_value(text[2 * i]) << 4 |
				  g_ascii_xdigit_value(text[2 * i + 1]));
	return bytes;
}

static guint
differs(const char *line, const char *what, const char *known, const char *told)
{
	if (g_strcmp0(known, told) == 0)
		return 0;
	g_printerr("# %s: %s is %s, not %s\n", line, what, known != NULL ? known : "unknown",
		   told != NULL ? told : "unknown");
	return 1;
}

/* The device of the mount is the file system's own; of the file it is what stat(2) says. */
static guint
check_device(ProcviewMount *mount, const char *line, const char *told)
{
	g_autofree char *known = NULL;
	guint major, minor;

	if (procview_mount_get_device(mount, &major, &minor))
		known = g_strdup_printf("%u.%u", major, minor);
	g_assert_nonnull(known);
	return strcmp(told, "-") == 0 ? 0 : differs(line, "device", known, told);
}

/* TID:FD:TYPE:ID:MAJ.MIN:SOURCE:ROOT:POINT */
static guint
check_mount(ProcviewSnapshot *snapshot, const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, ":", -1);
	g_autofree char *source = from_hex(parts[5]);
	g_autofree char *root = from_hex(parts[6]);
	g_autofree char *point = from_hex(parts[7]);
	ProcviewFile *file = pv_test_file_of(snapshot, atoi(parts[0]), atoi(parts[1]));
	ProcviewMount *mount = procview_file_get_mount(file);
	guint id, n = 0;

	g_assert_true(procview_file_get_mount_id(file, &id));
	g_assert_cmpuint(id, ==, (guint)atoi(parts[3]));
	/* One that is in no namespace is in no mountinfo. */
	if (mount == NULL) {
		if (point == NULL)
			return 0;
		g_printerr("# %s: its mount is not there\n", line);
		return 1;
	}
	g_assert_cmpuint(procview_mount_get_id(mount), ==, id);
	n += differs(line, "type", procview_mount_get_fs_type(mount), parts[2]);
	n += differs(line, "source", procview_mount_get_source(mount), source);
	n += differs(line, "root", procview_mount_get_root(mount), root);
	n += differs(line, "mount point", procview_mount_get_point(mount), point);
	return n + check_device(mount, line, parts[4]);
}

/*
 * TID:FD:MAJ.MIN:INO, as stat(2) has them. What BPF reads are the kernel's own numbers: see
 * doc/design/file-systems.md.
 */
static void
check_own_device(ProcviewSnapshot *snapshot, const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, ":", -1);
	ProcviewFdTable *table = pv_test_table_of(snapshot, atoi(parts[0]));
	ProcviewFile *file = pv_test_file_of(snapshot, atoi(parts[0]), atoi(parts[1]));
	g_autofree char *known = NULL;
	guint major, minor, mount_major, mount_minor;
	guint64 inode;

	g_assert_true(procview_file_get_device(file, &major, &minor));
	g_assert_true(procview_file_get_inode(file, &inode));
	known = g_strdup_printf("%u.%u:%" G_GUINT64_FORMAT, major, minor, inode);
	if (strcmp(procview_fd_table_get_backend_name(table), "bpf") != 0) {
		g_assert_cmpstr(known, ==, line + strlen(parts[0]) + strlen(parts[1]) + 2);
		return;
	}
	g_assert_true(procview_mount_get_device(procview_file_get_mount(file), &mount_major,
						&mount_minor));
	g_assert_cmpuint(major, ==, mount_major);
	g_assert_cmpuint(minor, ==, mount_minor);
}

static void
check(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *lines = pv_test_scene_all(scene, "mount");
	GPtrArray *own = pv_test_scene_all(scene, "own");
	GPtrArray *missing = pv_test_scene_all(scene, "missing");
	guint n = 0;

	for (guint i = 0; i < own->len; i++)
		check_own_device(snapshot, g_ptr_array_index(own, i));
	g_assert_cmpuint(lines->len, >=, 6);
	for (guint i = 0; i < lines->len; i++)
		n += check_mount(snapshot, g_ptr_array_index(lines, i));
	g_assert_cmpuint(n, ==, 0);
	for (guint i = 0; i < missing->len; i++)
		g_test_message("not made here: %s", (char *)g_ptr_array_index(missing, i));
}

static ProcviewSnapshot *
scan(ProcviewScanner *scanner, ProcviewQuery *query)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(scanner, query, &error);

	g_assert_no_error(error);
	return snapshot;
}

static void
of_the_scene(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("mounts", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_MOUNTS);
	snapshot = scan(scanner, query);
	pv_test_assert_scene(scene, snapshot);
	check(scene, snapshot);
}

static void
alone(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("mounts", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_MOUNTS);
	snapshot = scan(scanner, query);
	check(scene, snapshot);
}

static void
of_the_machine(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("mounts", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	procview_query_set_collect(query, PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_MOUNTS);
	snapshot = scan(scanner, query);
	check(scene, snapshot);
}

static void
only_when_asked(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("mounts", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
	g_assert_cmpuint(procview_snapshot_get_n_mounts(snapshot), ==, 0);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_root();
	pv_test_require_kcmp();
	pv_test_add("/mounts/of-the-scene", of_the_scene);
	pv_test_add("/mounts/alone", alone);
	pv_test_add("/mounts/of-the-machine", of_the_machine);
	pv_test_add("/mounts/only-when-asked", only_when_asked);
	return g_test_run();
}
