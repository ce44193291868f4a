/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A file system whose server has stopped to answer, as an NFS server that went away: files of it
 * are open, mapped, executed, and are directories of processes, beside files of others that are
 * well. Who asks that file system for anything waits until the scene ends; then the server dies,
 * and with it the connection that they wait on.
 *
 *   dead=TID:FD:KIND:MAJ.MIN:INO:PATH    as fd=, of which stat(2) would not come back
 *   dead-map=PID:INO:PATH                is mapped, by no descriptor
 *
 * With FLUSH=1 closing a descriptor waits too, be it a copy: the server is asked at each close(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fuse-server.h"
#include "scenes.h"

enum {
	STOP = 15, /* of the board's numbers */
	PROGRAM = 14,
};

#define N_USERS 5 /* that arrive; the one that executes does not */

static char *
dead_path(struct work *w, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/dead%s%s", w->dir, name[0] != '\0' ? "/" : "", name) < 0)
		work_fail(w, WORK_FAILED, "no memory");
	return path;
}

static void
say_place(struct work *w, pid_t pid, const char *key, const char *path)
{
	char prefix[16];

	snprintf(prefix, sizeof(prefix), "%d:", (int)pid);
	work_say_hex(w, key, prefix, path);
}

static void
say_table(struct work *w, unsigned n)
{
	pid_t self = getpid();

	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, n);
}

static void
open_dead(struct work *w, const char *name, int flags, int number)
{
	char *path = dead_path(w, name);
	char prefix[96];
	struct stat st;

	work_move(w, open(path, flags), number);
	if (fstat(number, &st) < 0)
		work_fail_errno(w, path);
	snprintf(prefix, sizeof(prefix), "%d:%d:%s:%u.%u:%llu:", (int)getpid(), number,
		 S_ISDIR(st.st_mode) ? "directory" : "regular", major(st.st_dev), minor(st.st_dev),
		 (unsigned long long)st.st_ino);
	work_say_hex(w, "dead", prefix, path);
	free(path);
}

static void
say_live(struct work *w, int fd, const char *kind, const char *path)
{
	struct work_file file = {.kind = kind, .path = path};

	work_say_fd(w, getpid(), fd, &file);
}

static void
descriptors_main(struct work *w)
{
	int ends[2];

	open_dead(w, "file", O_RDWR, 10);
	open_dead(w, "dir", O_RDONLY | O_DIRECTORY, 11);
	open_dead(w, "file", O_PATH, 12);
	open_dead(w, "", O_PATH | O_DIRECTORY, 13);
	open_dead(w, "file", O_RDONLY | O_CLOEXEC, 14);
	if (pipe(ends) < 0)
		work_fail_errno(w, "pipe");
	work_move(w, ends[0], 5);
	work_move(w, ends[1], 20);
	work_move(w, eventfd(3, 0), 21);
	work_move(w, open("/dev/null", O_RDWR), 22);
	work_open_at(w, "alive", O_CREAT | O_RDWR, 23);
	say_table(w, 10);
	work_say(w, "live=%d", (int)getpid());
	say_live(w, 5, "pipe", NULL);
	say_live(w, 20, "pipe", NULL);
	say_live(w, 21, "eventfd", "anon_inode:[eventfd]");
	say_live(w, 22, "chardev", "/dev/null");
	work_say_regular(w, getpid(), 23, "alive");
	work_arrive(w);
	work_park(w);
}

static void
directory_main(struct work *w)
{
	char *path = dead_path(w, "dir");

	if (chdir(path) < 0)
		work_fail_errno(w, path);
	say_table(w, 0);
	say_place(w, getpid(), "cwd", path);
	say_place(w, getpid(), "root", "/");
	free(path);
	work_arrive(w);
	work_park(w);
}

static void
root_main(struct work *w)
{
	char *path = dead_path(w, "");

	if (chroot(path) < 0 || chdir("/dir") < 0)
		work_fail_errno(w, path);
	say_table(w, 0);
	say_place(w, getpid(), "root", path);
	free(path);
	path = dead_path(w, "dir");
	say_place(w, getpid(), "cwd", path);
	free(path);
	work_arrive(w);
	work_park(w);
}

/*
 * The first of them, and the only one that cannot see the mount: what a process sees of the mounts
 * of its namespace depends on its root.
 */
static void
jail_main(struct work *w)
{
	char *path = work_path(w, "jail");

	work_move(w, open("/dev/null", O_RDWR), 30);
	if (mkdir(path, 0755) < 0 || chroot(path) < 0 || chdir("/") < 0)
		work_fail_errno(w, path);
	say_table(w, 1);
	say_live(w, 30, "chardev", "/dev/null");
	say_place(w, getpid(), "root", path);
	free(path);
	work_arrive(w);
	work_park(w);
}

static void
mapping_main(struct work *w)
{
	char *path = dead_path(w, "mapped");
	int fd = open(path, O_RDWR);
	volatile char *page = MAP_FAILED;
	char prefix[64];
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0)
		page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED || page[0] != 'x')
		work_fail_errno(w, path);
	close(fd);
	say_table(w, 0);
	snprintf(prefix, sizeof(prefix), "%d:%llu:", (int)getpid(), (unsigned long long)st.st_ino);
	work_say_hex(w, "dead-map", prefix, path);
	free(path);
	work_arrive(w);
	work_park(w);
}

static void
program_main(struct work *w)
{
	char parked[] = "--parked", comm[] = "dead-program";
	char *path = dead_path(w, "program");
	char *args[] = {path, parked, comm, NULL};

	say_table(w, 0);
	say_place(w, getpid(), "exe", path);
	execv(path, args);
	work_fail_errno(w, path);
}

static pid_t
start(struct work *w, void (*body)(struct work *w))
{
	pid_t pid = work_fork(w);

	if (pid == 0) {
		work_close_all();
		body(w);
	}
	return pid;
}

/* Nobody but the server has its /dev/fuse: at its death there is no connection any more. */
static void
server_main(struct work *w, void *arg)
{
	struct fuse_server server = {.keeps_flush = work_param(w, "FLUSH", 0) != 0};
	char *dir = dead_path(w, "");

	(void)arg;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWNS)");
	server.program = work_move(w, open("/proc/self/exe", O_RDONLY | O_CLOEXEC), 4);
	if (mkdir(dir, 0755) < 0)
		work_fail_errno(w, dir);
	fuse_server_mount(w, &server, dir);
	server.fd = work_move(w, server.fd, 3);
	if (work_fork(w) > 0) {
		work_close_all();
		jail_main(w);
	}
	start(w, descriptors_main);
	start(w, directory_main);
	start(w, root_main);
	start(w, mapping_main);
	atomic_store(&w->board->numbers[PROGRAM], start(w, program_main));
	fuse_server_run(w, &server, &w->board->numbers[STOP]);
	close(server.program);
	say_table(w, 1);
	say_live(w, 3, "chardev", "/dev/fuse");
	free(dir);
	work_arrive(w);
}

void
scene_dead_mount(struct work *w)
{
	work_spawn(w, server_main, NULL);
	work_await_arrivals(w, N_USERS);
	work_await_comm(w, atomic_load(&w->board->numbers[PROGRAM]), "dead-program");
	atomic_store(&w->board->numbers[STOP], 1);
	work_await_arrivals(w, N_USERS + 1);
}
