/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Ancestors and descendants, and nobody else; also where numbers make no sense.
 */
#include <stdlib.h>
#include <string.h>

#include "core/descent.h"

/*
 *	1 ─┬─ 10 ─┬─ 20 ─── 30 ─── 5		2 ─── 40
 *	   │      └─ 21
 *	   └─ 11
 */
static const PvParentage tree[] = {
	{30, 20}, {5, 30}, {1, 0}, {10, 1}, {40, 2}, {21, 10}, {20, 10}, {2, 0}, {11, 1},
};

static int
compare(const void *a, const void *b)
{
	return *(const gint32 *)a - *(const gint32 *)b;
}

static char *
tell(PvPidSet *set)
{
	GString *text = g_string_new(NULL);

	qsort(set->pids.data, set->pids.n, sizeof(gint32), compare);
	for (guint i = 0; i < pv_pid_set_count(set); i++)
		g_string_append_printf(text, "%s%d", i > 0 ? " " : "", pv_pid_set_get(set, i));
	return g_string_free(text, FALSE);
}

static void
check(const PvParentage *records, guint n, const gint32 *asked, const char *expected)
{
	g_autofree char *told = NULL;
	g_auto(PvPidSet) set;
	PvArray parentages;

	pv_pid_set_init(&set);
	pv_array_init(&parentages, sizeof(PvParentage));
	for (guint i = 0; i < n; i++)
		*(PvParentage *)pv_array_append(&parentages) = records[i];
	for (guint i = 0; asked[i] != 0; i++)
		pv_pid_set_add(&set, asked[i]);
	g_assert_true(pv_descent_add_family(&parentages, &set));
	told = tell(&set);
	g_assert_cmpstr(told, ==, expected);
	pv_array_clear(&parentages);
}

static void
test_tree(void)
{
	static const struct {
		gint32 asked[4];
		const char *family;
	} cases[] = {
		{{20}, "1 5 10 20 30"},
		{{5}, "1 5 10 20 30"},
		{{21}, "1 10 21"},
		{{1}, "1 5 10 11 20 21 30"},
		{{2}, "2 40"},
		{{30, 40}, "1 2 5 10 20 30 40"},
		/* One is an ancestor of the other, whatever the order. */
		{{30, 10}, "1 5 10 20 21 30"},
		{{10, 30}, "1 5 10 20 21 30"},
		{{99}, "99"},
		{{0}, ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		check(tree, G_N_ELEMENTS(tree), cases[i].asked, cases[i].family);
	check(NULL, 0, cases[0].asked, "20");
}

/* Numbers that were reused while parents were read. */
static void
test_rings(void)
{
	static const PvParentage ring[] = {{7, 8}, {8, 9}, {9, 7}, {6, 6}, {10, 6}};
	const gint32 in_ring[] = {8, 0};
	const gint32 own_parent[] = {10, 0};

	check(ring, G_N_ELEMENTS(ring), in_ring, "7 8 9");
	check(ring, G_N_ELEMENTS(ring), own_parent, "6 10");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/descent/tree", test_tree);
	g_test_add_func("/core/descent/rings", test_rings);
	return g_test_run();
}
