/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Records what the programs say of a few processes, for test-recorded.c: to be run again, as root,
 * when the layout of records has changed.
 *
 *   meson compile -C build record-bpf && build/tests/unit/record-bpf tests/data/bpf
 *
 * The processes live in namespaces of their own, below a root of their own: their numbers and paths
 * are the same wherever this is run, and nothing of the machine is recorded but addresses, inodes
 * and times of a moment that is over.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/bpf/iterator.h"
#include "record-details.h"

/* Where the directory of the recording is open, and the pipe by which a process says it is ready. */
#define OUT_FD	 100
#define READY_FD 101
#define NEW_ROOT "/mnt"
#define EXAMPLE	 "/opt/example"

static int
must(int result, const char *what)
{
	if (result < 0)
		g_error("%s: %s", what, g_strerror(errno));
	return result;
}

#define MUST(call) must((call), #call)

static void
copy_file(const char *from, const char *to)
{
	g_autofree char *bytes = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(from, &bytes, &length, NULL));
	g_assert_true(
		g_file_set_contents_full(to, bytes, length, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
}

static void
make_root(void)
{
	MUST(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
	MUST(mount("tmpfs", NEW_ROOT, "tmpfs", 0, "mode=755"));
	MUST(mkdir(NEW_ROOT "/usr", 0755));
	MUST(mount("/usr", NEW_ROOT "/usr", NULL, MS_BIND | MS_REC, NULL));
	MUST(symlink("usr/lib", NEW_ROOT "/lib"));
	MUST(symlink("usr/lib64", NEW_ROOT "/lib64"));
	MUST(g_mkdir_with_parents(NEW_ROOT "/home/w/project", 0755));
	MUST(mkdir(NEW_ROOT "/opt", 0755));
	MUST(mkdir(NEW_ROOT "/dev", 0755));
	MUST(mknod(NEW_ROOT "/dev/null", S_IFCHR | 0666, makedev(1, 3)));
	copy_file("/proc/self/exe", NEW_ROOT EXAMPLE);
	MUST(chroot(NEW_ROOT));
	MUST(chdir("/"));
}

static void
put_at(int fd, int wanted)
{
	if (fd == wanted)
		return;
	MUST(dup2(MUST(fd), wanted));
	close(fd);
}

static void
say_ready(void)
{
	g_assert_cmpint(write(READY_FD, "!", 1), ==, 1);
	close(READY_FD);
}

G_NORETURN static void
wait_for_the_end(void)
{
	for (;;)
		pause();
}

static gpointer
stay(gpointer data)
{
	pthread_barrier_wait(data);
	wait_for_the_end();
}

static gpointer
leave(gpointer data)
{
	MUST(unshare(CLONE_FILES));
	MUST(syscall(SYS_close_range, 1, ~0u, 0));
	pthread_barrier_wait(data);
	wait_for_the_end();
}

static void
start_thread(gpointer (*function)(gpointer))
{
	pthread_barrier_t barrier;
	pthread_t thread;

	pthread_barrier_init(&barrier, NULL, 2);
	g_assert_cmpint(pthread_create(&thread, NULL, function, &barrier), ==, 0);
	pthread_barrier_wait(&barrier);
}

static void
open_files(void)
{
	int pipe_ends[2];
	int log;

	put_at(open("/dev/null", O_RDWR), 0);
	log = open("/home/w/log", O_WRONLY | O_APPEND | O_CREAT, 0644);
	g_assert_cmpint(write(log, "12345", 5), ==, 5);
	put_at(log, 1);
	MUST(dup2(1, 2));
	MUST(fcntl(1, F_SETFD, FD_CLOEXEC));
	MUST(pipe(pipe_ends));
	put_at(pipe_ends[1], 4);
	put_at(pipe_ends[0], 3);
	put_at(socket(AF_UNIX, SOCK_STREAM, 0), 5);
	put_at(memfd_create("x", 0), 6);
	put_at(open("/home/w/gone", O_RDWR | O_CREAT, 0600), 7);
	MUST(unlink("/home/w/gone"));
	put_at(eventfd(0, EFD_NONBLOCK), 8);
	put_at(open("/home/w/project", O_RDONLY | O_DIRECTORY), 9);
	put_at(open("/home/w/a\nb\xff", O_RDONLY | O_CREAT, 0600), 12);
	MUST(symlink("project", "/home/w/link"));
	put_at(open("/home/w/link", O_PATH | O_NOFOLLOW), 13);
}

static void
run_files(char **argv)
{
	const struct rlimit limit = {256, 512};

	open_files();
	MUST(setsid());
	MUST(setrlimit(RLIMIT_NOFILE, &limit));
	MUST(chdir("/home/w/project"));
	MUST(prctl(PR_SET_NAME, "files"));
	start_thread(stay);
	start_thread(leave);
	say_ready();
}

static void
run_zombie(char **argv)
{
	say_ready();
	_exit(0);
}

static void
run_zombie_leader(char **argv)
{
	put_at(open("/dev/null", O_RDONLY), 0);
	start_thread(stay);
	say_ready();
	syscall(SYS_exit, 0);
}

/* A name, a title and directories such as nobody should have. */
static void
run_odd(char **argv)
{
	static const char title[] = "odd: writes over what it was called by";
	gsize room = strlen(argv[0]) + 1 + strlen(argv[1]) + 1;

	MUST(mkdir("/home/w/lost", 0755));
	MUST(chdir("/home/w/lost"));
	MUST(rmdir("/home/w/lost"));
	MUST(chroot("/home"));
	MUST(prctl(PR_SET_NAME, "a) \n(\xff"));
	MUST(syscall(SYS_setresgid, 1000, 1001, 1001));
	MUST(syscall(SYS_setresuid, 1000, 1002, 1002));
	g_assert_cmpuint(sizeof(title), >, room);
	memcpy(argv[0], title, sizeof(title));
	say_ready();
}

static void
run_executed(char **argv)
{
	copy_file(EXAMPLE, "/opt/gone");
	MUST(execle("/opt/gone", "gone", "--wait", "", "x y", NULL, environ));
}

static void
run_stopped(char **argv)
{
	say_ready();
	raise(SIGSTOP);
}

static void
run_nested(char **argv)
{
	say_ready();
}

static void
run_details(char **argv)
{
	open_detailed_files();
	say_ready();
}

/* Returns in the parent alone, when the child is ready. */
static void
start(void (*run)(char **argv), char **argv, int flags)
{
	int ready[2];
	pid_t pid;
	char byte;

	MUST(pipe(ready));
	pid = MUST(syscall(SYS_clone, SIGCHLD | flags, NULL, NULL, NULL, 0));
	if (pid == 0) {
		put_at(ready[1], READY_FD);
		MUST(syscall(SYS_close_range, 0, READY_FD - 1, 0));
		MUST(syscall(SYS_close_range, READY_FD + 1, ~0u, 0));
		run(argv);
		wait_for_the_end();
	}
	close(ready[1]);
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	close(ready[0]);
	g_message("%d is ready", pid);
}

/* The others' alone: the recorder has the directory open that it records to. */
static void
record_some(PvIterator *iterator, PvProgram program, const char *name, const gint32 *pids, guint n)
{
	pv_autofd fd = openat(OUT_FD, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	const char *text;

	must(fd, name);
	for (guint i = 0; i < n; i++) {
		gssize size = pv_iterator_start(iterator, program, PV_SCOPE_PROCESS, pids[i]);

		if (size == 0)
			size = pv_iterator_next(iterator, &text);
		for (; size > 0; size = pv_iterator_next(iterator, &text))
			g_assert_cmpint(write(fd, text, size), ==, size);
		g_assert_cmpint(size, ==, 0);
	}
}

static void
record(PvIterator *iterator, PvProgram program, const char *name)
{
	static const gint32 pids[] = {2, 5, 6, 7, 9, 10, 11};

	record_some(iterator, program, name, pids, G_N_ELEMENTS(pids));
}

static void
record_all(void)
{
	static const gint32 detailed_pid = 12;
	g_auto(PvIterator) iterator;
	g_autofree char *why = NULL;
	int error;
	PvBpf *bpf = pv_bpf_open(PV_BPF_ALL, NULL, &why, &error);

	if (bpf == NULL)
		g_error("%s", why);
	pv_iterator_init(&iterator, bpf);
	record(&iterator, PV_PROGRAM_TASKS, "tasks.bin");
	record(&iterator, PV_PROGRAM_OWNERS, "owners.bin");
	record(&iterator, PV_PROGRAM_FILES, "files.bin");
	record(&iterator, PV_PROGRAM_NAMED_FILES, "named-files.bin");
	record_some(&iterator, PV_PROGRAM_DETAILED_FILES, "details.bin", &detailed_pid, 1);
	record(&iterator, PV_PROGRAM_PLACES, "places.bin");
	record(&iterator, PV_PROGRAM_COMMANDS, "commands.bin");
	record(&iterator, PV_PROGRAM_CONTEXTS, "contexts.bin");
	record(&iterator, PV_PROGRAM_VMAS, "vmas.bin");
	pv_bpf_close(bpf);
}

/* The first process of its namespace. What it has started ends with it. */
static void
run_inside(char **argv)
{
	fcntl(OUT_FD, F_SETFD, FD_CLOEXEC);
	start(run_files, argv, 0);
	start(run_nested, argv, CLONE_NEWPID);
	start(run_zombie, argv, 0);
	start(run_zombie_leader, argv, 0);
	start(run_odd, argv, 0);
	start(run_executed, argv, 0);
	start(run_stopped, argv, 0);
	start(run_details, argv, 0);
	MUST(unlink("/opt/gone"));
	/* Until what was begun before they said that they were ready is done. */
	g_usleep(G_USEC_PER_SEC / 2);
	record_all();
}

int
main(int argc, char **argv)
{
	g_autofree char *padding = g_strnfill(8192, 'x');
	char *const environment[] = {padding, NULL};
	int status;
	pid_t pid;

	g_assert_cmpint(argc, >=, 2);
	if (strcmp(argv[1], "--inside") == 0) {
		run_inside(argv);
		return 0;
	}
	if (strcmp(argv[1], "--wait") == 0) {
		say_ready();
		wait_for_the_end();
	}
	put_at(open(argv[1], O_RDONLY | O_DIRECTORY), OUT_FD);
	MUST(unshare(CLONE_NEWNS | CLONE_NEWPID));
	pid = MUST(fork());
	if (pid == 0) {
		make_root();
		MUST(execle(EXAMPLE, "example", "--inside", NULL, environment));
	}
	MUST(waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
