/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Links of /proc/PID/ns: what the kernel writes, and what it never should.
 */
#include <string.h>

#include "backend/procfs/ns-link-parse.h"

#define UNTOUCHED 7

/* Parses a copy in a block of exactly its size. */
static guint32
parse(const char *text, gsize length, const char *type)
{
	g_autofree char *copy = length == 0 ? NULL : g_memdup2(text, length);
	guint32 inode = UNTOUCHED;

	if (!pv_ns_link_parse(copy, length, type, &inode))
		g_assert_cmpuint(inode, ==, UNTOUCHED);
	else
		g_assert_cmpuint(inode, !=, UNTOUCHED);
	return inode;
}

static void
test_as_written(void)
{
	static const struct {
		const char *text, *type;
		guint32 inode;
	} cases[] = {
		{"mnt:[4026531841]", "mnt", 4026531841},
		{"cgroup:[4026531835]", "cgroup", 4026531835},
		/* A link's name may be another than its type: pid_for_children. */
		{"pid:[4026532999]", "pid", 4026532999},
		{"uts:[1]", "uts", 1},
		{"net:[4294967295]", "net", 4294967295},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpuint(parse(cases[i].text, strlen(cases[i].text), cases[i].type), ==,
				 cases[i].inode);
}

static void
test_refused(void)
{
	static const char *const cases[] = {
		"",
		"mnt",
		"mnt:",
		"mnt:[",
		"mnt:[]",
		"mnt:[0]",
		"mnt:[12",
		"mnt:[12]]",
		"mnt:[12] (deleted)",
		"mnt:[+12]",
		"mnt:[-1]",
		"mnt:[ 12]",
		"mnt:[0x12]",
		"mnt:[4294967296]",
		"mnt:12",
		"mnt[12]",
		"mnt:(12)",
		"mntx:[12]",
		"xmnt:[12]",
		"net:[12]",
		"/mnt:[12]",
		"MNT:[12]",
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpuint(parse(cases[i], strlen(cases[i]), "mnt"), ==, UNTOUCHED);
	g_assert_cmpuint(parse("mnt:[1\0002]", 9, "mnt"), ==, UNTOUCHED);
}

static void
test_cut(void)
{
	static const char text[] = "user:[4026531837]";

	for (gsize length = 0; length < strlen(text); length++)
		g_assert_cmpuint(parse(text, length, "user"), ==, UNTOUCHED);
	g_assert_cmpuint(parse(text, strlen(text), "user"), ==, 4026531837);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/ns-link-parse/as-written", test_as_written);
	g_test_add_func("/backend/procfs/ns-link-parse/refused", test_refused);
	g_test_add_func("/backend/procfs/ns-link-parse/cut", test_cut);
	return g_test_run();
}
