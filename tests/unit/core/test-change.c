/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Changes keep their snapshots, and have a word each.
 */
#include <string.h>

#include "core/change.h"

static void
test_words(void)
{
	for (guint i = 0; i < PV_N_CHANGE_KINDS; i++) {
		const char *word = pv_change_kind_name(i);

		g_assert_cmpuint(strspn(word, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen(word));
		for (guint j = 0; j < i; j++)
			g_assert_cmpstr(word, !=, pv_change_kind_name(j));
		g_assert_cmpstr(word, !=, "unknown");
	}
	g_assert_cmpstr(pv_change_kind_name(PV_N_CHANGE_KINDS), ==, "unknown");
	g_assert_cmpstr(pv_change_kind_name(G_MAXUINT), ==, "unknown");
}

static void
test_life(void)
{
	PvStore *before = pv_store_new(), *after = pv_store_new();
	PvChanges *changes = pv_changes_new(before, after);
	PvChange *change;

	pv_store_unref(before);
	pv_store_unref(after);
	for (guint i = 0; i < 3; i++) {
		change = pv_array_append(&changes->changes);
		change->index = i;
	}
	pv_array_seal(&changes->changes, changes);
	change = pv_changes_at(changes, 2);
	g_assert_true(pv_changes_of(change) == changes);
	g_assert_true(pv_changes_ref(changes) == changes);
	pv_changes_unref(changes);
	g_assert_true(pv_changes_of(change)->after == after);
	g_assert_cmpuint(changes->after->tasks.n, ==, 0);
	pv_changes_unref(changes);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/change/words", test_words);
	g_test_add_func("/core/change/life", test_life);
	return g_test_run();
}
