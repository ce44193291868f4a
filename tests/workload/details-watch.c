/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Descriptors that watch something: files, mounts and processes.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "details.h"

/* The C library says 0 where all files may be large; fanotify adds it in any case. */
#define KERNEL_LARGEFILE 0100000

static void
stat_path(struct work *w, const char *path, struct details_mark *mark)
{
	struct stat st;

	if (stat(path, &st) < 0)
		work_fail_errno(w, path);
	mark->ino = st.st_ino;
	mark->dev = st.st_dev;
}

static void
watch(struct work *w, int fd, const char *name, uint32_t mask)
{
	struct details_mark mark = {.type = "inode", .mask = mask};
	char *path = name[0] != '\0' ? work_path(w, name) : strdup(w->dir);

	mark.wd = inotify_add_watch(fd, path, mask);
	if (mark.wd < 0)
		work_fail_errno(w, path);
	stat_path(w, path, &mark);
	details_mark(w, fd, &mark);
	free(path);
}

static void
open_inotify(struct work *w)
{
	int fd = inotify_init1(IN_CLOEXEC);
	char *removed = work_path(w, "watch-removed");
	int kept;

	details_put(w, inotify_init1(0), "inotify", "anon_inode:inotify", false);
	fd = details_put(w, fd, "inotify", "anon_inode:inotify", false);
	close(work_open_at(w, "watched", O_CREAT | O_RDWR, -1));
	close(work_open_at(w, "watch-removed", O_CREAT | O_RDWR, -1));
	watch(w, fd, "", IN_CREATE | IN_MOVED_TO);
	/* A watch that is gone leaves a hole in the numbers. */
	inotify_rm_watch(fd, inotify_add_watch(fd, removed, IN_OPEN));
	watch(w, fd, "watched", IN_MODIFY | IN_ONESHOT);
	/* Its last name is gone, its last descriptor is not. */
	kept = work_open_at(w, "watched-deleted", O_CREAT | O_RDWR, -1);
	watch(w, fd, "watched-deleted", IN_ALL_EVENTS);
	work_remove(w, "watched-deleted");
	free(removed);
	removed = work_path(w, "watched-deleted");
	details_put(w, kept, "regular", removed, true);
	free(removed);
}

#define N_MANY 60

/* More than a page of fdinfo. */
static void
open_many_watches(struct work *w)
{
	int fd = details_put(w, inotify_init1(0), "inotify", "anon_inode:inotify", false);
	char name[32];

	for (unsigned i = 0; i < N_MANY; i++) {
		snprintf(name, sizeof(name), "watched-%u", i);
		close(work_open_at(w, name, O_CREAT | O_RDWR, -1));
		watch(w, fd, name, IN_CLOSE_WRITE);
	}
}

void
details_open_marks(struct work *w)
{
	open_inotify(w);
	open_many_watches(w);
}

static unsigned
mount_id_of(struct work *w, const char *path)
{
	struct statx stx;

	if (statx(AT_FDCWD, path, AT_NO_AUTOMOUNT, STATX_MNT_ID, &stx) < 0)
		work_fail_errno(w, path);
	return (unsigned)stx.stx_mnt_id;
}

static void
add_mark(struct work *w, int fd, unsigned flags, uint64_t mask, const char *path)
{
	if (fanotify_mark(fd, FAN_MARK_ADD | flags, mask, AT_FDCWD, path) < 0)
		work_fail_errno(w, "fanotify_mark");
}

/* On a mount of its own, so that nobody waits for its events. */
void
details_marks_main(struct work *w, void *arg)
{
	const unsigned flags = FAN_CLASS_NOTIF | FAN_UNLIMITED_QUEUE | FAN_CLOEXEC;
	struct details_mark inode = {"inode", -1, .mask = FAN_OPEN | FAN_ONDIR,
				     .ignored_mask = FAN_CLOSE_WRITE};
	struct details_mark whole = {"mount", -1, .mask = FAN_MODIFY};
	struct details_mark all = {"filesystem", -1, .mask = FAN_CLOSE_WRITE};
	char *dir = work_path(w, "marked");
	struct stat st;
	int fd;

	(void)arg;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWNS)");
	if (mkdir(dir, 0755) < 0 || mount("marked", dir, "tmpfs", 0, NULL) < 0)
		work_fail_errno(w, dir);
	details_begin(w);
	fd = fanotify_init(flags, O_RDWR | O_NOATIME | KERNEL_LARGEFILE);
	if (fd < 0) {
		details_missing(w, "fanotify");
		details_end(w);
		return;
	}
	fd = details_put(w, fd, "fanotify", "anon_inode:[fanotify]", false);
	details_number(w, fd, "fanotify.flags", flags);
	details_number(w, fd, "fanotify.event_flags", O_RDWR | O_NOATIME | KERNEL_LARGEFILE);
	add_mark(w, fd, 0, inode.mask, dir);
	add_mark(w, fd, FAN_MARK_IGNORED_MASK, inode.ignored_mask, dir);
	add_mark(w, fd, FAN_MARK_MOUNT, whole.mask, dir);
	add_mark(w, fd, FAN_MARK_FILESYSTEM, all.mask, dir);
	stat_path(w, dir, &inode);
	stat_path(w, dir, &whole);
	whole.ino = 0;
	whole.mount_id = mount_id_of(w, dir);
	if (stat(dir, &st) < 0)
		work_fail_errno(w, dir);
	all.dev = st.st_dev;
	details_mark(w, fd, &inode);
	details_mark(w, fd, &whole);
	details_mark(w, fd, &all);
	free(dir);
	details_end(w);
}

/* Says it when it has let go of the descriptors of whoever made it, if anybody waits for that. */
static void
idle_main(struct work *w, bool counts)
{
	work_close_all();
	if (counts)
		atomic_fetch_add(&w->board->numbers[0], 1);
	work_park(w);
}

static void
await_idle(struct work *w, int n)
{
	while (atomic_load(&w->board->numbers[0]) < n)
		usleep(200);
}

static void
say_child(struct work *w, pid_t child)
{
	work_say(w, "process=%d", (int)child);
	work_say_table(w, &child, 1);
	work_say_count(w, child, 0);
}

static void
put_pidfd(struct work *w, pid_t target, const char *numbers)
{
	int fd = (int)syscall(SYS_pidfd_open, target, 0);

	if (fd < 0) {
		details_missing(w, "pidfd");
		return;
	}
	fd = details_put(w, fd, "pidfd", NULL, false);
	details_number(w, fd, "pidfd.pid", (uint64_t)target);
	if (numbers != NULL)
		details_text(w, fd, "pidfd.nspid", numbers);
	work_say(w, "target=%d:%d:%d", (int)getpid(), fd, (int)target);
}

static pid_t
make_child(struct work *w, bool counts)
{
	pid_t pid = work_fork(w);

	if (pid == 0)
		idle_main(w, counts);
	return pid;
}

static void
put_child(struct work *w)
{
	pid_t child = make_child(w, true);
	char numbers[32];

	snprintf(numbers, sizeof(numbers), "%d", (int)child);
	say_child(w, child);
	put_pidfd(w, child, numbers);
}

/* The first of a pid namespace, and what it is called outside. */
static bool
put_nested(struct work *w)
{
	pid_t parent = getpid();
	pid_t child = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	char numbers[32];

	if (child < 0) {
		details_missing(w, "nested pidfd");
		return false;
	}
	if (child == 0) {
		work_follow_to_death(parent);
		idle_main(w, true);
	}
	snprintf(numbers, sizeof(numbers), "%d 1", (int)child);
	say_child(w, child);
	put_pidfd(w, child, numbers);
	return true;
}

/* Dead and waited for: the descriptor leads to nobody. A zombie still has its number. */
static void
put_dead(struct work *w)
{
	pid_t reaped = make_child(w, false), zombie = make_child(w, false);
	int fd = (int)syscall(SYS_pidfd_open, reaped, 0);

	kill(reaped, SIGKILL);
	waitpid(reaped, NULL, 0);
	if (fd >= 0) {
		fd = details_put(w, fd, "pidfd", NULL, false);
		details_number(w, fd, "pidfd.pid", UINT64_MAX);
	}
	put_pidfd(w, zombie, NULL);
	kill(zombie, SIGKILL);
	waitid(P_PID, (id_t)zombie, NULL, WEXITED | WNOWAIT);
	work_say(w, "process=%d", (int)zombie);
	work_say(w, "tableless=%d", (int)zombie);
}

void
details_open_processes(struct work *w)
{
	int n_idle = 1;

	put_child(w);
	n_idle += put_nested(w);
	put_dead(w);
	await_idle(w, n_idle);
}
