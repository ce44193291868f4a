/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Every table exactly once, whatever its tasks do between the listing, the reading and the check.
 */
#include <unistd.h>

#include "sweeping.h"

/* No pid is as large. */
#define NOBODY (G_MAXINT32 - 1)

static void
test_quiet(void)
{
	g_auto(Run) run = run_new();
	gint32 one = bpf_world_add_process(run.world, 4, 0, (guint64[]){A, A, B, A});
	gint32 two = bpf_world_add_process(run.world, 2, 1, (guint64[]){C, C});

	run_sweep(&run, NULL, 0);
	run_check_table(&run, one, A);
	run_check_table(&run, one + 2, B);
	run_check_table(&run, two, C);
	g_assert_cmpuint(run.world->n_reads, ==, 1);
	g_assert_cmpuint(run.world->n_checks, ==, 1);
	g_assert_cmpuint(run.world->n_tables_read, ==, 3);
}

static void
test_nobody(void)
{
	g_auto(Run) run = run_new();

	bpf_world_add_process(run.world, 1, 0, (guint64[]){0});
	run_sweep(&run, NULL, 0);
	g_assert_cmpuint(run.world->n_reads, ==, 0);
}

/* Many small processes: one pass. Threads of which the leader has left: one of its own for each. */
static void
test_whole_or_not(void)
{
	g_auto(Run) many = run_new();
	g_auto(Run) left = run_new();
	guint64 keys[200];

	for (guint64 key = 1; key < FRESH; key++)
		bpf_world_add_process(many.world, 1, 0, &key);
	run_sweep(&many, NULL, 0);
	g_assert_true(many.world->whole);
	left.world->n_open[B] = 1000;
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		keys[i] = i == 0 ? A : B;
	bpf_world_add_process(left.world, G_N_ELEMENTS(keys), 0, keys);
	run_sweep(&left, NULL, 0);
	g_assert_false(left.world->whole);
	g_assert_cmpuint(left.world->n_tables_read, ==, 2);
}

/* Where a query named processes, a pass over all would be no way to answer it. */
static void
test_narrowed(void)
{
	g_auto(Run) run = run_new();

	for (guint64 key = 1; key < FRESH; key++)
		bpf_world_add_process(run.world, 1, 0, &key);
	run.world->store->narrowed = TRUE;
	run_sweep(&run, NULL, 0);
	g_assert_false(run.world->whole);
}

/* Found empty by a pass that may have gone by it, and not empty when it is asked alone. */
static void
test_passed_by(void)
{
	g_auto(Run) run = run_new();

	for (guint64 key = 1; key < FRESH; key++)
		bpf_world_add_process(run.world, 1, 0, &key);
	run.world->invisible = 5;
	run_sweep(&run, NULL, 0);
	run_check_table(&run, 5, 5);
	g_assert_cmpuint(run.world->n_reads, ==, 2);
	g_assert_cmpuint(run.world->n_tables_read, ==, FRESH);
}

/* Were all to be read again, by another such pass, it would be passed by again. */
static void
test_passed_by_once(void)
{
	g_auto(Run) run = run_new();

	for (guint64 key = 1; key < FRESH; key++) {
		bpf_world_add_process(run.world, 1, 0, &key);
		run.world->n_missed[key] = key != 5;
	}
	run.world->invisible = 5;
	run_sweep(&run, NULL, 0);
	for (guint64 key = 1; key < FRESH; key++)
		run_check_table(&run, key, key);
	g_assert_cmpuint(run.world->n_reads, ==, 2);
	g_assert_false(run.world->whole);
}

static void
test_empty_table(void)
{
	g_auto(Run) run = run_new();

	run.world->n_open[7] = 0;
	for (guint64 key = 1; key < FRESH; key++)
		bpf_world_add_process(run.world, 1, 0, &key);
	run_sweep(&run, NULL, 0);
	run_check_table(&run, 7, 7);
	g_assert_cmpuint(run.world->n_reads, ==, 1);
}

/* Before it was read, and when it had been: the next member is asked, and says all. */
static void
test_speaker_exits(void)
{
	for (Moment moment = BEFORE_READ; moment <= BEFORE_CHECK; moment++) {
		g_auto(Run) run = run_new();
		gint32 pid = bpf_world_add_process(run.world, 3, 0, (guint64[]){A, A, A});

		run_sweep(&run, &(Event){moment, 1, pid, 0, 0}, 1);
		run_check_table(&run, pid + 2, A);
		g_assert_cmpuint(run.world->n_reads, ==, 2);
		g_assert_cmpuint(run.grouper.groups.n, ==, 1);
	}
}

/* Nobody has reaped it yet: it is the same task, and has no table. */
static void
test_speaker_turns_zombie(void)
{
	for (Moment moment = BEFORE_READ; moment <= BEFORE_CHECK; moment++) {
		g_auto(Run) run = run_new();
		gint32 pid = bpf_world_add_process(run.world, 3, 0, (guint64[]){A, A, A});

		run_sweep(&run, &(Event){moment, 1, pid, ZOMBIE, 0}, 1);
		run_check_table(&run, pid + 2, A);
		g_assert_cmpuint(run.grouper.groups.n, ==, 1);
	}
}

/* The leader speaks first, though threads come before him: they are found too. */
static void
test_speaker_in_the_middle(void)
{
	const Event events[] = {
		{BEFORE_CHECK, 1, 2, 0, 0},
		{BEFORE_CHECK, 2, 1, 0, 0},
	};
	g_auto(Run) run = run_new();

	bpf_world_add_process(run.world, 3, 1, (guint64[]){A, A, A});
	run_sweep(&run, events, G_N_ELEMENTS(events));
	run_check_table(&run, 1, A);
	g_assert_cmpuint(run.world->n_reads, ==, 3);
}

/* Who has left, or has a number that was somebody else's, does not speak for those that stay. */
static void
test_successors(void)
{
	const Event events[] = {
		{BEFORE_CHECK, 1, 1, 0, 0},
		{BEFORE_SEARCH, 1, 2, FRESH, 0},
		{BEFORE_SEARCH, 1, 3, A, 77},
		{BEFORE_SEARCH, 1, 4, 0, 0},
	};
	g_auto(Run) run = run_new();

	bpf_world_add_process(run.world, 5, 0, (guint64[]){A, A, A, A, A});
	run_sweep(&run, events, G_N_ELEMENTS(events));
	run_check_table(&run, 5, A);
	g_assert_cmpuint(run.world->n_reads, ==, 2);
}

/* Each of them exits when he is about to be read: that there are more is not to say "read". */
static void
test_successors_exit(void)
{
	const guint n = 100;
	g_auto(Run) run = run_new();
	guint64 keys[BPF_WORLD_TASKS];
	Event events[BPF_WORLD_TASKS];

	for (guint i = 0; i < n; i++) {
		keys[i] = A;
		events[i] = (Event){BEFORE_READ, i + 1, i + 1, 0, 0};
	}
	bpf_world_add_process(run.world, n, 0, keys);
	run_sweep(&run, events, n);
	g_assert_cmpuint(run_reading_of(&run, n)->outcome.status, !=, PV_STATUS_OK);
	g_assert_cmpuint(run_reading_of(&run, n)->outcome.open_count, ==, PV_NONE);
	g_assert_cmpuint(run.world->n_reads, <, n);
}

static void
test_all_exit(void)
{
	const Event unread[] = {{BEFORE_READ, 1, 1, 0, 0}, {BEFORE_READ, 1, 2, 0, 0}};
	const Event read[] = {{BEFORE_CHECK, 1, 1, 0, 0},
			      {BEFORE_CHECK, 2, 2, 0, 0},
			      {BEFORE_CHECK, 3, 3, 0, 0}};
	g_auto(Run) gone = run_new();
	g_auto(Run) partial = run_new();

	bpf_world_add_process(gone.world, 2, 0, (guint64[]){A, A});
	bpf_world_add_process(gone.world, 1, 0, (guint64[]){B});
	run_sweep(&gone, unread, G_N_ELEMENTS(unread));
	run_check_outcome(&gone, 1, PV_STATUS_GONE, PV_REASON_EXITED);
	run_check_table(&gone, 3, B);

	/* What was read through the last one is kept. */
	bpf_world_add_process(partial.world, 3, 0, (guint64[]){A, A, A});
	run_sweep(&partial, read, G_N_ELEMENTS(read));
	run_check_outcome(&partial, 1, PV_STATUS_PARTIAL, PV_REASON_EXITED);
	g_assert_cmpuint(run_reading_of(&partial, 1)->n_descriptors, ==, partial.world->n_open[A]);
}

/* More members than there are rounds: a table that nobody has is not one that was read. */
static void
check_many_exit(guint32 n, guint32 n_exited)
{
	g_auto(Run) run = run_new();
	guint64 keys[BPF_WORLD_TASKS];
	Event events[BPF_WORLD_TASKS];

	for (guint32 i = 0; i < n; i++) {
		keys[i] = A;
		events[i] = (Event){BEFORE_READ, 1, i + 1, 0, 0};
	}
	bpf_world_add_process(run.world, n, 0, keys);
	run_sweep(&run, events, n_exited);
	if (n_exited < n)
		run_check_table(&run, 1, A);
	else
		run_check_outcome(&run, 1, PV_STATUS_GONE, PV_REASON_EXITED);
}

static void
test_many_exit(void)
{
	check_many_exit(10, 10);
	check_many_exit(10, 9);
	check_many_exit(40, 40);
	check_many_exit(40, 39);
	check_many_exit(200, 200);
}

/* The speaker has left: what he has now is a table of its own, and the others' is read as well. */
static void
test_speaker_leaves(void)
{
	for (Moment moment = BEFORE_READ; moment <= BEFORE_CHECK; moment++) {
		g_auto(Run) run = run_new();
		gint32 pid = bpf_world_add_process(run.world, 3, 0, (guint64[]){A, A, A});

		run_sweep(&run, &(Event){moment, 1, pid, FRESH, 0}, 1);
		run_check_table(&run, pid, FRESH);
		run_check_table(&run, pid + 1, A);
		g_assert_true(run_reading_of(&run, pid) != run_reading_of(&run, pid + 1));
		g_assert_true(run_reading_of(&run, pid + 2) == run_reading_of(&run, pid + 1));
	}
}

/* Alone in its group. */
static void
test_only_one_leaves(void)
{
	g_auto(Run) run = run_new();

	bpf_world_add_process(run.world, 1, 0, (guint64[]){A});
	bpf_world_add_process(run.world, 1, 0, (guint64[]){B});
	run_sweep(&run, &(Event){BEFORE_CHECK, 1, 1, FRESH, 0}, 1);
	run_check_table(&run, 1, FRESH);
	run_check_table(&run, 2, B);
}

/* One has exited, the next has left: the third has the table still. */
static void
test_exits_and_leaves(void)
{
	const Event events[] = {{BEFORE_READ, 1, 1, 0, 0}, {BEFORE_READ, 2, 2, FRESH, 0}};
	g_auto(Run) run = run_new();

	bpf_world_add_process(run.world, 3, 0, (guint64[]){A, A, A});
	run_sweep(&run, events, G_N_ELEMENTS(events));
	run_check_table(&run, 2, FRESH);
	run_check_table(&run, 3, A);
}

/* One that takes a new table before every check is not told to have what it had. */
static void
test_never_still(void)
{
	g_auto(Run) run = run_new();
	Event events[20];

	for (guint i = 0; i < G_N_ELEMENTS(events); i++)
		events[i] = (Event){BEFORE_CHECK, i + 1, 1, FRESH + i, 0};
	bpf_world_add_process(run.world, 2, 0, (guint64[]){A, A});
	bpf_world_add_process(run.world, 1, 0, (guint64[]){B});
	run_sweep(&run, events, G_N_ELEMENTS(events));
	run_check_outcome(&run, 1, PV_STATUS_PARTIAL, PV_REASON_CHANGED);
	run_check_table(&run, 2, A);
	run_check_table(&run, 3, B);
}

/* Somebody else has the number: by his identity, or by his time where there are no identities. */
static void
test_number_given_anew(void)
{
	g_auto(Run) by_identity = run_new();
	g_auto(Run) by_time = run_new();

	bpf_world_add_process(by_identity.world, 2, 0, (guint64[]){A, A});
	run_sweep(&by_identity, &(Event){BEFORE_READ, 1, 1, FRESH, 77}, 1);
	run_check_table(&by_identity, 1, A);
	g_assert_cmpuint(by_identity.grouper.groups.n, ==, 1);

	bpf_world_add_process(by_time.world, 2, 0, (guint64[]){A, A});
	for (gint32 tid = 1; tid <= 2; tid++) {
		pv_store_task(by_time.world->store, tid - 1)->identity = 0;
		by_time.world->tasks[tid].identity = 0;
	}
	by_time.world->tasks[1].start_time_ns += 10000000;
	run_sweep(&by_time, &(Event){BEFORE_READ, 1, 1, FRESH, 0}, 1);
	run_check_table(&by_time, 1, A);
	g_assert_cmpuint(by_time.grouper.groups.n, ==, 1);
}

/* A descriptor that could not be looked at: once more, but not for ever. */
static void
test_missed(void)
{
	g_auto(Run) once = run_new();
	g_auto(Run) ever = run_new();

	bpf_world_add_process(once.world, 2, 0, (guint64[]){A, A});
	once.world->n_missed[A] = 2;
	run_sweep(&once, NULL, 0);
	run_check_table(&once, 1, A);
	g_assert_cmpuint(once.world->n_reads, ==, 3);

	bpf_world_add_process(ever.world, 2, 0, (guint64[]){A, A});
	bpf_world_add_process(ever.world, 1, 0, (guint64[]){B});
	ever.world->n_missed[A] = 1000;
	run_sweep(&ever, NULL, 0);
	run_check_outcome(&ever, 1, PV_STATUS_PARTIAL, PV_REASON_CHANGED);
	run_check_table(&ever, 3, B);
}

/* They came with the tasks: of leaders, and of threads that have a table of their own. */
static void
test_counts(void)
{
	g_auto(Run) run = run_new();

	run.collect = PV_COLLECT_TABLES;
	bpf_world_add_process(run.world, 4, 2, (guint64[]){A, B, A, A});
	run_sweep(&run, NULL, 0);
	g_assert_cmpuint(run.world->n_reads, ==, 0);
	g_assert_cmpuint(run_reading_of(&run, 1)->outcome.open_count, ==, run.world->n_open[A]);
	g_assert_cmpuint(run_reading_of(&run, 2)->outcome.open_count, ==, run.world->n_open[B]);
	g_assert_cmpuint(run_reading_of(&run, 1)->n_descriptors, ==, 0);
}

/* No iterator shows it: it was found by name, as this process or as one that is no more. */
static void
add_hidden(Run *run, gint32 pid, guint32 n_tasks, const gint32 *tids)
{
	static const guint64 none[] = {0, 0, 0};
	PvStore *store = run->world->store;
	guint32 first = store->tasks.n;

	bpf_world_add_process(run->world, n_tasks, 0, none);
	pv_store_process(store, store->processes.n - 1)->pid = pid;
	for (guint32 i = 0; i < n_tasks; i++) {
		PvTask *task = pv_store_task(store, first + i);

		task->table = PV_PENDING;
		task->tid = tids[i];
		task->identity = task->start_time_ns = 0;
	}
}

static void
test_hidden(void)
{
	const gint32 self = getpid();
	g_auto(Run) run = run_new();

	add_hidden(&run, self, 1, &self);
	bpf_world_add_process(run.world, 1, 0, (guint64[]){B});
	run_sweep(&run, NULL, 0);
	g_assert_cmpuint(run_reading_of(&run, 1)->outcome.status, ==, PV_STATUS_OK);
	g_assert_cmpuint(run_reading_of(&run, 1)->n_descriptors, >=, 3);
	run_check_table(&run, 2, B);
}

/* Between the listing and the reading, all of it or the leader alone. */
static void
test_hidden_exits(void)
{
	const gint32 self = getpid();
	const gint32 all[] = {NOBODY, NOBODY, NOBODY};
	const gint32 first[] = {NOBODY, self};
	g_auto(Run) gone = run_new();
	g_auto(Run) left = run_new();

	add_hidden(&gone, NOBODY, G_N_ELEMENTS(all), all);
	bpf_world_add_process(gone.world, 1, 0, (guint64[]){B});
	run_sweep(&gone, NULL, 0);
	run_check_outcome(&gone, 1, PV_STATUS_GONE, PV_REASON_EXITED);
	g_assert_cmpuint(run_reading_of(&gone, 1)->n_descriptors, ==, 0);
	run_check_table(&gone, 4, B);

	add_hidden(&left, self, G_N_ELEMENTS(first), first);
	run_sweep(&left, NULL, 0);
	g_assert_cmpuint(run_reading_of(&left, 1)->outcome.status, ==, PV_STATUS_OK);
	g_assert_cmpuint(run_reading_of(&left, 1)->n_descriptors, >=, 3);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/sweep/quiet", test_quiet);
	g_test_add_func("/snapshot/sweep/nobody", test_nobody);
	g_test_add_func("/snapshot/sweep/whole-or-not", test_whole_or_not);
	g_test_add_func("/snapshot/sweep/narrowed", test_narrowed);
	g_test_add_func("/snapshot/sweep/passed-by", test_passed_by);
	g_test_add_func("/snapshot/sweep/passed-by-once", test_passed_by_once);
	g_test_add_func("/snapshot/sweep/empty-table", test_empty_table);
	g_test_add_func("/snapshot/sweep/speaker-exits", test_speaker_exits);
	g_test_add_func("/snapshot/sweep/speaker-turns-zombie", test_speaker_turns_zombie);
	g_test_add_func("/snapshot/sweep/speaker-in-the-middle", test_speaker_in_the_middle);
	g_test_add_func("/snapshot/sweep/successors", test_successors);
	g_test_add_func("/snapshot/sweep/successors-exit", test_successors_exit);
	g_test_add_func("/snapshot/sweep/all-exit", test_all_exit);
	g_test_add_func("/snapshot/sweep/many-exit", test_many_exit);
	g_test_add_func("/snapshot/sweep/speaker-leaves", test_speaker_leaves);
	g_test_add_func("/snapshot/sweep/only-one-leaves", test_only_one_leaves);
	g_test_add_func("/snapshot/sweep/exits-and-leaves", test_exits_and_leaves);
	g_test_add_func("/snapshot/sweep/never-still", test_never_still);
	g_test_add_func("/snapshot/sweep/number-given-anew", test_number_given_anew);
	g_test_add_func("/snapshot/sweep/missed", test_missed);
	g_test_add_func("/snapshot/sweep/counts", test_counts);
	g_test_add_func("/snapshot/sweep/hidden", test_hidden);
	g_test_add_func("/snapshot/sweep/hidden-exits", test_hidden_exits);
	return g_test_run();
}
