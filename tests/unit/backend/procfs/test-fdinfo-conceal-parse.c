/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which fdinfo tells of files that no descriptor leads to.
 */
#include <string.h>

#include "backend/procfs/fdinfo-conceal-parse.h"

#define HEAD "pos:\t0\nflags:\t02000002\nmnt_id:\t10\nino:\t4711\n"

static PvLine
line_of(const char *text)
{
	return (PvLine){text, text + strlen(text)};
}

static void
test_queued(void)
{
	static const struct {
		const char *text;
		gboolean expected;
	} cases[] = {
		{"", FALSE},
		{HEAD, FALSE},
		{HEAD "scm_fds: 0\n", FALSE},
		{HEAD "scm_fds: 2\n", TRUE},
		{HEAD "scm_fds: 2\nelse: 0\n", TRUE},
		/* Cut, no number, or of another name. */
		{HEAD "scm_fds: 2", FALSE},
		{HEAD "scm_fds: two\n", FALSE},
		{HEAD "xscm_fds: 2\n", FALSE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_true(pv_fdinfo_has_queued(line_of(cases[i].text)) == cases[i].expected);
}

/* A ring that does not say it may have some. */
static void
test_registered(void)
{
	static const struct {
		const char *text;
		gboolean expected;
	} cases[] = {
		{HEAD "SqMask:\t0x7\nUserFiles:\t0\nUserBufs:\t0\n", FALSE},
		{HEAD "SqMask:\t0x7\nUserFiles:\t4\n    0: a\n", TRUE},
		{HEAD "SqMask:\t0x7\n", TRUE},
		{HEAD "UserFiles:\t0", TRUE},
		{HEAD "UserFiles:\tnone\n", TRUE},
		{"", TRUE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_true(pv_fdinfo_has_registered(line_of(cases[i].text)) ==
			      cases[i].expected);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/procfs/fdinfo-conceal-parse/queued", test_queued);
	g_test_add_func("/procfs/fdinfo-conceal-parse/registered", test_registered);
	return g_test_run();
}
