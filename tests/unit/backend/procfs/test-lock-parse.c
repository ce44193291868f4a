/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/locks: recorded lines, hostile ones, and the inodes that they name; names with escapes.
 */
#include <string.h>

#include "backend/procfs/escapes.h"
#include "backend/procfs/lock-parse.h"
#include "backend/procfs/locked-inodes.h"
#include "core/detail.h"

static gboolean
parse(const char *text, PvLockLine *lock)
{
	gsize length = strlen(text);
	g_autofree char *copy = g_memdup2(text, MAX(length, 1));
	const PvLine line = {copy, copy + length};

	return pv_lock_parse(&line, lock);
}

static void
test_recorded(void)
{
	static const struct {
		const char *text;
		PvLockLine expected; /* type, write, breaking, blocked, pid, ino, start, end */
	} cases[] = {
		{"1: POSIX  ADVISORY  READ 2676 fe:00:11124737 100 199",
		 {PV_LOCK_POSIX, FALSE, FALSE, FALSE, 2676, 11124737, 100, 199}},
		{"12: OFDLCK ADVISORY  WRITE -1 fe:00:11124737 1000 EOF",
		 {PV_LOCK_OFD, TRUE, FALSE, FALSE, 0, 11124737, 1000, G_MAXUINT64}},
		{"3: FLOCK  ADVISORY  WRITE 2676 fe:00:11124737 0 EOF",
		 {PV_LOCK_FLOCK, TRUE, FALSE, FALSE, 2676, 11124737, 0, G_MAXUINT64}},
		{"4: -> FLOCK  ADVISORY  WRITE 2677 fe:00:11124737 0 EOF",
		 {PV_LOCK_FLOCK, TRUE, FALSE, TRUE, 2677, 11124737, 0, G_MAXUINT64}},
		{"5: LEASE  BREAKING  UNLCK 2676 fe:00:11126786 0 EOF",
		 {PV_LOCK_LEASE, FALSE, TRUE, FALSE, 2676, 11126786, 0, G_MAXUINT64}},
		{"6: DELEG  ACTIVE    READ 9 00:2a:18446744073709551615 0 EOF",
		 {PV_LOCK_DELEGATION, FALSE, FALSE, FALSE, 9, G_MAXUINT64, 0, G_MAXUINT64}},
		{"7: POSIX  *NOINODE* READ 5 <none>:0 0 EOF",
		 {PV_LOCK_POSIX, FALSE, FALSE, FALSE, 5, 0, 0, G_MAXUINT64}},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const PvLockLine *expected = &cases[i].expected;
		PvLockLine lock;

		g_test_message("%s", cases[i].text);
		g_assert_true(parse(cases[i].text, &lock));
		g_assert_cmpuint(lock.type, ==, expected->type);
		g_assert_cmpint(lock.write, ==, expected->write);
		g_assert_cmpint(lock.breaking, ==, expected->breaking);
		g_assert_cmpint(lock.blocked, ==, expected->blocked);
		g_assert_cmpint(lock.pid, ==, expected->pid);
		g_assert_cmpuint(lock.ino, ==, expected->ino);
		g_assert_cmpuint(lock.start, ==, expected->start);
		g_assert_cmpuint(lock.end, ==, expected->end);
	}
}

static void
test_cut(void)
{
	static const char text[] = "1: POSIX  ADVISORY  READ 2676 fe:00:11124737 100 199";
	PvLockLine lock;

	/* Cut within the last number it says less, and only a newline tells. */
	for (gsize n = 0; n < strlen(text) - 3; n++) {
		g_autofree char *cut = g_strndup(text, n);

		g_assert_false(parse(cut, &lock));
	}
	g_assert_true(parse(text, &lock));
}

static void
test_inodes(void)
{
	static const char text[] = "1: POSIX  ADVISORY  READ 1 fe:00:300 0 1\n"
				   "2: FLOCK  ADVISORY  READ 1 fe:00:100 0 EOF\n"
				   "nonsense\n"
				   "2: -> POSIX  ADVISORY  READ 1 fe:00:200 0 EOF\n"
				   "3: POSIX  ADVISORY  READ 1 fe:00:400 0 EOF";
	PvLockedInodes locked = {0};

	g_assert_true(pv_locked_inodes_parse(&locked, text, strlen(text)));
	g_assert_true(pv_inode_may_be_locked(&locked, 100));
	g_assert_true(pv_inode_may_be_locked(&locked, 300));
	g_assert_false(pv_inode_may_be_locked(&locked, 200));
	g_assert_false(pv_inode_may_be_locked(&locked, 400));
	g_assert_true(pv_inode_may_be_posix_locked(&locked, 300));
	g_assert_false(pv_inode_may_be_posix_locked(&locked, 100));
	g_assert_true(pv_locked_inodes_parse(&locked, NULL, 0));
	g_assert_false(pv_inode_may_be_locked(&locked, 100));
	pv_locked_inodes_clear(&locked);
}

static void
test_escapes(void)
{
	static const char *const cases[][2] = {
		{"/a\\040b", "/a b"}, {"\\012\\011\\134", "\n\t\\"},
		{"\\04", "\\04"},     {"\\", "\\"},
		{"\\400", "\\400"},   {"\\048", "\\048"},
		{"\\377x", "\377x"},  {"", ""},
		{"a\\\\040", "a\\ "},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize length = strlen(cases[i][0]);
		g_autofree char *text = g_memdup2(cases[i][0], MAX(length, 1));

		length = pv_unescape(text, length, text);
		g_assert_cmpmem(text, length, cases[i][1], strlen(cases[i][1]));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/lock-parse/recorded", test_recorded);
	g_test_add_func("/backend/procfs/lock-parse/cut", test_cut);
	g_test_add_func("/backend/procfs/lock-parse/inodes", test_inodes);
	g_test_add_func("/backend/procfs/lock-parse/escapes", test_escapes);
	return g_test_run();
}
