/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Everything that can go wrong for somebody who looks, all at once and all the time: a handful of
 * processes, each of which does one thing over and over until the scene ends.
 *
 * Nothing is said of them but their numbers (wild=PID), since nothing would be true for long.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scenes.h"

#define N_TABLE	    3000 /* descriptors of a table that grows */
#define N_UNSHARING 6

struct gale {
	unsigned live; /* children of one process at once */
	unsigned life_us;
	unsigned pause_us;
	time_t end;
	void (*leaf)(struct work *w, struct gale *gale);
	unsigned number; /* of the leaf */
	_Atomic uint32_t ready;
	_Atomic uint32_t go;
};

/* Some duration, another one each time, and the same in each run. */
static unsigned
some_time(const struct gale *gale)
{
	return 500 + gale->number * 2654435761U % (gale->life_us > 0 ? gale->life_us : 1);
}

static int
open_null(void)
{
	return open("/dev/null", gettid() % 2 == 0 ? O_RDWR : O_RDONLY | O_CLOEXEC);
}

/* A child that does nothing but open and close, and leave its table now and then. */
static void
forked_leaf(struct work *w, struct gale *gale)
{
	unsigned life = some_time(gale);

	(void)w;
	for (unsigned slept = 0; slept < life; slept += 500) {
		if (gale->number % 3 == 0)
			unshare(CLONE_FILES);
		if (gale->number % 2 == 0)
			close(open_null());
		usleep(500);
	}
}

static void
unsharing_thread(struct work *w, void *arg)
{
	struct gale *gale = arg;

	/* All at once. */
	if (atomic_fetch_add(&gale->ready, 1) + 1 < N_UNSHARING)
		work_await_word(w, &gale->go, 1, "a thread");
	else
		work_set_word(&gale->go, 1);
	unshare(CLONE_FILES);
	close(0);
	open_null();
	usleep(some_time(gale));
	syscall(SYS_exit, 0);
}

/* Threads that leave one table at the same moment. */
static void
unsharing_leaf(struct work *w, struct gale *gale)
{
	pid_t tids[N_UNSHARING];

	atomic_store(&gale->ready, 0);
	atomic_store(&gale->go, 0);
	open_null();
	work_threads(w, N_UNSHARING, unsharing_thread, gale, tids);
	usleep(some_time(gale) / 2);
	if (gale->number % 2 == 0)
		unshare(CLONE_FILES);
	usleep(some_time(gale) / 2);
}

static void
sharing_child(struct work *w, void *arg)
{
	struct gale *gale = arg;

	(void)w;
	/* It has not long to live anyway. */
	if (gale->number % 4 == 0)
		prctl(PR_SET_PDEATHSIG, 0);
	for (unsigned i = 0; i < 8; i++) {
		int fd = open_null();

		usleep(some_time(gale) / 8);
		close(fd);
	}
	_exit(0);
}

/* Processes with one table, some of which go on without the one who made it. */
static void
sharing_leaf(struct work *w, struct gale *gale)
{
	open_null();
	/* The stack that they begin on is their own copy. */
	work_clone_files(w, sharing_child, gale);
	work_clone_files(w, sharing_child, gale);
	close(0);
	usleep(some_time(gale) / 2);
	if (gale->number % 2 == 0)
		unshare(CLONE_FILES);
}

static void
surviving_thread(struct work *w, void *arg)
{
	struct gale *gale = arg;

	(void)w;
	for (unsigned i = 0; i < 4; i++) {
		int fd = open_null();

		usleep(some_time(gale) / 4);
		close(fd);
	}
	syscall(SYS_exit, 0);
}

/* A leader that is gone before its threads are. */
static void
leaderless_leaf(struct work *w, struct gale *gale)
{
	pid_t tids[3];

	open_null();
	work_threads(w, 3, surviving_thread, gale, tids);
	syscall(SYS_exit, 0);
}

static void
executing_thread(struct work *w, void *arg)
{
	struct gale *gale = arg;
	char program[] = "/proc/self/exe", brief[] = "--brief", life[16];
	char *args[] = {program, brief, life, NULL};

	if (atomic_fetch_add(&gale->ready, 1) > 0)
		work_park(w);
	snprintf(life, sizeof(life), "%u", some_time(gale));
	usleep(some_time(gale) / 2);
	/* While a thread execs the kernel refuses others to its process (EAGAIN). */
	while (atomic_load(&gale->ready) < 2)
		sched_yield();
	execv(program, args);
	_exit(1);
}

static void
executing_leaf(struct work *w, struct gale *gale)
{
	pid_t tids[2];

	atomic_store(&gale->ready, 0);
	open_null();
	work_threads(w, 2, executing_thread, gale, tids);
	work_park(w);
}

/* Makes leaves one after the other, so many at once. */
static void
breed(struct work *w, void *arg)
{
	struct gale *gale = arg;
	unsigned live = 0;

	/* Some leaves leave leaves behind. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	work_say(w, "wild=%d", (int)getpid());
	work_open_at(w, "gale", O_CREAT | O_RDWR, 0);
	work_arrive(w);
	while (time(NULL) < gale->end) {
		gale->number++;
		if (work_fork(w) == 0) {
			gale->leaf(w, gale);
			_exit(0);
		}
		live++;
		while (waitpid(-1, NULL, live < gale->live ? WNOHANG : 0) > 0)
			live -= live > 0;
		usleep(gale->pause_us);
	}
	while (waitpid(-1, NULL, 0) > 0)
		continue;
}

/* The memory of the file that was just closed is that of the one just opened. */
static void
reopen(struct work *w)
{
	(void)w;
	for (int i = 0; i < 50; i++) {
		int fds[4];

		for (int j = 0; j < 4; j++)
			fds[j] = open_null();
		for (int j = 0; j < 4; j++)
			close(fds[(i + j) % 4]);
	}
}

static void
replace(struct work *w)
{
	int fds[2] = {open_null(), work_open_at(w, "gale", O_RDWR, -1)};

	for (int i = 0; i < 50; i++)
		dup3(fds[i % 2], 5 + i % 3, i % 3 == 0 ? O_CLOEXEC : 0);
	close(fds[0]);
	close(fds[1]);
}

static void
close_ranges(struct work *w)
{
	(void)w;
	for (int i = 0; i < 64; i++)
		open_null();
	syscall(SYS_close_range, 2, ~0U, 0);
}

/* The table is copied to a larger place again and again; a new process has a small one. */
static void
grow(struct work *w)
{
	pid_t pid = work_fork(w);

	if (pid == 0) {
		struct rlimit limit;
		int fd = open_null();

		if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
			limit.rlim_cur = limit.rlim_max < N_TABLE ? limit.rlim_max : N_TABLE;
			setrlimit(RLIMIT_NOFILE, &limit);
		}
		for (unsigned i = 0; dup(fd) >= 0; i++)
			if (i % 500 == 0)
				usleep(1000);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) < 0)
		continue;
}

static void (*const habits[])(struct work *w) = {reopen, replace, close_ranges, grow};
static void (*const leaves[])(struct work *w, struct gale *gale) = {
	forked_leaf, unsharing_leaf, sharing_leaf, leaderless_leaf, executing_leaf,
};

#define N_HABITS (sizeof(habits) / sizeof(habits[0]))
#define N_LEAVES (sizeof(leaves) / sizeof(leaves[0]))

struct habit {
	void (*do_it)(struct work *w);
	const struct gale *gale;
};

static void
persist(struct work *w, void *arg)
{
	struct habit *habit = arg;

	work_say(w, "wild=%d", (int)getpid());
	work_open_at(w, "gale", O_CREAT | O_RDWR, 0);
	work_arrive(w);
	while (time(NULL) < habit->gale->end) {
		habit->do_it(w);
		usleep(habit->gale->pause_us);
	}
}

void
scene_gale(struct work *w)
{
	struct gale gale = {
		.live = work_param(w, "LIVE", 8),
		.life_us = work_param(w, "LIFE_US", 20000),
		.pause_us = work_param(w, "PAUSE_US", 1000),
		.end = time(NULL) + (time_t)work_param(w, "S", 60),
	};

	for (unsigned i = 0; i < N_LEAVES; i++) {
		gale.leaf = leaves[i];
		work_spawn(w, breed, &gale);
	}
	for (unsigned i = 0; i < N_HABITS; i++) {
		struct habit habit = {habits[i], &gale};

		work_spawn(w, persist, &habit);
	}
	work_await_arrivals(w, N_LEAVES + N_HABITS);
}
