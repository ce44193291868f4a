/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A store: what it says of itself, and how records are found in it.
 */
#include "core/store.h"

static PvTable *
add_table(PvStore *store, guint n_members, guint n_descriptors, guint open_count)
{
	PvTable *table = pv_array_append(&store->tables);

	table->index = store->tables.n - 1;
	table->n_members = n_members;
	table->n_descriptors = n_descriptors;
	table->open_count = open_count;
	return table;
}

static void
test_empty(void)
{
	PvStore *store = pv_store_new();
	PvTable nothing = {0};

	g_assert_true(pv_store_is_complete(store));
	g_assert_cmpuint(pv_store_duplicates_avoided(store), ==, 0);
	g_assert_null(pv_store_find_process(store, 1));
	g_assert_null(pv_store_find_task(store, 1));
	g_assert_null(pv_store_find_descriptor(store, &nothing, 0));
	g_assert_null(pv_store_string(store, 0));
	pv_store_unref(store);
}

static void
test_references(void)
{
	PvStore *store = pv_store_new();

	store->refusals = g_new0(PvRefusal, 1);
	store->refusals[0].why = g_strdup("kcmp: Operation not permitted");
	store->n_refusals = 1;
	g_assert_true(pv_store_ref(store) == store);
	pv_store_unref(store);
	g_assert_cmpstr(store->refusals[0].why, ==, "kcmp: Operation not permitted");
	pv_store_unref(store);
}

/* One that was tried after all is refused for what it said then. */
static void
test_refusals(void)
{
	PvStore *store = pv_store_new();

	pv_store_add_refusal(store, PV_STEP_TASKS, "bpf", "not yet");
	pv_store_add_refusal(store, PV_STEP_FILES, "bpf", "not yet");
	pv_store_add_refusal(store, PV_STEP_FILES, "pidfd", "not here");
	pv_store_add_refusal(store, PV_STEP_FILES, "bpf", "not ever");
	g_assert_cmpuint(store->n_refusals, ==, 3);
	g_assert_cmpstr(store->refusals[0].why, ==, "not yet");
	g_assert_cmpstr(store->refusals[1].why, ==, "not ever");
	g_assert_cmpstr(store->refusals[2].why, ==, "not here");
	pv_store_unref(store);
}

static void
test_complete(void)
{
	PvStore *store = pv_store_new();
	const guint8 not_whole[] = {PV_STATUS_PARTIAL, PV_STATUS_DENIED};

	add_table(store, 1, 0, 0);
	add_table(store, 1, 0, 0);
	g_assert_true(pv_store_is_complete(store));
	for (guint i = 0; i < G_N_ELEMENTS(not_whole); i++) {
		pv_store_table(store, 1)->status = not_whole[i];
		g_assert_false(pv_store_is_complete(store));
	}
	pv_store_table(store, 1)->status = PV_STATUS_OK;
	g_assert_true(pv_store_is_complete(store));
	/* A process that has ended is no gap. */
	pv_store_table(store, 1)->status = PV_STATUS_GONE;
	g_assert_true(pv_store_is_complete(store));
	store->missed_threads = TRUE;
	g_assert_false(pv_store_is_complete(store));
	store->missed_threads = FALSE;
	store->hidden = TRUE;
	g_assert_false(pv_store_is_complete(store));
	pv_store_unref(store);
}

static void
test_duplicates_avoided(void)
{
	PvStore *store = pv_store_new();

	add_table(store, 1, 100, 100);
	g_assert_cmpuint(pv_store_duplicates_avoided(store), ==, 0);
	add_table(store, 0, 5, 5);
	g_assert_cmpuint(pv_store_duplicates_avoided(store), ==, 0);
	/* The scene of the design: 4096 threads, 16384 files; only counted, then read. */
	add_table(store, 4096, 0, 16384);
	g_assert_cmpuint(pv_store_duplicates_avoided(store), ==, 4095 * 16384);
	add_table(store, 3, 10, PV_NONE);
	g_assert_cmpuint(pv_store_duplicates_avoided(store), ==, 4095 * 16384 + 20);
	add_table(store, G_MAXUINT32, 0, G_MAXUINT32 - 1);
	g_assert_cmpuint(pv_store_duplicates_avoided(store), >, G_GUINT64_CONSTANT(1) << 63);
	pv_store_unref(store);
}

static void
test_memory(void)
{
	PvStore *store = pv_store_new();
	gsize empty = pv_store_memory(store);

	g_assert_cmpuint(empty, >=, sizeof(PvStore));
	for (guint i = 0; i < 1000; i++) {
		pv_array_append(&store->descriptors);
		pv_array_append(&store->files);
	}
	g_assert_cmpuint(pv_store_memory(store), >=,
			 empty + 1000 * (sizeof(PvDescriptor) + sizeof(PvFile)));
	pv_array_seal(&store->descriptors, store);
	pv_array_seal(&store->files, store);
	g_assert_cmpuint(pv_store_memory(store), <=, empty + 1000 * 64 + 64);
	pv_strings_intern(&store->strings, "x", 1);
	g_assert_cmpuint(pv_store_memory(store), >, empty + 1000 * 64);
	pv_store_unref(store);
}

static void
test_find_process(void)
{
	PvStore *store = pv_store_new();

	for (gint32 i = 1; i <= 1000; i++) {
		PvProcess *process = pv_array_append(&store->processes);

		process->index = (guint32)i - 1;
		process->pid = i * 3;
	}
	for (gint32 pid = -1; pid <= 3004; pid++) {
		PvProcess *process = pv_store_find_process(store, pid);

		if (pid > 0 && pid <= 3000 && pid % 3 == 0)
			g_assert_cmpint(process->pid, ==, pid);
		else
			g_assert_null(process);
	}
	g_assert_null(pv_store_find_process(store, G_MAXINT32));
	g_assert_null(pv_store_find_process(store, G_MININT32));
	pv_store_unref(store);
}

static void
test_find_descriptor(void)
{
	static const gint32 fds[] = {0, 1, 2, 7, /* next table */ 1, 3, 1048575, G_MAXINT32};
	PvStore *store = pv_store_new();
	PvTable *first, *second;

	for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
		PvDescriptor *descriptor = pv_array_append(&store->descriptors);

		descriptor->index = i;
		descriptor->fd = fds[i];
	}
	add_table(store, 1, 4, 4);
	add_table(store, 1, 4, 4);
	first = pv_store_table(store, 0);
	second = pv_store_table(store, 1);
	second->first_descriptor = 4;
	g_assert_cmpuint(pv_store_find_descriptor(store, first, 0)->index, ==, 0);
	g_assert_cmpuint(pv_store_find_descriptor(store, first, 1)->index, ==, 1);
	g_assert_cmpuint(pv_store_find_descriptor(store, first, 7)->index, ==, 3);
	g_assert_null(pv_store_find_descriptor(store, first, 3));
	g_assert_null(pv_store_find_descriptor(store, first, 1048575));
	g_assert_cmpuint(pv_store_find_descriptor(store, second, 1)->index, ==, 4);
	g_assert_cmpuint(pv_store_find_descriptor(store, second, G_MAXINT32)->index, ==, 7);
	g_assert_null(pv_store_find_descriptor(store, second, 0));
	g_assert_null(pv_store_find_descriptor(store, second, -1));
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/store/empty", test_empty);
	g_test_add_func("/core/store/references", test_references);
	g_test_add_func("/core/store/refusals", test_refusals);
	g_test_add_func("/core/store/complete", test_complete);
	g_test_add_func("/core/store/duplicates-avoided", test_duplicates_avoided);
	g_test_add_func("/core/store/memory", test_memory);
	g_test_add_func("/core/store/find-process", test_find_process);
	g_test_add_func("/core/store/find-descriptor", test_find_descriptor);
	return g_test_run();
}
