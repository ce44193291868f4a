/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Threads that share one descriptor table, and threads that do not.
 *
 * A thread leaves the table of its process by unshare(CLONE_FILES), with a copy of it; a leader
 * that calls exit(2) for itself alone becomes a zombie while its threads live on.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenes.h"

struct sharing {
	unsigned threads; /* with the leader */
	unsigned files;
	unsigned loner; /* index of the one who unshares; 0 is the leader */
	pid_t *tids;
	_Atomic int ready;
};

static void
open_files(struct work *w, unsigned n)
{
	char name[32];

	for (unsigned i = 0; i < n; i++) {
		int cloexec = i % 2 == 1 ? O_CLOEXEC : 0;

		snprintf(name, sizeof(name), "file-%u", i);
		work_open_at(w, name, O_CREAT | O_RDWR | cloexec, -1);
	}
}

static void
say_files(struct work *w, pid_t tid, unsigned n)
{
	char name[32];

	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "file-%u", i);
		work_say_regular(w, tid, (int)i, name);
	}
}

/* Called by the one who leaves: its table is a copy, with one more file. */
static void
leave_table(struct work *w, unsigned n_files)
{
	pid_t self = gettid();

	if (unshare(CLONE_FILES) < 0)
		work_fail_errno(w, "unshare(CLONE_FILES)");
	work_open_at(w, "only-here", O_CREAT | O_WRONLY | O_APPEND, (int)n_files);
	work_say_table(w, &self, 1);
	work_say_count(w, self, n_files + 1);
	say_files(w, self, n_files);
	work_say_regular(w, self, (int)n_files, "only-here");
}

/* An unshared copy leads to the open file descriptions of the original. */
static void
say_shared_descriptions(struct work *w, const struct sharing *s)
{
	pid_t other = s->tids[s->loner == 0 ? 1 : 0];

	for (unsigned i = 0; i < s->files; i++)
		work_say(w, "ofd=%d:%u,%d:%u", (int)other, i, (int)s->tids[s->loner], i);
}

static struct sharing *
sharing_new(struct work *w, unsigned loner)
{
	struct sharing *s = calloc(1, sizeof(*s));

	if (s == NULL)
		work_fail(w, WORK_FAILED, "no memory");
	s->threads = work_param(w, "T", 4);
	s->files = work_param(w, "F", 6);
	s->loner = loner == UINT32_MAX ? s->threads - 1 : loner;
	s->tids = calloc(s->threads + 1, sizeof(*s->tids));
	if (s->tids == NULL || s->threads < 2)
		work_fail(w, WORK_USAGE, "T");
	return s;
}

static void
say_those_who_stay(struct work *w, const struct sharing *s, unsigned loner)
{
	pid_t *stay = calloc(s->threads, sizeof(*stay));
	unsigned n = 0;

	for (unsigned i = 0; stay != NULL && i < s->threads; i++)
		if (i != loner)
			stay[n++] = s->tids[i];
	work_say_table(w, stay, n);
	work_say_count(w, stay[0], s->files);
	free(stay);
}

static void
run_subject(struct work *w, work_body *body, struct sharing *s)
{
	work_spawn(w, body, s);
	work_await_arrivals(w, 1);
}

static void
threads_main(struct work *w, void *arg)
{
	struct sharing *s = arg;

	work_say_process(w);
	open_files(w, s->files);
	s->tids[0] = getpid();
	work_threads(w, s->threads - 1, NULL, NULL, s->tids + 1);
	say_those_who_stay(w, s, UINT32_MAX);
	say_files(w, s->tids[0], s->files);
	work_arrive(w);
}

void
scene_threads(struct work *w)
{
	run_subject(w, threads_main, sharing_new(w, 0));
}

static void
loner_thread(struct work *w, void *arg)
{
	struct sharing *s = arg;

	if (gettid() != s->tids[s->loner])
		return;
	leave_table(w, s->files);
	atomic_store(&s->ready, 1);
}

static void
unshared_thread_main(struct work *w, void *arg)
{
	struct sharing *s = arg;

	work_say_process(w);
	open_files(w, s->files);
	s->tids[0] = getpid();
	work_threads(w, s->threads - 1, loner_thread, s, s->tids + 1);
	while (!atomic_load(&s->ready))
		usleep(200);
	say_those_who_stay(w, s, s->loner);
	say_files(w, s->tids[0], s->files);
	say_shared_descriptions(w, s);
	work_arrive(w);
}

void
scene_unshared_thread(struct work *w)
{
	run_subject(w, unshared_thread_main, sharing_new(w, UINT32_MAX));
}

static void
unshared_leader_main(struct work *w, void *arg)
{
	struct sharing *s = arg;

	work_say_process(w);
	open_files(w, s->files);
	s->tids[0] = getpid();
	work_threads(w, s->threads - 1, NULL, NULL, s->tids + 1);
	say_those_who_stay(w, s, 0);
	say_files(w, s->tids[1], s->files);
	leave_table(w, s->files);
	say_shared_descriptions(w, s);
	work_arrive(w);
}

void
scene_unshared_leader(struct work *w)
{
	run_subject(w, unshared_leader_main, sharing_new(w, 0));
}

static void
zombie_leader_main(struct work *w, void *arg)
{
	struct sharing *s = arg;

	work_say_process(w);
	open_files(w, s->files);
	s->tids[0] = getpid();
	work_threads(w, s->threads - 1, NULL, NULL, s->tids + 1);
	say_those_who_stay(w, s, 0);
	say_files(w, s->tids[1], s->files);
	work_say(w, "tableless=%d", (int)getpid());
	work_arrive(w);
	/* Not pthread_exit(3), which loads a library to unwind. */
	syscall(SYS_exit, 0);
}

void
scene_zombie_leader(struct work *w)
{
	struct sharing *s = sharing_new(w, 0);
	pid_t pid = work_spawn(w, zombie_leader_main, s);

	work_await_arrivals(w, 1);
	work_await_state(w, pid, 'Z');
}

/*
 * Three tasks leave one table one after the other: a thread by unshare(2), a thread by exit(2), the
 * leader by unshare(2). Those who are left go on sharing.
 */
static void
leaver_thread(struct work *w, void *arg)
{
	struct sharing *s = arg;

	if (gettid() == s->tids[1]) {
		work_await_step(w, 1);
		leave_table(w, s->files);
		work_say(w, "left=%d", (int)gettid());
		work_step_done(w, 1);
	} else if (gettid() == s->tids[2]) {
		work_await_step(w, 2);
		syscall(SYS_exit, 0);
	}
}

static void
leavers_main(struct work *w, void *arg)
{
	struct sharing *s = arg;

	work_say_process(w);
	open_files(w, s->files);
	s->tids[0] = getpid();
	work_threads(w, s->threads - 1, leaver_thread, s, s->tids + 1);
	say_those_who_stay(w, s, UINT32_MAX);
	say_files(w, s->tids[0], s->files);
	work_announce(w, "unshare");
	work_announce(w, "exit-thread");
	work_announce(w, "unshare-leader");
	work_arrive(w);
	work_await_step(w, 2);
	while (syscall(SYS_tgkill, getpid(), s->tids[2], 0) == 0)
		usleep(200);
	work_say(w, "exited=%d", (int)s->tids[2]);
	work_step_done(w, 2);
	work_await_step(w, 3);
	leave_table(w, s->files);
	work_say(w, "left=%d", (int)getpid());
	work_step_done(w, 3);
}

void
scene_leavers(struct work *w)
{
	struct sharing *s = sharing_new(w, 0);

	if (s->threads < 4)
		work_fail(w, WORK_USAGE, "T");
	run_subject(w, leavers_main, s);
}
