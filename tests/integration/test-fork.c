/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Children of the program that links the library: those that execute another program get none of its
 * descriptors, at whatever moment they are made; those that do not may go on with scanner and
 * snapshot as if these were their own, and do no harm to the parent's.
 *
 * open(2), openat(2), socket(2), pipe2(2) and ioctl(2) are this program's own: they take the place of
 * the C library's for the library. What the other calls make that it uses is always close-on-exec:
 * pidfd_open(2), pidfd_getfd(2), bpf(2), opendir(3).
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "text.h"

#define CLOEXEC_BIT 02000000 /* of O_CLOEXEC in fdinfo, on all architectures that have BPF here */
#define CHILD_LIMIT 60	     /* seconds; a child that hangs is ended */

extern char **environ;

static gint noting;
static gint n_marked;	/* descriptors that were asked for with close-on-exec */
static gint n_unmarked; /* and without */

/* By names that no header has: of some of these it defines more than the prototype. */
int pv_test_open(const char *path, int flags, ...) __asm__("open64");
int pv_test_openat(int dir, const char *path, int flags, ...) __asm__("openat64");
int pv_test_socket(int family, int type, int protocol) __asm__("socket");
int pv_test_pipe2(int *ends, int flags) __asm__("pipe2");
int pv_test_ioctl(int fd, unsigned long request, ...) __asm__("ioctl");

static void
note(gboolean marked)
{
	if (g_atomic_int_get(&noting))
		g_atomic_int_inc(marked ? &n_marked : &n_unmarked);
}

static int
open_at(int dir, const char *path, int flags, va_list args)
{
	gboolean makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;

	note((flags & O_CLOEXEC) != 0);
	return (int)syscall(SYS_openat, dir, path, flags, makes ? va_arg(args, int) : 0);
}

int
pv_test_open(const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = open_at(AT_FDCWD, path, flags, args);
	va_end(args);
	return fd;
}

int
pv_test_openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = open_at(dir, path, flags, args);
	va_end(args);
	return fd;
}

int
pv_test_socket(int family, int type, int protocol)
{
	note((type & SOCK_CLOEXEC) != 0);
	return (int)syscall(SYS_socket, family, type, protocol);
}

int
pv_test_pipe2(int *ends, int flags)
{
	note((flags & O_CLOEXEC) != 0);
	return (int)syscall(SYS_pipe2, ends, flags);
}

int
pv_test_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	unsigned long argument;

	va_start(args, request);
	argument = va_arg(args, unsigned long);
	va_end(args);
	if (request == TIOCGPTPEER)
		note((argument & O_CLOEXEC) != 0);
	return (int)syscall(SYS_ioctl, fd, request, argument);
}

typedef struct {
	ProcviewBackend backend;
	PvTestScene *scene;
	ProcviewScanner *scanner;
	ProcviewQuery *query;
	ProcviewSnapshot *snapshot;
	char *text;
} World;

/* FALSE: it cannot be had here. */
static gboolean
world_begin(World *world, ProcviewBackend backend)
{
	g_autoptr(GError) error = NULL;

	*world = (World){.backend = backend, .scene = pv_test_scene_start("fork", NULL)};
	world->scanner = world->scene != NULL ? pv_test_scanner(backend) : NULL;
	if (world->scanner == NULL) {
		g_clear_pointer(&world->scene, pv_test_scene_end);
		return FALSE;
	}
	world->query = pv_test_scene_query(world->scene, PROCVIEW_COLLECT_EVERYTHING);
	world->snapshot = procview_scanner_scan(world->scanner, world->query, &error);
	g_assert_no_error(error);
	world->text = pv_test_text_of(world->snapshot);
	return TRUE;
}

static void
world_end(World *world)
{
	procview_snapshot_unref(world->snapshot);
	procview_query_unref(world->query);
	g_object_unref(world->scanner);
	pv_test_scene_end(world->scene);
	g_free(world->text);
}

static void
assert_scans_well(const World *world)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewSnapshot) snapshot =
		procview_scanner_scan(world->scanner, world->query, &error);
	g_autofree char *text = NULL;

	g_assert_no_error(error);
	text = pv_test_text_of(snapshot);
	pv_test_assert_same_text(world->text, text);
}

/* What a child inherits is used, asked, and given back. */
static void
use_and_free(World *world)
{
	g_autofree char *text = pv_test_text_of(world->snapshot);
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) error = NULL;

	pv_test_assert_same_text(world->text, text);
	pv_test_assert_sane(world->snapshot);
	assert_scans_well(world);
	now = procview_scanner_revalidate(
		world->scanner, procview_snapshot_get_fd_table(world->snapshot, 0), NULL, &error);
	g_assert_no_error(error);
	g_assert_true(procview_revalidation_is_valid(now));
	g_clear_pointer(&world->snapshot, procview_snapshot_unref);
	g_clear_object(&world->scanner);
}

/* 0 in the child, which is ended with its parent, and when it takes too long. */
static pid_t
fork_limited(void)
{
	pid_t pid = fork();

	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(CHILD_LIMIT);
	}
	return pid;
}

static void
await(pid_t pid)
{
	int status;

	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static void
idle_scanner(ProcviewBackend backend)
{
	World world;
	pid_t pid;

	if (!world_begin(&world, backend))
		return;
	pid = fork_limited();
	if (pid == 0) {
		use_and_free(&world);
		_exit(0);
	}
	/* Both at once, and once more when the child has closed what it had. */
	assert_scans_well(&world);
	await(pid);
	assert_scans_well(&world);
	world_end(&world);
}

/* By a run-time library with locks of its own, which another thread may hold at a fork. */
static gboolean
is_sanitized(void)
{
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(IS_SANITIZED)
	return TRUE;
#else
	return FALSE;
#endif
}

typedef struct {
	const World *world;
	gint ending;
	gint n_scans;
} Scanning;

/* Nothing but the library: GObject has locks of its own, which a child may find taken for ever. */
static gpointer
scan_on(gpointer data)
{
	Scanning *scanning = data;

	while (!g_atomic_int_get(&scanning->ending)) {
		ProcviewSnapshot *snapshot = procview_scanner_scan(scanning->world->scanner,
								   scanning->world->query, NULL);

		g_assert_nonnull(snapshot);
		procview_snapshot_unref(snapshot);
		g_atomic_int_inc(&scanning->n_scans);
	}
	return NULL;
}

/* To the child the scanner is one that nobody uses, not one that somebody will use for ever. */
static void
busy_scanner(ProcviewBackend backend)
{
	World world;
	Scanning scanning = {&world, FALSE, 0};
	GThread *thread;

	if (is_sanitized()) {
		g_test_skip("the sanitizer's own locks do not get over such a fork");
		return;
	}
	if (!world_begin(&world, backend))
		return;
	thread = g_thread_new("scan", scan_on, &scanning);
	for (guint i = 0; i < 8; i++) {
		gint before = g_atomic_int_get(&scanning.n_scans);
		pid_t pid;

		while (g_atomic_int_get(&scanning.n_scans) == before)
			g_usleep(300 * (i + 1));
		pid = fork_limited();
		if (pid == 0) {
			use_and_free(&world);
			_exit(0);
		}
		await(pid);
	}
	g_atomic_int_set(&scanning.ending, TRUE);
	g_thread_join(thread);
	assert_scans_well(&world);
	world_end(&world);
}

typedef struct {
	guint n_left; /* calls until it forks */
	pid_t child;  /* as fork(2) has returned it; -1: not yet */
} Forking;

static void
fork_now(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	Forking *forking = user_data;

	if (--forking->n_left == 0)
		forking->child = fork_limited();
}

/* The scan goes on in the parent and ends in the child, which may begin another one. */
static gboolean
fork_at(World *world, guint nth)
{
	g_autoptr(GError) error = NULL;
	Forking forking = {nth, -1};
	g_autoptr(ProcviewSnapshot) snapshot = procview_scanner_scan_full(
		world->scanner, world->query, NULL, fork_now, &forking, &error);

	if (forking.child == 0) {
		g_assert_null(snapshot);
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
		use_and_free(world);
		_exit(0);
	}
	g_assert_no_error(error);
	if (forking.child > 0)
		await(forking.child);
	return forking.child > 0;
}

static void
by_progress(ProcviewBackend backend)
{
	World world;
	guint nth = 1;

	if (!world_begin(&world, backend))
		return;
	while (fork_at(&world, nth))
		nth++;
	g_test_message("forked at %u calls", nth - 1);
	g_assert_cmpuint(nth, >, PROCVIEW_STEP_FILES);
	world_end(&world);
}

/* Numbers above stderr of a program that this one executes. */
static char *
descriptors_of_child(void)
{
	char program[] = "/bin/ls", directory[] = "/proc/self/fd";
	char *argv[] = {program, directory, NULL};
	posix_spawn_file_actions_t actions;
	int ends[2];
	pid_t pid;
	char text[4096];
	gssize n = 0, got;

	g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
	g_assert_cmpint(posix_spawn_file_actions_init(&actions), ==, 0);
	g_assert_cmpint(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO), ==, 0);
	g_assert_cmpint(posix_spawn(&pid, argv[0], &actions, NULL, argv, environ), ==, 0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	while ((got = read(ends[0], text + n, sizeof(text) - 1 - n)) > 0)
		n += got;
	close(ends[0]);
	await(pid);
	text[n] = '\0';
	return g_strdup(text);
}

static gpointer
open_and_scan_on(gpointer data)
{
	Scanning *scanning = data;

	while (!g_atomic_int_get(&scanning->ending)) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ProcviewScanner) scanner =
			procview_scanner_new_with_backend(scanning->world->backend, &error);
		g_autoptr(ProcviewSnapshot) snapshot = NULL;

		g_assert_no_error(error);
		snapshot = procview_scanner_scan(scanner, scanning->world->query, &error);
		g_assert_no_error(error);
		g_atomic_int_inc(&scanning->n_scans);
	}
	return NULL;
}

/* While scanners are opened, scan and are closed, programs are executed; they see nothing of it. */
static void
executed(ProcviewBackend backend)
{
	g_autofree char *before = descriptors_of_child();
	World world;
	Scanning scanning = {&world, FALSE, 0};
	GThread *thread;

	if (!world_begin(&world, backend))
		return;
	thread = g_thread_new("scan", open_and_scan_on, &scanning);
	for (guint i = 0; i < 40 || g_atomic_int_get(&scanning.n_scans) < 3; i++) {
		g_autofree char *now = descriptors_of_child();

		g_assert_cmpstr(now, ==, before);
	}
	g_atomic_int_set(&scanning.ending, TRUE);
	g_thread_join(thread);
	g_test_message("%d scans", scanning.n_scans);
	world_end(&world);
}

/* How many descriptors of any of our threads are open, and would be after execve(2). */
static void
count_descriptors(guint *n_open, guint *n_kept)
{
	g_autoptr(GDir) tasks = g_dir_open("/proc/self/task", 0, NULL);
	const char *tid;

	*n_open = *n_kept = 0;
	while ((tid = g_dir_read_name(tasks)) != NULL) {
		g_autofree char *path = g_strdup_printf("/proc/self/task/%s/fdinfo", tid);
		g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
		const char *fd;

		while (dir != NULL && (fd = g_dir_read_name(dir)) != NULL) {
			g_autofree char *file = g_build_filename(path, fd, NULL);
			g_autofree char *text = NULL;
			const char *flags;

			if (!g_file_get_contents(file, &text, NULL, NULL))
				continue;
			flags = strstr(text, "flags:");
			g_assert_nonnull(flags);
			(*n_open)++;
			*n_kept += (strtoull(flags + 6, NULL, 8) & CLOEXEC_BIT) == 0;
		}
	}
}

typedef struct {
	guint n_kept;	/* before */
	guint max_open; /* while it scanned */
	guint n_calls;
} Marks;

static void
check_marks(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	Marks *marks = user_data;
	guint n_open, n_kept;

	count_descriptors(&n_open, &n_kept);
	marks->max_open = MAX(marks->max_open, n_open);
	/* The table of a thread that has one of its own is empty but for what the library opens. */
	g_assert_cmpuint(n_kept, ==, marks->n_kept);
	marks->n_calls++;
}

/* Close-on-exec is set on all that is open while a scan stands still. */
static void
marked(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(GError) error = NULL;
	guint n_open;
	Marks marks = {0};

	count_descriptors(&n_open, &marks.n_kept);
	scanner = pv_test_scanner(backend);
	if (scanner == NULL)
		return;
	procview_query_set_collect(query, PROCVIEW_COLLECT_EVERYTHING);
	snapshot = procview_scanner_scan_full(scanner, query, NULL, check_marks, &marks, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(marks.n_calls, >, 0);
	g_assert_cmpuint(marks.max_open, >, n_open);
}

/* A scanner for one scan finds who has a port by programs of its own. */
static void
note_search(ProcviewBackend backend)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner =
		procview_scanner_new_full(backend, PROCVIEW_SCANNER_ONCE, &error);

	g_assert_no_error(error);
	procview_query_add_port(query, 9);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
}

static void
note_scan(ProcviewBackend backend, const char *name)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start(name, NULL);
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(GError) error = NULL;

	if (scene == NULL)
		return;
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_EVERYTHING);
	g_atomic_int_set(&noting, TRUE);
	/* One that cannot be had has opened something, too, to find that out. */
	scanner = procview_scanner_new_with_backend(backend, NULL);
	if (scanner != NULL)
		snapshot = procview_scanner_scan(scanner, query, &error);
	if (snapshot != NULL)
		note_search(backend);
	g_atomic_int_set(&noting, FALSE);
	g_assert_no_error(error);
}

/*
 * Each is close-on-exec from the call that makes it. The others look at what is open at some moments;
 * most is open for less than one. It comes first: what the library reads once is read here.
 */
static void
asked_for(ProcviewBackend backend)
{
	g_atomic_int_set(&n_marked, 0);
	note_scan(backend, "sockets");
	note_scan(backend, "details");
	note_scan(backend, "zoo");
	g_assert_cmpint(g_atomic_int_get(&n_marked), >, 0);
	g_assert_cmpint(g_atomic_int_get(&n_unmarked), ==, 0);
}

/*
 * What the C library opens by itself is not seen above, but by the kernel: a program that is
 * executed in that moment would have it.
 */
static void
opened_by_others(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("details", NULL);
	g_autoptr(ProcviewQuery) query = NULL;
	pid_t pid;

	if (scene == NULL)
		return;
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_EVERYTHING);
	pid = fork();
	if (pid == 0) {
		ProcviewScanner *scanner;

		pv_test_forbid_unmarked_files();
		scanner = procview_scanner_new_with_backend(backend, NULL);
		_exit(scanner != NULL && procview_scanner_scan(scanner, query, NULL) == NULL);
	}
	await(pid);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 100);
	pv_test_require_kcmp();
	pv_test_add("/fork/asked-for", asked_for);
	pv_test_add("/fork/opened-by-others", opened_by_others);
	pv_test_add("/fork/idle-scanner", idle_scanner);
	pv_test_add("/fork/busy-scanner", busy_scanner);
	pv_test_add("/fork/by-progress", by_progress);
	pv_test_add("/fork/executed", executed);
	pv_test_add("/fork/marked", marked);
	return g_test_run();
}
