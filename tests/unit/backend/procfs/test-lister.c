/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One process alone: found, not found, not wanted, and put behind others; and told the same by a pidfd
 * as by status.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/procfs/lister.h"
#include "backend/procfs/task-look.h"
#include "backend/registry.h"

static PvContext context;

static gboolean
list_one(PvQuery *query, gint32 pid, PvStore *store)
{
	g_autoptr(GError) error = NULL;
	gboolean listed = pv_procfs_list_one(&context, query, pid, store, &error);

	g_assert_no_error(error);
	return listed;
}

static void
test_one(void)
{
	PvStore *store = pv_store_new();
	PvQuery *query = pv_query_new();
	const PvProcess *second;

	/* Not in the order of their numbers: that is for the caller to restore. */
	g_assert_true(list_one(query, getpid(), store));
	g_assert_true(list_one(query, getppid(), store));
	g_assert_cmpuint(store->processes.n, ==, 2);
	g_assert_cmpint(pv_store_process(store, 0)->pid, ==, getpid());
	g_assert_cmpint(pv_store_process(store, 0)->ppid, ==, getppid());
	second = pv_store_process(store, 1);
	g_assert_cmpint(second->pid, ==, getppid());
	g_assert_cmpuint(second->index, ==, 1);
	g_assert_cmpuint(second->first_task, ==, pv_store_process(store, 0)->n_tasks);
	for (guint32 i = 0; i < store->tasks.n; i++)
		g_assert_cmpuint(pv_store_task(store, i)->index, ==, i);
	g_assert_cmpint(pv_store_task(store, second->leader)->tid, ==, getppid());
	pv_query_unref(query);
	pv_store_unref(store);
}

static void
test_none(void)
{
	PvStore *store = pv_store_new();
	PvQuery *query = pv_query_new();
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
	g_assert_true(list_one(query, pid, store));
	g_assert_cmpuint(store->processes.n, ==, 0);
	g_assert_cmpuint(store->tasks.n, ==, 0);
	g_assert_false(store->hidden);
	pv_query_unref(query);
	pv_store_unref(store);
}

/* What status says of the task. */
static void
check_credentials(const PvPidfdCredentials *credentials, gint32 pid)
{
	PvStatus status;

	g_assert_cmpint(pv_task_look_up_status(&context, 0, pid, &status), ==, 0);
	g_assert_cmpuint(credentials->uid, ==, status.uid);
	g_assert_cmpuint(credentials->euid, ==, status.euid);
	g_assert_cmpuint(credentials->gid, ==, status.gid);
	g_assert_cmpuint(credentials->egid, ==, status.egid);
}

/* Four different numbers, for whoever may choose them. */
static void
test_credentials(void)
{
	PvPidfdCredentials credentials;
	int ends[2];
	char byte;
	pid_t pid;
	int pidfd;

	g_assert_cmpint(pipe(ends), ==, 0);
	pid = fork();
	if (pid == 0) {
		if (setresgid(1003, 1004, 1005) == 0 && setresuid(1000, 1001, 1002) == 0)
			g_assert_cmpuint(geteuid(), ==, 1001);
		g_assert_cmpint(write(ends[1], "", 1), ==, 1);
		pause();
	}
	g_assert_cmpint(read(ends[0], &byte, 1), ==, 1);
	pidfd = pv_pidfd_open(pid, FALSE);
	if (pidfd >= 0 && pv_pidfd_credentials(pidfd, &credentials))
		check_credentials(&credentials, pid);
	else
		g_test_skip("no PIDFD_GET_INFO: Linux 6.13");
	kill(pid, SIGKILL);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
	close(pidfd);
	close(ends[0]);
	close(ends[1]);
}

/* The mother of kernel threads, where she is to be seen. */
static void
test_kernel_thread(void)
{
	PvContext without = context;
	PvStore *store = pv_store_new();
	PvQuery *query = pv_query_new();
	const PvTask *known, *read;

	without.pidfd.identity = FALSE;
	g_assert_true(list_one(query, 2, store));
	if (store->tasks.n != 1 || !(pv_store_task(store, 0)->known & PV_TASK_KTHREAD)) {
		g_test_skip("process 2 is no kernel thread here");
	} else {
		g_assert_true(pv_procfs_list_one(&without, query, 2, store, NULL));
		known = pv_store_task(store, 0);
		read = pv_store_task(store, 1);
		g_assert_cmpuint(read->identity, ==, 0);
		g_assert_cmpuint(known->known, ==, read->known);
		g_assert_cmpuint(known->table, ==, read->table);
		g_assert_cmpuint(known->uid, ==, read->uid);
		g_assert_cmpuint(known->euid, ==, read->euid);
		g_assert_cmpuint(known->gid, ==, read->gid);
		g_assert_cmpuint(known->egid, ==, read->egid);
		g_assert_cmpuint(known->n_ns_tids, ==, read->n_ns_tids);
	}
	pv_query_unref(query);
	pv_store_unref(store);
}

static void
test_not_wanted(void)
{
	PvStore *store = pv_store_new();
	PvQuery *query = pv_query_new();
	guint32 uid = geteuid() + 1;

	g_array_append_val(query->uids, uid);
	g_assert_true(list_one(query, getpid(), store));
	g_assert_cmpuint(store->processes.n, ==, 0);
	uid--;
	g_array_append_val(query->uids, uid);
	g_assert_true(list_one(query, getpid(), store));
	g_assert_cmpuint(store->processes.n, ==, 1);
	pv_query_unref(query);
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	g_test_init(&argc, &argv, NULL);
	g_assert_true(pv_context_probe(&context, NULL, &error));
	g_assert_no_error(error);
	g_test_add_func("/backend/procfs/lister/one", test_one);
	g_test_add_func("/backend/procfs/lister/none", test_none);
	g_test_add_func("/backend/procfs/lister/not-wanted", test_not_wanted);
	g_test_add_func("/backend/procfs/lister/credentials", test_credentials);
	g_test_add_func("/backend/procfs/lister/kernel-thread", test_kernel_thread);
	return g_test_run();
}
