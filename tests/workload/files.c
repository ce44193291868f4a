/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Making files, placing them at numbers, and telling what was made.
 *
 * A description says what the subject did and what the kernel tells the subject of its own
 * descriptors (fstat, F_GETFL, F_GETFD, lseek). It never reads procfs: a test that compares the
 * library with the description compares two ways to the same truth.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "work.h"

#define CYCLE_DISTINCT 1000

char *
work_path(struct work *w, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", w->dir, name) < 0)
		work_fail(w, WORK_FAILED, "no memory");
	return path;
}

int
work_move(struct work *w, int fd, int number)
{
	int flags = fcntl(fd, F_GETFD);

	if (number < 0 || fd == number)
		return fd;
	if (dup3(fd, number, flags & FD_CLOEXEC ? O_CLOEXEC : 0) < 0)
		work_fail_errno(w, "dup3");
	close(fd);
	return number;
}

int
work_open_at(struct work *w, const char *name, int flags, int number)
{
	char *path = work_path(w, name);
	int fd = open(path, flags, 0666);

	if (fd < 0)
		work_fail_errno(w, path);
	free(path);
	return work_move(w, fd, number);
}

void
work_remove(struct work *w, const char *name)
{
	char *path = work_path(w, name);

	if (remove(path) < 0)
		work_fail_errno(w, path);
	free(path);
}

static void
hex(char *to, const char *from)
{
	static const char digits[] = "0123456789abcdef";

	for (; *from != '\0'; from++) {
		*to++ = digits[(unsigned char)*from >> 4];
		*to++ = digits[(unsigned char)*from & 15];
	}
	*to = '\0';
}

void
work_say_fd(struct work *w, pid_t tid, int fd, const struct work_file *file)
{
	char path[2 * 4096 + 2] = "-";
	char pos[24] = "-";
	struct stat st;
	int flags = fcntl(fd, F_GETFL);
	int cloexec = fcntl(fd, F_GETFD);
	off_t offset;

	if (flags < 0 || cloexec < 0 || fstat(fd, &st) < 0)
		work_fail_errno(w, "a descriptor that was just opened");
	if (file->path != NULL)
		hex(path, file->path);
	offset = flags & O_PATH ? -1 : lseek(fd, 0, SEEK_CUR);
	if (offset >= 0)
		snprintf(pos, sizeof(pos), "%lld", (long long)offset);
	work_say(w, "fd=%d:%d:%s:%u.%u:%llu:%s:%o:%d:%s:%lu:%d", (int)tid, fd, file->kind,
		 major(st.st_dev), minor(st.st_dev), (unsigned long long)st.st_ino, path,
		 (unsigned)flags, cloexec & FD_CLOEXEC ? 1 : 0, pos, (unsigned long)st.st_nlink,
		 file->unlinked);
}

void
work_say_hex(struct work *w, const char *key, const char *prefix, const char *text)
{
	char *digits = malloc(2 * strlen(text) + 1);

	if (digits == NULL)
		work_fail(w, WORK_FAILED, "no memory");
	hex(digits, text);
	work_say(w, "%s=%s%s", key, prefix, digits);
	free(digits);
}

void
work_say_regular(struct work *w, pid_t tid, int fd, const char *name)
{
	char *path = work_path(w, name);
	struct work_file file = {.kind = "regular", .path = path};

	work_say_fd(w, tid, fd, &file);
	free(path);
}

void
work_say_table(struct work *w, const pid_t *tids, unsigned n)
{
	char *line = malloc((size_t)n * 12 + 1);
	size_t length = 0;

	if (line == NULL)
		work_fail(w, WORK_FAILED, "no memory");
	for (unsigned i = 0; i < n; i++)
		length += (size_t)sprintf(line + length, i > 0 ? ",%d" : "%d", (int)tids[i]);
	work_say(w, "table=%s", line);
	free(line);
}

void
work_say_count(struct work *w, pid_t tid, unsigned n)
{
	work_say(w, "count=%d:%u", (int)tid, n);
}

void
work_say_process(struct work *w)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	getresuid(&ruid, &euid, &suid);
	getresgid(&rgid, &egid, &sgid);
	work_say(w, "process=%d", (int)getpid());
	work_say(w, "ids=%d:%d:%d:%d:%u:%u:%u:%u", (int)getpid(), (int)getppid(), (int)getpgid(0),
		 (int)getsid(0), ruid, euid, rgid, egid);
}

/* The file behind number i of a cycle: two files, a device, and one of a thousand. */
static void
cycle_file(unsigned i, char *name, size_t size)
{
	switch (i % 4) {
	case 0:
		snprintf(name, size, "first");
		break;
	case 1:
		snprintf(name, size, "second-with-a-longer-name");
		break;
	case 2:
		snprintf(name, size, "/dev/null");
		break;
	default:
		snprintf(name, size, "distinct-%04u", i / 4 % CYCLE_DISTINCT);
	}
}

void
work_make_cycle(struct work *w, unsigned n)
{
	char name[64];

	for (unsigned i = 0; i < n && i < 4 * CYCLE_DISTINCT; i++) {
		if (i >= 4 && i % 4 != 3)
			continue;
		cycle_file(i, name, sizeof(name));
		if (name[0] != '/')
			close(work_open_at(w, name, O_CREAT | O_RDWR, -1));
	}
}

void
work_open_cycle(struct work *w, unsigned n)
{
	char name[64];

	for (unsigned i = 0; i < n; i++) {
		int fd;

		cycle_file(i, name, sizeof(name));
		if (name[0] == '/')
			fd = open(name, O_RDONLY);
		else
			fd = work_open_at(w, name, O_RDONLY, -1);
		if (fd != (int)i)
			work_fail_errno(w, "a cycle of files");
	}
}

void
work_say_cycle(struct work *w, pid_t tid, unsigned n, unsigned gap)
{
	const struct work_file device = {.kind = "chardev", .path = "/dev/null"};
	char name[64];

	for (unsigned i = 0; i < n; i++) {
		if (gap > 0 && i % gap == 0)
			continue;
		cycle_file(i, name, sizeof(name));
		if (name[0] == '/')
			work_say_fd(w, tid, (int)i, &device);
		else
			work_say_regular(w, tid, (int)i, name);
	}
}

/* By descriptors, because names in here may be longer than a path may be. */
static void
remove_in(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) < 0 && (errno == EISDIR || errno == EPERM))
			remove_in(fd, entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	unlinkat(parent, name, AT_REMOVEDIR);
}

void
work_remove_tree(const char *dir)
{
	remove_in(AT_FDCWD, dir);
}
