/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where processes stand: working directory, root, namespaces and cgroup, beside what the processes
 * of a scene know of themselves. The scene with namespaces of its own needs root; without, its
 * tests are skipped.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "pv-test.h"

static const struct {
	const char *name;
	ProcviewNamespace type;
} namespaces[] = {
	{"cgroup", PROCVIEW_NAMESPACE_CGROUP}, {"ipc", PROCVIEW_NAMESPACE_IPC},
	{"mnt", PROCVIEW_NAMESPACE_MNT},       {"net", PROCVIEW_NAMESPACE_NET},
	{"pid", PROCVIEW_NAMESPACE_PID},       {"time", PROCVIEW_NAMESPACE_TIME},
	{"user", PROCVIEW_NAMESPACE_USER},     {"uts", PROCVIEW_NAMESPACE_UTS},
};

static guint64
namespace_of(ProcviewProcess *process, const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(namespaces); i++) {
		if (strcmp(namespaces[i].name, name) == 0)
			return procview_process_get_namespace(process, namespaces[i].type);
	}
	g_error("no namespace is called %s", name);
}

/* What the kernel says of a namespace of a process that holds still; 0: there is none. */
static guint64
inode_of(int pid, const char *name)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/ns/%s", pid, name);
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static ProcviewProcess *
process_of(ProcviewSnapshot *snapshot, const char *value)
{
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, atoi(value));

	g_assert_nonnull(process);
	return process;
}

static char *
from_hex(const char *digits)
{
	GString *bytes = g_string_new(NULL);

	for (; digits[0] != '\0'; digits += 2)
		g_string_append_c(bytes, (char)(g_ascii_xdigit_value(digits[0]) << 4 |
						g_ascii_xdigit_value(digits[1])));
	return g_string_free(bytes, FALSE);
}

typedef const char *Getter(ProcviewProcess *process);

/* PID:PATH, the path in hexadecimal, empty if the kernel cannot tell it. */
static guint
assert_paths(PvTestScene *scene, ProcviewSnapshot *snapshot, const char *key, Getter *get)
{
	GPtrArray *values = pv_test_scene_all(scene, key);

	for (guint i = 0; i < values->len; i++) {
		const char *value = g_ptr_array_index(values, i);
		const char *digits = strchr(value, ':') + 1;
		g_autofree char *path = from_hex(digits);
		ProcviewProcess *process = process_of(snapshot, value);

		g_assert_cmpstr(get(process), ==, *digits == '\0' ? NULL : path);
	}
	return values->len;
}

/* PID:NAME:INODE */
static guint
assert_namespaces(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *values = pv_test_scene_all(scene, "ns");

	for (guint i = 0; i < values->len; i++) {
		g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(values, i), ":", -1);
		guint64 inode = namespace_of(process_of(snapshot, parts[0]), parts[1]);

		g_test_message("%s of %s: %" G_GUINT64_FORMAT, parts[1], parts[0], inode);
		g_assert_cmpuint(inode, ==, g_ascii_strtoull(parts[2], NULL, 10));
	}
	return values->len;
}

/* PID:NAME: that the scene has really left, and was not told of the namespace that all are in. */
static guint
assert_unshared(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *values = pv_test_scene_all(scene, "unshared");

	for (guint i = 0; i < values->len; i++) {
		g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(values, i), ":", -1);
		guint64 inode = namespace_of(process_of(snapshot, parts[0]), parts[1]);

		g_assert_cmpuint(inode, !=, 0);
		g_assert_cmpuint(inode, !=, inode_of(getpid(), parts[1]));
	}
	return values->len;
}

/* PIDFD_GET_INFO is there since 6.13. */
static gboolean
tells_cgroups(void)
{
	unsigned major = 0, minor = 0;
	struct utsname name;

	g_assert_cmpint(uname(&name), ==, 0);
	g_assert_cmpint(sscanf(name.release, "%u.%u", &major, &minor), ==, 2);
	return major > 6 || (major == 6 && minor >= 13);
}

/* PID:INODE */
static void
assert_cgroups(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *values = pv_test_scene_all(scene, "cgroup");

	for (guint i = 0; i < values->len; i++) {
		const char *value = g_ptr_array_index(values, i);
		ProcviewProcess *process = process_of(snapshot, value);
		guint64 id = procview_process_get_cgroup_id(process);

		if (id != 0 || tells_cgroups())
			g_assert_cmpuint(id, ==,
					 g_ascii_strtoull(strchr(value, ':') + 1, NULL, 10));
	}
}

static void
directories(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("directories", NULL);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	g_assert_nonnull(scene);
	snapshot = pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_CONTEXT);
	if (snapshot == NULL)
		return;
	g_assert_cmpint(procview_snapshot_get_collected(snapshot), ==, PROCVIEW_COLLECT_CONTEXT);
	g_assert_cmpuint(assert_paths(scene, snapshot, "cwd", procview_process_get_cwd), ==, 4);
	g_assert_cmpuint(assert_paths(scene, snapshot, "root", procview_process_get_root), ==, 1);
	g_assert_cmpuint(assert_namespaces(scene, snapshot), >=, 7);
}

static void
own_namespaces(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("namespaces", NULL);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL)
		return;
	snapshot = pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_CONTEXT);
	if (snapshot == NULL)
		return;
	g_assert_cmpuint(assert_paths(scene, snapshot, "cwd", procview_process_get_cwd), ==, 1);
	g_assert_cmpuint(assert_paths(scene, snapshot, "root", procview_process_get_root), ==, 1);
	g_assert_cmpuint(assert_namespaces(scene, snapshot), >=, 4 * 7);
	g_assert_cmpuint(assert_unshared(scene, snapshot), >=, 4);
	assert_cgroups(scene, snapshot);
}

/* With everything else, and in a scan of the whole machine. */
static void
among_all(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("directories", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	if (scanner == NULL)
		return;
	procview_query_set_collect(query, PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_CONTEXT);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	pv_test_assert_within(scene, snapshot);
	assert_paths(scene, snapshot, "cwd", procview_process_get_cwd);
	assert_paths(scene, snapshot, "root", procview_process_get_root);
	assert_namespaces(scene, snapshot);
}

static void
assert_nothing(ProcviewProcess *process)
{
	g_assert_null(procview_process_get_cwd(process));
	g_assert_null(procview_process_get_root(process));
	g_assert_cmpuint(procview_process_get_cgroup_id(process), ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(namespaces); i++)
		g_assert_cmpuint(procview_process_get_namespace(process, namespaces[i].type), ==,
				 0);
}

/* "All" is what it was before there was this. */
static void
not_asked(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("directories", NULL);
	g_autoptr(ProcviewSnapshot) snapshot =
		pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_ALL);

	for (guint i = 0; snapshot != NULL && i < procview_snapshot_get_n_processes(snapshot); i++)
		assert_nothing(procview_snapshot_get_process(snapshot, i));
}

/* A zombie has left its directories and most namespaces; those of its number and user it is in. */
static void
zombies(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("zombies", NULL);
	g_autoptr(ProcviewSnapshot) snapshot =
		pv_test_scene_collect_by(scene, backend, PROCVIEW_COLLECT_CONTEXT);
	g_autoptr(GArray) zombies = NULL;

	if (snapshot == NULL)
		return;
	zombies = pv_test_numbers(g_ptr_array_index(pv_test_scene_all(scene, "tableless"), 0));
	g_assert_cmpuint(zombies->len, ==, 2);
	for (guint i = 0; i < zombies->len; i++) {
		int pid = g_array_index(zombies, int, i);
		ProcviewProcess *process = procview_snapshot_find_process(snapshot, pid);

		g_assert_null(procview_process_get_cwd(process));
		g_assert_null(procview_process_get_root(process));
		for (guint j = 0; j < G_N_ELEMENTS(namespaces); j++)
			g_assert_cmpuint(
				procview_process_get_namespace(process, namespaces[j].type), ==,
				inode_of(pid, namespaces[j].name));
		g_assert_cmpuint(procview_process_get_namespace(process, PROCVIEW_NAMESPACE_PID),
				 ==, inode_of(getpid(), "pid"));
	}
}

/* Threads of the kernel stand somewhere too. */
static void
kernel_threads(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *cwd = g_file_read_link("/proc/2/cwd", NULL);
	ProcviewProcess *process;

	if (scanner == NULL)
		return;
	procview_query_add_pid(query, 2);
	procview_query_set_collect(query, PROCVIEW_COLLECT_CONTEXT);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	process = procview_snapshot_find_process(snapshot, 2);
	if (process == NULL || !procview_process_is_kernel_thread(process) || cwd == NULL) {
		g_test_skip("threads of the kernel are not to be looked into here");
		return;
	}
	g_assert_cmpstr(procview_process_get_cwd(process), ==, cwd);
	g_assert_cmpstr(procview_process_get_root(process), ==, "/");
	for (guint i = 0; i < G_N_ELEMENTS(namespaces); i++)
		g_assert_cmpuint(procview_process_get_namespace(process, namespaces[i].type), ==,
				 inode_of(2, namespaces[i].name));
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_add("/context/directories", directories);
	pv_test_add("/context/own-namespaces", own_namespaces);
	pv_test_add("/context/among-all", among_all);
	pv_test_add("/context/not-asked", not_asked);
	pv_test_add("/context/zombies", zombies);
	pv_test_add("/context/kernel-threads", kernel_threads);
	return g_test_run();
}
