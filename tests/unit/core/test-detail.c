/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Records that are appended in any order, moved when files are, dropped when a table is read again,
 * and put in order once.
 */
#include "core/detail.h"
#include "core/store.h"

static void
add_number(PvDetails *details, guint32 file, guint fact, guint64 value)
{
	g_assert_true(pv_details_add_number(details, file, fact, value));
}

static void
assert_number(const PvDetails *details, guint32 file, guint fact, guint64 value)
{
	const PvFact *found = pv_details_find_fact(details, file, fact);

	g_assert_nonnull(found);
	g_assert_cmpuint(found->value, ==, value);
}

static void
test_facts(void)
{
	PvDetails details;
	guint n;

	pv_details_init(&details);
	add_number(&details, 7, PV_FACT_EVENTFD_ID, 3);
	add_number(&details, 2, PV_FACT_PIPE_READERS, 1);
	add_number(&details, 7, PV_FACT_EVENTFD_COUNT, 9);
	/* Another descriptor of the same description told it again. */
	add_number(&details, 7, PV_FACT_EVENTFD_ID, 3);
	pv_details_settle(&details);
	g_assert_cmpuint(details.facts.n, ==, 3);
	assert_number(&details, 7, PV_FACT_EVENTFD_ID, 3);
	assert_number(&details, 7, PV_FACT_EVENTFD_COUNT, 9);
	assert_number(&details, 2, PV_FACT_PIPE_READERS, 1);
	g_assert_null(pv_details_find_fact(&details, 7, PV_FACT_PIPE_READERS));
	g_assert_null(pv_details_find_fact(&details, 3, PV_FACT_PIPE_READERS));
	g_assert_null(pv_details_find_fact(&details, 8, PV_FACT_EVENTFD_ID));
	g_assert_cmpuint(pv_details_facts_of(&details, 7, &n)->fact, ==, PV_FACT_EVENTFD_COUNT);
	g_assert_cmpuint(n, ==, 2);
	g_assert_null(pv_details_facts_of(&details, 0, &n));
	g_assert_cmpuint(n, ==, 0);
	pv_details_clear(&details);
}

/* Nothing was collected. */
static void
test_empty(void)
{
	PvDetails details;
	guint n;

	pv_details_init(&details);
	pv_details_settle(&details);
	g_assert_null(pv_details_find_fact(&details, 0, 0));
	g_assert_null(pv_details_registrations_of(&details, 0, &n));
	g_assert_null(pv_details_marks_of(&details, 0, &n));
	g_assert_null(pv_details_locks_of(&details, 0, &n));
	g_assert_null(pv_details_find_socket(&details, 0));
	g_assert_null(pv_details_find_mount(&details, 0));
	g_assert_cmpuint(pv_details_memory(&details), ==, 0);
	pv_details_rewind(&details, 0);
	pv_details_clear(&details);
}

static void
test_rewind(void)
{
	PvDetails details;
	PvHolding *holding;

	pv_details_init(&details);
	for (guint32 file = 0; file < 6; file++) {
		add_number(&details, file, PV_FACT_EVENTFD_ID, file);
		add_number(&details, file, PV_FACT_EVENTFD_COUNT, file);
		g_assert_nonnull(pv_details_add_registration(&details, file));
		g_assert_nonnull(pv_details_add_mark(&details, file));
		g_assert_nonnull(pv_details_add_lock(&details, file));
		holding = pv_array_append(&details.holdings);
		holding->holder = file;
	}
	pv_details_rewind(&details, 4);
	g_assert_cmpuint(details.facts.n, ==, 8);
	g_assert_cmpuint(details.registrations.n, ==, 4);
	g_assert_cmpuint(details.marks.n, ==, 4);
	g_assert_cmpuint(details.locks.n, ==, 4);
	g_assert_cmpuint(details.holdings.n, ==, 4);
	/* The table is read again. */
	add_number(&details, 4, PV_FACT_EVENTFD_ID, 44);
	pv_details_settle(&details);
	assert_number(&details, 4, PV_FACT_EVENTFD_ID, 44);
	assert_number(&details, 3, PV_FACT_EVENTFD_ID, 3);
	g_assert_null(pv_details_find_fact(&details, 4, PV_FACT_EVENTFD_COUNT));
	pv_details_clear(&details);
}

/* File 2 has the description of file 0, and is dropped with what it brought, as is 1. */
static void
test_move(void)
{
	static const guint32 moved[] = {0, PV_NONE, PV_NONE, 1};
	PvDetails details;
	guint n;
	const PvRegistration *registrations;

	pv_details_init(&details);
	for (guint32 file = 0; file < G_N_ELEMENTS(moved); file++) {
		add_number(&details, file, PV_FACT_EVENTFD_ID, file == 3 ? 8 : 5);
		pv_details_add_registration(&details, file)->target = 3 - file;
		pv_details_add_mark(&details, file)->wd = (gint32)file;
	}
	pv_details_add_registration(&details, 3);
	pv_details_move_files(&details, moved, G_N_ELEMENTS(moved));
	pv_details_settle(&details);
	g_assert_cmpuint(details.facts.n, ==, 2);
	assert_number(&details, 0, PV_FACT_EVENTFD_ID, 5);
	assert_number(&details, 1, PV_FACT_EVENTFD_ID, 8);
	registrations = pv_details_registrations_of(&details, 1, &n);
	g_assert_cmpuint(n, ==, 2);
	g_assert_cmpuint(registrations[0].target, ==, 0);
	g_assert_cmpuint(registrations[1].target, ==, PV_NONE);
	pv_details_marks_of(&details, 1, &n);
	g_assert_cmpuint(n, ==, 1);
	pv_details_clear(&details);
}

static void
test_locks(void)
{
	static const guint32 descriptor_of[] = {5, PV_NONE, 3};
	PvDetails details;
	PvLock *locks;
	guint n;

	pv_details_init(&details);
	pv_details_add_lock(&details, 0)->type = PV_LOCK_FLOCK;
	pv_details_add_lock(&details, 1);
	pv_details_add_lock(&details, 2)->start = 90;
	pv_details_add_lock(&details, 2)->start = 10;
	pv_details_move_locks(&details, descriptor_of, G_N_ELEMENTS(descriptor_of));
	pv_details_settle(&details);
	g_assert_cmpuint(details.locks.n, ==, 3);
	locks = pv_details_locks_of(&details, 3, &n);
	g_assert_cmpuint(n, ==, 2);
	g_assert_cmpuint(locks[0].start, ==, 10);
	g_assert_cmpuint(locks[1].start, ==, 90);
	locks = pv_details_locks_of(&details, 5, &n);
	g_assert_cmpuint(n, ==, 1);
	g_assert_cmpuint(locks[0].index, ==, 2);
	g_assert_null(pv_details_locks_of(&details, 0, &n));
	pv_details_clear(&details);
}

static PvSocket *
add_socket(PvDetails *details, guint64 ino, guint32 known)
{
	PvSocket *socket = pv_array_append(&details->sockets);

	g_assert_nonnull(socket);
	socket->ino = ino;
	socket->known = known;
	return socket;
}

/* Inode numbers need all 64 bits: a difference in the upper half is one. */
static void
test_sockets(void)
{
	const guint64 far = G_GUINT64_CONSTANT(1) << 40;
	PvDetails details;

	pv_details_init(&details);
	add_socket(&details, far + 1, PV_SOCKET_FAMILY);
	add_socket(&details, 1, PV_SOCKET_FAMILY | PV_SOCKET_STATE)->state = 10;
	add_socket(&details, far, PV_SOCKET_FAMILY);
	add_socket(&details, 1, PV_SOCKET_FAMILY);
	pv_details_settle(&details);
	g_assert_cmpuint(details.sockets.n, ==, 3);
	g_assert_cmpuint(pv_details_find_socket(&details, 1)->state, ==, 10);
	g_assert_cmpuint(pv_details_find_socket(&details, far)->ino, ==, far);
	g_assert_cmpuint(pv_details_find_socket(&details, far + 1)->index, ==, 2);
	g_assert_null(pv_details_find_socket(&details, 2));
	pv_details_clear(&details);
}

static void
test_mounts(void)
{
	static const guint32 ids[] = {40, 21, 40};
	PvDetails details;

	pv_details_init(&details);
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		((PvMount *)pv_array_append(&details.mounts))->mount_id = ids[i];
	pv_details_settle(&details);
	g_assert_cmpuint(details.mounts.n, ==, 2);
	g_assert_cmpuint(pv_details_find_mount(&details, 40)->index, ==, 1);
	g_assert_cmpuint(pv_details_find_mount(&details, 21)->index, ==, 0);
	g_assert_null(pv_details_find_mount(&details, 22));
	pv_details_clear(&details);
}

/* A sealed record leads back to its store. */
static void
test_seal(void)
{
	PvStore *store = pv_store_new();

	g_assert_nonnull(pv_details_add_mark(&store->details, 0));
	g_assert_nonnull(pv_details_add_mark(&store->details, 1));
	add_socket(&store->details, 5, 0);
	pv_details_settle(&store->details);
	pv_details_seal(&store->details, store);
	g_assert_true(pv_store_of(pv_array_at(&store->details.marks, PvMark, 1)) == store);
	g_assert_true(pv_store_of(pv_details_find_socket(&store->details, 5)) == store);
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/detail/facts", test_facts);
	g_test_add_func("/core/detail/empty", test_empty);
	g_test_add_func("/core/detail/rewind", test_rewind);
	g_test_add_func("/core/detail/move", test_move);
	g_test_add_func("/core/detail/locks", test_locks);
	g_test_add_func("/core/detail/sockets", test_sockets);
	g_test_add_func("/core/detail/mounts", test_mounts);
	g_test_add_func("/core/detail/seal", test_seal);
	return g_test_run();
}
