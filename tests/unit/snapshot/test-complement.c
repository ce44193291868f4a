/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A listing from which the kernel has kept a process, completed from a recorded /proc, in which
 * there are 2, and 18241 with its threads 18242 and 18243; and from our own.
 */
#include <pthread.h>
#include <unistd.h>

#include "snapshot/complement.h"

typedef struct {
	PvContext context;
	PvStore *store;
	PvQuery *query;
	char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer user_data)
{
	fixture->path = g_test_build_filename(G_TEST_DIST, "tests/data/proc/unshared-thread", NULL);
	fixture->context.proc_path = fixture->path;
	fixture->context.recorded = TRUE;
	fixture->context.foreign = TRUE;
	fixture->context.clock_ticks_per_s = 100;
	fixture->store = pv_store_new();
	fixture->query = pv_query_new();
	pv_query_set_collect(fixture->query, PV_COLLECT_TABLES | PV_COLLECT_THREADS);
}

static void
tear_down(Fixture *fixture, gconstpointer user_data)
{
	pv_query_unref(fixture->query);
	pv_store_unref(fixture->store);
	g_free(fixture->path);
}

/* As the iterators bring it: counted, and with a key. */
static void
add_process(Fixture *fixture, gint32 pid, gint32 ppid, guint32 n_tasks)
{
	PvStore *store = fixture->store;
	PvProcess *process = pv_array_append(&store->processes);

	*process = (PvProcess){
		.index = store->processes.n - 1,
		.pid = pid,
		.ppid = ppid,
		.first_task = store->tasks.n,
		.leader = store->tasks.n,
		.n_tasks = n_tasks,
	};
	for (guint32 i = 0; i < n_tasks; i++) {
		PvTask *task = pv_array_append(&store->tasks);

		*task = (PvTask){
			.index = store->tasks.n - 1,
			.tid = pid + i,
			.process = process->index,
			.table = PV_PENDING,
			.files_key = pid,
			.n_open = 7,
			.known = i == 0 ? PV_TASK_LEADER : 0,
		};
	}
}

static void
want(Fixture *fixture, gint32 pid)
{
	g_array_append_val(fixture->query->pids, pid);
	fixture->store->narrowed = TRUE;
}

/* Processes in order, and each with its tasks. */
static void
check_order(const PvStore *store)
{
	guint32 next = 0;

	for (guint32 i = 0; i < store->processes.n; i++) {
		const PvProcess *process = pv_store_process(store, i);

		g_assert_cmpuint(process->index, ==, i);
		g_assert_true(i == 0 || pv_store_process(store, i - 1)->pid < process->pid);
		g_assert_cmpuint(process->first_task, ==, next);
		g_assert_cmpint(pv_store_task(store, process->leader)->tid, ==, process->pid);
		g_assert_true(pv_store_task(store, process->leader)->known & PV_TASK_LEADER);
		for (guint32 j = 0; j < process->n_tasks; j++) {
			g_assert_cmpuint(pv_store_task(store, next)->index, ==, next);
			g_assert_cmpuint(pv_store_task(store, next++)->process, ==, i);
		}
	}
	g_assert_cmpuint(next, ==, store->tasks.n);
}

static void
complement(Fixture *fixture, const gint32 *pids, guint n)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(
		pv_complement_listing(&fixture->context, fixture->query, fixture->store, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(fixture->store->processes.n, ==, n);
	for (guint i = 0; i < n; i++)
		g_assert_cmpint(pv_store_process(fixture->store, i)->pid, ==, pids[i]);
	check_order(fixture->store);
}

#define check(fixture, ...)                                                                        \
	complement((fixture), (const gint32[]){__VA_ARGS__},                                       \
		   sizeof((const gint32[]){__VA_ARGS__}) / sizeof(gint32))

static void
test_parents(Fixture *fixture, gconstpointer user_data)
{
	const PvStore *store = fixture->store;

	add_process(fixture, 1, 0, 1);
	add_process(fixture, 100, 18241, 3);
	add_process(fixture, 200, 18241, 1);
	add_process(fixture, 30000, 2, 2);
	check(fixture, 1, 2, 100, 200, 18241, 30000);
	/* What was listed is as it was; what was found otherwise has neither count nor key. */
	g_assert_cmpint(pv_store_process(store, 2)->ppid, ==, 18241);
	g_assert_cmpuint(pv_store_process(store, 2)->n_tasks, ==, 3);
	g_assert_cmpuint(pv_store_process(store, 4)->n_tasks, ==, 3);
	for (guint32 i = 0; i < store->tasks.n; i++) {
		const PvTask *task = pv_store_task(store, i);
		gboolean added = task->process == 1 || task->process == 4;

		g_assert_cmpuint(task->n_open, ==, added ? PV_NONE : 7);
		g_assert_cmpint(task->files_key == 0, ==, added);
	}
	g_assert_false(store->hidden);
}

/* Nobody is missing: procfs is not so much as opened. */
static void
test_complete(Fixture *fixture, gconstpointer user_data)
{
	fixture->context.proc_path = "/nonexistent";
	add_process(fixture, 1, 0, 1);
	add_process(fixture, 2, 0, 1);
	add_process(fixture, 100, 1, 1);
	add_process(fixture, 101, 2, 1);
	check(fixture, 1, 2, 100, 101);
	g_assert_false(fixture->store->hidden);
}

/* Nor is the first one to be found in what was recorded. */
static void
test_hidden(Fixture *fixture, gconstpointer user_data)
{
	add_process(fixture, 100, 1, 1);
	check(fixture, 100);
	g_assert_true(fixture->store->hidden);
}

static void
test_absent(Fixture *fixture, gconstpointer user_data)
{
	fixture->context.absent = TRUE;
	fixture->context.proc_path = "/nonexistent";
	add_process(fixture, 100, 18241, 1);
	check(fixture, 100);
	g_assert_true(fixture->store->hidden);
	want(fixture, 18241);
	check(fixture, 100);
}

/* Parents are nobody's business who asks by number, and the first process neither. */
static void
test_wanted(Fixture *fixture, gconstpointer user_data)
{
	add_process(fixture, 100, 2, 2);
	want(fixture, 100);
	want(fixture, 101);
	want(fixture, 18241);
	want(fixture, 99);
	want(fixture, 18241);
	check(fixture, 100, 18241);
	g_assert_false(fixture->store->hidden);
}

static gpointer
ask_for_thread(gpointer data)
{
	Fixture *fixture = data;

	/* Where the process was listed, this is its second task. */
	if (fixture->store->tasks.n > 0)
		pv_store_task(fixture->store, 1)->tid = gettid();
	want(fixture, gettid());
	check(fixture, getpid());
	return NULL;
}

static void
ask_in_thread(Fixture *fixture)
{
	pthread_t thread;

	fixture->context = (PvContext){.proc_path = "/proc", .clock_ticks_per_s = 100};
	g_assert_cmpint(pthread_create(&thread, NULL, ask_for_thread, fixture), ==, 0);
	pthread_join(thread, NULL);
}

static void
test_listed_thread(Fixture *fixture, gconstpointer user_data)
{
	add_process(fixture, getpid(), 1, 2);
	ask_in_thread(fixture);
	g_assert_cmpuint(pv_store_process(fixture->store, 0)->n_tasks, ==, 2);
}

/* A thread's number leads to its process, and is none itself. */
static void
test_wanted_thread(Fixture *fixture, gconstpointer user_data)
{
	ask_in_thread(fixture);
}

#define add_test(path, function)                                                                   \
	g_test_add("/snapshot/complement/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_test("parents", test_parents);
	add_test("complete", test_complete);
	add_test("hidden", test_hidden);
	add_test("absent", test_absent);
	add_test("wanted", test_wanted);
	add_test("listed-thread", test_listed_thread);
	add_test("wanted-thread", test_wanted_thread);
	return g_test_run();
}
