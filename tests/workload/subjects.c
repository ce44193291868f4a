/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The making of subjects and their threads, waiting for them, and ending them.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "work.h"

#define THREAD_STACK  ((size_t)64 << 10)
#define PATIENCE_MS   60000
#define POLL_INTERVAL 2

void
work_follow_to_death(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before the request was there. A parent outside our namespace is 0. */
	if (getppid() != parent && getppid() != 0)
		_exit(WORK_FAILED);
}

void
work_close_all(void)
{
	struct rlimit limit;

	if (syscall(SYS_close_range, 0, ~0U, 0) == 0)
		return;
	getrlimit(RLIMIT_NOFILE, &limit);
	for (int fd = 0; fd < (int)limit.rlim_cur; fd++)
		close(fd);
}

static void
remember_child(struct work *w, pid_t pid)
{
	pid_t *children = reallocarray(w->children, w->n_children + 1, sizeof(*children));

	if (children == NULL)
		work_fail(w, WORK_FAILED, "no memory");
	w->children = children;
	w->children[w->n_children++] = pid;
}

void
work_end(struct work *w, int status)
{
	for (unsigned i = 0; i < w->n_children; i++)
		kill(w->children[i], SIGKILL);
	if (w->janitor_fd >= 0)
		close(w->janitor_fd);
	/* The driver is the subreaper: what its children left behind comes to it. */
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		continue;
	if (atomic_load(&w->board->failed) != 0)
		fprintf(stderr, "workload: %s\n", w->board->failure);
	fflush(NULL);
	_exit(status);
}

void
work_close_all_but(struct work *w, int fd)
{
	if (fd > 0 && syscall(SYS_close_range, 0, fd - 1, 0) < 0)
		work_fail_errno(w, "close_range");
	if (syscall(SYS_close_range, fd + 1, ~0U, 0) < 0)
		work_fail_errno(w, "close_range");
}

static pid_t
take_child(struct work *w, pid_t parent, pid_t pid)
{
	if (pid == 0)
		work_follow_to_death(parent);
	else if (parent == w->driver)
		remember_child(w, pid);
	return pid;
}

pid_t
work_fork(struct work *w)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		work_fail_errno(w, "fork");
	return take_child(w, parent, pid);
}

pid_t
work_fork_as(struct work *w, pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&pid,
		.set_tid_size = 1,
	};
	pid_t parent = getpid();
	pid_t child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (child < 0 && errno == EEXIST)
		return -1;
	if (child < 0)
		work_fail_errno(w, "clone3");
	return take_child(w, parent, child);
}

pid_t
work_spawn(struct work *w, work_body *body, void *arg)
{
	pid_t pid = work_fork(w);

	if (pid == 0) {
		work_close_all();
		body(w, arg);
		work_park(w);
	}
	return pid;
}

struct clone_start {
	struct work *w;
	work_body *body;
	void *arg;
	pid_t parent;
};

static int
clone_main(void *data)
{
	struct clone_start *start = data;

	work_follow_to_death(start->parent);
	start->body(start->w, start->arg);
	work_park(start->w);
}

pid_t
work_clone_files(struct work *w, work_body *body, void *arg)
{
	/* Without CLONE_VM the child has a copy of this, so that nobody needs to keep it. */
	static _Alignas(64) char stack[256 << 10];
	struct clone_start start = {w, body, arg, getpid()};
	pid_t pid = clone(clone_main, stack + sizeof(stack), CLONE_FILES | SIGCHLD, &start);

	if (pid < 0)
		work_fail_errno(w, "clone(CLONE_FILES)");
	return pid;
}

struct thread_start {
	struct work *w;
	work_body *body;
	void *arg;
	pid_t *tids;
	_Atomic uint32_t next;
	_Atomic uint32_t started;
};

static void *
thread_main(void *data)
{
	struct thread_start *start = data;
	work_body *body = start->body;
	struct work *w = start->w;
	void *arg = start->arg;

	/* A thread that becomes the process by execve(2) keeps its own wish, not the leader's. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	start->tids[atomic_fetch_add(&start->next, 1)] = gettid();
	atomic_fetch_add(&start->started, 1);
	if (body != NULL)
		body(w, arg);
	work_park(w);
}

void
work_threads(struct work *w, unsigned n, work_body *body, void *arg, pid_t *tids)
{
	struct thread_start *start = calloc(1, sizeof(*start));
	pthread_attr_t attr;

	if (start == NULL)
		work_fail(w, WORK_FAILED, "no memory");
	*start = (struct thread_start){.w = w, .body = body, .arg = arg, .tids = tids};
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (unsigned i = 0; i < n; i++) {
		pthread_t thread;

		errno = pthread_create(&thread, &attr, thread_main, start);
		if (errno != 0)
			work_fail_errno(w, "pthread_create");
	}
	pthread_attr_destroy(&attr);
	while (atomic_load(&start->started) < n)
		usleep(100);
}

/* Reads a small file of /proc of a thread; the caller has descriptors to spare. */
static ssize_t
read_proc(pid_t tid, const char *name, char *buffer, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buffer, size - 1);
	close(fd);
	buffer[n > 0 ? n : 0] = '\0';
	return n;
}

void
work_await_state(struct work *w, pid_t tid, char state)
{
	char buffer[512];

	for (unsigned i = 0; i < PATIENCE_MS / POLL_INTERVAL; i++) {
		char *end;

		if (read_proc(tid, "stat", buffer, sizeof(buffer)) > 0) {
			end = strrchr(buffer, ')');
			if (end != NULL && end[1] == ' ' && end[2] == state)
				return;
		}
		usleep(POLL_INTERVAL * 1000);
	}
	work_fail(w, WORK_FAILED, "a task did not reach its state");
}

void
work_await_comm(struct work *w, pid_t pid, const char *comm)
{
	char buffer[64];

	for (unsigned i = 0; i < PATIENCE_MS / POLL_INTERVAL; i++) {
		if (read_proc(pid, "comm", buffer, sizeof(buffer)) > 0) {
			buffer[strcspn(buffer, "\n")] = '\0';
			if (strcmp(buffer, comm) == 0)
				return;
		}
		usleep(POLL_INTERVAL * 1000);
	}
	work_fail(w, WORK_FAILED, "a process did not reach its new program");
}

void
work_kill(struct work *w, pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	/* The number may come to belong to somebody else. */
	for (unsigned i = 0; i < w->n_children; i++)
		if (w->children[i] == pid)
			w->children[i] = w->children[--w->n_children];
}

void
work_set_limit(struct work *w, unsigned descriptors)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		work_fail_errno(w, "getrlimit");
	if (limit.rlim_max < descriptors && geteuid() == 0)
		limit.rlim_max = descriptors;
	limit.rlim_cur = descriptors;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
		errno = EPERM;
		work_fail_errno(w, "RLIMIT_NOFILE");
	}
}
