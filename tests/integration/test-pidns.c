/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Inside a pid namespace (pid_namespaces(7)) with a /proc of its own: a scanner that was opened
 * there sees the tasks that procfs shows there, under the numbers that they have there, and nobody
 * else.
 *
 *   the test, outside: waits
 *     └─ 1: the namespace's init, waits
 *          └─ 2: the tests and their scenes
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pv-test.h"

#define LIMIT_SECONDS 60

static int outer_pid;

/* Each scene is a tree that holds still, so the machine that is the namespace does too. */
static const char *const scene_names[] = {
	"threads", "unshared-leader", "zombie-leader", "zombies", "clone-files", "fork", "zoo"};

/* All tasks that procfs shows: TID, and where its lines are. */
static GHashTable *
list_tasks(void)
{
	GHashTable *tasks = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *pid, *tid;

	g_assert_nonnull(proc);
	while ((pid = g_dir_read_name(proc)) != NULL) {
		g_autofree char *path = g_strdup_printf("/proc/%s/task", pid);
		g_autoptr(GDir) dir = NULL;

		if (!g_ascii_isdigit(pid[0]))
			continue;
		dir = g_dir_open(path, 0, NULL);
		g_assert_nonnull(dir);
		while ((tid = g_dir_read_name(dir)) != NULL) {
			/* A thread of ours that was joined may be there for a moment yet. */
			if (atoi(pid) == getpid() && atoi(tid) != getpid())
				continue;
			g_hash_table_insert(tasks, GINT_TO_POINTER(atoi(tid)),
					    g_strdup_printf("%s/%s", path, tid));
		}
	}
	return tasks;
}

/* The numbers of a line of status. */
static GArray *
status_numbers(const char *status, const char *key)
{
	g_autofree char *begin = g_strdup_printf("\n%s:\t", key);
	const char *line = strstr(status, begin);
	g_autofree char *value = NULL;

	g_assert_nonnull(line);
	line += strlen(begin);
	value = g_strndup(line, strcspn(line, "\n"));
	return pv_test_numbers(value);
}

static void
assert_task(ProcviewTask *task, const char *path)
{
	g_autofree char *name = g_strconcat(path, "/status", NULL);
	g_autofree char *status = NULL;
	g_autoptr(GArray) tgid = NULL;
	g_autoptr(GArray) ns_tids = NULL;

	g_assert_true(g_file_get_contents(name, &status, NULL, NULL));
	tgid = status_numbers(status, "Tgid");
	ns_tids = status_numbers(status, "NSpid");
	g_assert_cmpint(procview_process_get_pid(procview_task_get_process(task)), ==,
			g_array_index(tgid, int, 0));
	g_assert_cmpuint(procview_task_get_n_ns_tids(task), ==, ns_tids->len);
	for (guint i = 0; i < ns_tids->len; i++)
		g_assert_cmpint(procview_task_get_ns_tid(task, i), ==,
				g_array_index(ns_tids, int, i));
}

/* Parent, group and session, which are 0 where they are outside. */
static void
assert_process(ProcviewProcess *process)
{
	g_autofree char *name = g_strdup_printf("/proc/%d/stat", procview_process_get_pid(process));
	g_autofree char *stat = NULL;
	int ppid, pgid, sid;

	g_assert_true(g_file_get_contents(name, &stat, NULL, NULL));
	g_assert_cmpint(sscanf(strrchr(stat, ')') + 4, "%d %d %d", &ppid, &pgid, &sid), ==, 3);
	g_assert_cmpint(procview_process_get_ppid(process), ==, ppid);
	g_assert_cmpint(procview_process_get_pgid(process), ==, pgid);
	g_assert_cmpint(procview_process_get_sid(process), ==, sid);
}

static ProcviewSnapshot *
scan(ProcviewScanner *scanner, ProcviewQuery *query)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(scanner, query, &error);

	g_assert_no_error(error);
	pv_test_assert_sane(snapshot);
	return snapshot;
}

/* A scanner may have a thread of its own while it scans: that one may be there or not. */
static gboolean
is_ours(ProcviewTask *task)
{
	return procview_process_get_pid(procview_task_get_process(task)) == getpid() &&
	       !procview_task_is_leader(task);
}

static void
as_procfs_shows(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) one = pv_test_scene_start("threads", "T=9", NULL);
	g_autoptr(PvTestScene) other = pv_test_scene_start("zombie-leader", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GHashTable) tasks = NULL;
	guint n_seen = 0;

	g_assert_true(one != NULL && other != NULL);
	if (scanner == NULL)
		return;
	snapshot = scan(scanner, NULL);
	tasks = list_tasks();
	for (guint i = 0; i < procview_snapshot_get_n_processes(snapshot); i++) {
		ProcviewProcess *process = procview_snapshot_get_process(snapshot, i);

		assert_process(process);
		for (guint j = 0; j < procview_process_get_n_tasks(process); j++) {
			ProcviewTask *task = procview_process_get_task(process, j);
			int tid = procview_task_get_tid(task);
			const char *path = g_hash_table_lookup(tasks, GINT_TO_POINTER(tid));

			if (is_ours(task))
				continue;
			if (path == NULL)
				g_error("task %d is not of this namespace", tid);
			assert_task(task, path);
			n_seen++;
		}
	}
	g_assert_cmpuint(n_seen, ==, g_hash_table_size(tasks));
	g_assert_cmpuint(n_seen, >, 9);
}

static void
init(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewProcess *process, *self;

	if (scanner == NULL)
		return;
	procview_query_add_pid(query, 1);
	procview_query_add_pid(query, getpid());
	snapshot = scan(scanner, query);
	g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), ==, 2);
	process = procview_snapshot_get_process(snapshot, 0);
	g_assert_cmpint(procview_process_get_pid(process), ==, 1);
	g_assert_cmpint(procview_process_get_ppid(process), ==, 0);
	g_assert_cmpint(procview_process_get_sid(process), ==, 0);
	g_assert_cmpint(procview_fd_table_get_status(pv_test_table_of(snapshot, 1)), ==,
			PROCVIEW_STATUS_OK);
	self = procview_snapshot_find_process(snapshot, getpid());
	g_assert_nonnull(self);
	g_assert_cmpint(procview_process_get_ppid(self), ==, 1);
}

static void
scenes(ProcviewBackend backend)
{
	for (guint i = 0; i < G_N_ELEMENTS(scene_names); i++) {
		g_autoptr(PvTestScene) scene = pv_test_scene_start(scene_names[i], NULL);
		g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
		g_autoptr(ProcviewSnapshot) snapshot = NULL;
		g_autoptr(ProcviewSnapshot) whole = NULL;

		g_assert_nonnull(scene);
		if (scanner == NULL)
			return;
		snapshot = pv_test_scene_scan(scene, scanner);
		pv_test_assert_scene(scene, snapshot);
		pv_test_assert_ids(scene, snapshot);
		whole = scan(scanner, NULL);
		pv_test_assert_within(scene, whole);
	}
}

/* Namespaces within this one: their tasks have a number on each level from here on. */
static void
deeper(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("pid-namespace", "LEVELS=2", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *told;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = scan(scanner, NULL);
	told = pv_test_scene_all(scene, "nsids");
	g_assert_cmpuint(told->len, ==, 2);
	for (guint i = 0; i < told->len; i++) {
		g_autoptr(GArray) numbers = pv_test_numbers(g_ptr_array_index(told, i));
		ProcviewTask *task =
			procview_snapshot_find_task(snapshot, g_array_index(numbers, int, 0));

		g_assert_nonnull(task);
		g_assert_cmpuint(procview_task_get_n_ns_tids(task), ==, numbers->len - 1);
		for (guint j = 1; j < numbers->len; j++)
			g_assert_cmpint(procview_task_get_ns_tid(task, j - 1), ==,
					g_array_index(numbers, int, j));
	}
}

/* A number that somebody has outside. */
static void
outsider(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scanner == NULL)
		return;
	if (kill(outer_pid, 0) == 0) {
		g_test_skip("the number is taken inside too");
		return;
	}
	procview_query_add_pid(query, outer_pid);
	snapshot = scan(scanner, query);
	g_assert_cmpuint(procview_snapshot_get_n_processes(snapshot), ==, 0);
	g_assert_true(procview_snapshot_is_complete(snapshot));
}

static void
revalidate(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("leavers", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewRevalidation) before = NULL;
	g_autoptr(ProcviewRevalidation) after = NULL;
	g_autoptr(GError) error = NULL;
	ProcviewFdTable *table;

	g_assert_nonnull(scene);
	if (scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	table = procview_snapshot_get_fd_table(snapshot, 0);
	before = procview_scanner_revalidate(scanner, table, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(procview_revalidation_is_valid(before));
	pv_test_scene_step(scene, "unshare");
	pv_test_scene_step(scene, "exit-thread");
	after = procview_scanner_revalidate(scanner, table, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(procview_revalidation_count(after, PROCVIEW_MEMBERSHIP_SHARING), ==, 2);
	g_assert_cmpuint(procview_revalidation_count(after, PROCVIEW_MEMBERSHIP_LEFT), ==, 1);
	g_assert_cmpuint(procview_revalidation_count(after, PROCVIEW_MEMBERSHIP_EXITED), ==, 1);
}

static int
run_tests(int argc, char **argv)
{
	pv_test_init(&argc, &argv, LIMIT_SECONDS);
	pv_test_require_kcmp();
	pv_test_add("/pidns/as-procfs-shows", as_procfs_shows);
	pv_test_add("/pidns/init", init);
	pv_test_add("/pidns/scenes", scenes);
	pv_test_add("/pidns/deeper", deeper);
	pv_test_add("/pidns/outsider", outsider);
	pv_test_add("/pidns/revalidate", revalidate);
	return g_test_run();
}

/* The status with which a child ended, as a program's own. */
static int
wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		g_assert_cmpint(errno, ==, EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/*
 * Number 1. It does not test: signals whose action is to end a process do nothing to it, and a
 * test that hangs must end.
 */
static int
be_init(int argc, char **argv)
{
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	g_assert_cmpint(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
	g_assert_cmpint(mount("proc", "/proc", "proc", 0, NULL), ==, 0);
	pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		g_assert_cmpint(getpid(), ==, 2);
		exit(run_tests(argc, argv));
	}
	return wait_for(pid);
}

int
main(int argc, char **argv)
{
	pid_t pid;

	pv_test_require_root();
	outer_pid = getpid();
	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
		pv_test_skip_all("unshare: %s", g_strerror(errno));
	pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0)
		_exit(be_init(argc, argv));
	/* No more can be forked into a namespace whose init is gone: nothing is to be done at exit. */
	_exit(wait_for(pid));
}
