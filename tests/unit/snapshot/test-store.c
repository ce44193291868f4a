/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sealing: every task is found by its number, and every record finds its store.
 */
#include <string.h>

#include "../memory-limit.h"
#include "snapshot/store.h"

static void
add_task(PvStore *store, gint32 tid)
{
	PvTask *task = pv_array_append(&store->tasks);

	task->index = store->tasks.n - 1;
	task->tid = tid;
}

/* Processes by pid, threads behind their leader: threads of 10 lie before process 11. */
static void
test_by_tid(void)
{
	static const gint32 tids[] = {10, 12, 13, 400, 11, 399, 14, 15, 2147483647, 1};
	g_autoptr(GError) error = NULL;
	PvStore *store = pv_store_new();

	for (guint i = 0; i < G_N_ELEMENTS(tids); i++)
		add_task(store, tids[i]);
	g_assert_true(pv_store_seal(store, &error));
	g_assert_no_error(error);
	for (guint i = 0; i < G_N_ELEMENTS(tids); i++) {
		PvTask *task = pv_store_find_task(store, tids[i]);

		g_assert_nonnull(task);
		g_assert_cmpuint(task->index, ==, i);
	}
	g_assert_null(pv_store_find_task(store, 0));
	g_assert_null(pv_store_find_task(store, 9));
	g_assert_null(pv_store_find_task(store, 16));
	g_assert_null(pv_store_find_task(store, 2147483646));
	g_assert_null(pv_store_find_task(store, -1));
	pv_store_unref(store);
}

static void
test_by_tid_many(void)
{
	enum {
		N = 50000
	};
	PvStore *store = pv_store_new();

	/* The factor has no divisor in common with N + 21: no number comes twice. */
	for (gint64 i = 1; i <= N; i++)
		add_task(store, (gint32)(i * 7919 % (N + 21)));
	g_assert_true(pv_store_seal(store, NULL));
	g_assert_cmpuint(store->by_tid.n, ==, N);
	for (guint i = 1; i < N; i++) {
		guint32 before = *pv_array_at(&store->by_tid, guint32, i - 1);
		guint32 here = *pv_array_at(&store->by_tid, guint32, i);

		g_assert_cmpint(pv_store_task(store, before)->tid, <,
				pv_store_task(store, here)->tid);
	}
	for (guint i = 0; i < N; i++) {
		gint32 tid = pv_store_task(store, i)->tid;

		g_assert_cmpuint(pv_store_find_task(store, tid)->index, ==, i);
	}
	pv_store_unref(store);
}

#define ADD_THREE(array, type)                                                                     \
	for (guint32 i = 0; i < 3; i++)                                                            \
		((type *)pv_array_append(array))->index = i;

#define ASSERT_OWNED(array, type)                                                                  \
	for (guint32 i = 0; i < 3; i++)                                                            \
		g_assert_true(pv_store_of(pv_array_at(array, type, i)) == store);

static void
test_owner(void)
{
	PvStore *store = pv_store_new();
	gsize before;

	ADD_THREE(&store->processes, PvProcess)
	ADD_THREE(&store->tasks, PvTask)
	ADD_THREE(&store->tables, PvTable)
	ADD_THREE(&store->descriptors, PvDescriptor)
	ADD_THREE(&store->files, PvFile)
	*(guint32 *)pv_array_append(&store->members) = 2;
	*(gint32 *)pv_array_append(&store->ns_tids) = 1;
	pv_strings_intern(&store->strings, "text", 4);
	before = pv_store_memory(store);
	g_assert_true(pv_store_seal(store, NULL));
	g_assert_cmpuint(pv_store_memory(store), <, before);
	ASSERT_OWNED(&store->processes, PvProcess)
	ASSERT_OWNED(&store->tasks, PvTask)
	ASSERT_OWNED(&store->tables, PvTable)
	ASSERT_OWNED(&store->descriptors, PvDescriptor)
	ASSERT_OWNED(&store->files, PvFile)
	g_assert_cmpuint(pv_store_member(store, 0), ==, 2);
	g_assert_cmpint(*pv_array_at(&store->ns_tids, gint32, 0), ==, 1);
	g_assert_cmpuint(store->members.allocated, ==, 1);
	g_assert_cmpuint(store->ns_tids.allocated, ==, 1);
	g_assert_cmpstr(pv_store_string(store, 1), ==, "text");
	pv_store_unref(store);
}

static void
test_empty(void)
{
	PvStore *store = pv_store_new();

	g_assert_true(pv_store_seal(store, NULL));
	g_assert_null(pv_store_find_task(store, 1));
	pv_store_unref(store);
}

static void
test_no_memory(void)
{
	enum {
		N = 16 << 20
	};
	g_autoptr(GError) error = NULL;
	PvStore *store;
	struct rlimit limit;
	gboolean sealed;

	if (!MEMORY_LIMIT_WORKS) {
		g_test_skip("an address sanitizer owns the address space");
		return;
	}
	store = pv_store_new();
	/* Room for the tasks, of which no byte is touched, and none for their index. */
	g_assert_true(pv_array_reserve(&store->tasks, N));
	store->tasks.n = N;
	limit = memory_limit_set(2 << 20);
	sealed = pv_store_seal(store, &error);
	memory_limit_lift(limit);
	g_assert_false(sealed);
	g_assert_error(error, PV_ERROR, PV_ERROR_NO_MEMORY);
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/store/by-tid", test_by_tid);
	g_test_add_func("/snapshot/store/by-tid-many", test_by_tid_many);
	g_test_add_func("/snapshot/store/owner", test_owner);
	g_test_add_func("/snapshot/store/empty", test_empty);
	g_test_add_func("/snapshot/store/no-memory", test_no_memory);
	return g_test_run();
}
