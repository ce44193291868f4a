/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Open file descriptions by address: which descriptors come out as one, which as two, and of which
 * nothing is said.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "../memory-limit.h"
#include "core/error.h"
#include "core/kind.h"
#include "grouping/describe.h"

#define X      G_GUINT64_CONSTANT(0xffff888104a0c000)
#define Y      G_GUINT64_CONSTANT(0xffff888104a0c100)
#define SHARED 1

typedef struct {
	PvStore *store;
	PvArray addresses;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer user_data)
{
	fixture->store = pv_store_new();
	pv_array_init(&fixture->addresses, sizeof(guint64));
}

static void
tear_down(Fixture *fixture, gconstpointer user_data)
{
	pv_array_clear(&fixture->addresses);
	pv_store_unref(fixture->store);
}

static void
add_file(Fixture *fixture, guint64 ino)
{
	PvStore *store = fixture->store;
	PvDescriptor *descriptor = pv_array_append(&store->descriptors);
	PvFile *file = pv_array_append(&store->files);

	file->index = store->files.n - 1;
	file->ino = ino;
	file->dev = pv_dev(8, 1);
	file->mode = S_IFREG | 0644;
	file->kind = PV_KIND_REGULAR;
	file->flags = O_RDWR;
	file->known = PV_FILE_INODE | PV_FILE_FLAGS | PV_FILE_POS;
	/* Tells whose record it is, when files have been moved. */
	file->pos = store->files.n - 1;
	descriptor->index = store->descriptors.n - 1;
	descriptor->fd = descriptor->index;
	descriptor->file = file->index;
}

/* A descriptor as a reading leaves it: with a file of its own. */
static PvFile *
add(Fixture *fixture, guint64 address, guint64 ino)
{
	add_file(fixture, ino);
	*(guint64 *)pv_array_append(&fixture->addresses) = address;
	return pv_store_file(fixture->store, fixture->store->files.n - 1);
}

static guint32
file_of(const Fixture *fixture, guint32 descriptor)
{
	return pv_store_descriptor(fixture->store, descriptor)->file;
}

static gboolean
is_described(const Fixture *fixture, guint32 descriptor)
{
	return (pv_store_file(fixture->store, file_of(fixture, descriptor))->known &
		PV_FILE_DESCRIBED) != 0;
}

static void
describe(Fixture *fixture, guint32 expected)
{
	g_autoptr(GError) error = NULL;
	PvStore *store = fixture->store;
	guint32 next = 0;

	g_assert_true(pv_describe_by_address(store, &fixture->addresses, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(store->files.n, ==, expected);
	/* In the order of the descriptors, and each somebody's. */
	for (guint32 i = 0; i < store->descriptors.n; i++) {
		g_assert_cmpuint(file_of(fixture, i), <=, next);
		next += file_of(fixture, i) == next;
	}
	g_assert_cmpuint(next, ==, expected);
	for (guint32 i = 0; i < store->files.n; i++)
		g_assert_cmpuint(pv_store_file(store, i)->index, ==, i);
}

static void
test_none(Fixture *fixture, gconstpointer user_data)
{
	describe(fixture, 0);
}

static void
test_shared(Fixture *fixture, gconstpointer user_data)
{
	add(fixture, X | SHARED, 5);
	add(fixture, Y, 5);
	add(fixture, X | SHARED, 5);
	add(fixture, X | SHARED, 5);
	describe(fixture, 2);
	g_assert_cmpuint(file_of(fixture, 0), ==, file_of(fixture, 2));
	g_assert_cmpuint(file_of(fixture, 0), ==, file_of(fixture, 3));
	g_assert_cmpuint(file_of(fixture, 0), !=, file_of(fixture, 1));
	/* What was found first is kept. */
	g_assert_cmpint(pv_store_file(fixture->store, 0)->pos, ==, 0);
	for (guint32 i = 0; i < 4; i++)
		g_assert_true(is_described(fixture, i));
}

/* Neither had a second reference: memory that was given anew. */
static void
test_not_shared(Fixture *fixture, gconstpointer user_data)
{
	add(fixture, X, 5);
	add(fixture, X, 5);
	add(fixture, X, 5);
	describe(fixture, 3);
	for (guint32 i = 0; i < 3; i++)
		g_assert_true(is_described(fixture, i));
}

/* Passed on in between, or another one: nobody can say. */
static void
test_one_shared(Fixture *fixture, gconstpointer user_data)
{
	add(fixture, X | SHARED, 5);
	add(fixture, X, 5);
	add(fixture, Y, 6);
	add(fixture, Y | SHARED, 6);
	describe(fixture, 4);
	for (guint32 i = 0; i < 4; i++)
		g_assert_false(is_described(fixture, i));
}

/* Once there is a doubt it stays, and whoever is met later shares it. */
static void
test_doubt_stays(Fixture *fixture, gconstpointer user_data)
{
	add(fixture, X | SHARED, 5);
	add(fixture, X, 5);
	add(fixture, X | SHARED, 5);
	add(fixture, Y, 6);
	add(fixture, Y | SHARED, 6);
	add(fixture, Y | SHARED, 6);
	g_assert_true(pv_describe_by_address(fixture->store, &fixture->addresses, NULL));
	for (guint32 i = 0; i < 6; i++)
		g_assert_false(is_described(fixture, i));
	g_assert_cmpuint(file_of(fixture, 0), !=, file_of(fixture, 1));
	g_assert_cmpuint(file_of(fixture, 3), !=, file_of(fixture, 4));
}

/* Whatever is counted, another inode is another description. */
static void
test_other_file(Fixture *fixture, gconstpointer user_data)
{
	add(fixture, X | SHARED, 5);
	add(fixture, X | SHARED, 6);
	add(fixture, X | SHARED, 6);
	add(fixture, X | SHARED, 6)->dev = pv_dev(8, 2);
	add(fixture, X | SHARED, 6)->kind = PV_KIND_MQUEUE;
	add(fixture, X, 7);
	add(fixture, X | SHARED, 8);
	describe(fixture, 6);
	g_assert_cmpuint(file_of(fixture, 1), ==, file_of(fixture, 2));
	for (guint32 i = 0; i < 7; i++)
		g_assert_true(is_described(fixture, i));
}

/* Flags of open(2) stay as they were, and those that fcntl(2) sets need not. */
static void
test_flags(Fixture *fixture, gconstpointer user_data)
{
	add(fixture, X | SHARED, 5)->flags = O_RDWR;
	add(fixture, X | SHARED, 5)->flags = O_RDWR | O_APPEND | O_NONBLOCK;
	add(fixture, Y | SHARED, 5)->flags = O_RDWR;
	add(fixture, Y | SHARED, 5)->flags = O_RDONLY;
	describe(fixture, 3);
	g_assert_cmpuint(file_of(fixture, 0), ==, file_of(fixture, 1));
	g_assert_cmpuint(file_of(fixture, 2), !=, file_of(fixture, 3));
}

/* A description without an address is nobody's, and so is what was read in another way. */
static void
test_without_address(Fixture *fixture, gconstpointer user_data)
{
	add(fixture, 0, 5);
	add(fixture, SHARED, 5);
	add(fixture, X | SHARED, 5);
	add_file(fixture, 5);
	add_file(fixture, 5);
	describe(fixture, 5);
	for (guint32 i = 0; i < 5; i++)
		g_assert_cmpint(is_described(fixture, i), ==, i == 2);
}

/* Tables were put in another order, and what was read in vain is named by nobody. */
static void
test_arranged(Fixture *fixture, gconstpointer user_data)
{
	PvStore *store = fixture->store;

	add(fixture, X | SHARED, 5);
	add(fixture, Y | SHARED, 6);
	add(fixture, Y + 256, 7);
	add(fixture, X | SHARED, 5);
	pv_store_descriptor(store, 0)->file = 3;
	pv_store_descriptor(store, 1)->file = 2;
	pv_store_descriptor(store, 2)->file = 0;
	pv_array_truncate(&store->descriptors, 3);
	describe(fixture, 2);
	g_assert_cmpint(pv_store_file(store, 0)->pos, ==, 3);
	g_assert_cmpint(pv_store_file(store, 1)->pos, ==, 2);
	g_assert_cmpuint(file_of(fixture, 2), ==, 0);
}

/* As slabs have them: one beside the other, each one met twice. */
static void
test_many(Fixture *fixture, gconstpointer user_data)
{
	const guint n = 20000;

	for (guint i = 0; i < n; i++)
		add(fixture, (X + i * 256) | SHARED, i);
	for (guint i = n; i-- > 0;)
		add(fixture, (X + i * 256) | SHARED, i);
	describe(fixture, n);
	for (guint i = 0; i < n; i++)
		g_assert_cmpuint(file_of(fixture, 2 * n - 1 - i), ==, i);
}

static void
check_no_memory(Fixture *fixture, gsize n_more_bytes)
{
	g_autoptr(GError) error = NULL;
	struct rlimit limit = memory_limit_set(n_more_bytes);
	gboolean done = pv_describe_by_address(fixture->store, &fixture->addresses, &error);

	memory_limit_lift(limit);
	g_assert_false(done);
	g_assert_error(error, pv_error_quark(), PV_ERROR_NO_MEMORY);
}

/* For the index, and for the files that stay. */
static void
test_no_memory(Fixture *fixture, gconstpointer user_data)
{
	const guint n = 300000;

	if (!MEMORY_LIMIT_WORKS) {
		g_test_skip("an address sanitizer owns the address space");
		return;
	}
	/* Arrays that grow leave room behind them. */
	g_assert_true(pv_array_reserve(&fixture->addresses, n));
	g_assert_true(pv_array_reserve(&fixture->store->descriptors, n));
	g_assert_true(pv_array_reserve(&fixture->store->files, n));
	for (guint i = 0; i < n; i++)
		add(fixture, X + i * 256, i);
	check_no_memory(fixture, 1 << 20);
	check_no_memory(fixture, 14 << 20);
	/* They are all still here. */
	g_assert_cmpuint(fixture->store->files.n, ==, n);
	describe(fixture, n);
}

#define add_test(path, function)                                                                   \
	g_test_add("/grouping/describe-by-address/" path, Fixture, NULL, set_up, function,         \
		   tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_test("none", test_none);
	add_test("shared", test_shared);
	add_test("not-shared", test_not_shared);
	add_test("one-shared", test_one_shared);
	add_test("doubt-stays", test_doubt_stays);
	add_test("other-file", test_other_file);
	add_test("flags", test_flags);
	add_test("without-address", test_without_address);
	add_test("arranged", test_arranged);
	add_test("many", test_many);
	add_test("no-memory", test_no_memory);
	return g_test_run();
}
