/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Targets of epoll sets, with a kernel made here: tables of objects, and sets of objects under the
 * numbers by which they were registered.
 */
#include <errno.h>
#include <linux/kcmp.h>
#include <sys/stat.h>

#include "core/kind.h"
#include "snapshot/registrations-kcmp.h"

#define EPOLL_FD 3
#define ANON_INO 1038
#define ANON_DEV 16
#define N_TABLES 2
#define N_FDS	 400

typedef struct {
	int objects[N_TABLES][N_FDS]; /* 0: closed; tids are 1 and 2 */
	struct {
		int fd;
		int object;
	} set[N_FDS];
	guint n_set;
	gboolean dead; /* the first table's task has exited */
	PvStore *store;
	PvPlan plan;
	PvQuery *query;
	PvKcmp kcmp;
	PvEnrichment step;
	gint32 speakers[N_TABLES];
} World;

static int
object_at(const World *world, gint32 tid, gulong fd)
{
	if (tid < 1 || tid > N_TABLES || (world->dead && tid == 1))
		return -ESRCH;
	return fd >= N_FDS || world->objects[tid - 1][fd] == 0 ? -EBADF
							       : world->objects[tid - 1][fd];
}

static int
target_of(const World *world, gint32 tid, const struct kcmp_epoll_slot *slot)
{
	guint n = 0;

	if (tid != 1 || slot->efd != EPOLL_FD || world->dead)
		return -EBADF;
	for (guint i = 0; i < world->n_set; i++) {
		if (world->set[i].fd == (int)slot->tfd && n++ == slot->toff)
			return world->set[i].object;
	}
	return -ENOENT;
}

static int
call(gint32 tid, gint32 other_tid, int type, gulong index, gulong other_index, gpointer user_data)
{
	World *world = user_data;
	int x = object_at(world, tid, index);
	int y;

	if (type == KCMP_FILE)
		y = object_at(world, other_tid, other_index);
	else
		y = target_of(world, other_tid, (const struct kcmp_epoll_slot *)other_index);
	if (x < 0 || y < 0)
		return x < 0 ? x : y;
	return x == y ? 0 : x < y ? 1 : 2;
}

static void
world_init(World *world)
{
	*world = (World){.speakers = {1, 2}};
	world->store = pv_store_new();
	world->query = pv_query_new();
	world->kcmp = (PvKcmp){.call = call, .user_data = world};
	world->step = (PvEnrichment){
		.plan = &world->plan,
		.query = world->query,
		.store = world->store,
		.kcmp = &world->kcmp,
		.speakers = world->speakers,
	};
	for (guint i = 0; i < N_TABLES; i++)
		((PvTable *)pv_array_append(&world->store->tables))->index = i;
}

static void
world_clear(World *world)
{
	pv_store_unref(world->store);
	pv_query_unref(world->query);
}

/* Tables are filled one after the other, numbers in order. Returns the index of the file. */
static guint32
add(World *world, guint table_index, gint32 fd, int object, guint kind, guint64 ino)
{
	PvStore *store = world->store;
	PvTable *table = pv_store_table(store, table_index);
	PvFile *file = pv_array_append(&store->files);
	PvDescriptor *descriptor = pv_array_append(&store->descriptors);

	if (table->n_descriptors++ == 0)
		table->first_descriptor = store->descriptors.n - 1;
	file->index = store->files.n - 1;
	file->kind = (guint8)kind;
	file->ino = ino;
	file->dev = ANON_DEV;
	file->mode = kind == PV_KIND_SOCKET ? S_IFSOCK : 0;
	file->known = PV_FILE_INODE;
	*descriptor = (PvDescriptor){store->descriptors.n - 1, fd, file->index, 0};
	world->objects[table_index][fd] = object;
	return file->index;
}

static void
wait_for(World *world, gint32 fd, int object, guint64 ino)
{
	PvRegistration *registration = pv_details_add_registration(&world->store->details, 0);

	registration->fd = fd;
	registration->ino = ino;
	registration->dev = ANON_DEV;
	world->set[world->n_set].fd = fd;
	world->set[world->n_set++].object = object;
}

static void
assert_target(World *world, guint i, guint32 target)
{
	g_assert_cmpuint(
		pv_array_at(&world->store->details.registrations, PvRegistration, i)->target, ==,
		target);
}

static void
resolve(World *world)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_registrations_resolve_by_kcmp(&world->step, &error));
	g_assert_no_error(error);
}

/* One call each, where the number still means what it meant. */
static void
test_usual(void)
{
	World world;
	guint32 targets[50];

	world_init(&world);
	add(&world, 0, EPOLL_FD, 1000, PV_KIND_EVENTPOLL, ANON_INO);
	for (int i = 0; i < 50; i++)
		targets[i] = add(&world, 0, 10 + i, 100 + i, PV_KIND_EVENTFD, ANON_INO);
	for (int i = 0; i < 50; i++)
		wait_for(&world, 10 + i, 100 + i, ANON_INO);
	resolve(&world);
	for (guint i = 0; i < 50; i++)
		assert_target(&world, i, targets[i]);
	g_assert_cmpuint(world.kcmp.n_calls, ==, 50);
	world_clear(&world);
}

/* Numbers that were closed, or given away, or used twice; one target is another process' only. */
static void
test_moved(void)
{
	World world;
	guint32 moved, reused, elsewhere;

	world_init(&world);
	add(&world, 0, EPOLL_FD, 1000, PV_KIND_EVENTPOLL, ANON_INO);
	reused = add(&world, 0, 5, 105, PV_KIND_EVENTFD, ANON_INO);
	add(&world, 0, 6, 106, PV_KIND_REGULAR, 4711);
	moved = add(&world, 0, 7, 107, PV_KIND_EVENTFD, ANON_INO);
	for (int i = 0; i < 100; i++)
		add(&world, 0, 20 + i, 200 + i, PV_KIND_TIMERFD, ANON_INO);
	elsewhere = add(&world, 1, 9, 109, PV_KIND_EVENTFD, ANON_INO);
	wait_for(&world, 5, 107, ANON_INO);
	wait_for(&world, 6, 109, ANON_INO);
	wait_for(&world, 5, 105, ANON_INO);
	wait_for(&world, 300, 999, ANON_INO);
	resolve(&world);
	assert_target(&world, 0, moved);
	assert_target(&world, 1, elsewhere);
	assert_target(&world, 2, reused);
	assert_target(&world, 3, PV_NONE);
	world_clear(&world);
}

/* Its inode number is enough, and nobody is asked. */
static void
test_sockets(void)
{
	World world;
	guint32 same, moved;

	world_init(&world);
	world.plan.kcmp_errno = EPERM;
	add(&world, 0, EPOLL_FD, 1000, PV_KIND_EVENTPOLL, ANON_INO);
	same = add(&world, 0, 5, 105, PV_KIND_SOCKET, 71);
	add(&world, 0, 6, 106, PV_KIND_SOCKET, 72);
	moved = add(&world, 0, 7, 107, PV_KIND_SOCKET, 73);
	add(&world, 0, 8, 108, PV_KIND_EVENTFD, ANON_INO);
	wait_for(&world, 5, 105, 71);
	wait_for(&world, 6, 107, 73);
	wait_for(&world, 8, 108, ANON_INO);
	wait_for(&world, 9, 109, 74);
	resolve(&world);
	assert_target(&world, 0, same);
	assert_target(&world, 1, moved);
	assert_target(&world, 2, PV_NONE);
	assert_target(&world, 3, PV_NONE);
	g_assert_cmpuint(world.kcmp.n_calls, ==, 0);
	world_clear(&world);
}

/* Candidates that are closed when they are asked about do not hide the others. */
static void
test_closing(void)
{
	World world;
	guint32 targets[60];

	world_init(&world);
	add(&world, 0, EPOLL_FD, 1000, PV_KIND_EVENTPOLL, ANON_INO);
	for (int i = 0; i < 60; i++)
		targets[i] = add(&world, 0, 10 + i, 100 + i, PV_KIND_EVENTFD, ANON_INO);
	for (int i = 0; i < 60; i++)
		wait_for(&world, 200 + i, 100 + i, ANON_INO);
	for (int i = 0; i < 60; i += 3)
		world.objects[0][10 + i] = 0;
	resolve(&world);
	for (guint i = 0; i < 60; i++)
		assert_target(&world, i, i % 3 == 0 ? PV_NONE : targets[i]);
	world_clear(&world);
}

static void
test_nobody(void)
{
	World world;

	world_init(&world);
	world.dead = TRUE;
	add(&world, 0, EPOLL_FD, 1000, PV_KIND_EVENTPOLL, ANON_INO);
	add(&world, 0, 5, 105, PV_KIND_EVENTFD, ANON_INO);
	wait_for(&world, 5, 105, ANON_INO);
	resolve(&world);
	assert_target(&world, 0, PV_NONE);
	world.speakers[0] = 0;
	resolve(&world);
	assert_target(&world, 0, PV_NONE);
	world_clear(&world);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/registrations-kcmp/usual", test_usual);
	g_test_add_func("/snapshot/registrations-kcmp/moved", test_moved);
	g_test_add_func("/snapshot/registrations-kcmp/sockets", test_sockets);
	g_test_add_func("/snapshot/registrations-kcmp/closing", test_closing);
	g_test_add_func("/snapshot/registrations-kcmp/nobody", test_nobody);
	return g_test_run();
}
