/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One process alone: found, not found, not wanted, and put behind others.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "backend/procfs/lister.h"
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
	return g_test_run();
}
