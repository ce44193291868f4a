/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * No more than the caller could see by himself: what is taken away from a listing, and through whom
 * tables are read.
 */
#include "snapshot/own-view.h"
#include "sweeping.h"

typedef struct {
	BpfWorld *world;
	PvContext context;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer user_data)
{
	fixture->world = bpf_world_new();
}

static void
tear_down(Fixture *fixture, gconstpointer user_data)
{
	bpf_world_free(fixture->world);
}

/* A process of which all is known. */
static gint32
add_process(Fixture *fixture, guint32 n_tasks, const guint64 *keys)
{
	PvStore *store = fixture->world->store;
	gint32 tid = bpf_world_add_process(fixture->world, n_tasks, 0, keys);
	PvProcess *process = pv_store_process(store, store->processes.n - 1);

	process->exe = pv_strings_intern(&store->strings, "/usr/bin/x", 10);
	process->cwd = process->root = process->cmdline = process->exe;
	process->known = PV_PROCESS_LIMITS | PV_PROCESS_COMMAND | PV_PROCESS_LONG_EXE |
			 PV_PROCESS_LONG_CONTEXT | PV_PROCESS_LONG_COMMAND;
	process->cgroup_id = 5;
	for (guint i = 0; i < PV_N_NAMESPACES; i++)
		process->namespaces[i] = 6;
	return tid;
}

static void
apply(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_own_view_apply(&fixture->context, &fixture->world->kcmp,
					fixture->world->store, &error));
	g_assert_no_error(error);
}

static void
check_process(const Fixture *fixture, guint32 index, gboolean denied)
{
	const PvStore *store = fixture->world->store;
	const PvProcess *process = pv_store_process(store, index);
	const guint known_to_all = PV_PROCESS_LIMITS | PV_PROCESS_COMMAND | PV_PROCESS_LONG_COMMAND;
	const guint guarded = PV_PROCESS_LONG_EXE | PV_PROCESS_LONG_CONTEXT;

	g_assert_cmpint(process->exe == 0, ==, denied);
	g_assert_cmpint(process->cwd == 0, ==, denied);
	g_assert_cmpint(process->root == 0, ==, denied);
	g_assert_cmpuint(process->known, ==, denied ? known_to_all : known_to_all | guarded);
	for (guint i = 0; i < PV_N_NAMESPACES; i++)
		g_assert_cmpint(process->namespaces[i] == 0, ==, denied);
	for (guint32 i = 0; i < process->n_tasks; i++) {
		const PvTask *task = pv_store_task(store, process->first_task + i);

		g_assert_cmpint((task->known & PV_TASK_DENIED) != 0, ==, denied);
	}
	/* Everybody may read those below /proc. */
	g_assert_cmpuint(process->cmdline, !=, 0);
	g_assert_cmpuint(process->cgroup_id, ==, 5);
}

static void
test_denied(Fixture *fixture, gconstpointer user_data)
{
	add_process(fixture, 2, (guint64[]){A, A});
	fixture->world->denied[add_process(fixture, 3, (guint64[]){B, B, C})] = TRUE;
	add_process(fixture, 1, (guint64[]){C});
	apply(fixture);
	g_assert_cmpuint(fixture->world->store->processes.n, ==, 3);
	check_process(fixture, 0, FALSE);
	check_process(fixture, 1, TRUE);
	check_process(fixture, 2, FALSE);
	g_assert_false(fixture->world->store->hidden);
}

static void
test_hidden(Fixture *fixture, gconstpointer user_data)
{
	const PvStore *store = fixture->world->store;

	fixture->context.hides = TRUE;
	fixture->world->denied[add_process(fixture, 2, (guint64[]){A, A})] = TRUE;
	add_process(fixture, 2, (guint64[]){B, B});
	fixture->world->denied[add_process(fixture, 1, (guint64[]){C})] = TRUE;
	apply(fixture);
	g_assert_cmpuint(store->processes.n, ==, 1);
	g_assert_cmpuint(store->tasks.n, ==, 2);
	g_assert_cmpint(pv_store_process(store, 0)->pid, ==, 3);
	check_process(fixture, 0, FALSE);
	g_assert_true(store->hidden);
	g_assert_cmpuint(store->hidden_need, ==, PV_NEED_PTRACE);
}

/* A mount that would hide, and nothing that it hides. */
static void
test_nothing_to_hide(Fixture *fixture, gconstpointer user_data)
{
	fixture->context.hides = TRUE;
	apply(fixture);
	add_process(fixture, 2, (guint64[]){A, A});
	apply(fixture);
	check_process(fixture, 0, FALSE);
	g_assert_false(fixture->world->store->hidden);
}

/* Whose it was cannot be asked any more: what was seen of it is not shown. */
static void
test_gone(Fixture *fixture, gconstpointer user_data)
{
	bpf_world_exit(fixture->world, add_process(fixture, 1, (guint64[]){A}));
	apply(fixture);
	check_process(fixture, 0, TRUE);
}

/* A leader that has exited guards nothing; one of its threads that lives does. */
static void
test_zombie_leader(Fixture *fixture, gconstpointer user_data)
{
	gint32 pid = add_process(fixture, 3, (guint64[]){0, 0, A});

	fixture->world->denied[pid + 2] = TRUE;
	apply(fixture);
	check_process(fixture, 0, TRUE);
}

static void
deny(Run *run, gint32 tid)
{
	pv_store_task(run->world->store, tid - 1)->known |= PV_TASK_DENIED;
	run->world->denied[tid] = TRUE;
}

/* A table is read through whom the caller could look into by himself, or not at all. */
static void
test_sweep(void)
{
	g_auto(Run) run = run_new();

	run.own_view = TRUE;
	bpf_world_add_process(run.world, 1, 0, (guint64[]){A});
	bpf_world_add_process(run.world, 1, 0, (guint64[]){A});
	bpf_world_add_process(run.world, 1, 0, (guint64[]){B});
	deny(&run, 1);
	deny(&run, 3);
	run_sweep(&run, NULL, 0);
	run_check_table(&run, 1, A);
	g_assert_cmpuint(run.world->n_tables_read, ==, 1);
	run_check_outcome(&run, 3, PV_STATUS_DENIED, PV_REASON_DENIED);
	g_assert_cmpuint(run_reading_of(&run, 3)->outcome.need, ==, PV_NEED_PTRACE);
	g_assert_cmpuint(run_reading_of(&run, 3)->n_descriptors, ==, 0);
}

/* The number of descriptors is in the directory that is guarded. */
static void
test_counts(void)
{
	g_auto(Run) run = run_new();

	run.own_view = TRUE;
	run.collect = PV_COLLECT_TABLES;
	bpf_world_add_process(run.world, 1, 0, (guint64[]){A});
	bpf_world_add_process(run.world, 1, 0, (guint64[]){B});
	deny(&run, 2);
	run_sweep(&run, NULL, 0);
	g_assert_cmpuint(run_reading_of(&run, 1)->outcome.open_count, ==, run.world->n_open[A]);
	run_check_outcome(&run, 2, PV_STATUS_DENIED, PV_REASON_DENIED);
}

/* When the one that could be looked into has gone, those that could not show nothing instead. */
static void
check_sweep_later(const Event *events, guint n_events)
{
	g_auto(Run) run = run_new();

	run.own_view = TRUE;
	for (guint i = 0; i < 3; i++)
		bpf_world_add_process(run.world, 1, 0, (guint64[]){A});
	deny(&run, 1);
	deny(&run, 3);
	run_sweep(&run, events, n_events);
	g_assert_cmpuint(run_reading_of(&run, 1)->n_descriptors, ==, 0);
	g_assert_cmpuint(run_reading_of(&run, 1)->outcome.status, !=, PV_STATUS_OK);
	g_assert_cmpuint(run_reading_of(&run, 1)->outcome.open_count, ==, PV_NONE);
}

static void
test_sweep_exits(void)
{
	check_sweep_later(&(Event){BEFORE_READ, 1, 2, 0, 0}, 1);
}

static void
test_sweep_leaves(void)
{
	check_sweep_later(&(Event){BEFORE_READ, 1, 2, FRESH, 0}, 1);
}

/* He leaves, and then those that are left exit when they may have been read. */
static void
test_sweep_leaves_and_exit(void)
{
	const Event events[] = {
		{BEFORE_READ, 1, 2, FRESH, 0},
		{BEFORE_CHECK, 2, 1, 0, 0},
		{BEFORE_CHECK, 2, 3, 0, 0},
	};

	check_sweep_later(events, G_N_ELEMENTS(events));
}

/* Somebody else has left, and whoever comes first may not be looked into: another one may. */
static void
test_sweep_goes_on(void)
{
	g_auto(Run) run = run_new();

	run.own_view = TRUE;
	for (guint i = 0; i < 3; i++)
		bpf_world_add_process(run.world, 1, 0, (guint64[]){A});
	deny(&run, 1);
	run_sweep(&run, &(Event){BEFORE_READ, 1, 2, FRESH, 0}, 1);
	run_check_table(&run, 2, FRESH);
	run_check_table(&run, 3, A);
}

/* Another user's by execve(2), after it was listed. */
static void
test_sweep_lost(void)
{
	g_auto(Run) run = run_new();

	run.own_view = TRUE;
	bpf_world_add_process(run.world, 1, 0, (guint64[]){A});
	run.world->denied[1] = TRUE;
	run_sweep(&run, NULL, 0);
	run_check_outcome(&run, 1, PV_STATUS_DENIED, PV_REASON_DENIED);
	g_assert_cmpuint(run_reading_of(&run, 1)->n_descriptors, ==, 0);
}

/* The same, and by the time of the check it has exited: whose it was cannot be asked. */
static void
test_sweep_lost_and_exits(void)
{
	g_auto(Run) run = run_new();

	run.own_view = TRUE;
	bpf_world_add_process(run.world, 1, 0, (guint64[]){A});
	run.world->denied[1] = TRUE;
	run_sweep(&run, &(Event){BEFORE_CHECK, 1, 1, 0, 0}, 1);
	g_assert_cmpuint(run_reading_of(&run, 1)->n_descriptors, ==, 0);
}

#define add_test(path, function)                                                                   \
	g_test_add("/snapshot/own-view/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_test("denied", test_denied);
	add_test("hidden", test_hidden);
	add_test("nothing-to-hide", test_nothing_to_hide);
	add_test("gone", test_gone);
	add_test("zombie-leader", test_zombie_leader);
	g_test_add_func("/snapshot/own-view/sweep", test_sweep);
	g_test_add_func("/snapshot/own-view/counts", test_counts);
	g_test_add_func("/snapshot/own-view/sweep-exits", test_sweep_exits);
	g_test_add_func("/snapshot/own-view/sweep-leaves", test_sweep_leaves);
	g_test_add_func("/snapshot/own-view/sweep-leaves-and-exit", test_sweep_leaves_and_exit);
	g_test_add_func("/snapshot/own-view/sweep-goes-on", test_sweep_goes_on);
	g_test_add_func("/snapshot/own-view/sweep-lost", test_sweep_lost);
	g_test_add_func("/snapshot/own-view/sweep-lost-and-exits", test_sweep_lost_and_exits);
	return g_test_run();
}
