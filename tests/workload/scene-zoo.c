/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One descriptor of every kind. What a kernel, or its configuration, does not permit is told as
 * missing and leaves a hole: a zoo without a tiger is still a zoo.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenes.h"
#include "zoo.h"

static int
open_in_zoo(struct work *w, const char *name, int flags)
{
	return work_open_at(w, name, flags, -1);
}

static int
regular(struct work *w)
{
	return open_in_zoo(w, "regular", O_CREAT | O_RDWR);
}

static int
appended(struct work *w)
{
	int fd = open_in_zoo(w, "regular", O_WRONLY | O_APPEND | O_CLOEXEC);

	return write(fd, "some bytes\n", 11) == 11 ? fd : -1;
}

static int
regular_by_path(struct work *w)
{
	return open_in_zoo(w, "regular", O_PATH);
}

static int
nameless(struct work *w)
{
	return open(w->dir, O_TMPFILE | O_RDWR, 0600);
}

static int
directory(struct work *w)
{
	return open(w->dir, O_RDONLY | O_DIRECTORY);
}

static int
symlink_itself(struct work *w)
{
	char *path = work_path(w, "symlink");

	return symlink("regular", path) < 0 ? -1 : open_in_zoo(w, "symlink", O_PATH | O_NOFOLLOW);
}

static int
chardev(struct work *w)
{
	(void)w;
	return open("/dev/null", O_RDWR);
}

static int
blockdev(struct work *w)
{
	/* A node of our own, and by O_PATH: no driver has to answer for it. */
	char *path = work_path(w, "blockdev");

	return mknod(path, S_IFBLK | 0600, (dev_t)7 << 8) < 0 ? -1 : open(path, O_PATH);
}

static int
pipe_end(struct work *w)
{
	int ends[2];

	(void)w;
	if (pipe(ends) < 0)
		return -1;
	close(ends[1]);
	return ends[0];
}

static int
fifo(struct work *w)
{
	char *path = work_path(w, "fifo");

	return mkfifo(path, 0600) < 0 ? -1 : open(path, O_RDWR);
}

static int
unix_socket(struct work *w)
{
	(void)w;
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
tcp_listening(struct work *w)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)w;
	return fd < 0 || listen(fd, 1) < 0 ? -1 : fd;
}

static int
udp_socket(struct work *w)
{
	(void)w;
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static int
netlink_socket(struct work *w)
{
	(void)w;
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

/* A leading "/" stands for the scene's directory, unless there are two. */
/* clang-format off */
static const struct animal {
	const char *kind;
	int (*open)(struct work *w);
	const char *path;
	bool unlinked;
} animals[] = {
	{ "regular", regular, "/regular", false },
	{ "regular", appended, "/regular", false },
	{ "regular", regular_by_path, "/regular", false },
	{ "regular", nameless, NULL, true },
	{ "directory", directory, "/", false },
	{ "symlink", symlink_itself, "/symlink", false },
	{ "chardev", chardev, "//dev/null", false },
	{ "blockdev", blockdev, "/blockdev", false },
	{ "pipe", pipe_end, NULL, false },
	{ "fifo", fifo, "/fifo", false },
	{ "socket", unix_socket, NULL, false },
	{ "socket", tcp_listening, NULL, false },
	{ "socket", udp_socket, NULL, false },
	{ "socket", netlink_socket, NULL, false },
	{ "eventfd", zoo_event_counter, "anon_inode:[eventfd]", false },
	{ "eventpoll", zoo_epoll, "anon_inode:[eventpoll]", false },
	{ "timerfd", zoo_timer, "anon_inode:[timerfd]", false },
	{ "signalfd", zoo_signals, "anon_inode:[signalfd]", false },
	{ "inotify", zoo_inotify, "anon_inode:inotify", false },
	{ "fanotify", zoo_fanotify, "anon_inode:[fanotify]", false },
	{ "pidfd", zoo_process, NULL, false },
	{ "pidfd", zoo_thread, NULL, false },
	{ "io_uring", zoo_io_uring, "anon_inode:[io_uring]", false },
	{ "bpf-map", zoo_bpf_map, "anon_inode:bpf-map", false },
	{ "bpf-prog", zoo_bpf_prog, "anon_inode:bpf-prog", false },
	{ "bpf-link", zoo_bpf_link, NULL, false },
	{ "userfaultfd", zoo_userfaults, "anon_inode:[userfaultfd]", false },
	{ "perf-event", zoo_perf_event, "anon_inode:[perf_event]", false },
	{ "memfd", zoo_memfd, "//memfd:zoo (deleted)", true },
	{ "mqueue", zoo_mqueue, NULL, true },
	{ "nsfs", zoo_namespace, NULL, false },
	{ "anon-inode", zoo_landlock, "anon_inode:[landlock-ruleset]", false },
	{ "anon-inode", zoo_mount_context, "anon_inode:[fscontext]", false },
};
/* clang-format on */

/* Names that carry the inode's number, and names in the scene's directory. */
static const char *
animal_path(struct work *w, const struct animal *animal, int fd, char *buffer, size_t size)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		work_fail_errno(w, animal->kind);
	if (strcmp(animal->kind, "pipe") == 0 || strcmp(animal->kind, "socket") == 0)
		snprintf(buffer, size, "%s:[%llu]", animal->kind, (unsigned long long)st.st_ino);
	else if (strcmp(animal->kind, "nsfs") == 0)
		snprintf(buffer, size, "net:[%llu]", (unsigned long long)st.st_ino);
	else if (animal->path == NULL)
		return NULL;
	else if (strncmp(animal->path, "//", 2) == 0)
		snprintf(buffer, size, "%s", animal->path + 1);
	else if (animal->path[0] == '/')
		snprintf(buffer, size, "%s%s", w->dir, animal->path[1] ? animal->path : "");
	else
		snprintf(buffer, size, "%s", animal->path);
	return buffer;
}

static void
zoo_main(struct work *w, void *arg)
{
	pid_t self = getpid();
	unsigned n = 0;

	(void)arg;
	work_say_process(w);
	work_say_table(w, &self, 1);
	for (unsigned i = 0; i < sizeof(animals) / sizeof(animals[0]); i++) {
		const struct animal *animal = &animals[i];
		struct work_file file = {.kind = animal->kind, .unlinked = animal->unlinked};
		char path[256];
		int fd = animal->open(w);

		if (fd < 0) {
			work_say(w, "missing=%s:%s", animal->kind, strerror(errno));
			continue;
		}
		/* Numbers that say which animal it is, whatever the kernel lacks. */
		fd = work_move(w, fd, 50 + (int)i);
		file.path = animal_path(w, animal, fd, path, sizeof(path));
		work_say_fd(w, self, fd, &file);
		n++;
	}
	work_say_count(w, self, n);
	work_arrive(w);
}

void
scene_zoo(struct work *w)
{
	work_spawn(w, zoo_main, NULL);
	work_await_arrivals(w, 1);
}
