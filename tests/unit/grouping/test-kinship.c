/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who shares an fs_struct or an mm_struct, against a kernel whose answers are known, and in which a
 * task ends or leaves at the worst moment.
 */
#include <errno.h>
#include <linux/kcmp.h>

#include "grouping/kinship.h"

#define MAX_TASKS 512
#define A	  0xffff888101000000u
#define B	  0xffff888102000040u
#define C	  0xffff888103000080u

typedef struct {
	guint64 object[MAX_TASKS]; /* by tid; 0: none */
	gboolean denied[MAX_TASKS];
	gboolean gone[MAX_TASKS];
	int type; /* that is asked for */
	/* At call number "when" the task gets "then"; 0: it ends. */
	guint64 when;
	gint32 who;
	guint64 then;
	guint64 n_calls;
	PvStore *store;
	PvKcmp kcmp;
	PvKinship kinship;
} World;

static int
answer(gint32 tid, gint32 other, int type, gulong index, gulong other_index, gpointer user_data)
{
	World *world = user_data;
	guint64 a, b;

	g_assert_cmpint(type, ==, world->type);
	if (++world->n_calls == world->when)
		world->object[world->who] = world->then;
	if (world->gone[tid] || world->gone[other])
		return -ESRCH;
	if (world->denied[tid] || world->denied[other])
		return -EPERM;
	a = world->object[tid] * 0x9e3779b97f4a7c15u;
	b = world->object[other] * 0x9e3779b97f4a7c15u;
	return a == b ? 0 : a < b ? 1 : 2;
}

static gboolean
has_one(const PvTask *task, gpointer user_data)
{
	const World *world = user_data;

	return !world->gone[task->tid] && world->object[task->tid] != 0;
}

static World *
world_new(PvKinshipOf of)
{
	World *world = g_new0(World, 1);

	world->store = pv_store_new();
	world->type = of == PV_KINSHIP_FS ? KCMP_FS : KCMP_VM;
	pv_kcmp_init(&world->kcmp);
	world->kcmp.call = answer;
	world->kcmp.user_data = world;
	world->kinship = (PvKinship){
		.of = of,
		.store = world->store,
		.kcmp = &world->kcmp,
		.usable = TRUE,
		.has_one = has_one,
		.user_data = world,
	};
	return world;
}

static void
world_free(World *world)
{
	pv_kinship_clear(&world->kinship);
	pv_store_unref(world->store);
	g_free(world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* The leader's object first. Of him alone the listing has seen whether he lives. */
static gint32
add_process(World *world, guint n, const guint64 *objects)
{
	PvStore *store = world->store;
	PvProcess *process = pv_array_append(&store->processes);
	gint32 pid = store->tasks.n + 1;

	*process = (PvProcess){
		.index = store->processes.n - 1,
		.pid = pid,
		.first_task = store->tasks.n,
		.leader = store->tasks.n,
		.n_tasks = n,
	};
	for (guint i = 0; i < n; i++) {
		PvTask *task = pv_array_append(&store->tasks);

		g_assert_cmpint(pid + i, <, MAX_TASKS);
		*task = (PvTask){
			.index = store->tasks.n - 1,
			.tid = pid + i,
			.process = process->index,
			.known = i > 0 ? 0 : PV_TASK_LEADER | PV_TASK_DETAILS,
		};
		if (i == 0 && objects[i] != 0)
			task->known |= PV_TASK_HAD_TABLE;
		world->object[pid + i] = objects[i];
	}
	return pid;
}

static PvTask *
task_of(World *world, gint32 tid)
{
	return pv_store_task(world->store, tid - 1);
}

static guint32
kin_of(const World *world, gint32 tid)
{
	return world->kinship.kin_of[tid - 1];
}

/* Chains hold each task that has a kin, once. */
static void
run(World *world)
{
	g_autoptr(GError) error = NULL;
	guint32 n_chained = 0, n_placed = 0;

	g_assert_true(pv_kinship_run(&world->kinship, NULL, &error));
	g_assert_no_error(error);
	for (guint32 i = 0; i < world->kinship.kins.n; i++) {
		const PvKin *kin = pv_kinship_at(&world->kinship, i);
		guint32 n = 0;

		for (guint32 task = kin->first; task != PV_NONE; task = world->kinship.next[task]) {
			g_assert_cmpuint(world->kinship.kin_of[task], ==, i);
			n++;
		}
		g_assert_cmpuint(n, ==, kin->n_members);
		n_chained += n;
	}
	for (guint32 i = 0; i < world->store->tasks.n; i++)
		n_placed += world->kinship.kin_of[i] != PV_NONE;
	g_assert_cmpuint(n_placed, ==, n_chained);
}

static void
test_threads(void)
{
	g_autoptr(World) world = world_new(PV_KINSHIP_FS);
	gint32 pid = add_process(world, 4, (const guint64[]){A, A, B, A});

	run(world);
	g_assert_cmpuint(world->kinship.kins.n, ==, 2);
	g_assert_cmpuint(kin_of(world, pid), ==, kin_of(world, pid + 1));
	g_assert_cmpuint(kin_of(world, pid), ==, kin_of(world, pid + 3));
	g_assert_cmpuint(kin_of(world, pid), !=, kin_of(world, pid + 2));
	g_assert_cmpuint(pv_kinship_proof(&world->kinship, 0), ==, PV_PROOF_KCMP);
}

/* NULL equals NULL, for kcmp(2). */
static void
test_zombies(void)
{
	g_autoptr(World) world = world_new(PV_KINSHIP_FS);
	gint32 one = add_process(world, 3, (const guint64[]){0, A, A});
	gint32 two = add_process(world, 1, (const guint64[]){0});
	gint32 three = add_process(world, 3, (const guint64[]){B, 0, 0});

	run(world);
	g_assert_cmpuint(kin_of(world, one), ==, PV_NONE);
	g_assert_cmpuint(kin_of(world, one + 1), ==, kin_of(world, one + 2));
	g_assert_cmpuint(kin_of(world, two), ==, PV_NONE);
	g_assert_cmpuint(kin_of(world, three + 1), ==, PV_NONE);
	g_assert_cmpuint(kin_of(world, three + 2), ==, PV_NONE);
	g_assert_cmpuint(world->kinship.kins.n, ==, 2);
}

/* One call for each thread, and some for each process. */
static void
test_calls(void)
{
	g_autoptr(World) world = world_new(PV_KINSHIP_FS);
	guint64 objects[400];

	for (guint i = 0; i < G_N_ELEMENTS(objects); i++)
		objects[i] = A;
	add_process(world, G_N_ELEMENTS(objects), objects);
	run(world);
	g_test_message("%" G_GUINT64_FORMAT " calls", world->n_calls);
	g_assert_cmpuint(world->n_calls, <, 410);
}

/* One task speaks for its process: the leader, unless it has ended. */
static void
test_memories(void)
{
	g_autoptr(World) world = world_new(PV_KINSHIP_MEMORY);
	gint32 one = add_process(world, 3, (const guint64[]){A, A, A});
	gint32 two = add_process(world, 1, (const guint64[]){A});
	gint32 three = add_process(world, 3, (const guint64[]){0, 0, B});
	gint32 kernel = add_process(world, 1, (const guint64[]){C});

	task_of(world, kernel)->known |= PV_TASK_KTHREAD;
	run(world);
	g_assert_cmpuint(world->kinship.kins.n, ==, 2);
	g_assert_cmpuint(kin_of(world, one), ==, kin_of(world, two));
	g_assert_cmpuint(kin_of(world, one + 1), ==, PV_NONE);
	g_assert_cmpuint(kin_of(world, three), ==, PV_NONE);
	g_assert_cmpuint(kin_of(world, three + 2), !=, PV_NONE);
	g_assert_cmpuint(kin_of(world, kernel), ==, PV_NONE);
}

static void
test_denied(void)
{
	g_autoptr(World) world = world_new(PV_KINSHIP_FS);
	gint32 one = add_process(world, 3, (const guint64[]){A, A, A});
	gint32 two = add_process(world, 2, (const guint64[]){A, A});
	gint32 three = add_process(world, 1, (const guint64[]){B});

	for (gint32 tid = one; tid < three; tid++)
		world->denied[tid] = TRUE;
	run(world);
	g_assert_cmpuint(world->kinship.kins.n, ==, 3);
	g_assert_cmpuint(kin_of(world, one), ==, kin_of(world, one + 2));
	g_assert_cmpuint(kin_of(world, one), !=, kin_of(world, two));
	g_assert_cmpuint(pv_kinship_proof(&world->kinship, kin_of(world, two)), ==,
			 PV_PROOF_ASSUMED);
	g_assert_cmpuint(pv_kinship_proof(&world->kinship, kin_of(world, three)), ==,
			 PV_PROOF_KCMP);
}

/* Threads of one process share, and the kernel's own all do. */
static void
test_without_kcmp(void)
{
	g_autoptr(World) world = world_new(PV_KINSHIP_FS);
	gint32 one = add_process(world, 3, (const guint64[]){A, B, A});
	gint32 two = add_process(world, 1, (const guint64[]){A});
	gint32 kernel = add_process(world, 1, (const guint64[]){C});
	gint32 other = add_process(world, 1, (const guint64[]){C});

	world->kinship.usable = FALSE;
	task_of(world, kernel)->known |= PV_TASK_KTHREAD;
	task_of(world, other)->known |= PV_TASK_KTHREAD;
	run(world);
	g_assert_cmpuint(world->n_calls, ==, 0);
	g_assert_cmpuint(kin_of(world, one), ==, kin_of(world, one + 1));
	g_assert_cmpuint(kin_of(world, one), !=, kin_of(world, two));
	g_assert_cmpuint(kin_of(world, kernel), ==, kin_of(world, other));
	g_assert_cmpuint(pv_kinship_proof(&world->kinship, 0), ==, PV_PROOF_ASSUMED);
}

/* Keys of BPF; who has none at all was found in procfs. */
static void
test_keys(void)
{
	g_autoptr(World) world = world_new(PV_KINSHIP_FS);
	gint32 one = add_process(world, 3, (const guint64[]){A, B, A});
	gint32 two = add_process(world, 1, (const guint64[]){B});
	gint32 zombie = add_process(world, 1, (const guint64[]){0});
	gint32 hidden = add_process(world, 2, (const guint64[]){C, C});

	for (gint32 tid = one; tid < hidden; tid++)
		task_of(world, tid)->fs_key = world->object[tid];
	world->kinship.by_key = TRUE;
	run(world);
	g_assert_cmpuint(world->n_calls, ==, 0);
	g_assert_cmpuint(world->kinship.kins.n, ==, 3);
	g_assert_cmpuint(kin_of(world, one), ==, kin_of(world, one + 2));
	g_assert_cmpuint(kin_of(world, one + 1), ==, kin_of(world, two));
	g_assert_cmpuint(kin_of(world, zombie), ==, PV_NONE);
	g_assert_cmpuint(kin_of(world, hidden), ==, kin_of(world, hidden + 1));
	g_assert_cmpuint(pv_kinship_proof(&world->kinship, kin_of(world, one)), ==,
			 PV_PROOF_KERNEL);
	g_assert_cmpuint(pv_kinship_proof(&world->kinship, kin_of(world, hidden)), ==,
			 PV_PROOF_ASSUMED);
}

/*
 * Whoever does not change is placed right, or what is said of it is marked: two that share are not
 * told apart, and two that do not are not thrown together, whenever a third one ends or leaves.
 */
static void
check_steady(World *world, gint32 who)
{
	for (gint32 a = 1; a <= (gint32)world->store->tasks.n; a++) {
		for (gint32 b = 1; b < a; b++) {
			guint32 kin = kin_of(world, a);

			if (a == who || b == who || world->object[a] == 0 || world->object[b] == 0)
				continue;
			g_assert_cmpuint(kin, !=, PV_NONE);
			g_assert_cmpuint(kin_of(world, b), !=, PV_NONE);
			if (pv_kinship_proof(&world->kinship, kin) == PV_PROOF_ASSUMED)
				continue;
			g_assert_cmpint(kin == kin_of(world, b), ==,
					world->object[a] == world->object[b]);
		}
	}
}

static guint64
change_at(guint64 when, gint32 who, guint64 then)
{
	g_autoptr(World) world = world_new(PV_KINSHIP_FS);

	add_process(world, 3, (const guint64[]){A, A, A});
	add_process(world, 2, (const guint64[]){B, A});
	add_process(world, 1, (const guint64[]){0});
	add_process(world, 3, (const guint64[]){C, B, C});
	add_process(world, 2, (const guint64[]){C, A});
	world->when = when;
	world->who = who;
	world->then = then;
	run(world);
	check_steady(world, who);
	return world->n_calls;
}

static void
test_changes(void)
{
	for (gint32 who = 1; who <= 11; who++) {
		guint64 n_calls = change_at(0, who, 0);

		for (guint64 when = 1; when <= n_calls; when++) {
			change_at(when, who, 0);
			change_at(when, who, A + 64);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grouping/kinship/threads", test_threads);
	g_test_add_func("/grouping/kinship/zombies", test_zombies);
	g_test_add_func("/grouping/kinship/calls", test_calls);
	g_test_add_func("/grouping/kinship/memories", test_memories);
	g_test_add_func("/grouping/kinship/denied", test_denied);
	g_test_add_func("/grouping/kinship/without-kcmp", test_without_kcmp);
	g_test_add_func("/grouping/kinship/keys", test_keys);
	g_test_add_func("/grouping/kinship/changes", test_changes);
	return g_test_run();
}
