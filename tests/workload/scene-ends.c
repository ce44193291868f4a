/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What has two ends: pipes, fifos, pseudoterminals, queues; within a process, between two, with
 * the other end gone, and look-alikes that have nothing to do with each other.
 *
 *   peer=TID:FD:TID:FD    the second is at the other end of the first
 *   alone=TID:FD          nobody is
 *   shares=TID:FD:TID:FD  one object that is at no end: whoever has it, has it
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenes.h"

static void
say_pair(struct work *w, pid_t a, int a_fd, pid_t b, int b_fd)
{
	work_say(w, "peer=%d:%d:%d:%d", (int)a, a_fd, (int)b, b_fd);
	work_say(w, "peer=%d:%d:%d:%d", (int)b, b_fd, (int)a, a_fd);
}

static void
say_alone(struct work *w, int fd)
{
	work_say(w, "alone=%d:%d", (int)getpid(), fd);
}

static void
say_all(struct work *w, const int *fds, unsigned n, const char *kind)
{
	struct work_file file = {.kind = kind};

	for (unsigned i = 0; i < n; i++)
		work_say_fd(w, getpid(), fds[i], &file);
}

static void
say_table(struct work *w, unsigned n)
{
	pid_t self = getpid();

	work_say_table(w, &self, 1);
	work_say_count(w, self, n);
}

static void
make_pipe(struct work *w, int reader, int writer)
{
	int ends[2];

	if (pipe(ends) < 0)
		work_fail_errno(w, "pipe");
	work_move(w, ends[0], reader);
	work_move(w, ends[1], writer);
}

enum {
	OWN_READER = 10, /* both ends here */
	OWN_WRITER = 11,
	DOWN = 12, /* from the parent to the child */
	UP = 14,   /* from the child to the parent */
	LONELY = 16,
	PIPE_BY_PATH = 18,
};

static void
pipe_child(struct work *w)
{
	const int fds[] = {DOWN, UP + 1};

	close(OWN_READER);
	close(OWN_WRITER);
	close(LONELY);
	close(DOWN + 1);
	close(UP);
	work_say_process(w);
	say_table(w, 2);
	say_all(w, fds, 2, "pipe");
	work_arrive(w);
	work_park(w);
}

static void
pipes_main(struct work *w, void *arg)
{
	const int fds[] = {OWN_READER, OWN_WRITER, DOWN + 1, UP, LONELY};
	pid_t self = getpid(), child;

	(void)arg;
	make_pipe(w, OWN_READER, OWN_WRITER);
	make_pipe(w, DOWN, DOWN + 1);
	make_pipe(w, UP, UP + 1);
	make_pipe(w, LONELY, LONELY + 1);
	close(LONELY + 1);
	child = work_fork(w);
	if (child == 0)
		pipe_child(w);
	close(DOWN);
	close(UP + 1);
	work_say_process(w);
	say_table(w, sizeof(fds) / sizeof(fds[0]));
	say_all(w, fds, sizeof(fds) / sizeof(fds[0]), "pipe");
	say_pair(w, self, OWN_READER, self, OWN_WRITER);
	say_pair(w, self, DOWN + 1, child, DOWN);
	say_pair(w, self, UP, child, UP + 1);
	say_alone(w, LONELY);
	work_arrive(w);
}

static int
open_queue(const char *name, int flags)
{
	return mq_open(name, flags | O_CREAT, 0600, NULL);
}

/* A queue that was opened twice, and one that only one has; the counter is one for both. */
static void
queues_main(struct work *w, void *arg)
{
	const int queues[] = {10, 11, 12}, counters[] = {20};
	pid_t self = getpid(), child;
	char name[64];
	int a, b, c;

	(void)arg;
	work_say_process(w);
	snprintf(name, sizeof(name), "/procview-ends-%d", (int)self);
	a = open_queue(name, O_RDONLY);
	b = open_queue(name, O_WRONLY);
	mq_unlink(name);
	c = open_queue(name, O_RDONLY);
	mq_unlink(name);
	if (a < 0 || b < 0 || c < 0) {
		work_say(w, "missing=mqueue:%s", strerror(errno));
		work_close_all();
		say_table(w, 0);
		work_arrive(w);
		work_arrive(w);
		return;
	}
	work_move(w, a, 10);
	work_move(w, b, 11);
	work_move(w, c, 12);
	work_move(w, eventfd(1, 0), 20);
	child = work_fork(w);
	if (child == 0) {
		work_close_all_but(w, 20);
		work_say_process(w);
		say_table(w, 1);
		say_all(w, counters, 1, "eventfd");
		work_arrive(w);
		work_park(w);
	}
	say_table(w, 4);
	say_all(w, queues, 3, "mqueue");
	say_all(w, counters, 1, "eventfd");
	say_pair(w, self, 10, self, 11);
	say_alone(w, 12);
	work_say(w, "shares=%d:20:%d:20", (int)self, (int)child);
	work_say(w, "ofd=%d:20,%d:20", (int)self, (int)child);
	work_arrive(w);
}

void
scene_ends(struct work *w)
{
	work_spawn(w, pipes_main, NULL);
	work_spawn(w, queues_main, NULL);
	work_await_arrivals(w, 4);
}

/* Mounts of their own for all of the scene, and for nobody else. */
static void
leave_mounts(struct work *w)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWNS)");
}

static void
mount_new(struct work *w, const char *name, const char *type, const char *options)
{
	char *dir = work_path(w, name);

	if (mkdir(dir, 0755) < 0 || mount(name, dir, type, 0, options) < 0)
		work_fail_errno(w, dir);
	free(dir);
}

static void
end_of_fifo(struct work *w, const char *name, int flags)
{
	char *path = work_path(w, name);
	struct work_file file = {.kind = "fifo", .path = path};

	/* Opening one end without blocking for the other needs the other, or both. */
	work_move(w, open(path, O_RDWR | O_NONBLOCK), 9);
	work_move(w, open(path, flags), 10);
	close(9);
	work_say_process(w);
	say_table(w, 1);
	work_say_fd(w, getpid(), 10, &file);
	free(path);
	work_arrive(w);
	work_park(w);
}

static pid_t
spawn_end(struct work *w, const char *name, int flags, unsigned n)
{
	pid_t pid = work_fork(w);

	if (pid == 0) {
		work_close_all();
		end_of_fifo(w, name, flags);
	}
	work_await_arrivals(w, n);
	return pid;
}

static void
make_fifo(struct work *w, const char *name, struct stat *st)
{
	char *path = work_path(w, name);

	if (mkfifo(path, 0600) < 0 || stat(path, st) < 0)
		work_fail_errno(w, path);
	free(path);
}

static void
fifos_main(struct work *w, void *arg)
{
	struct stat one, two;
	pid_t ends[4];

	(void)arg;
	leave_mounts(w);
	mount_new(w, "one", "tmpfs", NULL);
	mount_new(w, "two", "tmpfs", NULL);
	make_fifo(w, "one/fifo", &one);
	make_fifo(w, "two/fifo", &two);
	if (one.st_ino != two.st_ino || one.st_dev == two.st_dev)
		work_fail(w, WORK_FAILED, "two fifos that anybody can tell apart");
	ends[0] = spawn_end(w, "one/fifo", O_RDONLY | O_NONBLOCK, 1);
	ends[1] = spawn_end(w, "one/fifo", O_WRONLY, 2);
	ends[2] = spawn_end(w, "two/fifo", O_RDONLY | O_NONBLOCK, 3);
	ends[3] = spawn_end(w, "two/fifo", O_WRONLY, 4);
	say_pair(w, ends[0], 10, ends[1], 10);
	say_pair(w, ends[2], 10, ends[3], 10);
	work_say_process(w);
	say_table(w, 0);
	work_arrive(w);
}

void
scene_fifos(struct work *w)
{
	work_spawn(w, fifos_main, NULL);
	work_await_arrivals(w, 5);
}

/* Master here, slave in a child: of two devpts instances, with one number. */
static void
split_pair(struct work *w, const char *name, int number, unsigned n)
{
	char master[128], slave[128];
	unsigned index;
	int zero = 0, fd;
	pid_t child;

	snprintf(master, sizeof(master), "%s/%s/ptmx", w->dir, name);
	fd = open(master, O_RDWR | O_NOCTTY);
	if (fd < 0 || ioctl(fd, TIOCGPTN, &index) < 0 || ioctl(fd, TIOCSPTLCK, &zero) < 0)
		work_fail_errno(w, master);
	if (index != 0)
		work_fail(w, WORK_FAILED, "a pseudoterminal that is not the first");
	work_move(w, fd, number);
	snprintf(slave, sizeof(slave), "%s/%s/0", w->dir, name);
	child = work_fork(w);
	if (child == 0) {
		struct work_file file = {.kind = "chardev", .path = slave};

		work_close_all();
		work_move(w, open(slave, O_RDWR | O_NOCTTY), 10);
		work_say_process(w);
		say_table(w, 1);
		work_say_fd(w, getpid(), 10, &file);
		work_arrive(w);
		work_park(w);
	}
	work_await_arrivals(w, n);
	say_pair(w, getpid(), number, child, 10);
}

static void
terminals_main(struct work *w, void *arg)
{
	const char *const options = "newinstance,ptmxmode=0666";
	const int masters[] = {20, 21};

	(void)arg;
	leave_mounts(w);
	mount_new(w, "pts-one", "devpts", options);
	mount_new(w, "pts-two", "devpts", options);
	split_pair(w, "pts-one", 20, 1);
	split_pair(w, "pts-two", 21, 2);
	work_say_process(w);
	say_table(w, 2);
	say_all(w, masters, 2, "chardev");
	work_arrive(w);
}

void
scene_terminals(struct work *w)
{
	work_spawn(w, terminals_main, NULL);
	work_await_arrivals(w, 3);
}
