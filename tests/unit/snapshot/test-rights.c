/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What may be seen, and what would unlock the rest, of plans made by hand; and that the plan of a
 * real scanner is the one that its scan follows.
 */
#include "snapshot/rights.h"

#define BPF	 PV_CAPABILITY_BPF
#define LOAD	 (PV_CAPABILITY_BPF | PV_CAPABILITY_PERFMON)
#define PTRACE	 PV_CAPABILITY_SYS_PTRACE
#define SEARCH	 PV_CAPABILITY_DAC_READ_SEARCH
#define OVERRIDE PV_CAPABILITY_DAC_OVERRIDE
#define NO	 PV_N_STEPS

/* clang-format off */
static const struct {
	const char *name;
	const char *backends[PV_N_STEPS];
	PvScannerOptions options;
	gboolean hidden;
	guint refused; /* a step that could not use bpf */
	PvRightsHeld held;
	gboolean sees_all[PV_N_STEPS];
	guint needs[PV_N_STEPS];
	guint opening_needs;
	guint uses;
} cases[] = {
	{"bpf, all dropped", {"bpf", "bpf", "bpf"}, {0}, FALSE, NO, {LOAD, 0},
	 {TRUE, TRUE, TRUE}, {0, 0, 0}, 0, 0},
	{"bpf is not listing by /proc", {"bpf", "bpf", "bpf"}, {0}, TRUE, NO, {LOAD, 0},
	 {TRUE, TRUE, TRUE}, {0, 0, 0}, 0, 0},
	{"bpf, own view, all dropped", {"bpf", "bpf", "bpf"}, {.own_view = TRUE}, FALSE, NO,
	 {LOAD, 0}, {FALSE, TRUE, FALSE}, {PTRACE, 0, PTRACE}, 0, PTRACE},
	{"bpf, own view, of a tracer", {"bpf", "bpf", "bpf"}, {.own_view = TRUE}, FALSE, NO,
	 {LOAD | PTRACE, PTRACE}, {TRUE, TRUE, TRUE}, {0, 0, 0}, 0, PTRACE},
	{"pidfd, nothing", {"procfs", "kcmp", "pidfd"}, {.backend = PV_BACKEND_PIDFD}, FALSE, NO,
	 {0, 0}, {FALSE, FALSE, FALSE}, {PTRACE, PTRACE, PTRACE}, 0, PTRACE | SEARCH},
	{"pidfd, tracer", {"procfs", "kcmp", "pidfd"}, {.backend = PV_BACKEND_PIDFD}, FALSE, NO,
	 {0, PTRACE}, {TRUE, TRUE, TRUE}, {0, 0, 0}, 0, PTRACE | SEARCH},
	{"auto leaves some to procfs", {"procfs", "kcmp", "pidfd"}, {0}, FALSE, NO,
	 {0, PTRACE}, {TRUE, TRUE, FALSE}, {0, 0, SEARCH}, 0, PTRACE | SEARCH},
	{"auto, root", {"procfs", "kcmp", "pidfd"}, {0}, FALSE, NO,
	 {PTRACE | SEARCH, PTRACE | SEARCH}, {TRUE, TRUE, TRUE}, {0, 0, 0}, 0, PTRACE | SEARCH},
	{"bpf refused for want of both", {"procfs", "kcmp", "pidfd"}, {0}, FALSE, PV_STEP_TASKS,
	 {0, 0}, {FALSE, FALSE, FALSE}, {PTRACE, PTRACE, PTRACE | SEARCH}, LOAD, PTRACE | SEARCH},
	{"bpf refused for want of one", {"procfs", "kcmp", "procfs"}, {0}, FALSE, PV_STEP_FILES,
	 {BPF, LOAD | PTRACE}, {TRUE, TRUE, FALSE}, {0, 0, SEARCH}, LOAD & ~BPF, PTRACE | SEARCH},
	{"bpf refused for another reason", {"procfs", "kcmp", "pidfd"}, {0}, FALSE, PV_STEP_TASKS,
	 {LOAD, 0}, {FALSE, FALSE, FALSE}, {PTRACE, PTRACE, PTRACE | SEARCH}, 0, PTRACE | SEARCH},
	{"no kcmp", {"procfs", "assumed", "procfs"}, {0}, FALSE, NO,
	 {0, PTRACE | SEARCH}, {TRUE, FALSE, TRUE}, {0, 0, 0}, 0, PTRACE | SEARCH},
	{"hidepid that nothing helps", {"procfs", "kcmp", "procfs"}, {0}, TRUE, NO,
	 {0, PTRACE | SEARCH}, {FALSE, TRUE, TRUE}, {0, 0, 0}, 0, PTRACE | SEARCH},
	{"one stands in for another", {"procfs", "kcmp", "procfs"}, {0}, FALSE, NO,
	 {0, PTRACE | SEARCH | OVERRIDE}, {TRUE, TRUE, TRUE}, {0, 0, 0}, 0, PTRACE | OVERRIDE},
};
/* clang-format on */

static void
test_plans(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		PvRights rights = {.refusals = pv_store_new()};

		g_test_message("%s", cases[i].name);
		rights.refusals->hidden = cases[i].hidden;
		if (cases[i].refused != NO)
			pv_store_add_refusal(rights.refusals, cases[i].refused, "bpf", "why");
		memcpy(rights.backends, cases[i].backends, sizeof(rights.backends));
		pv_rights_judge(&rights, &cases[i].options, &cases[i].held);
		for (guint step = 0; step < PV_N_STEPS; step++) {
			g_assert_cmpint(rights.sees_all[step], ==, cases[i].sees_all[step]);
			g_assert_cmphex(rights.needs[step], ==, cases[i].needs[step]);
		}
		g_assert_cmphex(rights.opening_needs, ==, cases[i].opening_needs);
		g_assert_cmphex(rights.uses, ==, cases[i].uses);
		pv_rights_clear(&rights);
	}
}

static void
test_plan_is_followed(void)
{
	for (guint backend = PV_BACKEND_AUTO; backend <= PV_BACKEND_BPF; backend++) {
		PvScannerOptions options = {.backend = backend};
		g_autoptr(GError) error = NULL;
		PvScanner *scanner = pv_scanner_open(&options, &error);
		PvRights rights;
		PvStore *store;

		if (scanner == NULL) {
			g_test_message("backend %u: %s", backend, error->message);
			g_assert_cmpuint(backend, !=, PV_BACKEND_AUTO);
			continue;
		}
		g_assert_true(pv_rights_look(&rights, scanner, &options, 0, &error));
		store = pv_scanner_scan(scanner, NULL, NULL, &error);
		g_assert_no_error(error);
		for (guint step = 0; step < PV_N_STEPS; step++)
			g_assert_cmpstr(rights.backends[step], ==, store->backends[step]);
		g_assert_cmpuint(rights.refusals->n_refusals, <=, store->n_refusals);
		pv_store_unref(store);
		pv_rights_clear(&rights);
		pv_scanner_close(scanner);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rights/plans", test_plans);
	g_test_add_func("/rights/plan-is-followed", test_plan_is_followed);
	return g_test_run();
}
