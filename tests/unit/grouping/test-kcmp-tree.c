/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The tree: finds equals, keeps order through insertions and removals, asks few questions.
 */
#include "grouping/kcmp-tree.h"

typedef struct {
	guint64 key[10000];
	PvOrder forced; /* answered instead, for forced_item */
	guint32 forced_item;
	guint n_calls;
	guint n_items;
	guint32 last;
} Keys;

static PvOrder
compare(guint32 item, guint32 other, gpointer user_data)
{
	Keys *keys = user_data;

	keys->n_calls++;
	if (keys->forced != PV_ORDER_EQUAL && other == keys->forced_item)
		return keys->forced;
	if (keys->key[item] == keys->key[other])
		return PV_ORDER_EQUAL;
	return keys->key[item] < keys->key[other] ? PV_ORDER_LESS : PV_ORDER_GREATER;
}

static gboolean
count_item(guint32 item, gpointer user_data)
{
	Keys *keys = user_data;

	g_assert_true(keys->n_items == 0 || keys->key[keys->last] < keys->key[item]);
	keys->last = item;
	keys->n_items++;
	return TRUE;
}

static guint
count_items(PvKcmpTree *tree, Keys *keys)
{
	keys->n_items = 0;
	g_assert_true(pv_kcmp_tree_each(tree, count_item, keys));
	return keys->n_items;
}

static void
fill(PvKcmpTree *tree, Keys *keys, guint n)
{
	pv_kcmp_tree_init(tree, compare, keys);
	for (guint32 i = 0; i < n; i++) {
		PvKcmpTreePlace place = pv_kcmp_tree_insert(tree, i);

		g_assert_false(place.no_memory);
		g_assert_cmpint(place.order, !=, PV_ORDER_EQUAL);
		g_assert_cmpuint(place.item, ==, i);
	}
}

static void
test_finds_equals(void)
{
	g_autofree Keys *keys = g_new0(Keys, 1);
	PvKcmpTree tree;

	for (guint i = 0; i < 2000; i++)
		keys->key[i] = i % 1000 * 7919 % 1000;
	fill(&tree, keys, 1000);
	for (guint32 i = 1000; i < 2000; i++) {
		PvKcmpTreePlace place = pv_kcmp_tree_insert(&tree, i);

		g_assert_cmpint(place.order, ==, PV_ORDER_EQUAL);
		g_assert_cmpuint(place.item, ==, i - 1000);
	}
	g_assert_cmpuint(count_items(&tree, keys), ==, 1000);
	pv_kcmp_tree_clear(&tree);
}

/* Sorted input, the worst for a plain search tree. */
static void
test_stays_shallow(void)
{
	g_autofree Keys *keys = g_new0(Keys, 1);
	PvKcmpTree tree;

	for (guint i = 0; i < 10000; i++)
		keys->key[i] = i;
	fill(&tree, keys, 10000);
	g_test_message("%.1f comparisons an item", keys->n_calls / 10000.0);
	g_assert_cmpuint(keys->n_calls, <, 10000 * 2 * 14);
	g_assert_cmpuint(count_items(&tree, keys), ==, 10000);
	pv_kcmp_tree_clear(&tree);
}

static void
test_removes(void)
{
	g_autofree Keys *keys = g_new0(Keys, 1);
	PvKcmpTree tree;

	for (guint i = 0; i < 1000; i++)
		keys->key[i] = i * 7919 % 1009;
	fill(&tree, keys, 1000);
	for (guint32 i = 0; i < 1000; i += 2) {
		PvKcmpTreePlace place = pv_kcmp_tree_insert(&tree, i);

		g_assert_cmpint(place.order, ==, PV_ORDER_EQUAL);
		pv_kcmp_tree_remove(&tree, place.node);
	}
	g_assert_cmpuint(count_items(&tree, keys), ==, 500);
	for (guint32 i = 0; i < 1000; i++)
		g_assert_true((pv_kcmp_tree_insert(&tree, i).order == PV_ORDER_EQUAL) ==
			      (i % 2 == 1));
	pv_kcmp_tree_clear(&tree);
}

static void
test_ends_where_it_fails(void)
{
	g_autofree Keys *keys = g_new0(Keys, 1);
	PvKcmpTree tree;
	PvKcmpTreePlace place;

	for (guint i = 0; i < 11; i++)
		keys->key[i] = i;
	fill(&tree, keys, 10);
	keys->forced_item = pv_kcmp_tree_insert(&tree, 3).item;
	keys->key[10] = 3;
	keys->forced = PV_ORDER_ERROR;
	place = pv_kcmp_tree_insert(&tree, 10);
	g_assert_cmpint(place.order, ==, PV_ORDER_ERROR);
	g_assert_cmpuint(place.item, ==, 3);
	pv_kcmp_tree_remove(&tree, place.node);
	keys->forced = PV_ORDER_EQUAL;
	place = pv_kcmp_tree_insert(&tree, 10);
	g_assert_cmpint(place.order, !=, PV_ORDER_EQUAL);
	g_assert_cmpuint(count_items(&tree, keys), ==, 10);
	pv_kcmp_tree_clear(&tree);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grouping/kcmp-tree/finds-equals", test_finds_equals);
	g_test_add_func("/grouping/kcmp-tree/stays-shallow", test_stays_shallow);
	g_test_add_func("/grouping/kcmp-tree/removes", test_removes);
	g_test_add_func("/grouping/kcmp-tree/ends-where-it-fails", test_ends_where_it_fails);
	return g_test_run();
}
