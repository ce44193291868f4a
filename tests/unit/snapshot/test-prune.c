/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Numbers that were listed twice.
 */
#include "snapshot/prune.h"

static void
add_process(PvStore *store, const gint32 *tids, guint leader)
{
	PvProcess *process = pv_array_append(&store->processes);

	process->index = store->processes.n - 1;
	process->pid = tids[leader];
	process->first_task = store->tasks.n;
	process->leader = store->tasks.n + leader;
	for (; tids[process->n_tasks] != 0; process->n_tasks++) {
		PvTask *task = pv_array_append(&store->tasks);

		task->index = store->tasks.n - 1;
		task->tid = tids[process->n_tasks];
		task->process = process->index;
	}
}

static void
check(const PvStore *store)
{
	guint32 next = 0;

	for (guint32 i = 0; i < store->processes.n; i++) {
		const PvProcess *process = pv_store_process(store, i);

		g_assert_cmpuint(process->index, ==, i);
		g_assert_cmpuint(process->first_task, ==, next);
		g_assert_cmpint(pv_store_task(store, process->leader)->tid, ==, process->pid);
		for (guint32 j = 0; j < process->n_tasks; j++) {
			g_assert_cmpuint(pv_store_task(store, next)->index, ==, next);
			g_assert_cmpuint(pv_store_task(store, next++)->process, ==, i);
		}
	}
	g_assert_cmpuint(next, ==, store->tasks.n);
}

static void
test_nothing_twice(void)
{
	PvStore *store = pv_store_new();

	add_process(store, (gint32[]){5, 9, 0}, 0);
	add_process(store, (gint32[]){7, 0}, 0);
	g_assert_true(pv_prune(store, NULL));
	g_assert_cmpuint(store->tasks.n, ==, 3);
	check(store);
	pv_store_unref(store);
}

/* Thread 8 of 5 exited, and 8 became a process; then process 6 did, and 6 became a thread of 9. */
static void
test_twice(void)
{
	PvStore *store = pv_store_new();

	add_process(store, (gint32[]){5, 8, 10, 0}, 0);
	add_process(store, (gint32[]){6, 20, 21, 0}, 0);
	add_process(store, (gint32[]){8, 0}, 0);
	add_process(store, (gint32[]){6, 9, 0}, 1);
	g_assert_true(pv_prune(store, NULL));
	check(store);
	g_assert_cmpuint(store->processes.n, ==, 3);
	g_assert_cmpuint(store->tasks.n, ==, 5);
	g_assert_cmpint(pv_store_process(store, 0)->pid, ==, 5);
	g_assert_cmpuint(pv_store_process(store, 0)->n_tasks, ==, 2);
	g_assert_cmpint(pv_store_process(store, 1)->pid, ==, 8);
	g_assert_cmpint(pv_store_process(store, 2)->pid, ==, 9);
	pv_store_unref(store);
}

static void
test_empty(void)
{
	PvStore *store = pv_store_new();

	g_assert_true(pv_prune(store, NULL));
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/prune/nothing-twice", test_nothing_twice);
	g_test_add_func("/snapshot/prune/twice", test_twice);
	g_test_add_func("/snapshot/prune/empty", test_empty);
	return g_test_run();
}
