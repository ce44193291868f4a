/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scanner may see, as the API tells it: of an answer made by hand, and of real scanners.
 */
#include "api/private.h"

static void
check_names(const char *const *names, const char *expected)
{
	g_autofree char *joined = NULL;

	g_assert_nonnull(names);
	joined = g_strjoinv(" ", (char **)names);
	g_assert_cmpstr(joined, ==, expected);
}

static ProcviewRights *
make_by_hand(void)
{
	PvRights found = {
		.refusals = pv_store_new(),
		.backends = {"procfs", "kcmp", "pidfd"},
		.sees_all = {TRUE, TRUE, FALSE},
		.needs = {0, 0, PV_CAPABILITY_DAC_READ_SEARCH},
		.opening_needs = PV_CAPABILITY_BPF | PV_CAPABILITY_PERFMON,
		.uses = PV_CAPABILITY_SYS_PTRACE | PV_CAPABILITY_DAC_READ_SEARCH,
	};
	ProcviewRights *rights;

	pv_store_add_refusal(found.refusals, PV_STEP_TASKS, "bpf", "not today");
	rights = pv_rights_new(&found);
	g_assert_null(found.refusals);
	return rights;
}

static void
test_answers(void)
{
	g_autoptr(ProcviewRights) rights = make_by_hand();
	const char *backend = NULL;
	ProcviewStep step = PROCVIEW_STEP_FILES;

	g_assert_cmpstr(procview_rights_get_backend_name(rights, PROCVIEW_STEP_TASKS), ==,
			"procfs");
	g_assert_cmpstr(procview_rights_get_backend_name(rights, PROCVIEW_STEP_GROUPING), ==,
			"kcmp");
	g_assert_cmpstr(procview_rights_get_backend_name(rights, PROCVIEW_STEP_FILES), ==, "pidfd");
	g_assert_true(procview_rights_sees_all(rights, PROCVIEW_STEP_TASKS));
	g_assert_false(procview_rights_sees_all(rights, PROCVIEW_STEP_FILES));
	check_names(procview_rights_get_needs(rights, PROCVIEW_STEP_GROUPING), "");
	check_names(procview_rights_get_needs(rights, PROCVIEW_STEP_FILES), "CAP_DAC_READ_SEARCH");
	check_names(procview_rights_get_opening_needs(rights), "CAP_BPF CAP_PERFMON");
	check_names(procview_rights_get_uses(rights), "CAP_SYS_PTRACE CAP_DAC_READ_SEARCH");
	g_assert_cmpuint(procview_rights_get_n_refusals(rights), ==, 1);
	g_assert_cmpstr(procview_rights_get_refusal(rights, 0, &step, &backend), ==, "not today");
	g_assert_cmpint(step, ==, PROCVIEW_STEP_TASKS);
	g_assert_cmpstr(backend, ==, "bpf");
}

static void
test_references(void)
{
	ProcviewRights *rights = make_by_hand();
	ProcviewRights *other = g_boxed_copy(PROCVIEW_TYPE_RIGHTS, rights);

	g_assert_true(other == rights);
	procview_rights_unref(rights);
	check_names(procview_rights_get_uses(other), "CAP_SYS_PTRACE CAP_DAC_READ_SEARCH");
	g_boxed_free(PROCVIEW_TYPE_RIGHTS, other);
}

static void
complain(const char *part)
{
	g_test_expect_message(G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, part);
}

static void
test_out_of_range(void)
{
	g_autoptr(ProcviewRights) rights = make_by_hand();

	complain("*step < PV_N_STEPS*");
	g_assert_null(procview_rights_get_backend_name(rights, 3));
	complain("*step < PV_N_STEPS*");
	g_assert_false(procview_rights_sees_all(rights, 3));
	complain("*step < PV_N_STEPS*");
	check_names(procview_rights_get_needs(rights, 3), "");
	complain("*n_refusals*");
	g_assert_null(procview_rights_get_refusal(rights, 1, NULL, NULL));
	g_test_assert_expected_messages();
}

/* What a scanner says of itself does not contradict itself, with any backend that works here. */
static void
test_of_scanners(void)
{
	for (guint backend = PROCVIEW_BACKEND_AUTO; backend <= PROCVIEW_BACKEND_BPF; backend++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ProcviewScanner) scanner = NULL;
		g_autoptr(ProcviewRights) rights = NULL;

		scanner = procview_scanner_new_full(backend, PROCVIEW_SCANNER_NONE, &error);
		if (scanner == NULL)
			continue;
		rights = procview_scanner_dup_rights(scanner, &error);
		g_assert_no_error(error);
		for (guint step = 0; step < PV_N_STEPS; step++) {
			const char *const *needs = procview_rights_get_needs(rights, step);

			g_assert_nonnull(procview_rights_get_backend_name(rights, step));
			if (procview_rights_sees_all(rights, step))
				check_names(needs, "");
		}
		if (backend != PROCVIEW_BACKEND_AUTO)
			check_names(procview_rights_get_opening_needs(rights), "");
		if (backend == PROCVIEW_BACKEND_BPF) {
			g_assert_true(procview_rights_sees_all(rights, PROCVIEW_STEP_FILES));
			check_names(procview_rights_get_uses(rights), "");
		}
		if (backend == PROCVIEW_BACKEND_PROCFS)
			g_assert_true(g_strv_contains(procview_rights_get_uses(rights),
						      "CAP_SYS_PTRACE"));
	}
}

static void
test_outlive_the_scanner(void)
{
	g_autoptr(ProcviewScanner) scanner = g_object_new(PROCVIEW_TYPE_SCANNER, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewRights) rights = procview_scanner_dup_rights(scanner, &error);

	g_assert_no_error(error);
	g_clear_object(&scanner);
	g_assert_nonnull(procview_rights_get_backend_name(rights, PROCVIEW_STEP_FILES));
	for (guint i = 0; i < procview_rights_get_n_refusals(rights); i++)
		g_assert_nonnull(procview_rights_get_refusal(rights, i, NULL, NULL));
}

typedef struct {
	ProcviewScanner *scanner;
	GError *error;
} Nested;

static void
ask(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	Nested *nested = user_data;

	if (nested->error == NULL)
		g_assert_null(procview_scanner_dup_rights(nested->scanner, &nested->error));
}

static void
test_busy(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(&error);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	Nested nested = {scanner, NULL};

	g_assert_no_error(error);
	procview_query_set_collect(query, PROCVIEW_COLLECT_NOTHING);
	snapshot = procview_scanner_scan_full(scanner, query, NULL, ask, &nested, &error);
	g_assert_no_error(error);
	g_assert_error(nested.error, PROCVIEW_ERROR, PROCVIEW_ERROR_BUSY);
	g_clear_error(&nested.error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/api/rights/answers", test_answers);
	g_test_add_func("/api/rights/references", test_references);
	g_test_add_func("/api/rights/out-of-range", test_out_of_range);
	g_test_add_func("/api/rights/of-scanners", test_of_scanners);
	g_test_add_func("/api/rights/outlive-the-scanner", test_outlive_the_scanner);
	g_test_add_func("/api/rights/busy", test_busy);
	return g_test_run();
}
