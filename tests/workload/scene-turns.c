/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One process that does, turn by turn, all that makes two snapshots different; and some things
 * that must not.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "scenes.h"

#define PROGRAM	     "/bin/sleep"
#define PROGRAM_COMM "sleep"

enum {
	OPEN = 1,
	CLOSE,
	DUP2,
	REOPEN,
	HARMLESS,
	FORK,
	CLONE,
	THREAD,
	UNSHARE,
	EXEC,
	END,
	EVENTFD,
};

static void
cloned_main(struct work *w, void *arg)
{
	char program[] = PROGRAM, seconds[] = "1000";
	char *args[] = {program, seconds, NULL};

	(void)arg;
	work_await_step(w, EXEC);
	execv(program, args);
	work_fail_errno(w, "execve");
}

static void
thread_main(struct work *w, void *arg)
{
	(void)arg;
	work_await_step(w, UNSHARE);
	if (unshare(CLONE_FILES) < 0)
		work_fail_errno(w, "unshare(CLONE_FILES)");
	work_open_at(w, "only-here", O_CREAT | O_RDWR, 9);
	work_step_done(w, UNSHARE);
}

/* Neither offset, size and name of a file, nor what fcntl(2) sets, make it another one. */
static void
do_harmless(struct work *w)
{
	char *old = work_path(w, "third"), *renamed = work_path(w, "renamed");

	if (write(2, "text", 4) != 4 || fcntl(2, F_SETFL, O_APPEND | O_NONBLOCK) < 0 ||
	    fcntl(2, F_SETFD, FD_CLOEXEC) < 0 || rename(old, renamed) < 0 ||
	    prctl(PR_SET_NAME, "another-name") < 0)
		work_fail_errno(w, "a harmless change");
	free(old);
	free(renamed);
}

static void
do_files(struct work *w)
{
	work_await_step(w, OPEN);
	work_open_at(w, "opened", O_CREAT | O_RDWR, 5);
	work_move(w, eventfd(0, 0), 7);
	work_step_done(w, OPEN);
	work_await_step(w, CLOSE);
	close(5);
	work_step_done(w, CLOSE);
	work_await_step(w, DUP2);
	dup2(0, 1);
	work_step_done(w, DUP2);
	work_await_step(w, REOPEN);
	work_open_at(w, "first", O_RDONLY, 0);
	work_step_done(w, REOPEN);
	work_await_step(w, HARMLESS);
	do_harmless(w);
	work_step_done(w, HARMLESS);
}

static void
do_tasks(struct work *w)
{
	pid_t forked, cloned, thread;

	work_await_step(w, FORK);
	forked = work_fork(w);
	if (forked == 0)
		work_park(w);
	work_say(w, "forked=%d", (int)forked);
	work_step_done(w, FORK);
	work_await_step(w, CLONE);
	cloned = work_clone_files(w, cloned_main, NULL);
	work_say(w, "cloned=%d", (int)cloned);
	work_step_done(w, CLONE);
	work_await_step(w, THREAD);
	work_threads(w, 1, thread_main, NULL, &thread);
	work_say(w, "thread=%d", (int)thread);
	work_step_done(w, THREAD);
	work_await_step(w, EXEC);
	work_await_comm(w, cloned, PROGRAM_COMM);
	work_await_state(w, cloned, 'S');
	work_step_done(w, EXEC);
	work_await_step(w, END);
	work_kill(w, forked);
	work_step_done(w, END);
	work_await_step(w, EVENTFD);
	close(7);
	work_move(w, eventfd(0, 0), 7);
	work_step_done(w, EVENTFD);
}

static void
turns_main(struct work *w, void *arg)
{
	static const char *const turns[] = {"open",	"close", "dup2",  "reopen",
					    "harmless", "fork",	 "clone", "thread",
					    "unshare",	"exec",	 "end",	  "eventfd"};
	pid_t self = getpid();

	(void)arg;
	work_open_at(w, "first", O_CREAT | O_RDWR, 0);
	work_open_at(w, "second", O_CREAT | O_RDWR, 1);
	work_open_at(w, "third", O_CREAT | O_RDWR, 2);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 3);
	work_say_regular(w, self, 0, "first");
	work_say_regular(w, self, 1, "second");
	work_say_regular(w, self, 2, "third");
	for (unsigned i = 0; i < sizeof(turns) / sizeof(turns[0]); i++)
		work_announce(w, turns[i]);
	work_arrive(w);
	do_files(w);
	do_tasks(w);
}

void
scene_turns(struct work *w)
{
	work_spawn(w, turns_main, NULL);
	work_await_arrivals(w, 1);
}
