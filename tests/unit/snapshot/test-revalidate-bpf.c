/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who of a table's members has it still, and what is in it now, asked of a made-up kernel.
 */
#include <string.h>

#include "bpf-world.h"
#include "snapshot/revalidate-bpf.h"
#include "snapshot/scanner.h"
#include "snapshot/store.h"

#define A     1
#define B     2
#define FRESH 40

typedef struct {
	BpfWorld *world;
	PvContext context;
	PvPlan plan;
	PvTable *table;
} Fixture;

/* A snapshot of one process, whose tasks share table A. */
static void
set_up(Fixture *fixture, gconstpointer user_data)
{
	BpfWorld *world = bpf_world_new();
	PvStore *store = world->store;
	guint64 keys[6] = {A, A, A, A, A, A};
	PvTable *table;

	world->n_open[A] = 5;
	world->n_open[FRESH] = 3;
	bpf_world_add_process(world, G_N_ELEMENTS(keys), 0, keys);
	table = pv_array_append(&store->tables);
	*table = (PvTable){.n_members = G_N_ELEMENTS(keys), .key = A};
	/* Members are in no order of numbers where a leader's is higher. */
	for (guint32 i = 0; i < table->n_members; i++)
		*(guint32 *)pv_array_append(&store->members) = table->n_members - 1 - i;
	store->key_id = pv_bpf_id(NULL);
	g_assert_true(pv_store_seal(store, NULL));
	fixture->world = world;
	fixture->table = pv_store_table(store, 0);
	fixture->context.clock_ticks_per_s = 100;
	fixture->plan.context = &fixture->context;
	fixture->plan.bpf = (PvBpf *)world;
}

static void
tear_down(Fixture *fixture, gconstpointer user_data)
{
	bpf_world_free(fixture->world);
}

static void
test_has_key(Fixture *fixture, gconstpointer user_data)
{
	const PvPlan without = {.context = &fixture->context};

	g_assert_true(pv_revalidate_has_key(&fixture->plan, fixture->table));
	g_assert_false(pv_revalidate_has_key(&without, fixture->table));
	/* Found by another scanner, by none, or in procfs. */
	fixture->world->store->key_id++;
	g_assert_false(pv_revalidate_has_key(&fixture->plan, fixture->table));
	fixture->world->store->key_id = 0;
	g_assert_false(pv_revalidate_has_key(&fixture->plan, fixture->table));
	fixture->world->store->key_id = pv_bpf_id(NULL);
	fixture->table->key = 0;
	g_assert_false(pv_revalidate_has_key(&fixture->plan, fixture->table));
}

/* Fills the memberships, by tid. */
static void
ask(Fixture *fixture, guint8 *by_tid)
{
	g_autoptr(GError) error = NULL;
	guint8 memberships[8];

	memset(memberships, 0xff, sizeof(memberships));
	g_assert_true(pv_revalidate_members_by_key(&fixture->plan, fixture->table, NULL,
						   memberships, &error));
	g_assert_no_error(error);
	for (guint32 i = 0; i < fixture->table->n_members; i++)
		by_tid[fixture->table->n_members - i] = memberships[i];
	g_assert_cmpuint(memberships[6], ==, 0xff);
}

static void
test_members(Fixture *fixture, gconstpointer user_data)
{
	BpfWorldTask *tasks = fixture->world->tasks;
	guint8 by_tid[8];

	ask(fixture, by_tid);
	for (gint32 tid = 1; tid <= 6; tid++)
		g_assert_cmpuint(by_tid[tid], ==, PV_MEMBERSHIP_SHARING);
	tasks[2].key = FRESH;
	tasks[3].key = 0; /* a zombie */
	bpf_world_exit(fixture->world, 4);
	tasks[5].identity = 77;
	/* Somebody else's, though it is the same table. */
	tasks[6].identity = 78;
	tasks[6].key = FRESH;
	ask(fixture, by_tid);
	g_assert_cmpuint(by_tid[1], ==, PV_MEMBERSHIP_SHARING);
	g_assert_cmpuint(by_tid[2], ==, PV_MEMBERSHIP_LEFT);
	g_assert_cmpuint(by_tid[3], ==, PV_MEMBERSHIP_EXITED);
	g_assert_cmpuint(by_tid[4], ==, PV_MEMBERSHIP_EXITED);
	g_assert_cmpuint(by_tid[5], ==, PV_MEMBERSHIP_REPLACED);
	g_assert_cmpuint(by_tid[6], ==, PV_MEMBERSHIP_REPLACED);
}

/* Before 6.9 there are no identities: within a tick of the clock nobody can tell. */
static void
test_members_by_time(Fixture *fixture, gconstpointer user_data)
{
	guint8 by_tid[8];

	for (gint32 tid = 1; tid <= 6; tid++) {
		pv_store_task(fixture->world->store, tid - 1)->identity = 0;
		fixture->world->tasks[tid].identity = 0;
	}
	fixture->world->tasks[2].start_time_ns += 10000000;
	fixture->world->tasks[3].start_time_ns += 9000000;
	ask(fixture, by_tid);
	g_assert_cmpuint(by_tid[1], ==, PV_MEMBERSHIP_SHARING);
	g_assert_cmpuint(by_tid[2], ==, PV_MEMBERSHIP_REPLACED);
	g_assert_cmpuint(by_tid[3], ==, PV_MEMBERSHIP_SHARING);
}

static PvOutcome
read_again(Fixture *fixture, guint32 expected)
{
	g_autoptr(GError) error = NULL;
	PvStore *fresh = pv_store_new();
	PvOutcome outcome;

	g_assert_true(pv_revalidate_read_by_bpf(&fixture->plan, fixture->table,
						pv_store_task(fixture->world->store, 1), NULL,
						fresh, &outcome, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(fresh->descriptors.n, ==, expected);
	pv_store_unref(fresh);
	return outcome;
}

static void
leave(gpointer user_data)
{
	BpfWorld *world = user_data;

	world->tasks[2].key = FRESH;
}

static void
test_read(Fixture *fixture, gconstpointer user_data)
{
	PvOutcome outcome = read_again(fixture, 5);

	g_assert_cmpuint(outcome.status, ==, PV_STATUS_OK);
	g_assert_cmpuint(outcome.open_count, ==, 5);
	g_assert_false(outcome.exited);
	fixture->world->n_missed[A] = 1;
	g_assert_cmpuint(read_again(fixture, 0).status, ==, PV_STATUS_PARTIAL);
	/* Between the reading and the check, and before both. */
	fixture->world->before_check = leave;
	fixture->world->user_data = fixture->world;
	outcome = read_again(fixture, 5);
	g_assert_cmpuint(outcome.status, ==, PV_STATUS_PARTIAL);
	g_assert_cmpuint(outcome.reason, ==, PV_REASON_CHANGED);
	g_assert_cmpuint(read_again(fixture, 0).reason, ==, PV_REASON_CHANGED);
	bpf_world_exit(fixture->world, 2);
	fixture->world->before_check = NULL;
	outcome = read_again(fixture, 0);
	g_assert_true(outcome.exited);
	g_assert_cmpuint(outcome.status, !=, PV_STATUS_OK);
}

#define add_test(path, function)                                                                   \
	g_test_add("/snapshot/revalidate-bpf/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_test("has-key", test_has_key);
	add_test("members", test_members);
	add_test("members-by-time", test_members_by_time);
	add_test("read", test_read);
	return g_test_run();
}
