/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Processes that sit still in the middle of whatever happens around them, of every shape that can
 * be told wrong: alone, with a table of two processes, with a loner among threads, with a leader
 * that is gone, with copies of one table, and with hundreds of descriptors.
 *
 * All of them have /dev/null open, again and again: so has everybody else, with the same inode,
 * mode and offset.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenes.h"

#define N_CREW	  4
#define N_WIDE	  300
#define WIDE_STEP 3 /* every third number is a hole */

static const struct work_file null_file = {.kind = "chardev", .path = "/dev/null"};

static void
open_null(struct work *w, int flags, int number)
{
	int fd = open("/dev/null", flags);

	if (fd < 0)
		work_fail_errno(w, "/dev/null");
	work_move(w, fd, number);
}

/* Pipes and sockets: their names are made of their inode. */
static void
say_numbered(struct work *w, pid_t tid, int fd, const char *kind)
{
	char name[48];
	struct work_file file = {.kind = kind, .path = name};
	struct stat st;

	if (fstat(fd, &st) < 0)
		work_fail_errno(w, "fstat");
	snprintf(name, sizeof(name), "%s:[%lu]", kind, (unsigned long)st.st_ino);
	work_say_fd(w, tid, fd, &file);
}

static void
open_alone(struct work *w)
{
	int ends[2];

	work_open_at(w, "alone", O_CREAT | O_RDWR, 0);
	open_null(w, O_RDONLY, 1);
	open_null(w, O_RDWR | O_CLOEXEC, 2);
	if (pipe2(ends, O_CLOEXEC) < 0 || ends[0] != 3 || ends[1] != 4)
		work_fail_errno(w, "pipe2");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || ends[0] != 5 || ends[1] != 6)
		work_fail_errno(w, "socketpair");
	work_open_at(w, "alone-gone", O_CREAT | O_RDWR, 8);
	work_remove(w, "alone-gone");
	if (dup2(1, 9) != 9 || dup3(0, 64, O_CLOEXEC) != 64)
		work_fail_errno(w, "dup");
	if (work_move(w, open(w->dir, O_RDONLY | O_DIRECTORY), 100) != 100)
		work_fail_errno(w, w->dir);
}

static void
alone_main(struct work *w, void *arg)
{
	char *gone_path = work_path(w, "alone-gone");
	struct work_file gone = {.kind = "regular", .path = gone_path, .unlinked = true};
	struct work_file dir = {.kind = "directory", .path = w->dir};
	pid_t self = getpid();

	(void)arg;
	open_alone(w);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 11);
	work_say_regular(w, self, 0, "alone");
	work_say_fd(w, self, 1, &null_file);
	work_say_fd(w, self, 2, &null_file);
	say_numbered(w, self, 3, "pipe");
	say_numbered(w, self, 4, "pipe");
	say_numbered(w, self, 5, "socket");
	say_numbered(w, self, 6, "socket");
	work_say_fd(w, self, 8, &gone);
	work_say_fd(w, self, 9, &null_file);
	work_say_regular(w, self, 64, "alone");
	work_say_fd(w, self, 100, &dir);
	work_say(w, "ofd=%d:1,%d:9", (int)self, (int)self);
	work_say(w, "ofd=%d:0,%d:64", (int)self, (int)self);
	free(gone_path);
	work_arrive(w);
}

static void
sharer_main(struct work *w, void *arg)
{
	(void)arg;
	work_say_process(w);
	work_arrive(w);
}

static void
sharers_main(struct work *w, void *arg)
{
	pid_t tids[2] = {getpid(), 0};

	(void)arg;
	work_open_at(w, "shared", O_CREAT | O_RDWR, 0);
	open_null(w, O_RDWR, 1);
	open_null(w, O_RDWR | O_CLOEXEC, 63);
	tids[1] = work_clone_files(w, sharer_main, NULL);
	work_say_process(w);
	work_say_table(w, tids, 2);
	work_say_count(w, tids[0], 3);
	work_say_regular(w, tids[0], 0, "shared");
	work_say_fd(w, tids[0], 1, &null_file);
	work_say_fd(w, tids[0], 63, &null_file);
	work_arrive(w);
}

/* Two descriptions from before the fork, and one of the same file on each side. */
static void
copied_side(struct work *w)
{
	pid_t self = getpid();

	open_null(w, O_RDWR, 7);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 3);
	work_say_fd(w, self, 0, &null_file);
	work_say_regular(w, self, 5, "before");
	work_say_fd(w, self, 7, &null_file);
	work_arrive(w);
}

static void
copied_main(struct work *w, void *arg)
{
	pid_t parent = getpid(), child;

	(void)arg;
	open_null(w, O_RDWR, 0);
	work_open_at(w, "before", O_CREAT | O_RDWR | O_CLOEXEC, 5);
	child = work_fork(w);
	copied_side(w);
	if (child != 0) {
		work_say(w, "ofd=%d:0,%d:0", (int)parent, (int)child);
		work_say(w, "ofd=%d:5,%d:5", (int)parent, (int)child);
		work_arrive(w);
	}
}

struct crew {
	pid_t tids[N_CREW]; /* the leader, two who stay, the loner */
	_Atomic int parted;
};

static void
say_crew_files(struct work *w, pid_t tid)
{
	const struct work_file event = {.kind = "eventfd", .path = "anon_inode:[eventfd]"};

	work_say_regular(w, tid, 0, "crew");
	work_say_fd(w, tid, 1, &null_file);
	work_say_fd(w, tid, 2, &null_file);
	work_say_fd(w, tid, 3, &event);
}

static void
crew_thread(struct work *w, void *arg)
{
	struct crew *crew = arg;
	pid_t self = gettid();

	if (self != crew->tids[N_CREW - 1])
		return;
	if (unshare(CLONE_FILES) < 0)
		work_fail_errno(w, "unshare(CLONE_FILES)");
	open_null(w, O_RDONLY, 20);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 5);
	say_crew_files(w, self);
	work_say_fd(w, self, 20, &null_file);
	atomic_store(&crew->parted, 1);
}

/* An argument: the leader exits when all is said. */
static void
crew_main(struct work *w, void *arg)
{
	static struct crew crew;
	unsigned first = arg != NULL ? 1 : 0;

	crew.tids[0] = getpid();
	work_open_at(w, "crew", O_CREAT | O_RDWR, 0);
	open_null(w, O_RDONLY, 1);
	open_null(w, O_RDWR | O_CLOEXEC, 2);
	if (eventfd(0, EFD_CLOEXEC) != 3)
		work_fail_errno(w, "eventfd");
	work_threads(w, N_CREW - 1, crew_thread, &crew, crew.tids + 1);
	while (!atomic_load(&crew.parted))
		usleep(200);
	work_say_process(w);
	work_say_table(w, crew.tids + first, N_CREW - 1 - first);
	work_say_count(w, crew.tids[1], 4);
	say_crew_files(w, crew.tids[1]);
	for (int fd = 0; fd < 4; fd++)
		work_say(w, "ofd=%d:%d,%d:%d", (int)crew.tids[1], fd, (int)crew.tids[N_CREW - 1],
			 fd);
	if (arg != NULL)
		work_say(w, "tableless=%d", (int)getpid());
	work_arrive(w);
	if (arg != NULL)
		syscall(SYS_exit, 0);
}

static void
wide_main(struct work *w, void *arg)
{
	pid_t self = getpid();
	unsigned n = 0;

	(void)arg;
	work_say_process(w);
	for (int fd = 0; fd < N_WIDE; fd++) {
		if (fd % WIDE_STEP == 1)
			continue;
		open_null(w, fd % 2 == 0 ? O_RDWR : O_RDWR | O_CLOEXEC, fd);
		work_say_fd(w, self, fd, &null_file);
		n++;
	}
	work_say_table(w, &self, 1);
	work_say_count(w, self, n);
	work_arrive(w);
}

void
scene_canaries(struct work *w)
{
	char leader_exits[] = "";
	pid_t zombie;

	work_spawn(w, alone_main, NULL);
	work_spawn(w, sharers_main, NULL);
	work_spawn(w, copied_main, NULL);
	work_spawn(w, crew_main, NULL);
	zombie = work_spawn(w, crew_main, leader_exits);
	work_spawn(w, wide_main, NULL);
	work_await_arrivals(w, 9);
	work_await_state(w, zombie, 'Z');
}
