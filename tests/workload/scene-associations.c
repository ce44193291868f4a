/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What tasks share beside their tables: where they stand (fs_struct) and what they have mapped
 * (mm_struct), in all the ways in which it is shared and not shared.
 *
 *   fs=TID,TID:UMASK:CWD:ROOT       tasks with one fs_struct; paths in hexadecimal
 *   fs-less=TID                     a zombie
 *   memory=PID,PID:EXE              processes with one mm_struct
 *   mapping=PID:PATH:INO:BYTES:RANGES:ACCESS[:deleted]
 *   asleep=PID                      in uninterruptible sleep: nobody knows what it holds
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenes.h"

#define PAGE	    4096
#define STACK_BYTES (128 << 10)

struct crew {
	char *cwd;
	pid_t tids[4];
	_Atomic int left; /* by its fs_struct */
};

static void
put_hex(char *to, const char *text)
{
	for (; *text != '\0'; text++, to += 2)
		snprintf(to, 3, "%02x", (unsigned char)*text);
}

static void
say_fs(struct work *w, const pid_t *tids, unsigned n, unsigned mask, const char *cwd,
       const char *root)
{
	char *line = calloc(1, n * 12 + 2 * strlen(cwd) + 2 * strlen(root) + 32);
	size_t used = 0;

	if (line == NULL)
		work_fail(w, WORK_FAILED, "no memory");
	for (unsigned i = 0; i < n; i++)
		used += (size_t)sprintf(line + used, "%s%d", i == 0 ? "" : ",", (int)tids[i]);
	used += (size_t)sprintf(line + used, ":%03o:", mask);
	put_hex(line + used, cwd);
	strcat(line, ":");
	put_hex(line + strlen(line), root);
	work_say(w, "fs=%s", line);
	free(line);
}

static void
say_memory(struct work *w, const pid_t *pids, unsigned n)
{
	char exe[4096] = "";
	char prefix[64];

	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		work_fail_errno(w, "/proc/self/exe");
	if (n == 1)
		snprintf(prefix, sizeof(prefix), "%d:", (int)pids[0]);
	else
		snprintf(prefix, sizeof(prefix), "%d,%d:", (int)pids[0], (int)pids[1]);
	work_say_hex(w, "memory", prefix, exe);
}

/* Nothing in the name that only a glance at it would tell. */
static char *
enter(struct work *w, const char *name, unsigned mask)
{
	char *path = work_path(w, name);

	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		work_fail_errno(w, path);
	if (chdir(path) < 0)
		work_fail_errno(w, path);
	umask(mask);
	return path;
}

/* One thread goes its own ways. */
static void
crew_thread(struct work *w, void *arg)
{
	struct crew *crew = arg;
	pid_t self = gettid();
	char *path;

	if (self != crew->tids[2])
		return;
	if (unshare(CLONE_FS) < 0)
		work_fail_errno(w, "unshare(CLONE_FS)");
	path = enter(w, "thread", 077);
	say_fs(w, &self, 1, 077, path, "/");
	free(path);
	atomic_store(&crew->left, 1);
}

static void
start_crew(struct work *w, struct crew *crew, work_body *body)
{
	crew->tids[0] = getpid();
	work_threads(w, 3, body, crew, crew->tids + 1);
}

static void
crew_main(struct work *w, void *arg)
{
	static struct crew crew;
	pid_t self = getpid();
	pid_t stay[3];

	(void)arg;
	work_say_process(w);
	crew.cwd = enter(w, "crew", 027);
	start_crew(w, &crew, crew_thread);
	while (!atomic_load(&crew.left))
		usleep(200);
	stay[0] = crew.tids[0];
	stay[1] = crew.tids[1];
	stay[2] = crew.tids[3];
	say_fs(w, stay, 3, 027, crew.cwd, "/");
	say_memory(w, &self, 1);
	work_arrive(w);
}

/* The leader ends, and its threads go on: both are to be had through them alone. */
static void
orphans_main(struct work *w, void *arg)
{
	static struct crew crew;
	pid_t self = getpid();

	(void)arg;
	work_say_process(w);
	crew.cwd = enter(w, "orphans", 02);
	start_crew(w, &crew, NULL);
	say_fs(w, crew.tids + 1, 3, 02, crew.cwd, "/");
	work_say(w, "fs-less=%d", (int)self);
	say_memory(w, &self, 1);
	work_arrive(w);
	syscall(SYS_exit, 0);
}

struct start {
	struct work *w;
	pid_t parent;
	char *cwd;
};

static int
clone_main(void *data)
{
	struct start *start = data;

	work_follow_to_death(start->parent);
	work_say_process(start->w);
	work_arrive(start->w);
	work_park(start->w);
}

static pid_t
start_clone(struct work *w, int flags)
{
	static _Alignas(64) char stack[STACK_BYTES];
	static struct start start;
	pid_t pid;

	start = (struct start){w, getpid(), NULL};
	pid = clone(clone_main, stack + sizeof(stack), flags | SIGCHLD, &start);
	if (pid < 0)
		work_fail_errno(w, "clone");
	return pid;
}

/* Two processes stand in one place, with memories of their own. */
static void
pair_main(struct work *w, void *arg)
{
	pid_t pids[2] = {getpid(), 0};
	char *path = enter(w, "pair", 0);

	(void)arg;
	work_say_process(w);
	pids[1] = start_clone(w, CLONE_FS);
	/* Of the child too. */
	free(path);
	path = enter(w, "pair/moved", 07);
	say_fs(w, pids, 2, 07, path, "/");
	say_memory(w, pids, 1);
	say_memory(w, pids + 1, 1);
	free(path);
	work_arrive(w);
}

/* As between vfork(2) and execve(2): one memory, and places of their own. */
static void
twins_main(struct work *w, void *arg)
{
	pid_t pids[2] = {getpid(), 0};
	char *path = enter(w, "twins", 022);

	(void)arg;
	work_say_process(w);
	pids[1] = start_clone(w, CLONE_VM);
	say_memory(w, pids, 2);
	say_fs(w, pids, 1, 022, path, "/");
	say_fs(w, pids + 1, 1, 022, path, "/");
	free(path);
	work_arrive(w);
}

/* The parent waits, in uninterruptible sleep, until the child executes something or ends. */
static int
vforked(void *data)
{
	struct start *start = data;
	pid_t pids[2] = {start->parent, getpid()};

	work_follow_to_death(start->parent);
	work_say_process(start->w);
	say_memory(start->w, pids, 2);
	say_fs(start->w, pids, 1, 0111, start->cwd, "/");
	say_fs(start->w, pids + 1, 1, 0111, start->cwd, "/");
	work_arrive(start->w);
	work_arrive(start->w);
	work_park(start->w);
}

static void
vforking_main(struct work *w, void *arg)
{
	static _Alignas(64) char stack[STACK_BYTES];
	struct start start = {w, getpid(), enter(w, "vforking", 0111)};

	(void)arg;
	work_say_process(w);
	if (clone(vforked, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, &start) < 0)
		work_fail_errno(w, "clone(CLONE_VFORK)");
}

/* As above, but its memory is its own. */
static int
outlived(void *data)
{
	struct start *start = data;

	work_follow_to_death(start->parent);
	work_arrive(start->w);
	work_park(start->w);
}

static void
asleep_main(struct work *w, void *arg)
{
	static _Alignas(64) char stack[STACK_BYTES];
	struct start start = {w, getpid(), NULL};

	(void)arg;
	work_say_process(w);
	work_say(w, "asleep=%d", (int)getpid());
	if (clone(outlived, stack + sizeof(stack), CLONE_VFORK | SIGCHLD, &start) < 0)
		work_fail_errno(w, "clone(CLONE_VFORK)");
}

static void
jailed_main(struct work *w, void *arg)
{
	pid_t self = getpid();
	char *jail = enter(w, "cell", 0177);
	char *inside = enter(w, "cell/corner", 0177);

	(void)arg;
	say_memory(w, &self, 1);
	if (chroot(jail) < 0 || chdir("/corner") < 0)
		work_fail_errno(w, "chroot");
	work_say_process(w);
	say_fs(w, &self, 1, 0177, inside, jail);
	free(inside);
	free(jail);
	work_arrive(w);
}

/* A file of so many pages that no descriptor leads to any more when it is mapped. */
struct mapped {
	const char *name;
	unsigned pages;
	bool removed;
	bool twice; /* the second time its first page alone, shared and writable */
	int access;
	int sharing;
	const char *told;
};

static void
map(struct work *w, const struct mapped *file)
{
	int fd = work_open_at(w, file->name, O_CREAT | O_RDWR | O_EXCL, -1);
	size_t bytes = (size_t)file->pages * PAGE;
	char *path = work_path(w, file->name);
	char prefix[32], rest[128];
	char *digits = calloc(1, 2 * strlen(path) + 1);
	struct stat st;

	if (digits == NULL || ftruncate(fd, (off_t)bytes) < 0 || fstat(fd, &st) < 0 ||
	    mmap(NULL, bytes, file->access, file->sharing, fd, 0) == MAP_FAILED)
		work_fail_errno(w, path);
	if (file->twice &&
	    mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED)
		work_fail_errno(w, path);
	close(fd);
	if (file->removed)
		work_remove(w, file->name);
	put_hex(digits, path);
	snprintf(prefix, sizeof(prefix), "%d", (int)getpid());
	snprintf(rest, sizeof(rest), "%lu:%zu:%d:%s%s", (unsigned long)st.st_ino,
		 bytes + (file->twice ? PAGE : 0), file->twice ? 2 : 1, file->told,
		 file->removed ? ":deleted" : "");
	work_say(w, "mapping=%s:%s:%s", prefix, digits, rest);
	free(digits);
	free(path);
}

static void
mapper_main(struct work *w, void *arg)
{
	static const struct mapped files[] = {
		{"mapped", 3, false, false, PROT_READ, MAP_PRIVATE, "r"},
		{"mapped twice", 5, false, true, PROT_READ | PROT_EXEC, MAP_PRIVATE, "rwxs"},
		{"removed", 2, true, false, PROT_READ | PROT_WRITE, MAP_SHARED, "rws"},
		{"odd\nname (deleted)", 1, false, false, PROT_NONE, MAP_PRIVATE, ""},
		{"odd\nremoved", 1, true, false, PROT_READ, MAP_SHARED, "rs"},
	};
	pid_t self = getpid();

	(void)arg;
	umask(022);
	work_say_process(w);
	say_memory(w, &self, 1);
	for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		map(w, &files[i]);
	work_arrive(w);
}

void
scene_associations(struct work *w)
{
	bool root = geteuid() == 0;
	pid_t orphans = work_spawn(w, orphans_main, NULL);
	pid_t asleep = work_spawn(w, asleep_main, NULL);

	work_spawn(w, crew_main, NULL);
	work_spawn(w, pair_main, NULL);
	work_spawn(w, twins_main, NULL);
	work_spawn(w, vforking_main, NULL);
	work_spawn(w, mapper_main, NULL);
	if (root)
		work_spawn(w, jailed_main, NULL);
	work_await_arrivals(w, root ? 11 : 10);
	work_await_state(w, orphans, 'Z');
	work_await_state(w, asleep, 'D');
}
