/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where processes stand: working directories and roots that are odd in some way, namespaces of
 * their own, a cgroup of its own.
 *
 * The numbers of a subject's namespaces are what stat(2) says of the namespaces themselves: that
 * the way there leads through /proc/self is a matter of the name only.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "scenes.h"

#define CGROUP2_MAGIC 0x63677270

static void
say_at(struct work *w, pid_t pid, const char *key, const char *path)
{
	char prefix[16];

	snprintf(prefix, sizeof(prefix), "%d:", (int)pid);
	work_say_hex(w, key, prefix, path);
}

/* In the driver's view: a subject of a pid namespace has another number for itself. */
static pid_t
outer_pid(struct work *w)
{
	char text[16] = "";

	if (readlink("/proc/self", text, sizeof(text) - 1) < 0)
		work_fail_errno(w, "/proc/self");
	return (pid_t)atoi(text);
}

static void
say_namespaces(struct work *w, pid_t pid)
{
	static const char *const names[] = {"cgroup", "ipc",  "mnt",  "net",
					    "pid",    "time", "user", "uts"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[32];
		struct stat st;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
		if (stat(path, &st) == 0)
			work_say(w, "ns=%d:%s:%lu", (int)pid, names[i], (unsigned long)st.st_ino);
		else
			work_say(w, "missing=%s:%s", path, strerror(errno));
	}
}

static char *
enter_new(struct work *w, const char *name)
{
	char *path = work_path(w, name);

	if (mkdir(path, 0755) < 0 || chdir(path) < 0)
		work_fail_errno(w, path);
	return path;
}

static void
hostile_main(struct work *w, void *arg)
{
	char *path = enter_new(w, "odd\n\033[1m (deleted) \377");

	(void)arg;
	work_say_process(w);
	say_at(w, getpid(), "cwd", path);
	say_at(w, getpid(), "root", "/");
	say_namespaces(w, getpid());
	free(path);
	work_arrive(w);
}

static void
removed_main(struct work *w, void *arg)
{
	char *path = enter_new(w, "removed");
	char *told = NULL;

	(void)arg;
	work_remove(w, "removed");
	if (asprintf(&told, "%s (deleted)", path) < 0)
		work_fail(w, WORK_FAILED, "no memory");
	work_say_process(w);
	say_at(w, getpid(), "cwd", told);
	free(told);
	free(path);
	work_arrive(w);
}

/* Directory in directory, until the whole name has that many bytes. */
static void
long_main(struct work *w, void *arg)
{
	size_t length = *(const size_t *)arg;
	char name[32], *path, *all = calloc(1, length + 1);
	size_t used;

	snprintf(name, sizeof(name), "long-%zu", length);
	path = enter_new(w, name);
	used = (size_t)snprintf(all, length + 1, "%s", path);
	while (used < length) {
		size_t part = length - used - 1 > 202 ? 200 : length - used - 1;

		all[used] = '/';
		memset(all + used + 1, 'd', part);
		if (mkdir(all + used + 1, 0755) < 0 || chdir(all + used + 1) < 0)
			work_fail_errno(w, "a directory with a long name");
		used += part + 1;
	}
	work_say_process(w);
	/* procfs tells names of up to 4095 bytes, and of longer ones nothing. */
	say_at(w, getpid(), "cwd", length < 4096 ? all : "");
	free(path);
	free(all);
	work_arrive(w);
}

void
scene_directories(struct work *w)
{
	static const size_t told = 4000, untold = 5000;

	work_spawn(w, hostile_main, NULL);
	work_spawn(w, removed_main, NULL);
	work_spawn(w, long_main, (void *)&told);
	work_spawn(w, long_main, (void *)&untold);
	work_await_arrivals(w, 4);
}

/* What is told is how it looks from outside of the jail. */
static void
jail_main(struct work *w, void *arg)
{
	char *jail = enter_new(w, "jail");
	char *inside = enter_new(w, "jail/in side");

	(void)arg;
	say_namespaces(w, getpid());
	if (chroot(jail) < 0 || chdir("/in side") < 0)
		work_fail_errno(w, "chroot");
	work_say_process(w);
	say_at(w, getpid(), "cwd", inside);
	say_at(w, getpid(), "root", jail);
	free(inside);
	free(jail);
	work_arrive(w);
}

/* One at a time: a kernel may lack some. */
static void
leave(struct work *w, int flag, const char *name)
{
	if (unshare(flag) < 0)
		work_say(w, "missing=%s:%s", name, strerror(errno));
	else
		work_say(w, "unshared=%d:%s", (int)outer_pid(w), name);
}

/* From here on its children are in another pid and time namespace, but it is not itself. */
static bool
leave_for_children(struct work *w)
{
	if (unshare(CLONE_NEWPID) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWPID)");
	if (unshare(CLONE_NEWTIME) == 0)
		return true;
	work_say(w, "missing=time:%s", strerror(errno));
	return false;
}

static void
leaver_main(struct work *w, void *arg)
{
	(void)arg;
	leave(w, CLONE_NEWCGROUP, "cgroup");
	leave(w, CLONE_NEWIPC, "ipc");
	leave(w, CLONE_NEWNET, "net");
	leave(w, CLONE_NEWNS, "mnt");
	leave(w, CLONE_NEWUTS, "uts");
	leave_for_children(w);
	work_say_process(w);
	say_namespaces(w, getpid());
	work_arrive(w);
}

static void
first_of_its_kind(struct work *w, bool has_time)
{
	pid_t pid = outer_pid(w);

	work_say(w, "process=%d", (int)pid);
	work_say(w, "unshared=%d:pid", (int)pid);
	if (has_time)
		work_say(w, "unshared=%d:time", (int)pid);
	leave(w, CLONE_NEWUSER, "user");
	/* Changing credentials forgets that wish; a parent in another pid namespace is 0. */
	work_follow_to_death(0);
	say_namespaces(w, pid);
	work_arrive(w);
	work_park(w);
}

static void
parent_main(struct work *w, void *arg)
{
	bool has_time = leave_for_children(w);

	(void)arg;
	if (work_fork(w) == 0)
		first_of_its_kind(w, has_time);
	work_say_process(w);
	say_namespaces(w, getpid());
	work_arrive(w);
}

static const char *
find_cgroups(void)
{
	static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct statfs fs;

	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (statfs(places[i], &fs) == 0 && fs.f_type == CGROUP2_MAGIC)
			return places[i];
	return NULL;
}

static void
cgroup_main(struct work *w, void *arg)
{
	char path[128];
	struct stat st;
	int fd;

	(void)arg;
	work_say_process(w);
	snprintf(path, sizeof(path), "%s/cgroup.procs", w->board->cgroup);
	fd = w->board->cgroup[0] != '\0' ? open(path, O_WRONLY) : -1;
	if (fd >= 0 && write(fd, "0", 1) == 1 && stat(w->board->cgroup, &st) == 0)
		work_say(w, "cgroup=%d:%lu", (int)getpid(), (unsigned long)st.st_ino);
	else
		work_say(w, "missing=cgroup:%s", strerror(errno));
	work_close_all();
	work_arrive(w);
}

/* The janitor removes it. */
static void
make_cgroup(struct work *w)
{
	const char *place = find_cgroups();
	char *path = w->board->cgroup;

	if (place == NULL)
		return;
	snprintf(path, sizeof(w->board->cgroup), "%s%s", place, strrchr(w->dir, '/'));
	if (mkdir(path, 0755) < 0)
		path[0] = '\0';
}

void
scene_namespaces(struct work *w)
{
	make_cgroup(w);
	work_spawn(w, jail_main, NULL);
	work_spawn(w, leaver_main, NULL);
	work_spawn(w, parent_main, NULL);
	work_spawn(w, cgroup_main, NULL);
	work_await_arrivals(w, 5);
}
