/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Locks of all sorts, with the descriptors that they belong to: the file by which a lock was taken,
 * in the table that owns it (POSIX) or in whatever table it is (OFD, flock, leases).
 *
 *   lock=TID:FD:TYPE:ACCESS:START:END:PID    TYPE posix, ofd, flock or lease; ACCESS read or
 *   write, with "-breaking" behind it; END the last byte, "-" for the end of the file; PID 0 where
 *   a lock is nobody's
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenes.h"

enum {
	POSIX = 10,
	POSIX_DUP = 11,	  /* the same description */
	POSIX_OTHER = 12, /* another description of the same file */
	OFD = 13,
	OFD_OTHER = 14,
	OFD_WHOLE = 15,
	FLOCK_WRITE = 16,
	FLOCK_READ = 17,
	FLOCK_READ_TOO = 18,
	LEASE_READ = 19,
	LEASE_WRITE = 20,
	LEASE_BREAKING = 21,
	UNLOCKED = 22,
	LAST = UNLOCKED,
};

static void
say_lock(struct work *w, pid_t tid, int fd, const char *type, const char *access,
	 const struct flock *range, pid_t pid)
{
	unsigned long long start = range != NULL ? (unsigned long long)range->l_start : 0;
	char end[24] = "-";

	if (range != NULL && range->l_len != 0)
		snprintf(end, sizeof(end), "%llu", start + (unsigned long long)range->l_len - 1);
	work_say(w, "lock=%d:%d:%s:%s:%llu:%s:%d", (int)tid, fd, type, access, start, end,
		 (int)pid);
}

static void
lock_range(struct work *w, int fd, int command, short type, off_t start, off_t length)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start};
	const char *access = type == F_WRLCK ? "write" : "read";
	bool posix = command == F_SETLK;

	lock.l_len = length;
	if (fcntl(fd, command, &lock) < 0)
		work_fail_errno(w, "a lock");
	say_lock(w, getpid(), fd, posix ? "posix" : "ofd", access, &lock, posix ? getpid() : 0);
	if (fd == POSIX)
		say_lock(w, getpid(), POSIX_DUP, "posix", access, &lock, getpid());
}

static void
lock_ranges(struct work *w)
{
	lock_range(w, POSIX, F_SETLK, F_RDLCK, 0, 10);
	lock_range(w, POSIX, F_SETLK, F_WRLCK, 20, 10);
	lock_range(w, POSIX_OTHER, F_SETLK, F_WRLCK, 50, 1);
	lock_range(w, POSIX, F_SETLK, F_RDLCK, INT64_C(1) << 40, 0);
	lock_range(w, OFD, F_OFD_SETLK, F_WRLCK, 5, 10);
	lock_range(w, OFD_OTHER, F_OFD_SETLK, F_RDLCK, 100, 100);
	lock_range(w, OFD_OTHER, F_OFD_SETLK, F_WRLCK, 300, 0);
	lock_range(w, OFD_WHOLE, F_OFD_SETLK, F_RDLCK, 0, 0);
}

static void
lock_file(struct work *w, int fd, int operation)
{
	if (flock(fd, operation) < 0)
		work_fail_errno(w, "flock");
	say_lock(w, getpid(), fd, "flock", operation == LOCK_EX ? "write" : "read", NULL, getpid());
}

static void
lease(struct work *w, int fd, int type, bool break_it)
{
	char name[32], *path;

	if (fcntl(fd, F_SETLEASE, type) < 0) {
		work_say(w, "missing=lease:%s", strerror(errno));
		return;
	}
	if (break_it) {
		snprintf(name, sizeof(name), "lease-%d", fd);
		path = work_path(w, name);
		if (open(path, O_RDONLY | O_NONBLOCK) >= 0 || errno != EWOULDBLOCK)
			work_fail(w, WORK_FAILED, "a lease that nobody honours");
		/* Its owner has fs.lease-break-time seconds to give it up; it will not. */
		say_lock(w, getpid(), fd, "lease", "read-breaking", NULL, getpid());
		return;
	}
	say_lock(w, getpid(), fd, "lease", type == F_WRLCK ? "write" : "read", NULL, getpid());
}

static const char *const names[] = {
	[POSIX] = "posix",	     [POSIX_OTHER] = "posix",	      [OFD] = "ofd",
	[OFD_OTHER] = "ofd",	     [OFD_WHOLE] = "ofd-whole",	      [FLOCK_WRITE] = "flock-write",
	[FLOCK_READ] = "flock-read", [FLOCK_READ_TOO] = "flock-read", [LEASE_READ] = "lease-19",
	[LEASE_WRITE] = "lease-20",  [LEASE_BREAKING] = "lease-21",   [UNLOCKED] = "posix",
	[POSIX_DUP] = "posix",
};

/* Not by opening it: of whom nobody ever wrote to there is a read lease to be had. */
static void
make_file(struct work *w, const char *name)
{
	char *path = work_path(w, name);

	if (mknod(path, S_IFREG | 0666, 0) < 0)
		work_fail_errno(w, name);
	free(path);
}

static void
open_files(struct work *w)
{
	for (int fd = POSIX; fd <= LAST; fd++) {
		if (fd == POSIX_DUP) {
			if (dup2(POSIX, POSIX_DUP) < 0)
				work_fail_errno(w, "dup2");
			continue;
		}
		if (fd >= LEASE_READ && fd <= LEASE_BREAKING)
			make_file(w, names[fd]);
		work_open_at(w, names[fd], fd == LEASE_READ ? O_RDONLY : O_CREAT | O_RDWR, fd);
	}
}

static void
say_files(struct work *w)
{
	pid_t self = getpid();

	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, LAST - POSIX + 1);
	for (int fd = POSIX; fd <= LAST; fd++)
		work_say_regular(w, self, fd, names[fd]);
}

/* Locks of descriptions are the child's too, as the one who took them; those of tables are not. */
static void
say_inherited(struct work *w, pid_t parent)
{
	const struct flock ranges[] = {{.l_start = 5, .l_len = 10},
				       {.l_start = 100, .l_len = 100},
				       {.l_start = 300},
				       {.l_start = 0}};
	pid_t self = getpid();

	say_lock(w, self, OFD, "ofd", "write", &ranges[0], 0);
	say_lock(w, self, OFD_OTHER, "ofd", "read", &ranges[1], 0);
	say_lock(w, self, OFD_OTHER, "ofd", "write", &ranges[2], 0);
	say_lock(w, self, OFD_WHOLE, "ofd", "read", &ranges[3], 0);
	say_lock(w, self, FLOCK_WRITE, "flock", "write", NULL, parent);
	say_lock(w, self, FLOCK_READ, "flock", "read", NULL, parent);
	say_lock(w, self, FLOCK_READ_TOO, "flock", "read", NULL, parent);
}

static void
say_inherited_leases(struct work *w, pid_t parent)
{
	say_lock(w, getpid(), LEASE_READ, "lease", "read", NULL, parent);
	say_lock(w, getpid(), LEASE_WRITE, "lease", "write", NULL, parent);
	say_lock(w, getpid(), LEASE_BREAKING, "lease", "read-breaking", NULL, parent);
}

static void
child_main(struct work *w, pid_t parent, bool with_leases)
{
	say_files(w);
	say_inherited(w, parent);
	if (with_leases)
		say_inherited_leases(w, parent);
	/* The same description, another table: a lock of its own. */
	lock_range(w, POSIX, F_SETLK, F_WRLCK, 1000, 10);
	work_arrive(w);
	work_park(w);
}

/* Waits for a lock for ever: it has none yet. */
static void
waiter_main(struct work *w, void *arg)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 20, .l_len = 1};
	pid_t self = getpid();

	(void)arg;
	work_open_at(w, "posix", O_RDWR, 3);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 1);
	work_say_regular(w, self, 3, "posix");
	work_arrive(w);
	/* Until the scene ends, and the other's locks with it. */
	fcntl(3, F_SETLKW, &lock);
}

static bool
take_leases(struct work *w)
{
	signal(SIGIO, SIG_IGN);
	lease(w, LEASE_READ, F_RDLCK, false);
	lease(w, LEASE_WRITE, F_WRLCK, false);
	lease(w, LEASE_BREAKING, F_WRLCK, true);
	return fcntl(LEASE_READ, F_GETLEASE) == F_RDLCK;
}

static void
locks_main(struct work *w, void *arg)
{
	pid_t self = getpid();
	bool with_leases;
	pid_t child;

	(void)arg;
	open_files(w);
	lock_ranges(w);
	lock_file(w, FLOCK_WRITE, LOCK_EX);
	lock_file(w, FLOCK_READ, LOCK_SH);
	lock_file(w, FLOCK_READ_TOO, LOCK_SH);
	with_leases = take_leases(w);
	say_files(w);
	child = work_fork(w);
	if (child == 0)
		child_main(w, self, with_leases);
	for (int fd = POSIX; fd <= LAST; fd++)
		if (fd > POSIX_DUP)
			work_say(w, "ofd=%d:%d,%d:%d", (int)self, fd, (int)child, fd);
	work_say(w, "ofd=%d:%d,%d:%d,%d:%d,%d:%d", (int)self, POSIX, (int)self, POSIX_DUP,
		 (int)child, POSIX, (int)child, POSIX_DUP);
	work_arrive(w);
}

void
scene_locks(struct work *w)
{
	work_spawn(w, locks_main, NULL);
	work_await_arrivals(w, 2);
	work_spawn(w, waiter_main, NULL);
	work_await_arrivals(w, 3);
}
