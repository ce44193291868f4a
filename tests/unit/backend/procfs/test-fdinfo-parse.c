/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * fdinfo: recorded ones of many kinds, hostile ones, and each of them cut at every byte.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/procfs/fdinfo-parse.h"

#define HEAD "pos:\t0\nflags:\t02000002\nmnt_id:\t17\n"

static gboolean
parse(const char *text, gsize length, PvFdinfo *fdinfo)
{
	g_autofree char *copy = length == 0 ? NULL : g_memdup2(text, length);

	return pv_fdinfo_parse(copy, length, fdinfo);
}

static void
test_recorded(void)
{
	static const struct {
		const char *text;
		PvFdinfo expected;
	} cases[] = {
		{"pos:\t0\nflags:\t0100000\nmnt_id:\t24\nino:\t3\n", {0, 0100000, 24, 3, TRUE}},
		{HEAD "ino:\t1038\neventfd-count:                0\neventfd-id: 1\n",
		 {0, 02000002, 17, 1038, TRUE}},
		{HEAD "ino:\t18446744073709551615\nscm_fds: 0\n",
		 {0, 02000002, 17, G_MAXUINT64, TRUE}},
		{"pos:\t9223372036854775807\nflags:\t010000000\nmnt_id:\t0\nino:\t1\nlock:\t1\n",
		 {G_MAXINT64, 010000000, 0, 1, TRUE}},
		/* Offsets of /dev/mem are unsigned inside of the kernel. */
		{"pos:\t-4096\nflags:\t02\nmnt_id:\t24\nino:\t5\n", {-4096, 02, 24, 5, TRUE}},
		/* Before 5.14. */
		{HEAD, {0, 02000002, 17, 0, FALSE}},
		{HEAD "tfd:        5 events:       19 data:                5\n",
		 {0, 02000002, 17, 0, FALSE}},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		PvFdinfo fdinfo;

		g_assert_true(parse(cases[i].text, strlen(cases[i].text), &fdinfo));
		g_assert_cmpint(fdinfo.pos, ==, cases[i].expected.pos);
		g_assert_cmpuint(fdinfo.flags, ==, cases[i].expected.flags);
		g_assert_cmpuint(fdinfo.mount_id, ==, cases[i].expected.mount_id);
		g_assert_cmpuint(fdinfo.ino, ==, cases[i].expected.ino);
		g_assert_cmpint(fdinfo.has_ino, ==, cases[i].expected.has_ino);
	}
}

/* inotify, fanotify and epoll print lines of their own, in which "ino:" and "pos:" occur. */
static void
test_lines_of_drivers(void)
{
	static const char epoll[] = HEAD
		"tfd:        5 events:       19 data: 5  pos:0 ino:2a sdev:c\nino:\t99\n";
	static const char again[] = HEAD "ino:\t7\npos:\t1\nflags:\t0\nmnt_id:\t1\nino:\t99\n";
	PvFdinfo fdinfo;

	g_assert_true(parse(epoll, strlen(epoll), &fdinfo));
	g_assert_false(fdinfo.has_ino);
	g_assert_true(parse(again, strlen(again), &fdinfo));
	g_assert_cmpuint(fdinfo.ino, ==, 7);
	g_assert_cmpuint(fdinfo.mount_id, ==, 17);
}

static void
test_cut(void)
{
	static const char text[] = HEAD "ino:\t1038\neventfd-count: 0\n";
	PvFdinfo fdinfo;

	for (gsize n = 0; n < strlen(text); n++) {
		if (!parse(text, n, &fdinfo))
			continue;
		/* On a line's end only; of an older kernel, the third line was the last. */
		g_assert_cmpuint(n, >=, strlen(HEAD));
		g_assert_cmpint(fdinfo.has_ino, ==, n > strlen(HEAD));
		g_assert_cmpuint(fdinfo.ino, ==, n > strlen(HEAD) ? 1038 : 0);
	}
	g_assert_true(parse(text, strlen(HEAD), &fdinfo));
	g_assert_true(parse(text, strlen(HEAD "ino:\t1038\n"), &fdinfo));
	g_assert_false(parse(text, strlen(HEAD "ino:\t1038"), &fdinfo));
}

static void
test_malformed(void)
{
	static const char *const texts[] = {
		"\n",
		"pos:\t\nflags:\t02\nmnt_id:\t1\n",
		"pos: 0\nflags:\t02\nmnt_id:\t1\n",
		"pos:\t0 \nflags:\t02\nmnt_id:\t1\n",
		"pos:\t9223372036854775808\nflags:\t02\nmnt_id:\t1\n",
		"pos:\t0\nflags:\t08\nmnt_id:\t1\n",
		"pos:\t0\nflags:\t777777777777\nmnt_id:\t1\n",
		"pos:\t0\nflags:\t-2\nmnt_id:\t1\n",
		"pos:\t0\nflags:\t02\nmnt_id:\t-1\n",
		"pos:\t0\nflags:\t02\nmnt_id:\t4294967296\n",
		"pos:\t0\nflags:\t02\n",
		"pos:\t0\nmnt_id:\t1\n",
		"flags:\t02\npos:\t0\nmnt_id:\t1\n",
		" pos:\t0\nflags:\t02\nmnt_id:\t1\n",
		HEAD "ino:\t\n",
		HEAD "ino:\t-1\n",
		HEAD "ino:\t18446744073709551616\n",
		HEAD "ino:\t7x\n",
	};
	PvFdinfo fdinfo;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("case %u", i);
		g_assert_false(parse(texts[i], strlen(texts[i]), &fdinfo));
	}
	g_assert_false(parse(NULL, 0, &fdinfo));
}

static void
test_live(void)
{
	g_autofree char *path = NULL, *text = NULL;
	gsize length;
	struct stat st;
	PvFdinfo fdinfo;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(lseek(fd, 17, SEEK_SET), ==, 17);
	path = g_strdup_printf("/proc/self/fdinfo/%d", fd);
	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	g_assert_true(parse(text, length, &fdinfo));
	g_assert_cmpint(fdinfo.pos, ==, 17);
	g_assert_cmpuint(fdinfo.flags & O_ACCMODE, ==, O_RDONLY);
	g_assert_true(fdinfo.flags & O_CLOEXEC);
	g_assert_true(fdinfo.flags & O_NONBLOCK);
	g_assert_cmpint(fstat(fd, &st), ==, 0);
	if (fdinfo.has_ino)
		g_assert_cmpuint(fdinfo.ino, ==, st.st_ino);
	close(fd);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/fdinfo-parse/recorded", test_recorded);
	g_test_add_func("/backend/procfs/fdinfo-parse/lines-of-drivers", test_lines_of_drivers);
	g_test_add_func("/backend/procfs/fdinfo-parse/cut", test_cut);
	g_test_add_func("/backend/procfs/fdinfo-parse/malformed", test_malformed);
	g_test_add_func("/backend/procfs/fdinfo-parse/live", test_live);
	return g_test_run();
}
