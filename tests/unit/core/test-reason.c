/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Words for statuses, reasons, proofs and needs: all there, all different, never NULL by surprise.
 */
#include "core/reason.h"

static void
assert_words(const char *(*name)(guint), guint n, const char *const *words)
{
	for (guint i = 0; i < n; i++)
		g_assert_cmpstr(name(i), ==, words[i]);
	g_assert_cmpstr(name(n), ==, "unknown");
	g_assert_cmpstr(name(G_MAXUINT), ==, "unknown");
}

static void
test_words(void)
{
	static const char *const statuses[] = {"ok", "partial", "denied", "gone"};
	static const char *const reasons[] = {"none",	 "denied",	   "exited",
					      "changed", "no-descriptors", "failed"};
	static const char *const proofs[] = {"assumed", "kcmp", "kernel"};

	assert_words(pv_status_name, G_N_ELEMENTS(statuses), statuses);
	assert_words(pv_reason_name, G_N_ELEMENTS(reasons), reasons);
	assert_words(pv_proof_name, G_N_ELEMENTS(proofs), proofs);
}

static void
test_needs(void)
{
	g_assert_null(pv_need_name(PV_NEED_NOTHING));
	g_assert_cmpstr(pv_need_name(PV_NEED_PTRACE), ==, "CAP_SYS_PTRACE");
	g_assert_cmpstr(pv_need_name(PV_NEED_SEARCH), ==, "CAP_DAC_READ_SEARCH");
	g_assert_cmpstr(pv_need_name(PV_NEED_NOFILE), ==, "RLIMIT_NOFILE");
	g_assert_null(pv_need_name(PV_NEED_NOFILE + 1));
	g_assert_null(pv_need_name(G_MAXUINT));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/reason/words", test_words);
	g_test_add_func("/core/reason/needs", test_needs);
	return g_test_run();
}
