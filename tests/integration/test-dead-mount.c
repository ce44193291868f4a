/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A file system that never answers: a scan that collects everything is over at once, with all
 * tables, and with what is known without the dead server.
 *
 * The scan is made by a child: if it should hang, this program does not, and says so. Nobody can
 * kill who waits for the answer to some of the requests; but when the scene ends, so does its server,
 * and the kernel wakes all who wait for it.
 */
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pv-test.h"

#define HANGS_MS    400
#define PATIENCE_MS 60000

typedef struct {
	PvTestScene *scene;
	ProcviewBackend backend;
	gboolean whole;
	gboolean without_bpf;
} Look;

/* Whether it came back in time; if so it has been waited for. */
static gboolean
ends_within(pid_t child, guint patience_ms, int *status)
{
	for (guint i = 0; i < patience_ms / 10; i++) {
		if (waitpid(child, status, WNOHANG) == child)
			return TRUE;
		g_usleep(10000);
	}
	return FALSE;
}

/* Without the pipes of the scene: who cannot be killed must not keep it from ending. */
static pid_t
fork_alone(void)
{
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		g_assert_cmpint(syscall(SYS_close_range, 3, ~0U, 0), ==, 0);
	return child;
}

/* Anything that asks the server. FALSE: it came back. */
static gboolean
hangs(void (*call)(const char *path), const char *path, pid_t *child)
{
	int status;

	*child = fork_alone();
	if (*child == 0) {
		call(path);
		_exit(0);
	}
	return !ends_within(*child, HANGS_MS, &status);
}

static void
call_stat(const char *path)
{
	struct stat st;

	stat(path, &st);
}

/* A copy of descriptor 10: with FLUSH=1, closing it asks too. */
static void
call_close(const char *path)
{
	int pidfd = (int)syscall(SYS_pidfd_open, atoi(path + strlen("/proc/")), 0);

	close((int)syscall(SYS_pidfd_getfd, pidfd, 10, 0));
}

/* The subject is what it is said to be: who asks for the file waits. */
static pid_t
prove_dead(PvTestScene *scene, gboolean with_flush)
{
	g_autofree char *path =
		g_strdup_printf("/proc/%d/fd/10", pv_test_scene_number(scene, "live", 0, 0));
	pid_t child;

	g_assert_true(hangs(call_stat, path, &child));
	kill(child, SIGKILL);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	if (!with_flush)
		return 0;
	g_assert_true(hangs(call_close, path, &child));
	/* Cannot be killed until the server is dead. */
	kill(child, SIGKILL);
	return child;
}

static char *
from_hex(const char *text)
{
	gsize n = strlen(text) / 2;
	char *bytes = g_malloc0(n + 1);

	for (gsize i = 0; i < n; i++)
		bytes[i] = (char)(g_ascii_xdigit_value(text[2 * i]) << 4 |
				  g_ascii_xdigit_value(text[2 * i + 1]));
	return bytes;
}

/* TID:FD:KIND:MAJ.MIN:INO:PATH */
static void
check_dead(ProcviewSnapshot *snapshot, const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, ":", -1);
	ProcviewFile *file = pv_test_file_of(snapshot, atoi(parts[0]), atoi(parts[1]));
	g_autofree char *path = from_hex(parts[5]);
	guint major, minor;
	guint64 inode;

	g_assert_cmpstr(procview_kind_to_string(procview_file_get_kind(file)), ==, parts[2]);
	g_assert_cmpstr(procview_file_get_path(file), ==, path);
	g_assert_false(procview_file_is_deleted(file));
	if (procview_file_get_inode(file, &inode))
		g_assert_cmpuint(inode, ==, g_ascii_strtoull(parts[4], NULL, 10));
	if (procview_file_get_device(file, &major, &minor)) {
		g_autofree char *device = g_strdup_printf("%u.%u", major, minor);

		g_assert_cmpstr(device, ==, parts[3]);
	}
}

typedef const char *GetPlace(ProcviewProcess *process);

static const char *
shared_cwd(ProcviewProcess *process)
{
	return procview_fs_context_get_cwd(
		procview_task_get_fs_context(procview_process_get_task(process, 0)));
}

static const char *
shared_root(ProcviewProcess *process)
{
	return procview_fs_context_get_root(
		procview_task_get_fs_context(procview_process_get_task(process, 0)));
}

static const char *
shared_exe(ProcviewProcess *process)
{
	return procview_memory_get_exe(procview_process_get_memory(process));
}

/* PID:PATH */
static void
check_places(PvTestScene *scene, ProcviewSnapshot *snapshot, const char *key, GetPlace *get)
{
	GPtrArray *lines = pv_test_scene_all(scene, key);

	g_assert_cmpuint(lines->len, >, 0);
	for (guint i = 0; i < lines->len; i++) {
		g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(lines, i), ":", 2);
		ProcviewProcess *process = procview_snapshot_find_process(snapshot, atoi(parts[0]));
		g_autofree char *path = from_hex(parts[1]);

		g_assert_nonnull(process);
		g_assert_cmpstr(get(process), ==, path);
	}
}

/* PID:INO:PATH */
static void
check_mapping(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	g_auto(GStrv) parts =
		g_strsplit(g_ptr_array_index(pv_test_scene_all(scene, "dead-map"), 0), ":", 3);
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, atoi(parts[0]));
	ProcviewMemory *memory = procview_process_get_memory(process);
	g_autofree char *path = from_hex(parts[2]);
	guint64 inode;

	g_assert_nonnull(memory);
	for (guint i = 0; i < procview_memory_get_n_mappings(memory); i++) {
		ProcviewMapping *mapping = procview_memory_get_mapping(memory, i);

		if (g_strcmp0(procview_mapping_get_path(mapping), path) != 0)
			continue;
		g_assert_true(procview_mapping_get_inode(mapping, &inode));
		g_assert_cmpuint(inode, ==, g_ascii_strtoull(parts[1], NULL, 10));
		return;
	}
	g_error("%s is not among the mappings of %s", path, parts[0]);
}

static void
check_snapshot(PvTestScene *scene, ProcviewSnapshot *snapshot, gboolean whole)
{
	GPtrArray *dead = pv_test_scene_all(scene, "dead");

	if (whole)
		pv_test_assert_within(scene, snapshot);
	else
		pv_test_assert_tables(scene, snapshot);
	pv_test_assert_descriptors(scene, snapshot);
	g_assert_cmpuint(dead->len, ==, 5);
	for (guint i = 0; i < dead->len; i++)
		check_dead(snapshot, g_ptr_array_index(dead, i));
	check_places(scene, snapshot, "cwd", procview_process_get_cwd);
	check_places(scene, snapshot, "root", procview_process_get_root);
	check_places(scene, snapshot, "exe", procview_process_get_exe);
	check_places(scene, snapshot, "cwd", shared_cwd);
	check_places(scene, snapshot, "root", shared_root);
	check_places(scene, snapshot, "exe", shared_exe);
	check_mapping(scene, snapshot);
}

/* What is left may read all tables, and may not load programs. */
static void
drop_bpf(void)
{
	const guint32 kept[] = {1U << CAP_SYS_PTRACE | 1U << CAP_DAC_READ_SEARCH, 0};
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{kept[0], kept[0], 0}, {kept[1], kept[1], 0}};

	g_assert_cmpint(syscall(SYS_capset, &header, data), ==, 0);
}

static void
look(const Look *what)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(what->backend);
	g_autoptr(ProcviewQuery) query =
		what->whole ? procview_query_new()
			    : pv_test_scene_query(what->scene, PROCVIEW_COLLECT_EVERYTHING);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	procview_query_set_collect(query, PROCVIEW_COLLECT_EVERYTHING);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	check_snapshot(what->scene, snapshot, what->whole);
}

/* In a child, whose end is awaited: see above. */
static void
look_from_afar(const Look *what)
{
	pid_t child = fork_alone();
	int status = 0;

	if (child == 0) {
		if (what->without_bpf)
			drop_bpf();
		look(what);
		_exit(0);
	}
	if (!ends_within(child, PATIENCE_MS, &status)) {
		kill(child, SIGKILL);
		pv_test_scene_end(what->scene);
		g_error("%s waits for the dead server", pv_test_backend_name(what->backend));
	}
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static void
check(ProcviewBackend backend, const char *param)
{
	PvTestScene *scene = pv_test_scene_start("dead-mount", param, NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	pid_t waiting;

	if (scene == NULL || scanner == NULL)
		return;
	waiting = prove_dead(scene, strcmp(param, "FLUSH=1") == 0);
	for (guint whole = 0; whole < 2; whole++) {
		look_from_afar(&(Look){scene, backend, whole == 1, FALSE});
		/* What auto is where BPF is forbidden. */
		if (backend == PROCVIEW_BACKEND_AUTO)
			look_from_afar(&(Look){scene, backend, whole == 1, TRUE});
	}
	pv_test_scene_end(scene);
	if (waiting != 0)
		g_assert_cmpint(waitpid(waiting, NULL, 0), ==, waiting);
}

static void
never_answers(ProcviewBackend backend)
{
	check(backend, "FLUSH=0");
}

/* A copy of a descriptor must not be closed either. */
static void
never_lets_go(ProcviewBackend backend)
{
	check(backend, "FLUSH=1");
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 150);
	pv_test_require_root();
	pv_test_require_kcmp();
	pv_test_add("/dead-mount/never-answers", never_answers);
	pv_test_add("/dead-mount/never-lets-go", never_lets_go);
	return g_test_run();
}
