/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Every fact has a group, a name that is its own in the group, and a type.
 */
#include <string.h>

#include "core/detail.h"

static void
test_all(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < PV_N_FACTS; i++) {
		const char *group = pv_fact_group(i);
		const char *name = pv_fact_name(i);

		g_assert_nonnull(group);
		g_assert_nonnull(name);
		/* They are keys of JSON, written without any escape. */
		g_assert_cmpuint(strspn(group, "abcdefghijklmnopqrstuvwxyz_"), ==, strlen(group));
		g_assert_cmpuint(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), ==, strlen(name));
		g_assert_true(g_hash_table_add(seen, g_strdup_printf("%s.%s", group, name)));
		g_assert_cmpint(pv_fact_type(i), <=, PV_FACT_BITS);
	}
}

static void
test_known(void)
{
	g_assert_cmpstr(pv_fact_group(PV_FACT_EVENTFD_COUNT), ==, "eventfd");
	g_assert_cmpstr(pv_fact_name(PV_FACT_EVENTFD_COUNT), ==, "count");
	g_assert_cmpint(pv_fact_type(PV_FACT_EVENTFD_COUNT), ==, PV_FACT_NUMBER);
	g_assert_cmpint(pv_fact_type(PV_FACT_EVENTFD_SEMAPHORE), ==, PV_FACT_FLAG);
	g_assert_cmpint(pv_fact_type(PV_FACT_MEMFD_SEALS), ==, PV_FACT_BITS);
	g_assert_cmpint(pv_fact_type(PV_FACT_TUN_INTERFACE), ==, PV_FACT_TEXT);
}

/* A later release may know more. */
static void
test_beyond(void)
{
	g_assert_null(pv_fact_group(PV_N_FACTS));
	g_assert_null(pv_fact_name(G_MAXUINT));
	g_assert_cmpint(pv_fact_type(PV_N_FACTS), ==, PV_FACT_NUMBER);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/fact/all", test_all);
	g_test_add_func("/core/fact/known", test_known);
	g_test_add_func("/core/fact/beyond", test_beyond);
	return g_test_run();
}
