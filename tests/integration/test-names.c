/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Names are bytes: whatever a file, a thread or an argument is called comes out as it went in, and
 * whether a file has lost its name is told by its links, not by what the name looks like.
 */
#include <string.h>

#include "pv-test.h"

static void
files(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("names", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewTask *task;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
	task = procview_snapshot_find_task(snapshot, pv_test_scene_number(scene, "process", 0, 0));
	g_assert_cmpstr(procview_task_get_comm(task), ==, ") S 1 1\n\033[1m");
	/* Not the "S" that is part of the name. */
	g_assert_cmpint(procview_process_get_ppid(procview_task_get_process(task)), >, 1);
}

static const char *
path_of(ProcviewSnapshot *snapshot, int pid, int fd)
{
	const char *path = procview_file_get_path(pv_test_file_of(snapshot, pid, fd));

	g_assert_nonnull(path);
	return strrchr(path, '/') + 1;
}

/* Said once more without the description, so that a scene and a comparison cannot err alike. */
static void
deleted(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("names", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	int pid;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pid = pv_test_scene_number(scene, "process", 0, 0);
	g_assert_cmpstr(path_of(snapshot, pid, 0), ==, "newline\nfd: 7\n");
	g_assert_cmpstr(path_of(snapshot, pid, 9), ==, "real (deleted)");
	g_assert_false(procview_file_is_deleted(pv_test_file_of(snapshot, pid, 9)));
	g_assert_cmpstr(path_of(snapshot, pid, 100), ==, "deleted");
	g_assert_true(procview_file_is_deleted(pv_test_file_of(snapshot, pid, 100)));
	g_assert_cmpstr(path_of(snapshot, pid, 101), ==, "after-rename");
	g_assert_cmpstr(path_of(snapshot, pid, 102), ==, "one-of-two (deleted)");
	g_assert_false(procview_file_is_deleted(pv_test_file_of(snapshot, pid, 102)));
	g_assert_cmpstr(path_of(snapshot, pid, 103), ==, "twice (deleted)");
	g_assert_true(procview_file_is_deleted(pv_test_file_of(snapshot, pid, 103)));
	g_assert_cmpuint(strlen(procview_file_get_path(pv_test_file_of(snapshot, pid, 200))), ==,
			 4000);
	g_assert_null(procview_file_get_path(pv_test_file_of(snapshot, pid, 201)));
	g_assert_cmpint(procview_file_get_kind(pv_test_file_of(snapshot, pid, 201)), ==,
			PROCVIEW_KIND_REGULAR);
}

static void
command(ProcviewBackend backend)
{
	static const char *const arguments[] = {
		"/proc/self/exe", "--parked", "a)b (c\n\033[1md", "two\nlines", "",
		"\033[31m",	  "\377\376",
	};
	g_autoptr(PvTestScene) scene = pv_test_scene_start("command", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewProcess *process;
	int pid;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
	pid = pv_test_scene_number(scene, "process", 0, 0);
	process = procview_snapshot_find_process(snapshot, pid);
	g_assert_nonnull(process);
	g_assert_cmpstr(procview_task_get_comm(procview_process_get_leader(process)), ==,
			arguments[2]);
	g_assert_cmpuint(procview_process_get_n_arguments(process), ==, G_N_ELEMENTS(arguments));
	for (guint i = 0; i < G_N_ELEMENTS(arguments); i++)
		g_assert_cmpstr(procview_process_get_argument(process, i), ==, arguments[i]);
	g_assert_cmpstr(procview_process_get_exe(process), ==, g_getenv("PROCVIEW_TEST_WORKLOAD"));
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_kcmp();
	pv_test_add("/names/files", files);
	pv_test_add("/names/deleted", deleted);
	pv_test_add("/names/command", command);
	return g_test_run();
}
