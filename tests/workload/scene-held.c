/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Files that somebody has, and no descriptor leads to: on their way through a socket, registered
 * with a ring, or mapped.
 *
 *   held=TID:FD:HOW:SLOT:KIND:MAJ.MIN:INO:PATH    FD: the socket in whose queue it is, or the
 *   ring; HOW queue or ring; SLOT of the ring, "-" for a queue; PATH in hexadecimal
 *   held-too=...                                  the same, of a file that a descriptor has too
 *   mapped=PID:MAJ.MIN:INO:PATH                   is mapped, and no descriptor is there
 */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "passing.h"
#include "scenes.h"

enum {
	QUEUE = 10, /* a stream: what was sent over the other is here */
	SENDER = 11,
	PACKETS = 12, /* datagrams */
	PACKET_SENDER = 13,
	LISTENER = 14,
	CLIENT = 15, /* connected, and not accepted yet */
	RING = 16,
	STILL_OPEN = 17,
	LAST = STILL_OPEN,
};

static void
say_held(struct work *w, const char *key, int holder, const char *how, const char *slot, int fd,
	 const char *name)
{
	char *path = work_path(w, name);
	char prefix[128];
	struct stat st;

	if (fstat(fd, &st) < 0)
		work_fail_errno(w, path);
	snprintf(prefix, sizeof(prefix), "%d:%d:%s:%s:regular:%u.%u:%llu:", (int)getpid(), holder,
		 how, slot, major(st.st_dev), minor(st.st_dev), (unsigned long long)st.st_ino);
	work_say_hex(w, key, prefix, path);
	free(path);
}

static int
make_file(struct work *w, const char *name)
{
	return work_open_at(w, name, O_CREAT | O_RDWR, -1);
}

static void
send_file(struct work *w, int sender, int queue, const char *name)
{
	int fd = make_file(w, name);

	say_held(w, "held", queue, "queue", "-", fd, name);
	pass_fd(w, sender, fd);
	close(fd);
}

/* Two in one message, one in another, and one that is in it twice. */
static void
send_several(struct work *w)
{
	int fds[] = {make_file(w, "flying-1"), make_file(w, "flying-2")};

	say_held(w, "held", QUEUE, "queue", "-", fds[0], "flying-1");
	say_held(w, "held", QUEUE, "queue", "-", fds[1], "flying-2");
	pass_fds(w, SENDER, fds, 2);
	close(fds[0]);
	close(fds[1]);
	send_file(w, SENDER, QUEUE, "flying-3");
	say_held(w, "held-too", QUEUE, "queue", "-", STILL_OPEN, "still-open");
	pass_fd(w, SENDER, STILL_OPEN);
	send_file(w, PACKET_SENDER, PACKETS, "flying-packet");
}

/* What was sent to a connection that nobody has accepted is in a socket that nobody has. */
static void
send_unaccepted(struct work *w)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	char *path = work_path(w, "listener");
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	if (bind(listener, (struct sockaddr *)&name, sizeof(name)) < 0 || listen(listener, 5) < 0 ||
	    connect(client, (struct sockaddr *)&name, sizeof(name)) < 0)
		work_fail_errno(w, path);
	work_move(w, listener, LISTENER);
	work_move(w, client, CLIENT);
	send_file(w, CLIENT, LISTENER, "flying-unaccepted");
	free(path);
}

static bool
register_files(struct work *w)
{
	struct io_uring_params params = {0};
	int ring = (int)syscall(SYS_io_uring_setup, 4, &params);
	int fds[4] = {-1, -1, -1, STILL_OPEN};

	if (ring < 0) {
		work_say(w, "missing=io_uring:%m");
		return false;
	}
	work_move(w, ring, RING);
	fds[0] = make_file(w, "fixed-0");
	fds[2] = make_file(w, "fixed-2");
	if (syscall(SYS_io_uring_register, RING, IORING_REGISTER_FILES, fds, 4) < 0)
		work_fail_errno(w, "IORING_REGISTER_FILES");
	say_held(w, "held", RING, "ring", "0", fds[0], "fixed-0");
	say_held(w, "held", RING, "ring", "2", fds[2], "fixed-2");
	say_held(w, "held-too", RING, "ring", "3", STILL_OPEN, "still-open");
	close(fds[0]);
	close(fds[2]);
	return true;
}

static void
map_file(struct work *w, const char *name, int flags)
{
	int fd = make_file(w, name);
	char *path = work_path(w, name);
	char prefix[96];
	struct stat st;

	if (ftruncate(fd, 8192) < 0 || fstat(fd, &st) < 0 ||
	    mmap(NULL, 8192, PROT_READ | PROT_WRITE, flags, fd, 0) == MAP_FAILED)
		work_fail_errno(w, path);
	snprintf(prefix, sizeof(prefix), "%d:%u.%u:%llu:", (int)getpid(), major(st.st_dev),
		 minor(st.st_dev), (unsigned long long)st.st_ino);
	work_say_hex(w, "mapped", prefix, path);
	free(path);
	close(fd);
}

static void
make_pair(struct work *w, int type, int receiver, int sender)
{
	int ends[2];

	if (socketpair(AF_UNIX, type, 0, ends) < 0)
		work_fail_errno(w, "socketpair");
	work_move(w, ends[0], receiver);
	work_move(w, ends[1], sender);
}

static void
held_main(struct work *w, void *arg)
{
	const struct work_file socket_file = {.kind = "socket"};
	const struct work_file ring = {.kind = "io_uring", .path = "anon_inode:[io_uring]"};
	pid_t self = getpid();
	bool with_ring;

	(void)arg;
	work_say_process(w);
	work_open_at(w, "still-open", O_CREAT | O_RDWR, STILL_OPEN);
	make_pair(w, SOCK_STREAM, QUEUE, SENDER);
	make_pair(w, SOCK_DGRAM, PACKETS, PACKET_SENDER);
	send_several(w);
	send_unaccepted(w);
	with_ring = register_files(w);
	map_file(w, "mapped-shared", MAP_SHARED);
	map_file(w, "mapped-private", MAP_PRIVATE);
	work_say_table(w, &self, 1);
	work_say_count(w, self, LAST - QUEUE + (with_ring ? 1 : 0));
	for (int fd = QUEUE; fd <= CLIENT; fd++)
		work_say_fd(w, self, fd, &socket_file);
	if (with_ring)
		work_say_fd(w, self, RING, &ring);
	work_say_regular(w, self, STILL_OPEN, "still-open");
	work_arrive(w);
}

void
scene_held(struct work *w)
{
	work_spawn(w, held_main, NULL);
	work_await_arrivals(w, 1);
}
