/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/PID/task/TID/children: numbers, each with a space behind it.
 */
#include <errno.h>
#include <string.h>

#include "backend/procfs/children-parse.h"

static int
parse(const char *text, PvArray *pids)
{
	pv_array_init(pids, sizeof(gint32));
	return pv_children_parse(text, strlen(text), pids);
}

static void
test_lists(void)
{
	static const struct {
		const char *text;
		gint32 pids[4];
	} cases[] = {
		{"", {0}},
		{"1 ", {1}},
		{"258 257 300 ", {258, 257, 300}},
		{"2147483647 ", {G_MAXINT32}},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		PvArray pids;
		guint n = 0;

		while (cases[i].pids[n] != 0)
			n++;
		g_assert_cmpint(parse(cases[i].text, &pids), ==, 0);
		g_assert_cmpuint(pids.n, ==, n);
		for (guint j = 0; j < n; j++)
			g_assert_cmpint(*pv_array_at(&pids, gint32, j), ==, cases[i].pids[j]);
		pv_array_clear(&pids);
	}
}

/* A number that is not followed by a space may have been cut. */
static void
test_refused(void)
{
	static const char *const texts[] = {
		"1", "12 3", " 1 ", "1  2 ", "0 ", "-1 ", "1\n", "1 x ", "2147483648 ", "+1 ",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		PvArray pids;

		g_assert_cmpint(parse(texts[i], &pids), ==, -EPROTO);
		pv_array_clear(&pids);
	}
}

/* What several threads have is put together. */
static void
test_appends(void)
{
	PvArray pids;

	g_assert_cmpint(parse("5 6 ", &pids), ==, 0);
	g_assert_cmpint(pv_children_parse("7 ", 2, &pids), ==, 0);
	g_assert_cmpuint(pids.n, ==, 3);
	g_assert_cmpint(*pv_array_at(&pids, gint32, 2), ==, 7);
	pv_array_clear(&pids);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/procfs/children-parse/lists", test_lists);
	g_test_add_func("/procfs/children-parse/refused", test_refused);
	g_test_add_func("/procfs/children-parse/appends", test_appends);
	return g_test_run();
}
