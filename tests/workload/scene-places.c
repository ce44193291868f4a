/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Programs, and files, that are not where they were: deleted while they run, executed from memory
 * (memfd_create(2), 3.17), in a mount that nobody else has, under another root.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenes.h"

/* Whoever forks while this is open for writing keeps it from being executed: see the callers. */
static void
copy_program(struct work *w, int to)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n = 1;

	if (from < 0 || fstat(from, &st) < 0)
		work_fail_errno(w, "/proc/self/exe");
	while (n > 0)
		n = sendfile(to, from, NULL, (size_t)st.st_size);
	if (n < 0)
		work_fail_errno(w, "sendfile");
	close(from);
}

static void
copy_program_to(struct work *w, const char *path)
{
	int to = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0755);

	if (to < 0)
		work_fail_errno(w, path);
	copy_program(w, to);
	close(to);
}

static void
become(struct work *w, const char *path, const char *comm)
{
	char *args[] = {(char *)path, (char *)"--parked", (char *)comm, NULL};

	execv(path, args);
	work_fail_errno(w, path);
}

static void
deleted_main(struct work *w, void *arg)
{
	(void)arg;
	work_say_process(w);
	become(w, work_path(w, "deleted"), "place-deleted");
}

static void
nameless_main(struct work *w, void *arg)
{
	char *args[] = {(char *)"nameless", (char *)"--parked", (char *)"place-memory", NULL};
	int fd = (int)syscall(SYS_memfd_create, "program", 1 /* MFD_CLOEXEC */);
	char *environment[] = {NULL};

	(void)arg;
	if (fd < 0)
		work_fail_errno(w, "memfd_create");
	copy_program(w, fd);
	work_say_process(w);
	syscall(SYS_execveat, fd, "", args, environment, AT_EMPTY_PATH);
	work_fail_errno(w, "execveat");
}

/* What is in there is reached by the same names, if at all, only from its own mount namespace. */
static void
mounted_main(struct work *w, void *arg)
{
	char *dir = work_path(w, "mounted");
	char *program = work_path(w, "mounted/program");

	(void)arg;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mkdir(dir, 0755) < 0 || mount("none", dir, "tmpfs", 0, "size=16m") < 0)
		work_fail_errno(w, "a mount of its own");
	copy_program_to(w, program);
	work_open_at(w, "mounted/file", O_CREAT | O_RDWR, 0);
	work_say_process(w);
	work_say_regular(w, getpid(), 0, "mounted/file");
	become(w, program, "place-mounted");
}

/* Others see the whole of a name of which it sees the end. */
static void
rooted_main(struct work *w, void *arg)
{
	pid_t self = getpid();

	(void)arg;
	if (chroot(w->dir) < 0 || chdir("/") < 0)
		work_fail_errno(w, "chroot");
	if (open("/rooted", O_CREAT | O_RDWR, 0600) != 0)
		work_fail_errno(w, "/rooted");
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 1);
	work_say_regular(w, self, 0, "rooted");
	work_arrive(w);
}

/* Its new program neither knows the board nor has more open than was said. */
static void
await_place(struct work *w, pid_t pid, const char *comm, const char *exe, unsigned n_descriptors)
{
	char prefix[16];

	work_await_comm(w, pid, comm);
	work_say_table(w, &pid, 1);
	work_say_count(w, pid, n_descriptors);
	snprintf(prefix, sizeof(prefix), "%d:", (int)pid);
	work_say_hex(w, "exe", prefix, exe);
}

void
scene_places(struct work *w)
{
	char *program = work_path(w, "deleted");
	char *mounted = work_path(w, "mounted/program");
	char deleted[PATH_MAX];
	pid_t pid;

	/* Before there is any child that could hold it open. */
	copy_program_to(w, program);
	pid = work_spawn(w, deleted_main, NULL);
	work_await_comm(w, pid, "place-deleted");
	work_remove(w, "deleted");
	snprintf(deleted, sizeof(deleted), "%s (deleted)", program);
	await_place(w, pid, "place-deleted", deleted, 0);
	pid = work_spawn(w, nameless_main, NULL);
	await_place(w, pid, "place-memory", "/memfd:program (deleted)", 0);
	pid = work_spawn(w, mounted_main, NULL);
	await_place(w, pid, "place-mounted", mounted, 1);
	work_spawn(w, rooted_main, NULL);
	work_await_arrivals(w, 1);
	free(program);
	free(mounted);
}
