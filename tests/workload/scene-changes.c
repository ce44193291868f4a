/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Processes that change while somebody looks: on command, so that a test can look before and
 * after, or all the time.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scenes.h"

#define AFTER_EXEC     "parked"
#define REUSE_ATTEMPTS 100

static pid_t exec_pid, exec_tid;

static void
sharer_main(struct work *w, void *arg)
{
	(void)arg;
	work_say_process(w);
	work_arrive(w);
}

/* A thread that is not the leader becomes the program, under the leader's number. */
static void
exec_thread(struct work *w, void *arg)
{
	char program[] = "/proc/self/exe", parked[] = "--parked", comm[] = AFTER_EXEC;
	char *args[] = {program, parked, comm, NULL};

	/* By the thread: the death of a thread is the death of the parent for those it made. */
	if (work_param(w, "SHARED", 1) != 0)
		atomic_store(&w->board->numbers[1], work_clone_files(w, sharer_main, NULL));
	atomic_store(&w->board->numbers[0], gettid());
	(void)arg;
	work_await_step(w, 1);
	execv(program, args);
	work_fail_errno(w, "execve");
}

static void
exec_main(struct work *w, void *arg)
{
	pid_t tids[3] = {getpid(), 0, 0};

	(void)arg;
	work_say_process(w);
	work_open_at(w, "kept", O_CREAT | O_RDWR, 3);
	work_open_at(w, "closed-on-exec", O_CREAT | O_RDWR | O_CLOEXEC, 4);
	work_threads(w, 1, exec_thread, NULL, tids + 1);
	while (atomic_load(&w->board->numbers[0]) == 0)
		usleep(200);
	tids[2] = atomic_load(&w->board->numbers[1]);
	work_say_table(w, tids, tids[2] != 0 ? 3 : 2);
	work_say_count(w, tids[0], 2);
	work_say_regular(w, tids[0], 3, "kept");
	work_say_regular(w, tids[0], 4, "closed-on-exec");
	work_announce(w, "exec");
	work_arrive(w);
}

static void
exec_step(struct work *w, unsigned step)
{
	(void)step;
	/* The new program does not know of the board: its name tells that it sleeps. */
	work_wake_step(w);
	work_await_comm(w, exec_pid, AFTER_EXEC);
	work_await_state(w, exec_pid, 'S');
	work_say(w, "left=%d", (int)exec_pid);
	work_say(w, "exited=%d", (int)exec_tid);
}

void
scene_exec_thread(struct work *w)
{
	exec_pid = work_spawn(w, exec_main, NULL);
	work_await_arrivals(w, work_param(w, "SHARED", 1) != 0 ? 2 : 1);
	exec_tid = atomic_load(&w->board->numbers[0]);
	w->on_step = exec_step;
}

static pid_t victim;

static void
victim_main(struct work *w, void *arg)
{
	const char *name = arg;
	pid_t self = getpid();

	work_open_at(w, name, O_CREAT | O_RDWR, 0);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 1);
	work_say_regular(w, self, 0, name);
	work_arrive(w);
}

static void
exit_step(struct work *w, unsigned step)
{
	(void)step;
	work_kill(w, victim);
	work_say(w, "exited=%d", (int)victim);
}

void
scene_exit(struct work *w)
{
	char name[] = "mortal";

	victim = work_spawn(w, victim_main, name);
	work_await_arrivals(w, 1);
	work_announce(w, "exit");
	w->on_step = exit_step;
}

static void
reuse_step(struct work *w, unsigned step)
{
	char name[] = "second-life";

	(void)step;
	work_kill(w, victim);
	/* Start times are told in hundredths of a second: let some pass. */
	usleep(30000);
	for (int attempt = 0; attempt < REUSE_ATTEMPTS; attempt++) {
		pid_t pid = work_fork_as(w, victim);

		if (pid == 0) {
			work_close_all();
			victim_main(w, name);
			work_park(w);
		}
		if (pid == victim) {
			work_await_arrivals(w, 2);
			work_say(w, "replaced=%d", (int)victim);
			return;
		}
		/* Somebody else was faster, and may end soon. */
		usleep(100000);
	}
	work_fail(w, WORK_FAILED, "the number did not come back");
}

void
scene_pid_reuse(struct work *w)
{
	char name[] = "first-life";

	victim = work_spawn(w, victim_main, name);
	work_await_arrivals(w, 1);
	work_announce(w, "reuse");
	w->on_step = reuse_step;
}

/* One table whose content changes, comes back to what it was, and changes without counting more. */
static void
content_main(struct work *w, void *arg)
{
	pid_t self = getpid();

	(void)arg;
	work_open_at(w, "first", O_CREAT | O_RDWR, 0);
	work_open_at(w, "second", O_CREAT | O_RDWR, 1);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 2);
	work_say_regular(w, self, 0, "first");
	work_say_regular(w, self, 1, "second");
	work_announce(w, "open");
	work_announce(w, "close");
	work_announce(w, "replace");
	work_arrive(w);
	work_await_step(w, 1);
	work_open_at(w, "third", O_CREAT | O_RDWR, 5);
	work_step_done(w, 1);
	work_await_step(w, 2);
	close(5);
	work_step_done(w, 2);
	work_await_step(w, 3);
	work_open_at(w, "fourth", O_CREAT | O_RDWR, 1);
	work_step_done(w, 3);
}

void
scene_content(struct work *w)
{
	work_spawn(w, content_main, NULL);
	work_await_arrivals(w, 1);
}

/*
 * Children that live for a few milliseconds, each with files and sometimes threads and tables of
 * its own, among processes that stay.
 */
static void
leaf_main(struct work *w, unsigned number, unsigned life_us)
{
	unsigned life = 1000 + number * 2654435761U % life_us;
	pid_t tid;

	if (number % 4 == 0)
		work_threads(w, 1, NULL, NULL, &tid);
	for (unsigned slept = 0; slept < life; slept += 500) {
		if (number % 3 == 0)
			unshare(CLONE_FILES);
		if (number % 2 == 0)
			close(dup(0));
		usleep(500);
	}
	_exit(0);
}

static void
storm_main(struct work *w, void *arg)
{
	unsigned limit = work_param(w, "LIVE", 50);
	unsigned life_us = work_param(w, "LIFE_US", 4000);
	time_t end = time(NULL) + (time_t)work_param(w, "S", 60);
	unsigned live = 0;

	(void)arg;
	work_open_at(w, "storm", O_CREAT | O_RDWR, 0);
	work_arrive(w);
	for (unsigned number = 0; time(NULL) < end; number++) {
		if (work_fork(w) == 0)
			leaf_main(w, number, life_us > 0 ? life_us : 1);
		live++;
		while (live > 0 && waitpid(-1, NULL, live < limit ? WNOHANG : 0) > 0)
			live--;
	}
	while (waitpid(-1, NULL, 0) > 0)
		continue;
}

void
scene_storm(struct work *w)
{
	static char names[8][16];
	unsigned stay = work_param(w, "STAY", 4);

	if (stay > 8 || work_param(w, "LIVE", 50) > 50)
		work_fail(w, WORK_USAGE, "STAY or LIVE");
	for (unsigned i = 0; i < stay; i++) {
		snprintf(names[i], sizeof(names[i]), "stays-%u", i);
		work_spawn(w, victim_main, names[i]);
	}
	work_await_arrivals(w, stay);
	work_spawn(w, storm_main, NULL);
	work_await_arrivals(w, stay + 1);
}
