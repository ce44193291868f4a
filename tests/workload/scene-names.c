/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Names that mislead: files whose name is gone, moved, or was always " (deleted)", and bytes that
 * do something to a terminal, to a line-based format, or to whoever believes in UTF-8.
 *
 * The kernel tells a name of at most 4095 bytes; of a longer one it tells nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenes.h"

static const char *const hostile[] = {
	"newline\nfd: 7\n",
	"escape\033[31mred\033]0;title\007",
	("csi \302\233"
	 "31m in utf-8"),
	"invalid \377\376 utf-8 \303",
	"overlong \300\257 and surrogate \355\240\200",
	"tab\tbell\007backspace\010delete\177",
	"backslash \\n \\012 \\",
	"quotes \" ' `",
	" space in front and behind ",
	"real (deleted)",
	"pipe:[1]",
	"anon_inode:[eventfd]",
	"bidi \342\200\256 override",
	"emoji \360\237\220\247",
	"-q",
};

#define N_HOSTILE (int)(sizeof(hostile) / sizeof(hostile[0]))

static void
say_plain(struct work *w, int fd, const char *name, bool unlinked)
{
	char *path = work_path(w, name);
	struct work_file file = {.kind = "regular", .path = path, .unlinked = unlinked};

	work_say_fd(w, getpid(), fd, &file);
	free(path);
}

static void
change_name(struct work *w, const char *from, const char *to,
	    int (*change)(const char *, const char *))
{
	char *old = work_path(w, from);
	char *new = work_path(w, to);

	if (change(old, new) < 0)
		work_fail_errno(w, old);
	free(old);
	free(new);
}

static unsigned
open_vanished(struct work *w)
{
	char *dir = work_path(w, "gone-dir");
	struct work_file gone = {.kind = "directory", .path = dir, .unlinked = true};

	work_open_at(w, "deleted", O_CREAT | O_RDWR, 100);
	work_remove(w, "deleted");
	say_plain(w, 100, "deleted", true);

	work_open_at(w, "before-rename", O_CREAT | O_RDWR, 101);
	change_name(w, "before-rename", "after-rename", rename);
	say_plain(w, 101, "after-rename", false);

	/* One name gone, another still there: the kernel says deleted, the inode has a link. */
	work_open_at(w, "one-of-two", O_CREAT | O_RDWR, 102);
	change_name(w, "one-of-two", "two-of-two", link);
	work_remove(w, "one-of-two");
	say_plain(w, 102, "one-of-two", true);

	work_open_at(w, "twice (deleted)", O_CREAT | O_RDWR, 103);
	work_remove(w, "twice (deleted)");
	say_plain(w, 103, "twice (deleted)", true);

	/* The name of a deleted file, taken by another. */
	work_open_at(w, "again", O_CREAT | O_RDWR, 104);
	work_remove(w, "again");
	say_plain(w, 104, "again", true);
	work_open_at(w, "again", O_CREAT | O_RDWR, 105);
	say_plain(w, 105, "again", false);

	if (mkdir(dir, 0700) < 0)
		work_fail_errno(w, dir);
	work_open_at(w, "gone-dir", O_RDONLY | O_DIRECTORY, 106);
	work_remove(w, "gone-dir");
	work_say_fd(w, getpid(), 106, &gone);
	free(dir);
	return 7;
}

/* A file whose whole name has that many bytes: directories in directories, entered one by one. */
static void
open_long(struct work *w, size_t length, int number, bool told)
{
	char *path = calloc(1, length + 1);
	size_t used = (size_t)snprintf(path, length + 1, "%s", w->dir);
	int at = open(w->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct work_file file = {.kind = "regular", .path = told ? path : ""};
	int fd;

	/* No component is longer than 255, and the last one is a file of at least one byte. */
	while (length - used > 202) {
		char name[201];
		int next;

		memset(name, 'd', 199);
		snprintf(name + 199, 2, "%c", told ? 'a' : 'b');
		used += (size_t)sprintf(path + used, "/%s", name);
		mkdirat(at, name, 0700);
		next = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(at);
		at = next;
	}
	path[used] = '/';
	memset(path + used + 1, 'f', length - used - 1);
	fd = openat(at, path + used + 1, O_CREAT | O_RDWR, 0600);
	close(at);
	if (fd < 0)
		work_fail_errno(w, "a file with a long name");
	work_move(w, fd, number);
	work_say_fd(w, getpid(), number, &file);
	free(path);
}

static void
names_main(struct work *w, void *arg)
{
	pid_t self = getpid();
	unsigned n = 0;

	(void)arg;
	prctl(PR_SET_NAME, ") S 1 1\n\033[1m");
	work_say_process(w);
	work_say_table(w, &self, 1);
	for (int i = 0; i < N_HOSTILE; i++, n++) {
		work_open_at(w, hostile[i], O_CREAT | O_RDWR, i);
		say_plain(w, i, hostile[i], false);
	}
	n += open_vanished(w);
	open_long(w, 4000, 200, true);
	open_long(w, 5000, 201, false);
	work_say_count(w, self, n + 2);
	work_arrive(w);
}

void
scene_names(struct work *w)
{
	work_spawn(w, names_main, NULL);
	work_await_arrivals(w, 1);
}

/* A program whose arguments and name are as hostile as its files could be. */
static void
command_main(struct work *w, void *arg)
{
	char program[] = "/proc/self/exe", parked[] = "--parked", comm[] = "a)b (c\n\033[1md";
	char newline[] = "two\nlines", empty[] = "", escape[] = "\033[31m", invalid[] = "\377\376";
	char *args[] = {program, parked, comm, newline, empty, escape, invalid, NULL};

	(void)arg;
	work_say_process(w);
	execv(program, args);
	work_fail_errno(w, "execve");
}

void
scene_command(struct work *w)
{
	pid_t pid = work_spawn(w, command_main, NULL);
	pid_t table[1] = {pid};

	work_await_comm(w, pid, "a)b (c");
	work_say_table(w, table, 1);
	work_say_count(w, pid, 0);
}
