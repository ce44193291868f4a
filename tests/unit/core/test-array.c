/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Growing arrays: what they hold stays, what is new is zero, and running out of memory harms
 * nothing.
 */
#include <string.h>

#include "../memory-limit.h"
#include "core/array.h"

typedef struct {
	guint64 value;
	guint32 twice;
} Record;

static void
fill(PvArray *array, guint n)
{
	for (guint i = 0; i < n; i++) {
		Record *record = pv_array_append(array);

		g_assert_nonnull(record);
		g_assert_cmpuint(record->value, ==, 0);
		g_assert_cmpuint(record->twice, ==, 0);
		record->value = i;
		record->twice = 2 * i;
	}
}

static void
assert_filled(const PvArray *array, guint n)
{
	g_assert_cmpuint(array->n, ==, n);
	for (guint i = 0; i < n; i++) {
		g_assert_cmpuint(pv_array_at(array, Record, i)->value, ==, i);
		g_assert_cmpuint(pv_array_at(array, Record, i)->twice, ==, 2 * i);
	}
}

static void
test_growth(void)
{
	PvArray array;

	pv_array_init(&array, sizeof(Record));
	g_assert_null(array.data);
	g_assert_cmpuint(pv_array_memory(&array), ==, 0);
	fill(&array, 100000);
	assert_filled(&array, 100000);
	g_assert_cmpuint(pv_array_memory(&array), >=, 100000 * sizeof(Record));
	g_assert_cmpuint(pv_array_memory(&array), <, 200100 * sizeof(Record));
	pv_array_clear(&array);
	g_assert_null(array.data);
	g_assert_cmpuint(array.n, ==, 0);
	fill(&array, 3);
	assert_filled(&array, 3);
	pv_array_clear(&array);
}

static void
test_reserve(void)
{
	PvArray array;
	gpointer data;

	pv_array_init(&array, sizeof(Record));
	g_assert_true(pv_array_reserve(&array, 0));
	g_assert_true(pv_array_reserve(&array, 1000));
	data = array.data;
	fill(&array, 1000);
	/* What was reserved is used in place. */
	g_assert_true(array.data == data);
	assert_filled(&array, 1000);
	pv_array_clear(&array);
}

static void
test_truncate(void)
{
	PvArray array;
	Record *record;

	pv_array_init(&array, sizeof(Record));
	fill(&array, 10);
	pv_array_truncate(&array, 20);
	assert_filled(&array, 10);
	pv_array_truncate(&array, 4);
	assert_filled(&array, 4);
	/* A record that takes a dropped one's place knows nothing of it. */
	record = pv_array_append(&array);
	g_assert_cmpuint(record->value, ==, 0);
	g_assert_cmpuint(record->twice, ==, 0);
	pv_array_clear(&array);
}

static void
test_seal(void)
{
	PvArray array;
	int owner;

	pv_array_init(&array, sizeof(Record));
	pv_array_seal(&array, &owner);
	g_assert_null(array.data);
	fill(&array, 17);
	g_assert_cmpuint(array.allocated, >, 17);
	g_assert_null(pv_array_owner(array.data));
	pv_array_seal(&array, &owner);
	assert_filled(&array, 17);
	g_assert_cmpuint(array.allocated, ==, 17);
	g_assert_cmpuint(pv_array_memory(&array), ==, sizeof(PvArrayHead) + 17 * sizeof(Record));
	g_assert_true(pv_array_owner(array.data) == &owner);
	pv_array_clear(&array);

	/* Nothing left but spare room. */
	g_assert_true(pv_array_reserve(&array, 5));
	pv_array_seal(&array, &owner);
	g_assert_null(array.data);
	g_assert_cmpuint(pv_array_memory(&array), ==, 0);
}

static void
test_too_many(void)
{
	PvArray array;

	pv_array_init(&array, 1);
	g_assert_nonnull(pv_array_append(&array));
	g_assert_false(pv_array_reserve(&array, G_MAXUINT));
	g_assert_false(pv_array_reserve(&array, G_MAXUINT - 1));
	g_assert_cmpuint(array.n, ==, 1);
	pv_array_clear(&array);
}

static void
test_no_memory(void)
{
	PvArray array;
	PvArray before;
	struct rlimit limit;

	if (!MEMORY_LIMIT_WORKS) {
		g_test_skip("an address sanitizer owns the address space");
		return;
	}
	pv_array_init(&array, sizeof(Record));
	fill(&array, 1000);
	before = array;
	limit = memory_limit_set(64 << 20);
	g_assert_false(pv_array_reserve(&array, 100 << 20));
	/* Doubling is refused as well, and one record more is not. */
	g_assert_true(pv_array_reserve(&array, 1000));
	memory_limit_lift(limit);
	g_assert_cmpuint(array.n, ==, before.n);
	assert_filled(&array, 1000);
	pv_array_clear(&array);
}

/* Where there is no room for twice as much, there may be for what is needed. */
static void
test_tight_memory(void)
{
	PvArray array;
	struct rlimit limit;

	if (!MEMORY_LIMIT_WORKS) {
		g_test_skip("an address sanitizer owns the address space");
		return;
	}
	pv_array_init(&array, 1 << 20);
	g_assert_true(pv_array_reserve(&array, 128));
	array.n = 128;
	limit = memory_limit_set(64 << 20);
	g_assert_nonnull(pv_array_append(&array));
	memory_limit_lift(limit);
	g_assert_cmpuint(array.n, ==, 129);
	g_assert_cmpuint(array.allocated, ==, 129);
	pv_array_clear(&array);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/array/growth", test_growth);
	g_test_add_func("/core/array/reserve", test_reserve);
	g_test_add_func("/core/array/truncate", test_truncate);
	g_test_add_func("/core/array/seal", test_seal);
	g_test_add_func("/core/array/too-many", test_too_many);
	g_test_add_func("/core/array/no-memory", test_no_memory);
	g_test_add_func("/core/array/tight-memory", test_tight_memory);
	return g_test_run();
}
