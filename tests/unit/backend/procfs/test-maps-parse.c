/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Lines of /proc/PID/maps: as a kernel wrote them, and as none should.
 */
#include <string.h>

#include "backend/procfs/maps-parse.h"
#include "core/detail.h"

static PvMapsLine
parse(const char *text)
{
	PvMapsLine line;
	gsize length = strlen(text);
	/* At the end of a block, where a sanitizer sees a byte too many read. */
	g_autofree char *copy = g_memdup2(text, length);

	g_assert_cmpuint(pv_maps_parse(copy, length, &line), ==, length);
	/* Not to be looked at when the copy is gone. */
	if (line.path != NULL)
		line.path = text + (line.path - copy);
	return line;
}

static void
assert_path(const PvMapsLine *line, const char *path)
{
	g_autofree char *buffer = g_malloc(line->path_len + 1);
	gsize length = pv_maps_unescape(line->path, line->path_len, buffer);

	g_assert_cmpmem(buffer, length, path, strlen(path));
}

static void
test_file(void)
{
	PvMapsLine line = parse("7f2077f6a000-7f20780c0000 r-xp 00026000 fe:01 332835"
				"                     /usr/lib/libc.so.6\n");

	g_assert_true(line.is_file);
	g_assert_cmphex(line.start, ==, 0x7f2077f6a000);
	g_assert_cmphex(line.end, ==, 0x7f20780c0000);
	g_assert_cmphex(line.offset, ==, 0x26000);
	g_assert_cmpuint(line.ino, ==, 332835);
	g_assert_cmpuint(line.dev, ==, pv_dev(0xfe, 1));
	g_assert_cmpuint(line.flags, ==, PV_MAPPING_READ | PV_MAPPING_EXECUTE);
	assert_path(&line, "/usr/lib/libc.so.6");
}

static void
test_access(void)
{
	g_assert_cmpuint(parse("1-2 ---p 0 1:1 5 /x\n").flags, ==, 0);
	g_assert_cmpuint(parse("1-2 rwxs 0 1:1 5 /x\n").flags, ==,
			 PV_MAPPING_READ | PV_MAPPING_WRITE | PV_MAPPING_EXECUTE |
				 PV_MAPPING_SHARED);
	g_assert_cmpuint(parse("1-2 -w-s 0 1:1 5 /x\n").flags, ==,
			 PV_MAPPING_WRITE | PV_MAPPING_SHARED);
}

static void
test_no_file(void)
{
	static const char *const lines[] = {
		"55fdd82bf000-55fdd845d000 rw-p 00000000 00:00 0 \n",
		"7fff3623c000-7fff3625d000 rw-p 00000000 00:00 0                  [stack]\n",
		"7fff3623c000-7fff3625d000 rw-p 00000000 00:00 0             [anon:/etc/passwd]\n",
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0          [vsyscall]\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		PvMapsLine line = parse(lines[i]);

		g_assert_false(line.is_file);
		g_assert_cmpuint(line.end, >, line.start);
	}
}

/* Files may be called so. */
static void
test_odd_names(void)
{
	PvMapsLine line = parse("1-2 r--p 0 00:2c 6 /[stack]\n");

	g_assert_true(line.is_file);
	assert_path(&line, "/[stack]");
	line = parse("1-2 r--p 0 00:2c 6                          /odd\\012name (deleted)\n");
	assert_path(&line, "/odd\nname (deleted)");
	line = parse("1-2 r--p 0 00:2c 6   anon_inode:[perf_event]\n");
	assert_path(&line, "anon_inode:[perf_event]");
	line = parse("1-2 r--p 0 00:2c 6   / \\012 \\01 \\013\n");
	assert_path(&line, "/ \n \\01 \\013");
	line = parse("1-2 r--p 0 00:2c 6 \n");
	g_assert_true(line.is_file);
	g_assert_null(line.path);
}

static void
test_malformed(void)
{
	static const char *const lines[] = {
		"\n",
		"1\n",
		"1-\n",
		"1-2\n",
		"2-1 r--p 0 1:1 5 /x\n",
		"1-1 r--p 0 1:1 5 /x\n",
		"g-2 r--p 0 1:1 5 /x\n",
		"1-2 r--\n",
		"1-2  r--p 0 1:1 5 /x\n",
		"1-2 r--p 0 1 5 /x\n",
		"1-2 r--p 0 1: 5 /x\n",
		"1-2 r--p 0 1000:1 5 /x\n",
		"1-2 r--p 0 1:100000 5 /x\n",
		"1-2 r--p 0 1:1 /x\n",
		"1-2 r--p 0 1:1 99999999999999999999 /x\n",
		"1-11111111111111111 r--p 0 1:1 5 /x\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		PvMapsLine line = parse(lines[i]);

		g_test_message("%s", lines[i]);
		g_assert_false(line.is_file);
		g_assert_cmpuint(line.end, ==, 0);
		g_assert_null(line.path);
	}
}

static void
test_cut(void)
{
	static const char text[] = "1-2 r--p 0 1:1 5 /x\n";
	PvMapsLine line;

	for (gsize length = 0; length + 1 < sizeof(text); length++) {
		g_autofree char *copy = g_memdup2(text, MAX(length, 1));

		g_assert_cmpuint(pv_maps_parse(copy, length, &line), ==, 0);
		g_assert_false(line.is_file);
	}
}

/* Of a process that has mapped five files, removed two of them, and has a libc. */
static void
test_recorded(void)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "tests/data/maps/linux-6.18", NULL);
	g_autofree char *text = NULL;
	gsize length, at = 0, taken;
	guint n_lines = 0, n_files = 0, n_shared = 0;
	PvMapsLine line;

	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	while ((taken = pv_maps_parse(text + at, length - at, &line)) > 0) {
		at += taken;
		n_lines++;
		g_assert_cmpuint(line.end, >, line.start);
		n_files += line.is_file;
		n_shared += (line.flags & PV_MAPPING_SHARED) != 0;
		if (line.is_file)
			g_assert_true(line.path[0] == '/');
	}
	g_assert_cmpuint(at, ==, length);
	g_assert_cmpuint(n_lines, ==, 32);
	g_assert_cmpuint(n_files, ==, 22);
	g_assert_cmpuint(n_shared, ==, 4);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/procfs/maps/file", test_file);
	g_test_add_func("/procfs/maps/access", test_access);
	g_test_add_func("/procfs/maps/no-file", test_no_file);
	g_test_add_func("/procfs/maps/odd-names", test_odd_names);
	g_test_add_func("/procfs/maps/malformed", test_malformed);
	g_test_add_func("/procfs/maps/cut", test_cut);
	g_test_add_func("/procfs/maps/recorded", test_recorded);
	return g_test_run();
}
