/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What epoll sets wait for. A set remembers the number under which a file was registered, and the
 * file; afterwards the number may be given to another, or to nobody, and the file lives on under
 * another number, in another process, or in a queue.
 *
 *   registration=TID:FD:NUMBER:EVENTS:DATA:TARGET_TID:TARGET_FD    "-" for a target that no
 *   descriptor leads to; numbers in hexadecimal but for those of tasks and descriptors
 */
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "details.h"
#include "passing.h"
#include "scenes.h"

/* The kernel adds these to whatever is asked for. */
#define ALWAYS (EPOLLERR | EPOLLHUP)

enum {
	SET = 10,
	PIPE = 11,
	WRITER = 12,
	SET_TOO = 13, /* the same set by another number */
	TWICE = 20,   /* and the number behind it: one description, registered under both */
	MOVED = 30,   /* registered; then its number was given to another */
	MOVED_NOW = 31,
	AGAIN = 40, /* the first that was registered under it moved away, the second is there */
	AGAIN_FIRST = 41,
	ELSEWHERE = 50, /* only the other process has it */
	OTHERS = 51,	/* the same, and here another has the number */
	FLYING = 60,	/* in a queue, and nowhere else */
	RECEIVER = 61,
	SENDER = 62,
	OUTER = 70, /* sets of sets */
	OUTERMOST = 71,
	EMPTY = 72,
	GONE = 73, /* every descriptor was closed: not registered any more */
	HIGHEST = 80,
};

static void
add(struct work *w, int set, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event event = {.events = events, .data.u64 = data};

	if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) < 0)
		work_fail_errno(w, "EPOLL_CTL_ADD");
}

static void
say_registration(struct work *w, int set, int number, uint32_t events, uint64_t data, pid_t tid,
		 int target)
{
	char where[32] = "-:-";

	if (tid != 0)
		snprintf(where, sizeof(where), "%d:%d", (int)tid, target);
	work_say(w, "registration=%d:%d:%d:%x:%llx:%s", (int)getpid(), set, number, events | ALWAYS,
		 (unsigned long long)data, where);
	/* Each descriptor of the set has all of them. */
	if (set == SET)
		say_registration(w, SET_TOO, number, events, data, tid, target);
}

static int
put_counter(struct work *w, int number)
{
	int fd = eventfd(0, 0);

	if (fd < 0)
		work_fail_errno(w, "eventfd");
	return work_move(w, fd, number);
}

static void
say_open(struct work *w, int fd, const char *kind)
{
	char path[64];
	struct work_file file = {.kind = kind, .path = path};

	if (strcmp(kind, "pipe") == 0 || strcmp(kind, "socket") == 0)
		file.path = NULL;
	snprintf(path, sizeof(path), "anon_inode:[%s]", kind);
	work_say_fd(w, getpid(), fd, &file);
}

static void
duplicate(struct work *w, int fd, int number)
{
	if (dup2(fd, number) != number)
		work_fail_errno(w, "dup2");
}

/* What others have: the parent forks when all is registered, and closes its own afterwards. */
static void
other_main(struct work *w, pid_t parent)
{
	pid_t self = getpid();

	for (int fd = 0; fd <= HIGHEST; fd++)
		if (fd != ELSEWHERE && fd != OTHERS)
			close(fd);
	(void)parent;
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 2);
	say_open(w, ELSEWHERE, "eventfd");
	say_open(w, OTHERS, "eventfd");
	work_arrive(w);
	work_park(w);
}

static void
register_all(struct work *w)
{
	int ends[2], sockets[2];

	if (pipe(ends) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) < 0)
		work_fail_errno(w, "a pair");
	work_move(w, epoll_create1(0), SET);
	work_move(w, epoll_create1(EPOLL_CLOEXEC), OUTER);
	work_move(w, epoll_create1(0), OUTERMOST);
	work_move(w, epoll_create1(0), EMPTY);
	work_move(w, ends[0], PIPE);
	work_move(w, ends[1], WRITER);
	work_move(w, sockets[0], RECEIVER);
	work_move(w, sockets[1], SENDER);
	put_counter(w, TWICE);
	duplicate(w, TWICE, TWICE + 1);
	put_counter(w, MOVED);
	put_counter(w, AGAIN);
	put_counter(w, ELSEWHERE);
	put_counter(w, OTHERS);
	put_counter(w, FLYING);
	put_counter(w, GONE);

	add(w, SET, PIPE, EPOLLIN, PIPE);
	add(w, SET, TWICE, EPOLLIN, UINT64_MAX);
	add(w, SET, TWICE + 1, EPOLLOUT | EPOLLET, 0xdeadbeefcafef00d);
	add(w, SET, MOVED, EPOLLIN | EPOLLRDHUP, 1);
	add(w, SET, AGAIN, EPOLLIN, 2);
	add(w, SET, ELSEWHERE, EPOLLPRI, 3);
	add(w, SET, OTHERS, EPOLLIN | EPOLLONESHOT, 4);
	add(w, SET, FLYING, EPOLLIN, 5);
	add(w, SET, GONE, EPOLLIN, 6);
	add(w, SET, RECEIVER, EPOLLIN | EPOLLEXCLUSIVE, 0);
	add(w, OUTER, SET, EPOLLIN, 7);
	add(w, OUTER, PIPE, 0, 8);
	add(w, OUTERMOST, OUTER, EPOLLIN, 9);
}

static void
move_about(struct work *w)
{
	duplicate(w, SET, SET_TOO);
	duplicate(w, MOVED, MOVED_NOW);
	put_counter(w, MOVED);
	duplicate(w, AGAIN, AGAIN_FIRST);
	put_counter(w, AGAIN);
	add(w, SET, AGAIN, EPOLLIN, 20);
	close(ELSEWHERE);
	put_counter(w, OTHERS);
	pass_fd(w, SENDER, FLYING);
	close(FLYING);
	close(GONE);
}

static void
say_all(struct work *w, pid_t other)
{
	pid_t self = getpid();

	say_registration(w, SET, PIPE, EPOLLIN, PIPE, self, PIPE);
	say_registration(w, SET, TWICE, EPOLLIN, UINT64_MAX, self, TWICE);
	say_registration(w, SET, TWICE + 1, EPOLLOUT | EPOLLET, 0xdeadbeefcafef00d, self, TWICE);
	say_registration(w, SET, MOVED, EPOLLIN | EPOLLRDHUP, 1, self, MOVED_NOW);
	say_registration(w, SET, AGAIN, EPOLLIN, 2, self, AGAIN_FIRST);
	say_registration(w, SET, AGAIN, EPOLLIN, 20, self, AGAIN);
	say_registration(w, SET, ELSEWHERE, EPOLLPRI, 3, other, ELSEWHERE);
	say_registration(w, SET, OTHERS, EPOLLIN | EPOLLONESHOT, 4, other, OTHERS);
	say_registration(w, SET, FLYING, EPOLLIN, 5, 0, 0);
	say_registration(w, SET, RECEIVER, EPOLLIN | EPOLLEXCLUSIVE, 0, self, RECEIVER);
	say_registration(w, OUTER, SET, EPOLLIN, 7, self, SET);
	say_registration(w, OUTER, PIPE, 0, 8, self, PIPE);
	say_registration(w, OUTERMOST, OUTER, EPOLLIN, 9, self, OUTER);
}

static void
epoll_main(struct work *w, void *arg)
{
	static const struct {
		int fd;
		const char *kind;
	} open[] = {
		{SET, "eventpoll"},	  {SET_TOO, "eventpoll"}, {PIPE, "pipe"},
		{WRITER, "pipe"},	  {TWICE, "eventfd"},	  {TWICE + 1, "eventfd"},
		{MOVED, "eventfd"},	  {MOVED_NOW, "eventfd"}, {AGAIN, "eventfd"},
		{AGAIN_FIRST, "eventfd"}, {OTHERS, "eventfd"},	  {RECEIVER, "socket"},
		{SENDER, "socket"},	  {OUTER, "eventpoll"},	  {OUTERMOST, "eventpoll"},
		{EMPTY, "eventpoll"},
	};
	const unsigned n = sizeof(open) / sizeof(open[0]);
	pid_t self = getpid();
	pid_t other;

	(void)arg;
	work_say_process(w);
	register_all(w);
	other = work_fork(w);
	if (other == 0)
		other_main(w, self);
	/* What the other has, it has for good before this one lets go of it. */
	work_await_arrivals(w, 1);
	move_about(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, n);
	for (unsigned i = 0; i < n; i++)
		say_open(w, open[i].fd, open[i].kind);
	work_say(w, "ofd=%d:%d,%d:%d", (int)self, SET, (int)self, SET_TOO);
	work_say(w, "ofd=%d:%d,%d:%d", (int)self, TWICE, (int)self, TWICE + 1);
	say_all(w, other);
	work_arrive(w);
}

void
scene_epoll(struct work *w)
{
	work_spawn(w, epoll_main, NULL);
	work_await_arrivals(w, 2);
}

/* More than any buffer of a kernel's or a library's holds at once. */
static void
targets_main(struct work *w, void *arg)
{
	unsigned n = *(const unsigned *)arg;
	pid_t self = getpid();

	work_set_limit(w, n + 100);
	work_say_process(w);
	work_move(w, epoll_create1(0), 5);
	for (unsigned i = 0; i < n; i++)
		add(w, 5, put_counter(w, 10 + (int)i), EPOLLIN, i);
	work_say_table(w, &self, 1);
	work_say_count(w, self, n + 1);
	for (unsigned i = 0; i < n; i++)
		say_registration(w, 5, 10 + (int)i, EPOLLIN, i, self, 10 + (int)i);
	work_arrive(w);
}

void
scene_epoll_targets(struct work *w)
{
	unsigned n = work_param(w, "N", 5000);

	work_spawn(w, targets_main, &n);
	work_await_arrivals(w, 1);
}
