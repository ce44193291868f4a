/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Grouping by keys: who is together, and who speaks.
 */
#include "../memory-limit.h"
#include "core/error.h"
#include "grouping/group.h"

#define A G_GUINT64_CONSTANT(0x5bd1e995d0b3f2a1)
#define B G_GUINT64_CONSTANT(0xc2b2ae3d27d4eb4f)
#define C G_GUINT64_CONSTANT(0x165667b19e3779f9)

typedef struct {
	PvStore *store;
	PvGrouper grouper;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer user_data)
{
	fixture->store = pv_store_new();
	pv_grouper_init(&fixture->grouper, fixture->store, NULL, FALSE);
}

static void
tear_down(Fixture *fixture, gconstpointer user_data)
{
	pv_grouper_clear(&fixture->grouper);
	pv_store_unref(fixture->store);
}

/* Tasks with these keys; the listing's order: by number, and the leader anywhere among them. */
static guint32
add_process(Fixture *fixture, guint32 n_tasks, guint32 leader, const guint64 *keys)
{
	PvStore *store = fixture->store;
	PvProcess *process = pv_array_append(&store->processes);
	guint32 first = store->tasks.n;

	*process = (PvProcess){
		.index = store->processes.n - 1,
		.pid = first + leader + 1,
		.first_task = first,
		.leader = first + leader,
		.n_tasks = n_tasks,
	};
	for (guint32 i = 0; i < n_tasks; i++) {
		PvTask *task = pv_array_append(&store->tasks);

		*task = (PvTask){
			.index = first + i,
			.tid = first + i + 1,
			.process = process->index,
			.table = PV_PENDING,
			.files_key = keys[i],
			.known = i == leader ? PV_TASK_LEADER : 0,
		};
	}
	return first;
}

/* As the listing has it: a task that has exited, or that was not asked about. */
static void
take_table(Fixture *fixture, guint32 task)
{
	pv_store_task(fixture->store, task)->table = PV_NONE;
}

static guint32
group_of(const Fixture *fixture, guint32 task)
{
	return pv_store_task(fixture->store, task)->table;
}

static guint32
speaker_of(Fixture *fixture, guint32 task)
{
	return pv_grouper_group(&fixture->grouper, group_of(fixture, task))->speaker;
}

static gboolean
is_assumed(Fixture *fixture, guint32 task)
{
	return pv_grouper_group(&fixture->grouper, group_of(fixture, task))->assumed;
}

/* Each task is in its group's chain once, the first of each group in the order of the groups. */
static void
check_chains(Fixture *fixture)
{
	PvGrouper *grouper = &fixture->grouper;
	guint32 n_chained = 0;
	guint32 n_grouped = 0;

	for (guint32 i = 0; i < grouper->groups.n; i++) {
		const PvGroup *group = pv_grouper_group(grouper, i);
		gboolean has_speaker = FALSE;
		guint32 n = 0;

		for (guint32 t = group->first; t != PV_NONE; t = grouper->next[t]) {
			g_assert_cmpuint(group_of(fixture, t), ==, i);
			g_assert_true(grouper->next[t] == PV_NONE || grouper->next[t] > t);
			g_assert_true(grouper->next[t] != PV_NONE || group->last == t);
			has_speaker |= t == group->speaker;
			n++;
		}
		g_assert_true(has_speaker);
		g_assert_cmpuint(n, ==, group->n_members);
		g_assert_true(i == 0 || group->first > pv_grouper_group(grouper, i - 1)->first);
		n_chained += n;
	}
	for (guint32 i = 0; i < fixture->store->tasks.n; i++)
		n_grouped += group_of(fixture, i) < PV_PENDING;
	g_assert_cmpuint(n_chained, ==, n_grouped);
}

static void
group(Fixture *fixture, guint32 expected)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_grouper_run_by_key(&fixture->grouper, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(fixture->grouper.groups.n, ==, expected);
	check_chains(fixture);
	for (guint32 i = 0; i < fixture->store->tasks.n; i++)
		g_assert_cmpuint(group_of(fixture, i), !=, PV_PENDING);
}

static void
test_nobody(Fixture *fixture, gconstpointer user_data)
{
	group(fixture, 0);
}

static void
test_threads_share(Fixture *fixture, gconstpointer user_data)
{
	guint32 first = add_process(fixture, 4, 0, (guint64[]){A, A, A, A});

	group(fixture, 1);
	g_assert_cmpuint(speaker_of(fixture, first + 3), ==, first);
	g_assert_false(is_assumed(fixture, first));
}

static void
test_unshared(Fixture *fixture, gconstpointer user_data)
{
	guint32 one = add_process(fixture, 4, 0, (guint64[]){A, B, B, B});
	guint32 two = add_process(fixture, 4, 0, (guint64[]){C, C, C + 1, C});

	group(fixture, 4);
	g_assert_cmpuint(speaker_of(fixture, one), ==, one);
	g_assert_cmpuint(speaker_of(fixture, one + 3), ==, one + 1);
	g_assert_cmpuint(group_of(fixture, two), ==, group_of(fixture, two + 3));
	g_assert_cmpuint(speaker_of(fixture, two + 2), ==, two + 2);
}

/* Who came first speaks, and the leader of another process does not take that from him. */
static void
test_across_processes(Fixture *fixture, gconstpointer user_data)
{
	guint32 one = add_process(fixture, 2, 0, (guint64[]){A, B});
	guint32 two = add_process(fixture, 2, 0, (guint64[]){B, C});
	guint32 three = add_process(fixture, 1, 0, (guint64[]){C});

	group(fixture, 3);
	g_assert_cmpuint(group_of(fixture, one + 1), ==, group_of(fixture, two));
	g_assert_cmpuint(speaker_of(fixture, two), ==, one + 1);
	g_assert_cmpuint(speaker_of(fixture, three), ==, two + 1);
}

/* Numbers started anew after the leader was born. A pass over all shows the table by him alone. */
static void
test_lower_threads(Fixture *fixture, gconstpointer user_data)
{
	guint32 shared = add_process(fixture, 4, 2, (guint64[]){A, A, A, A});
	guint32 left = add_process(fixture, 3, 2, (guint64[]){B, B, C});
	guint32 late = add_process(fixture, 3, 2, (guint64[]){A, A, A});

	group(fixture, 3);
	g_assert_cmpuint(speaker_of(fixture, shared), ==, shared + 2);
	g_assert_cmpuint(speaker_of(fixture, left), ==, left);
	g_assert_cmpuint(speaker_of(fixture, left + 2), ==, left + 2);
	g_assert_cmpuint(group_of(fixture, late), ==, group_of(fixture, shared));
	g_assert_cmpuint(speaker_of(fixture, late), ==, shared + 2);
}

/* The first to be met need not be of the process whose leader shares as well. */
static void
test_lower_threads_of_two(Fixture *fixture, gconstpointer user_data)
{
	guint32 one = add_process(fixture, 3, 1, (guint64[]){A, B, A});
	guint32 two = add_process(fixture, 3, 2, (guint64[]){A, A, A});

	group(fixture, 2);
	g_assert_cmpuint(speaker_of(fixture, two), ==, one);
	g_assert_cmpuint(pv_grouper_group(&fixture->grouper, group_of(fixture, one))->n_members, ==,
			 5);
}

/* Two without a table have none in common. */
static void
test_zombies(Fixture *fixture, gconstpointer user_data)
{
	guint32 one = add_process(fixture, 3, 0, (guint64[]){0, A, A});
	guint32 two = add_process(fixture, 1, 0, (guint64[]){0});
	guint32 three = add_process(fixture, 2, 0, (guint64[]){B, 0});

	take_table(fixture, one);
	take_table(fixture, two);
	take_table(fixture, three + 1);
	group(fixture, 2);
	g_assert_cmpuint(group_of(fixture, one), ==, PV_NONE);
	g_assert_cmpuint(group_of(fixture, two), ==, PV_NONE);
	g_assert_cmpuint(group_of(fixture, three + 1), ==, PV_NONE);
	g_assert_cmpuint(speaker_of(fixture, one + 2), ==, one + 1);
}

/* Found without the iterators: nobody knows who shares, but that processes seldom do. */
static void
test_unknown(Fixture *fixture, gconstpointer user_data)
{
	guint32 one = add_process(fixture, 3, 0, (guint64[]){0, 0, 0});
	guint32 known = add_process(fixture, 2, 0, (guint64[]){A, A});
	guint32 two = add_process(fixture, 3, 1, (guint64[]){0, 0, 0});

	group(fixture, 3);
	g_assert_true(is_assumed(fixture, one));
	g_assert_false(is_assumed(fixture, known));
	g_assert_true(is_assumed(fixture, two));
	g_assert_cmpuint(group_of(fixture, one), ==, group_of(fixture, one + 2));
	g_assert_cmpuint(group_of(fixture, two), ==, group_of(fixture, two + 2));
	g_assert_cmpuint(group_of(fixture, one), !=, group_of(fixture, two));
}

/* As where kcmp(2) is forbidden: those that live on are taken to share among each other. */
static void
test_unknown_zombie_leader(Fixture *fixture, gconstpointer user_data)
{
	guint32 first = add_process(fixture, 4, 0, (guint64[]){0, 0, 0, 0});

	take_table(fixture, first);
	group(fixture, 1);
	g_assert_cmpuint(group_of(fixture, first), ==, PV_NONE);
	g_assert_cmpuint(speaker_of(fixture, first + 3), ==, first + 1);
	g_assert_true(is_assumed(fixture, first + 1));
}

/* Keys that meet in the index, at its beginning and at its end, and such as are no hashes at all. */
static void
test_close_keys(Fixture *fixture, gconstpointer user_data)
{
	guint64 keys[64];
	guint32 one;
	guint32 two;

	for (guint i = 0; i < 20; i++)
		keys[i] = ((guint64)i + 1) << 32;
	for (guint i = 20; i < 40; i++)
		keys[i] = (guint64)i << 32 | G_MAXUINT32;
	for (guint i = 40; i < 64; i++)
		keys[i] = i - 39;
	one = add_process(fixture, 64, 0, keys);
	two = add_process(fixture, 64, 0, keys);
	group(fixture, 64);
	for (guint i = 0; i < 64; i++) {
		g_assert_cmpuint(group_of(fixture, one + i), ==, i);
		g_assert_cmpuint(group_of(fixture, two + i), ==, i);
	}
}

/* Tasks of a large machine, whose keys are drawn at random. */
static void
test_many(Fixture *fixture, gconstpointer user_data)
{
	const guint n_keys = 500;
	g_autoptr(GHashTable) groups = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_autofree guint64 *keys = g_new(guint64, n_keys);
	guint64 chosen[40];

	for (guint i = 0; i < n_keys; i++)
		keys[i] = (guint64)g_test_rand_int() << 32 | (guint32)g_test_rand_int();
	for (guint i = 0; i < 1000; i++) {
		guint32 n = g_test_rand_int_range(1, 40);

		for (guint32 j = 0; j < n; j++)
			chosen[j] = keys[g_test_rand_int_range(0, n_keys)];
		add_process(fixture, n, g_test_rand_int_range(0, n), chosen);
	}
	for (guint32 i = 0; i < fixture->store->tasks.n; i++)
		g_hash_table_add(groups, &pv_store_task(fixture->store, i)->files_key);
	group(fixture, g_hash_table_size(groups));
	for (guint32 i = 0; i < fixture->store->tasks.n; i++)
		g_assert_cmphex(pv_store_task(fixture->store, i)->files_key, ==,
				pv_store_task(fixture->store, speaker_of(fixture, i))->files_key);
}

/* A speaker that has left takes nobody along, whether he came first or not. */
static void
test_detach(Fixture *fixture, gconstpointer user_data)
{
	guint32 first = add_process(fixture, 3, 1, (guint64[]){A, A, A});

	group(fixture, 1);
	g_assert_cmpuint(pv_grouper_detach(&fixture->grouper, 0, FALSE), ==, 1);
	check_chains(fixture);
	g_assert_cmpuint(group_of(fixture, first + 1), ==, 1);
	g_assert_cmpuint(speaker_of(fixture, first), ==, first);
	g_assert_cmpuint(group_of(fixture, first + 2), ==, 0);
}

static void
check_no_memory(Fixture *fixture, gsize n_more_bytes)
{
	g_autoptr(GError) error = NULL;
	struct rlimit limit = memory_limit_set(n_more_bytes);
	gboolean done = pv_grouper_run_by_key(&fixture->grouper, &error);

	memory_limit_lift(limit);
	g_assert_false(done);
	g_assert_error(error, pv_error_quark(), PV_ERROR_NO_MEMORY);
}

/* For the chains, for the index, and for groups half-way. */
static void
test_no_memory(Fixture *fixture, gconstpointer user_data)
{
	const guint32 n = 200000;
	g_autofree guint64 *keys = NULL;

	if (!MEMORY_LIMIT_WORKS) {
		g_test_skip("an address sanitizer owns the address space");
		return;
	}
	/* Nobody looks at the tasks before there is room for all that is to be said of them. */
	fixture->store->tasks.n = 64 << 20;
	check_no_memory(fixture, 64 << 20);
	fixture->store->tasks.n = 4 << 20;
	check_no_memory(fixture, 64 << 20);
	fixture->store->tasks.n = 0;
	g_clear_pointer(&fixture->grouper.next, g_free);

	keys = g_new(guint64, n);
	for (guint32 i = 0; i < n; i++)
		keys[i] = A + i;
	/* Arrays that grow leave room behind them. */
	g_assert_true(pv_array_reserve(&fixture->store->tasks, n));
	add_process(fixture, n, 0, keys);
	check_no_memory(fixture, 12 << 20);
	g_assert_cmpuint(fixture->grouper.groups.n, >, 0);
	g_assert_cmpuint(fixture->grouper.groups.n, <, n);
}

#define add_test(path, function)                                                                   \
	g_test_add("/grouping/keyed/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_test("nobody", test_nobody);
	add_test("threads-share", test_threads_share);
	add_test("unshared", test_unshared);
	add_test("across-processes", test_across_processes);
	add_test("lower-threads", test_lower_threads);
	add_test("lower-threads-of-two", test_lower_threads_of_two);
	add_test("zombies", test_zombies);
	add_test("unknown", test_unknown);
	add_test("unknown-zombie-leader", test_unknown_zombie_leader);
	add_test("close-keys", test_close_keys);
	add_test("many", test_many);
	add_test("detach", test_detach);
	add_test("no-memory", test_no_memory);
	return g_test_run();
}
