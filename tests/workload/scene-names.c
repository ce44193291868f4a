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

/* A whole name of that many bytes, in directories of their own for each letter. */
static char *
long_name(struct work *w, size_t length, char letter)
{
	char *path = calloc(1, length + 1);
	size_t used = (size_t)snprintf(path, length + 1, "%s", w->dir);

	/* No component is longer than 255, and the last one is a file of at least one byte. */
	while (length - used > 202) {
		path[used++] = '/';
		memset(path + used, 'd', 199);
		path[used + 199] = letter;
		used += 200;
	}
	path[used] = '/';
	memset(path + used + 1, 'f', length - used - 1);
	return path;
}

/* Directories in directories, made and entered one by one: no call takes all of the name. */
static int
open_by_parts(struct work *w, const char *path)
{
	int at = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *slash;
	int fd;

	for (path++; (slash = strchr(path, '/')) != NULL; path = slash + 1) {
		char name[256];
		int next;

		snprintf(name, sizeof(name), "%.*s", (int)(slash - path), path);
		mkdirat(at, name, 0700);
		next = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(at);
		at = next;
	}
	fd = openat(at, path, O_CREAT | O_RDWR, 0600);
	close(at);
	if (fd < 0)
		work_fail_errno(w, "a file with a long name");
	return fd;
}

static void
open_long(struct work *w, size_t length, int number, bool told)
{
	char *path = long_name(w, length, told ? 'a' : 'b');
	struct work_file file = {.kind = "regular", .path = told ? path : ""};

	work_move(w, open_by_parts(w, path), number);
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

#define LONG_ARGUMENT  100000 /* a single one may have 128 KiB */
#define N_ARGUMENTS    1000
#define ARGUMENT_BYTES 56

/* More than fits in one page, one buffer of a pipe, or one of the kernel's own. */
static char **
long_arguments(struct work *w)
{
	char **args = calloc(4 + N_ARGUMENTS + 1, sizeof(*args));
	char *pool = calloc(N_ARGUMENTS, ARGUMENT_BYTES);
	char *longest = malloc(LONG_ARGUMENT + 1);

	if (args == NULL || pool == NULL || longest == NULL)
		work_fail(w, WORK_FAILED, "no memory");
	for (size_t i = 0; i < LONG_ARGUMENT; i++)
		longest[i] = (char)('a' + i / 1000 % 26);
	longest[LONG_ARGUMENT] = '\0';
	args[0] = strdup("/proc/self/exe");
	args[1] = strdup("--parked");
	args[2] = strdup("long-command");
	args[3] = longest;
	for (unsigned i = 0; i < N_ARGUMENTS; i++) {
		args[4 + i] = pool + (size_t)i * ARGUMENT_BYTES;
		/* Empty ones too, which only their end tells apart. */
		if (i % 10 != 9)
			snprintf(args[4 + i], ARGUMENT_BYTES, "argument %u %0*u", i, (int)(i % 40),
				 i);
	}
	return args;
}

static void
long_command_main(struct work *w, void *arg)
{
	char **args = long_arguments(w);

	(void)arg;
	work_say_process(w);
	for (unsigned i = 0; args[i] != NULL; i++)
		work_say_hex(w, "argument", "", args[i]);
	execv(args[0], args);
	work_fail_errno(w, "execve");
}

void
scene_long_command(struct work *w)
{
	pid_t pid = work_spawn(w, long_command_main, NULL);

	work_await_comm(w, pid, "long-command");
	work_say_table(w, &pid, 1);
	work_say_count(w, pid, 0);
}

/* Each component costs the kernel a step, however short it is. */
static void
open_deep(struct work *w, unsigned n_components, int number)
{
	char *path = calloc(1, strlen(w->dir) + 2 * (size_t)n_components + 8);
	struct work_file file = {.kind = "regular", .path = path};
	size_t used = (size_t)sprintf(path, "%s", w->dir);

	for (unsigned i = 0; i < n_components; i++)
		used += (size_t)sprintf(path + used, "/%c", (char)('a' + i % 26));
	strcpy(path + used, "/leaf");
	work_move(w, open_by_parts(w, path), number);
	work_say_fd(w, getpid(), number, &file);
	free(path);
}

/* With its name as long as that, and no link: the kernel puts " (deleted)" behind it. */
static void
open_long_deleted(struct work *w, size_t length, int number, bool told)
{
	char *path = long_name(w, length, 'c');
	struct work_file file = {.kind = "regular", .path = told ? path : "", .unlinked = told};
	int fd = open_by_parts(w, path);

	if (unlink(path) < 0)
		work_fail_errno(w, "unlink");
	work_move(w, fd, number);
	work_say_fd(w, getpid(), number, &file);
	free(path);
}

static void
deep_main(struct work *w, void *arg)
{
	const size_t longest = 4095;
	pid_t self = getpid();

	(void)arg;
	work_say_process(w);
	work_say_table(w, &self, 1);
	open_long(w, longest, 10, true);
	open_long(w, longest - 1, 11, true);
	open_long(w, longest + 1, 12, false);
	open_deep(w, 320, 13);
	open_deep(w, 900, 14);
	open_long_deleted(w, longest - strlen(" (deleted)"), 15, true);
	open_long_deleted(w, longest - strlen(" (deleted)") + 1, 16, false);
	work_say_count(w, self, 7);
	work_arrive(w);
}

void
scene_deep(struct work *w)
{
	work_spawn(w, deep_main, NULL);
	work_await_arrivals(w, 1);
}
