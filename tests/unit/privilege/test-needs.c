/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who needs which capability: the answers of the table, and the same table in libprocview(7).
 */
#include "privilege/needs.h"

#define BOTH (PV_CAPABILITY_SYS_PTRACE | PV_CAPABILITY_DAC_READ_SEARCH)
#define LOAD (PV_CAPABILITY_BPF | PV_CAPABILITY_PERFMON)

/* The table as tbl(1) is given it, after the row of headings. */
#define BEGIN                                                                                      \
	"\n.TS\ntab(|);\nl2 l2 l2 lw(20n)2 l2 lx.\n"                                               \
	"\\fBbackend\\fR|\\fBstep\\fR|\\fBwhen\\fR|\\fBcapabilities\\fR|\\fBLinux\\fR|\\fBwhat "   \
	"for"                                                                                      \
	"\\fR\n"
#define END ".TE\n"

static void
append_capabilities(GString *text, guint capabilities)
{
	const char *comma = "";

	if (capabilities == 0) {
		g_string_append(text, "none");
		return;
	}
	for (guint i = 0; i < PV_N_CAPABILITIES; i++) {
		if (capabilities & (1U << i)) {
			g_string_append_printf(text, "%s%s", comma, pv_capability_name(i));
			comma = ", ";
		}
	}
}

static void
append_row(GString *text, const PvNeeds *row)
{
	static const char *const steps[] = {"tasks", "grouping", "files", "all"};
	static const char *const whens[] = {"opening", "scan", "own view"};

	g_string_append_printf(text, "%s|%s|%s|T{\n", row->backend, steps[row->step],
			       whens[row->when]);
	append_capabilities(text, row->capabilities);
	g_string_append_printf(text, "\nT}|%s|T{\n%s\nT}\n", row->since, row->why);
}

static void
test_manual_has_the_table(void)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "doc", "man", "libprocview.7", NULL);
	g_autoptr(GString) expected = g_string_new(NULL);
	g_autofree char *page = NULL;
	g_autofree char *found = NULL;
	const PvNeeds *table;
	const char *begin;
	const char *end;
	guint n;

	g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
	table = pv_needs_table(&n);
	g_assert_cmpuint(n, >, 5);
	for (guint i = 0; i < n; i++)
		append_row(expected, &table[i]);
	begin = strstr(page, BEGIN);
	g_assert_nonnull(begin);
	begin += strlen(BEGIN);
	end = strstr(begin, END);
	g_assert_nonnull(end);
	found = g_strndup(begin, end - begin);
	g_assert_cmpstr(found, ==, expected->str);
}

static void
check(const char *backend, guint step, guint when, guint expected)
{
	guint found;

	g_assert_true(pv_needs_find(backend, step, when, &found));
	g_assert_cmphex(found, ==, expected);
}

static void
test_answers(void)
{
	for (guint step = 0; step < PV_N_STEPS; step++) {
		check("bpf", step, PV_WHEN_OPENING, LOAD);
		check("bpf", step, PV_WHEN_SCANNING, 0);
	}
	check("bpf", PV_STEP_TASKS, PV_WHEN_OWN_VIEW, PV_CAPABILITY_SYS_PTRACE);
	check("bpf", PV_STEP_FILES, PV_WHEN_OWN_VIEW, PV_CAPABILITY_SYS_PTRACE);
	check("kcmp", PV_STEP_GROUPING, PV_WHEN_SCANNING, PV_CAPABILITY_SYS_PTRACE);
	check("pidfd", PV_STEP_FILES, PV_WHEN_SCANNING, PV_CAPABILITY_SYS_PTRACE);
	check("procfs", PV_STEP_TASKS, PV_WHEN_SCANNING, PV_CAPABILITY_SYS_PTRACE);
	check("procfs", PV_STEP_FILES, PV_WHEN_SCANNING, BOTH);
}

static void
test_unknown(void)
{
	guint found = 1;

	g_assert_false(pv_needs_find("assumed", PV_STEP_GROUPING, PV_WHEN_SCANNING, &found));
	g_assert_cmphex(found, ==, 0);
	g_assert_false(pv_needs_find("procfs", PV_STEP_FILES, PV_WHEN_OPENING, &found));
	g_assert_false(pv_needs_find("pidfd", PV_STEP_TASKS, PV_WHEN_SCANNING, &found));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/needs/manual-has-the-table", test_manual_has_the_table);
	g_test_add_func("/needs/answers", test_answers);
	g_test_add_func("/needs/unknown", test_unknown);
	return g_test_run();
}
