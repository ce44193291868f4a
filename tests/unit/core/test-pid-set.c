/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sets of process ids: each once, in the order they came, however many there are.
 */
#include "core/pid-set.h"

static void
test_empty(void)
{
	g_auto(PvPidSet) set;

	pv_pid_set_init(&set);
	g_assert_cmpuint(pv_pid_set_count(&set), ==, 0);
	g_assert_cmpuint(pv_pid_set_find(&set, 1), ==, PV_PID_SET_NONE);
	g_assert_cmpuint(pv_pid_set_find(&set, 0), ==, PV_PID_SET_NONE);
}

static void
check(guint n, gint32 (*number)(guint))
{
	g_auto(PvPidSet) set;

	pv_pid_set_init(&set);
	for (guint i = 0; i < n; i++) {
		g_assert_cmpint(pv_pid_set_add(&set, number(i)), ==, PV_PID_ADDED);
		g_assert_cmpint(pv_pid_set_add(&set, number(i)), ==, PV_PID_KNOWN);
		g_assert_cmpint(pv_pid_set_add(&set, number(i / 2)), ==, PV_PID_KNOWN);
	}
	g_assert_cmpuint(pv_pid_set_count(&set), ==, n);
	for (guint i = 0; i < n; i++) {
		g_assert_cmpint(pv_pid_set_get(&set, i), ==, number(i));
		g_assert_cmpuint(pv_pid_set_find(&set, number(i)), ==, i);
	}
	g_assert_cmpuint(pv_pid_set_find(&set, number(n)), ==, PV_PID_SET_NONE);
}

static gint32
one_by_one(guint i)
{
	return (gint32)i + 1;
}

/* As many of them as can be have the same low bits. */
static gint32
far_apart(guint i)
{
	return (gint32)(i * 65536 + 7);
}

static gint32
downwards(guint i)
{
	return G_MAXINT32 - (gint32)i;
}

static void
test_order(void)
{
	check(100000, one_by_one);
	check(20000, far_apart);
	check(20000, downwards);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/pid-set/empty", test_empty);
	g_test_add_func("/core/pid-set/order", test_order);
	return g_test_run();
}
