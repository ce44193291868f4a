/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What bpf.h promises, of a kernel that is a few arrays. Descriptor n of the table with key k leads
 * to inode 1000 x k + n.
 */
#include "bpf-world.h"

#include <errno.h>
#include <sys/stat.h>

#include "backend/examine.h"

#define NS_PER_TICK 10000000

/* Nobody asks but whether the caller, who comes first, may ask. */
static int
answer(gint32 tid, gint32 other, int type, gulong index, gulong other_index, gpointer user_data)
{
	const BpfWorld *world = user_data;

	if (world->tasks[other].start_time_ns == 0)
		return -ESRCH;
	return world->denied[other] ? -EPERM : 1;
}

BpfWorld *
bpf_world_new(void)
{
	BpfWorld *world = g_new0(BpfWorld, 1);

	world->store = pv_store_new();
	pv_kcmp_init(&world->kcmp);
	world->kcmp.call = answer;
	world->kcmp.user_data = world;
	return world;
}

void
bpf_world_free(BpfWorld *world)
{
	pv_store_unref(world->store);
	g_free(world);
}

/* As the kernel counts: of leaders, and of threads that have another table. */
static guint32
count_open(const BpfWorld *world, guint64 key, guint64 key_of_leader, gboolean is_leader)
{
	if (key == 0 || (!is_leader && key == key_of_leader))
		return PV_NONE;
	return world->n_open[key];
}

gint32
bpf_world_add_process(BpfWorld *world, guint32 n_tasks, guint32 leader, const guint64 *keys)
{
	PvStore *store = world->store;
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
		gint32 tid = first + i + 1;

		g_assert_cmpint(tid, <, BPF_WORLD_TASKS);
		g_assert_cmpuint(keys[i], <, BPF_WORLD_TABLES);
		/* The kernel tells more of the time than the listing keeps. */
		world->tasks[tid] = (BpfWorldTask){
			.key = keys[i],
			.identity = 5000 + tid,
			.start_time_ns = G_GUINT64_CONSTANT(7000) * NS_PER_TICK + tid,
		};
		*task = (PvTask){
			.index = first + i,
			.tid = tid,
			.process = process->index,
			.table = keys[i] == 0 ? PV_NONE : PV_PENDING,
			.files_key = keys[i],
			.identity = 5000 + tid,
			.start_time_ns = G_GUINT64_CONSTANT(7000) * NS_PER_TICK,
			.n_open = count_open(world, keys[i], keys[leader], i == leader),
			.known = i == leader ? PV_TASK_LEADER : 0,
		};
	}
	return first + 1;
}

void
bpf_world_exit(BpfWorld *world, gint32 tid)
{
	world->tasks[tid] = (BpfWorldTask){0};
}

static void
read_table(BpfWorld *world, PvBpfTable *table, PvStore *store, PvArray *addresses)
{
	guint64 key = world->tasks[table->tid].key;

	table->first_descriptor = store->descriptors.n;
	if (key == 0)
		return;
	if (key != table->files_key || world->n_missed[key] > 0) {
		world->n_missed[key] -= key == table->files_key;
		table->broken = TRUE;
		return;
	}
	for (guint32 fd = 0; fd < world->n_open[key]; fd++) {
		PvFile *file = pv_store_add_descriptor(store, fd, PV_CLOEXEC_OFF);

		file->ino = 1000 * key + fd;
		file->mode = S_IFREG | 0644;
		*(guint64 *)pv_array_append(addresses) = (key << 32) + fd * 256;
		table->n_descriptors++;
	}
}

/* The opaque handle of the backend is the world. */
static BpfWorld *
world_of(const PvBpfPass *pass)
{
	return (BpfWorld *)pass->bpf;
}

static void
check_order(const PvBpfPass *pass)
{
	for (guint32 i = 0; i < pass->n; i++) {
		g_assert_cmpint(pass->tables[i].tid, >, 0);
		g_assert_true(i == 0 || pass->tables[i - 1].tid < pass->tables[i].tid);
	}
}

gboolean
pv_bpf_read(PvBpfPass *pass, guint collect, PvStore *store, PvArray *addresses,
	    const PvWatch *watch, GError **error)
{
	BpfWorld *world = world_of(pass);

	world->n_reads++;
	world->n_tables_read += pass->n;
	world->whole = pass->whole;
	if (world->before_read != NULL)
		world->before_read(world->user_data);
	check_order(pass);
	for (guint32 i = 0; i < pass->n; i++) {
		if (!pass->whole || pass->tables[i].tid != world->invisible)
			read_table(world, &pass->tables[i], store, addresses);
	}
	return TRUE;
}

gboolean
pv_bpf_check(PvBpfPass *pass, const PvWatch *watch, GError **error)
{
	BpfWorld *world = world_of(pass);

	world->n_checks++;
	if (world->before_check != NULL)
		world->before_check(world->user_data);
	check_order(pass);
	for (guint32 i = 0; i < pass->n; i++) {
		const BpfWorldTask *task = &world->tasks[pass->tables[i].tid];

		pass->tables[i].found_key = task->key;
		pass->tables[i].found_identity = task->identity;
		pass->tables[i].found_start_time_ns = task->start_time_ns;
	}
	return TRUE;
}

guint64
pv_bpf_id(const PvBpf *bpf)
{
	return 1;
}
