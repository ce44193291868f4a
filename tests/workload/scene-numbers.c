/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sizes: numbers with holes up to the limit, thousands of descriptors, thousands of threads,
 * thousands of processes; and one scene with a little of everything.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "scenes.h"

static void
holes_main(struct work *w, void *arg)
{
	int limit = (int)work_param(w, "LIMIT", 1024);
	const int numbers[] = {0, 3, 17, 62, 63, 64, 65, 127, 128, 255, 256, limit / 2, limit - 1};
	pid_t self = getpid();
	unsigned n = sizeof(numbers) / sizeof(numbers[0]);

	(void)arg;
	work_set_limit(w, (unsigned)limit);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, n);
	for (unsigned i = 0; i < n; i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof(name), "number-%d", numbers[i]);
		/* By way of a number that is not one of them: 0 may be taken by now. */
		fd = work_open_at(w, name, O_CREAT | O_RDWR, -1);
		work_move(w, fd, numbers[i]);
		work_say_regular(w, self, numbers[i], name);
	}
	work_arrive(w);
}

void
scene_holes(struct work *w)
{
	if (work_param(w, "LIMIT", 1024) < 600)
		work_fail(w, WORK_USAGE, "LIMIT");
	work_spawn(w, holes_main, NULL);
	work_await_arrivals(w, 1);
}

static void
thousands_main(struct work *w, void *arg)
{
	unsigned n = work_param(w, "N", 4000);
	unsigned gap = work_param(w, "GAP", 0);
	unsigned n_gaps = 0;
	pid_t self = getpid();

	(void)arg;
	work_set_limit(w, n + 16);
	work_open_cycle(w, n);
	for (unsigned i = 0; gap > 0 && i < n; i += gap, n_gaps++)
		close((int)i);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, n - n_gaps);
	if (work_param(w, "TELL", 1) != 0)
		work_say_cycle(w, self, n, gap);
	work_arrive(w);
}

void
scene_thousands(struct work *w)
{
	work_make_cycle(w, work_param(w, "N", 4000));
	work_spawn(w, thousands_main, NULL);
	work_await_arrivals(w, 1);
}

static void
massive_main(struct work *w, void *arg)
{
	unsigned threads = work_param(w, "T", 4096);
	unsigned files = work_param(w, "F", 16384);
	const char *leader = work_param_string(w, "LEADER", "sharing");
	bool stays = strcmp(leader, "sharing") == 0;
	pid_t *tids = calloc(threads + 1, sizeof(*tids));

	(void)arg;
	if (tids == NULL || threads < 2)
		work_fail(w, WORK_USAGE, "T");
	work_set_limit(w, files + 16);
	work_open_cycle(w, files);
	tids[0] = getpid();
	work_threads(w, threads - 1, NULL, NULL, tids + 1);
	work_say_process(w);
	work_say_table(w, stays ? tids : tids + 1, stays ? threads : threads - 1);
	work_say_count(w, tids[1], files);
	if (work_param(w, "TELL", 0) != 0)
		work_say_cycle(w, stays ? tids[0] : tids[1], files, 0);
	if (strcmp(leader, "unshared") == 0) {
		if (unshare(CLONE_FILES) < 0)
			work_fail_errno(w, "unshare(CLONE_FILES)");
		work_say_table(w, tids, 1);
		work_say_count(w, tids[0], files);
	} else if (!stays) {
		work_say(w, "tableless=%d", (int)tids[0]);
	}
	work_arrive(w);
	if (strcmp(leader, "zombie") == 0)
		syscall(SYS_exit, 0);
}

/* Until nothing is left of the process: with what the kernel kept for those who looked at it. */
static void
massive_end(struct work *w, unsigned step)
{
	struct timespec begin, end;
	pid_t pid = w->children[0];

	(void)step;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	work_kill(w, pid);
	clock_gettime(CLOCK_MONOTONIC, &end);
	work_say(w, "exited=%d", (int)pid);
	work_say(w, "died_ns=%lld",
		 (end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec);
}

void
scene_massive(struct work *w)
{
	const char *leader = work_param_string(w, "LEADER", "sharing");
	pid_t pid;

	if (strcmp(leader, "sharing") != 0 && strcmp(leader, "unshared") != 0 &&
	    strcmp(leader, "zombie") != 0)
		work_fail(w, WORK_USAGE, "LEADER");
	work_make_cycle(w, work_param(w, "F", 16384));
	pid = work_spawn(w, massive_main, NULL);
	work_await_arrivals(w, 1);
	if (strcmp(leader, "zombie") == 0)
		work_await_state(w, pid, 'Z');
	work_announce(w, "end");
	w->on_step = massive_end;
}

static void
many_main(struct work *w, void *arg)
{
	unsigned files = work_param(w, "F", 20);
	pid_t self = getpid();

	(void)arg;
	work_open_cycle(w, files);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, files);
	work_arrive(w);
}

void
scene_many(struct work *w)
{
	unsigned n = work_param(w, "P", 5000);

	work_make_cycle(w, work_param(w, "F", 20));
	for (unsigned i = 0; i < n; i++)
		work_spawn(w, many_main, NULL);
	work_await_arrivals(w, n);
}

static void
seed_files(struct work *w, pid_t self)
{
	struct work_file device = {.kind = "chardev", .path = "/dev/null"};
	struct work_file dir = {.kind = "directory", .path = w->dir};
	struct work_file pipe_file = {.kind = "pipe"};
	struct work_file socket_file = {.kind = "socket"};
	char *path = work_path(w, "gone");
	struct work_file gone = {.kind = "regular", .path = path, .unlinked = true};

	work_say_fd(w, self, 0, &device);
	work_say_regular(w, self, 1, "log");
	work_say_regular(w, self, 2, "log");
	work_say_fd(w, self, 3, &dir);
	work_say_fd(w, self, 4, &pipe_file);
	work_say_fd(w, self, 5, &pipe_file);
	work_say_fd(w, self, 6, &socket_file);
	work_say_fd(w, self, 7, &socket_file);
	work_say_fd(w, self, 8, &gone);
	free(path);
}

static void
seed_main(struct work *w, void *arg)
{
	pid_t tids[3] = {getpid(), 0, 0};
	int ends[2];

	(void)arg;
	if (open("/dev/null", O_RDONLY) != 0)
		work_fail_errno(w, "/dev/null");
	work_open_at(w, "log", O_CREAT | O_WRONLY | O_APPEND, -1);
	if (write(1, "seed\n", 5) != 5 || dup(1) != 2)
		work_fail_errno(w, "log");
	if (open(w->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) != 3)
		work_fail_errno(w, w->dir);
	if (pipe2(ends, O_NONBLOCK) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		work_fail_errno(w, "pipe or socketpair");
	work_open_at(w, "gone", O_CREAT | O_RDWR | O_CLOEXEC, 8);
	work_remove(w, "gone");
	work_threads(w, 2, NULL, NULL, tids + 1);
	work_say_process(w);
	work_say_table(w, tids, 3);
	work_say_count(w, tids[0], 9);
	seed_files(w, tids[0]);
	work_say(w, "ofd=%d:1,%d:2", (int)tids[0], (int)tids[0]);
	work_arrive(w);
}

void
scene_seed(struct work *w)
{
	work_spawn(w, seed_main, NULL);
	work_await_arrivals(w, 1);
}
