/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Tables across processes: shared by clone(CLONE_FILES), copied by fork(2), absent in zombies.
 * And processes whose numbers are not what they seem: of another user, of another namespace.
 */
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenes.h"

static void
say_and_arrive(struct work *w, void *arg)
{
	(void)arg;
	work_say_process(w);
	work_arrive(w);
}

static void
clone_files_main(struct work *w, void *arg)
{
	pid_t tids[2] = {getpid(), 0};

	(void)arg;
	work_say_process(w);
	work_open_at(w, "shared-0", O_CREAT | O_RDWR, 0);
	work_open_at(w, "shared-7", O_CREAT | O_RDONLY | O_CLOEXEC, 7);
	tids[1] = work_clone_files(w, say_and_arrive, NULL);
	work_say_table(w, tids, 2);
	work_say_count(w, tids[0], 2);
	work_say_regular(w, tids[0], 0, "shared-0");
	work_say_regular(w, tids[0], 7, "shared-7");
	work_arrive(w);
}

void
scene_clone_files(struct work *w)
{
	work_spawn(w, clone_files_main, NULL);
	work_await_arrivals(w, 2);
}

/* Two files from before the fork, one that each opens afterwards under the same name. */
static void
fork_side(struct work *w, pid_t tid)
{
	work_open_at(w, "own", O_CREAT | O_RDWR, 9);
	work_say_process(w);
	work_say_table(w, &tid, 1);
	work_say_count(w, tid, 3);
	work_say_regular(w, tid, 0, "before-0");
	work_say_regular(w, tid, 5, "before-5");
	work_say_regular(w, tid, 9, "own");
	work_arrive(w);
}

static void
fork_main(struct work *w, void *arg)
{
	pid_t child;

	(void)arg;
	work_open_at(w, "before-0", O_CREAT | O_RDWR, 0);
	work_open_at(w, "before-5", O_CREAT | O_RDWR | O_CLOEXEC, 5);
	child = work_fork(w);
	if (child == 0) {
		fork_side(w, getpid());
		work_park(w);
	}
	fork_side(w, getpid());
	work_say(w, "ofd=%d:0,%d:0", (int)getpid(), (int)child);
	work_say(w, "ofd=%d:5,%d:5", (int)getpid(), (int)child);
	work_arrive(w);
}

void
scene_fork(struct work *w)
{
	work_spawn(w, fork_main, NULL);
	work_await_arrivals(w, 3);
}

static void
zombies_main(struct work *w, void *arg)
{
	pid_t self = getpid();
	pid_t children[2];

	(void)arg;
	work_open_at(w, "held", O_CREAT | O_RDWR, 0);
	for (int i = 0; i < 2; i++) {
		children[i] = work_fork(w);
		if (children[i] == 0)
			_exit(0);
	}
	for (int i = 0; i < 2; i++) {
		siginfo_t info;

		waitid(P_PID, (id_t)children[i], &info, WEXITED | WNOWAIT);
		work_say(w, "process=%d", (int)children[i]);
	}
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 1);
	work_say_regular(w, self, 0, "held");
	work_say(w, "tableless=%d,%d", (int)children[0], (int)children[1]);
	work_arrive(w);
}

void
scene_zombies(struct work *w)
{
	work_spawn(w, zombies_main, NULL);
	work_await_arrivals(w, 1);
}

static void
uid_main(struct work *w, void *arg)
{
	pid_t self = getpid();
	pid_t driver = getppid();
	uid_t uid = work_param(w, "UID", 65534);

	(void)arg;
	work_open_at(w, "owned", O_CREAT | O_RDWR, 0);
	work_open_at(w, "owned-too", O_CREAT | O_RDONLY | O_CLOEXEC, 4);
	if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
		work_fail_errno(w, "setresuid");
	/* Changing credentials forgets that wish, and forbids others of the user to look. */
	work_follow_to_death(driver);
	prctl(PR_SET_DUMPABLE, 1);
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 2);
	work_say_regular(w, self, 0, "owned");
	work_say_regular(w, self, 4, "owned-too");
	work_arrive(w);
}

void
scene_uid(struct work *w)
{
	work_spawn(w, uid_main, NULL);
	work_await_arrivals(w, 1);
}

/*
 * Pid namespaces. A process knows its number in its own namespace only; what it is in the driver's
 * is what the kernel writes under a message to the driver (SCM_CREDENTIALS).
 */
static void
tell_number(struct work *w, int socket_fd)
{
	char byte = 0;

	if (send(socket_fd, &byte, 1, 0) != 1)
		work_fail_errno(w, "send");
}

static pid_t
hear_number(struct work *w, int socket_fd)
{
	char byte, control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec iov = {&byte, 1};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct ucred who;

	if (recvmsg(socket_fd, &message, 0) != 1 || CMSG_FIRSTHDR(&message) == NULL)
		work_fail_errno(w, "recvmsg");
	memcpy(&who, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(who));
	return who.pid;
}

static void
descend(struct work *w, int socket_fd, unsigned level, unsigned depth)
{
	pid_t child;

	if (unshare(CLONE_NEWPID) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWPID)");
	child = work_fork(w);
	if (child > 0) {
		/* What the parent sees is the child's number one level up. */
		atomic_store(&w->board->numbers[level], child);
		return;
	}
	if (level + 1 < depth) {
		/* So that the numbers differ: somebody has to come before. */
		if (work_fork(w) == 0)
			_exit(0);
		wait(NULL);
		tell_number(w, socket_fd);
		descend(w, socket_fd, level + 1, depth);
		work_close_all();
		work_park(w);
	}
	atomic_store(&w->board->numbers[depth], getpid());
	tell_number(w, socket_fd);
	work_close_all();
	work_arrive(w);
	work_park(w);
}

void
scene_pid_namespace(struct work *w)
{
	unsigned depth = work_param(w, "LEVELS", 2);
	int yes = 1, ends[2];
	pid_t seen[3] = {0};

	if (depth < 1 || depth > 2)
		work_fail(w, WORK_USAGE, "LEVELS");
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0 ||
	    setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) < 0)
		work_fail_errno(w, "socketpair");
	if (work_fork(w) == 0) {
		descend(w, ends[1], 0, depth);
		work_close_all();
		work_park(w);
	}
	for (unsigned i = 0; i < depth; i++)
		seen[i] = hear_number(w, ends[0]);
	work_await_arrivals(w, 1);
	for (unsigned i = 0; i <= depth; i++)
		while (atomic_load(&w->board->numbers[i]) == 0)
			usleep(200);
	close(ends[0]);
	close(ends[1]);
	/* numbers[0] is the first child as the driver sees it, numbers[i] the next one level down. */
	if (seen[0] != atomic_load(&w->board->numbers[0]))
		work_fail(w, WORK_FAILED, "a number that the kernel told otherwise");
	work_say(w, "process=%d", (int)seen[0]);
	work_say(w, "process=%d", (int)seen[depth - 1]);
	work_say(w, "nsids=%d:%d,1", (int)seen[0], (int)seen[0]);
	if (depth == 2)
		work_say(w, "nsids=%d:%d,%d,%d", (int)seen[1], (int)seen[1],
			 (int)atomic_load(&w->board->numbers[1]),
			 (int)atomic_load(&w->board->numbers[2]));
}
