/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Processes that hold something, for the tests of pv_bpf_find() and pv_holders_find(): each is a child
 * that makes its own arrangements, says so, and stays until its end of a pipe is closed.
 *
 * Who else is on the machine, and has a file with the same inode number somewhere, is not known; so
 * only what is found of the test's own processes is judged.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "finding-way.h"

/* No file system has come so far. */
#define NO_INODE G_GUINT64_CONSTANT(0xfffffffffff12345)

typedef struct {
	pid_t pid;
	gint32 told; /* whatever it wanted to tell; -1: it could not be arranged */
	int end;     /* closed: it goes */
} Child;

/* Runs in the child; what it returns is told, unless it tells it itself, and stays. */
typedef gint32 (*Arrange)(const char *path);

#define MAX_CHILDREN 8

/* Ends of those that are there: no child may hold that of another. */
static int ends[MAX_CHILDREN] = {-1, -1, -1, -1, -1, -1, -1, -1};
static int told_fd = -1;
static int stay_fd = -1;

static inline void
tell(gint32 number)
{
	if (write(told_fd, &number, sizeof(number)) < 0)
		_exit(1);
}

G_GNUC_NORETURN static inline void
stay(void)
{
	char byte;

	while (read(stay_fd, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

static inline int *
end_place(int end)
{
	guint i = 0;

	while (i < MAX_CHILDREN && ends[i] != end)
		i++;
	g_assert_cmpuint(i, <, MAX_CHILDREN);
	return &ends[i];
}

static inline void
child_start(Child *child, Arrange arrange, const char *path)
{
	int tells[2], stays[2];

	g_assert_cmpint(pipe2(tells, O_CLOEXEC), ==, 0);
	g_assert_cmpint(pipe2(stays, O_CLOEXEC), ==, 0);
	child->pid = fork();
	g_assert_cmpint(child->pid, >=, 0);
	if (child->pid == 0) {
		told_fd = tells[1];
		stay_fd = stays[0];
		close(tells[0]);
		close(stays[1]);
		for (guint i = 0; i < MAX_CHILDREN; i++)
			close(ends[i]);
		tell(arrange(path));
		stay();
	}
	close(tells[1]);
	close(stays[0]);
	child->end = stays[1];
	*end_place(-1) = child->end;
	if (read(tells[0], &child->told, sizeof(child->told)) != sizeof(child->told))
		child->told = -1;
	close(tells[0]);
}

static inline void
child_end(Child *child)
{
	*end_place(child->end) = -1;
	close(child->end);
	g_assert_cmpint(waitpid(child->pid, NULL, 0), ==, child->pid);
}

static inline gboolean
has(const PvArray *pids, gint32 pid)
{
	for (guint i = 0; i < pids->n; i++) {
		if (*pv_array_at(pids, gint32, i) == pid)
			return TRUE;
	}
	return FALSE;
}

static inline void
assert_sorted(const PvArray *pids)
{
	for (guint i = 1; i < pids->n; i++)
		g_assert_cmpint(*pv_array_at(pids, gint32, i - 1), <,
				*pv_array_at(pids, gint32, i));
}

static inline void
find(const PvSought *sought, PvFound *found)
{
	g_autofree char *why = NULL;

	if (!find_in_the_end(sought, found, &why))
		g_error("%s", why);
	assert_sorted(&found->holders);
	assert_sorted(&found->shown);
	g_assert_true(has(&found->shown, getpid()));
}

static inline gboolean
holds(const PvSought *sought, gint32 pid)
{
	gboolean found_it;
	PvFound found;

	find(sought, &found);
	found_it = has(&found.holders, pid);
	/* To look into /proc it has directories of it open, whose numbers are low. */
#ifndef FIND_IN_PROC
	g_assert_false(has(&found.holders, getpid()));
#endif
	pv_found_clear(&found);
	return found_it;
}

static inline gboolean
holds_inode(guint64 inode, gboolean in_places, gint32 pid)
{
	const PvSought sought = {.inodes = &inode, .n_inodes = 1, .in_places = in_places};

	return holds(&sought, pid);
}

static inline gboolean
holds_port(guint16 port, gint32 pid)
{
	const PvSought sought = {.ports = &port, .n_ports = 1};

	return holds(&sought, pid);
}

/* It tells, and stays; so does the first thread. */
G_GNUC_NORETURN static inline void
leave_to_thread(GThreadFunc run, const char *path)
{
	g_thread_unref(g_thread_new("subject", run, (gpointer)path));
	for (;;)
		pause();
}
