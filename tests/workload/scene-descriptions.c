/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Open file descriptions: by how many ways descriptors come to share one, beside look-alikes that
 * do not: the same file, opened again with the same flags, at the same offset.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scenes.h"

static void
dup_main(struct work *w, void *arg)
{
	pid_t self = getpid();

	(void)arg;
	work_say_process(w);
	work_open_at(w, "one", O_CREAT | O_RDWR, 0);
	if (dup(0) != 1 || fcntl(0, F_DUPFD_CLOEXEC, 10) != 10)
		work_fail_errno(w, "dup");
	work_open_at(w, "one", O_RDWR, 3);
	work_open_at(w, "one", O_RDONLY, 4);
	if (dup2(4, 20) != 20)
		work_fail_errno(w, "dup2");
	work_say_table(w, &self, 1);
	work_say_count(w, self, 6);
	for (int fd = 0; fd <= 20; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			work_say_regular(w, self, fd, "one");
	work_say(w, "ofd=%d:0,%d:1,%d:10", (int)self, (int)self, (int)self);
	work_say(w, "ofd=%d:4,%d:20", (int)self, (int)self);
	work_arrive(w);
}

void
scene_dup(struct work *w)
{
	work_spawn(w, dup_main, NULL);
	work_await_arrivals(w, 1);
}

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static void
send_fd(struct work *w, int socket_fd, int fd)
{
	union control control = {0};
	char byte = 0;
	struct iovec iov = {&byte, 1};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(socket_fd, &message, 0) != 1)
		work_fail_errno(w, "sendmsg");
}

static int
receive_fd(struct work *w, int socket_fd)
{
	union control control = {0};
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	int fd;

	if (recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC) != 1 || CMSG_FIRSTHDR(&message) == NULL)
		work_fail_errno(w, "recvmsg");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static void
receiver_main(struct work *w, int socket_fd)
{
	pid_t self = getpid();

	work_move(w, receive_fd(w, socket_fd), 9);
	work_close_all_but(w, 9);
	/* A look-alike: the same name, opened by the receiver itself. */
	work_open_at(w, "passed", O_RDWR, 3);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 2);
	work_say_regular(w, self, 3, "passed");
	work_say_regular(w, self, 9, "passed");
	work_arrive(w);
	work_park(w);
}

static void
sender_main(struct work *w, void *arg)
{
	pid_t self = getpid();
	pid_t receiver;
	int ends[2];

	(void)arg;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		work_fail_errno(w, "socketpair");
	receiver = work_fork(w);
	if (receiver == 0)
		receiver_main(w, ends[1]);
	work_open_at(w, "passed", O_CREAT | O_RDWR, 5);
	send_fd(w, ends[0], 5);
	work_await_arrivals(w, 1);
	work_close_all_but(w, 5);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 1);
	work_say_regular(w, self, 5, "passed");
	work_say(w, "ofd=%d:5,%d:9", (int)self, (int)receiver);
	work_arrive(w);
}

void
scene_scm_rights(struct work *w)
{
	work_spawn(w, sender_main, NULL);
	work_await_arrivals(w, 2);
}

static void
say_offset_side(struct work *w)
{
	pid_t self = getpid();

	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 2);
	work_say_regular(w, self, 0, "moving");
	work_say_regular(w, self, 1, "moving");
	work_arrive(w);
}

/*
 * Parent and child share one description whose offset and flags never rest, and each has one more
 * of its own on the same file, that stands still.
 */
static void
moving_offset_main(struct work *w, void *arg)
{
	pid_t child;

	(void)arg;
	work_open_at(w, "moving", O_CREAT | O_RDWR, 0);
	child = work_fork(w);
	work_open_at(w, "moving", O_RDWR, 1);
	say_offset_side(w);
	if (child != 0) {
		work_say(w, "ofd=%d:0,%d:0", (int)getpid(), (int)child);
		work_arrive(w);
		work_park(w);
	}
	for (off_t i = 1;; i = i % 1000000 + 1) {
		if (lseek(0, i, SEEK_SET) != i)
			work_fail_errno(w, "lseek");
		if (i % 16 == 0 && fcntl(0, F_SETFL, i % 32 == 0 ? O_NONBLOCK | O_APPEND : 0) < 0)
			work_fail_errno(w, "F_SETFL");
		if (i % 67 == 0)
			usleep(10);
	}
}

void
scene_moving_offset(struct work *w)
{
	work_spawn(w, moving_offset_main, NULL);
	work_await_arrivals(w, 3);
}
