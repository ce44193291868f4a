/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Whether anybody else has a process's descriptor tables, on the kernel that runs.
 */
#include <sys/syscall.h>

#include "backend/bpf/owners.h"
#include "finding.h"

#define N_THREADS 50

static gboolean
nobody_shares(gint32 pid)
{
	return pv_bpf_nobody_shares(&pid, 1);
}

static gint32
be_alone(const char *path)
{
	return 0;
}

static void *
only_stay(void *path)
{
	stay();
	return NULL;
}

static gint32
have_threads(const char *path)
{
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_unref(g_thread_new("subject", only_stay, NULL));
	return 0;
}

static void *
take_own_table(void *path)
{
	tell(unshare(CLONE_FILES));
	stay();
	return NULL;
}

static gint32
have_two_tables(const char *path)
{
	leave_to_thread(take_own_table, path);
}

/* Both ways, and of the thread's own table too. */
static pid_t
share(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0)
		stay();
	return pid;
}

static gint32
have_sharer(const char *path)
{
	return share();
}

static gint32
have_threads_and_sharer(const char *path)
{
	have_threads(path);
	return share();
}

static void *
share_own_table(void *path)
{
	tell(unshare(CLONE_FILES) < 0 ? -1 : share());
	stay();
	return NULL;
}

static gint32
have_sharer_of_thread(const char *path)
{
	leave_to_thread(share_own_table, path);
}

/* Copies of descriptors are nobody's business. */
static gint32
have_child(const char *path)
{
	pid_t pid = fork();

	if (pid == 0)
		stay();
	return pid;
}

static void
test_nobody(void)
{
	static const Arrange ways[] = {be_alone, have_threads, have_two_tables, have_child};

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		Child child;

		child_start(&child, ways[i], NULL);
		g_assert_cmpint(child.told, >=, 0);
		g_assert_true(nobody_shares(child.pid));
		child_end(&child);
	}
}

static void
test_somebody(void)
{
	static const Arrange ways[] = {have_sharer, have_threads_and_sharer, have_sharer_of_thread};

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		Child child;

		child_start(&child, ways[i], NULL);
		g_assert_cmpint(child.told, >, 0);
		g_assert_false(nobody_shares(child.pid));
		g_assert_false(nobody_shares(child.told));
		child_end(&child);
	}
}

/* Who is asked for is no stranger; and one stranger is enough. */
static void
test_several(void)
{
	Child alone, sharing;

	child_start(&alone, have_threads, NULL);
	child_start(&sharing, have_sharer, NULL);
	g_assert_true(pv_bpf_nobody_shares((const gint32[]){alone.pid, getpid()}, 2));
	g_assert_true(pv_bpf_nobody_shares((const gint32[]){sharing.told, sharing.pid}, 2));
	g_assert_false(pv_bpf_nobody_shares((const gint32[]){alone.pid, sharing.pid}, 2));
	child_end(&alone);
	child_end(&sharing);
}

/* Of whom nothing is shown nothing is known; and of nobody, and of too many, nothing is asked. */
static void
test_unknown(void)
{
	g_autofree gint32 *many = g_new(gint32, 1000);
	Child child;

	child_start(&child, be_alone, NULL);
	for (guint i = 0; i < 1000; i++)
		many[i] = child.pid;
	g_assert_false(pv_bpf_nobody_shares(many, 1000));
	g_assert_false(pv_bpf_nobody_shares(NULL, 0));
	child_end(&child);
	g_assert_false(nobody_shares(child.pid));
	g_assert_false(nobody_shares(G_MAXINT32));
	g_assert_false(pv_bpf_nobody_shares((const gint32[]){getpid(), G_MAXINT32}, 2));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	require_find();
	g_test_add_func("/owners/nobody", test_nobody);
	g_test_add_func("/owners/somebody", test_somebody);
	g_test_add_func("/owners/several", test_several);
	g_test_add_func("/owners/unknown", test_unknown);
	return g_test_run();
}
