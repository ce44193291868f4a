/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is mapped, as the kernel tells it and as it prints it. Whole processes are looked at in
 * tests/unit/backend/bpf/test-find*.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/procfs/maps-parse.h"
#include "backend/procfs/maps-query.h"
#include "backend/procfs/search.h"

#define PLENTY_NS G_MAXINT32
/* No file system has come so far. */
#define NO_INODE G_GUINT64_CONSTANT(0xfffffffffff12345)

/* Each range of a file, in their order: what the kernel prints. FALSE: that was the last. */
static gboolean
next_line(const char **text, PvMapsLine *line)
{
	gsize taken;

	while ((taken = pv_maps_parse(*text, strlen(*text), line)) > 0) {
		*text += taken;
		if (line->path != NULL && line->path[0] == '/')
			return TRUE;
	}
	return FALSE;
}

/* Of a program that maps nothing meanwhile: its own is read, by a single thread. */
static void
test_query(void)
{
	g_autofree char *text = NULL;
	const char *rest;
	guint64 address = 0, inode;
	PvMapsLine line;
	guint n = 0;
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	if (pv_maps_query_next(fd, &address, &inode) == -ENOTTY) {
		g_test_skip("the kernel has no PROCMAP_QUERY (6.11)");
		close(fd);
		return;
	}
	g_assert_true(g_file_get_contents("/proc/self/maps", &text, NULL, NULL));
	rest = text;
	address = 0;
	while (next_line(&rest, &line)) {
		g_assert_cmpint(pv_maps_query_next(fd, &address, &inode), ==, 1);
		g_assert_cmpuint(inode, ==, line.ino);
		g_assert_cmpuint(address, ==, line.end);
		n++;
	}
	g_assert_cmpuint(n, >, 3);
	g_assert_cmpint(pv_maps_query_next(fd, &address, &inode), ==, 0);
	close(fd);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(pv_maps_query_next(fd, &address, &inode), ==, -ENOTTY);
	close(fd);
}

typedef PvSearchResult (*SearchIn)(PvSearch *search, int dir_fd, const char *prefix);

static PvSearchResult
search_by(SearchIn look, const char *folder, guint64 inode, gint64 budget_ns)
{
	const PvSought sought = {.inodes = &inode, .n_inodes = 1, .in_places = TRUE};
	int dir = open(folder, O_PATH | O_CLOEXEC);
	PvSearchResult result;
	PvSearch search;

	g_assert_true(pv_search_init(&search, &sought, budget_ns));
	result = look(&search, dir, "");
	pv_search_clear(&search);
	close(dir);
	return result;
}

static PvSearchResult
search(const char *folder, guint64 inode, gint64 budget_ns)
{
	return search_by(pv_search_mappings, folder, inode, budget_ns);
}

static PvSearchResult
search_table(const char *folder, guint64 inode)
{
	return search_by(pv_search_table, folder, inode, PLENTY_NS);
}

/* A recorded file is read, as where the kernel tells nothing. */
static void
test_text(void)
{
	static const char text[] =
		"55d0c0000000-55d0c0002000 r--p 00000000 fe:01 4711 /usr/bin/cat\n"
		"7f3a8b600000-7f3a8b628000 rw-p 00000000 00:00 0 [heap]\n"
		"7f3a8b700000-7f3a8b728000 r-xp 00002000 fe:01 1234 /usr/lib/libc.so.6\n";
	g_autofree char *folder = g_dir_make_tmp("procview-search-XXXXXX", NULL);
	g_autofree char *maps = g_build_filename(folder, "maps", NULL);

	g_assert_cmpint(search(folder, 4711, PLENTY_NS), ==, PV_SEARCH_CLOSED);
	g_assert_true(g_file_set_contents(maps, text, -1, NULL));
	g_assert_cmpint(search(folder, 4711, PLENTY_NS), ==, PV_SEARCH_FOUND);
	g_assert_cmpint(search(folder, 1234, PLENTY_NS), ==, PV_SEARCH_FOUND);
	g_assert_cmpint(search(folder, 471, PLENTY_NS), ==, PV_SEARCH_MISSED);
	g_assert_cmpint(search(folder, 0, PLENTY_NS), ==, PV_SEARCH_MISSED);
	g_assert_cmpint(search(folder, 471, 1), ==, PV_SEARCH_ENDED);
	/* Of a memory that was left nothing is printed. */
	g_assert_true(g_file_set_contents(maps, "", 0, NULL));
	g_assert_cmpint(search(folder, 4711, PLENTY_NS), ==, PV_SEARCH_CLOSED);
	g_assert_cmpint(g_remove(maps), ==, 0);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
link_to(const char *folder, const char *number, const char *target)
{
	g_autofree char *name = g_build_filename(folder, number, NULL);

	g_assert_cmpint(symlink(target, name), ==, 0);
}

/* What cannot be looked at hides nothing that can, and is not taken for looked at. */
static void
test_closed(void)
{
	g_autofree char *folder = g_dir_make_tmp("procview-search-XXXXXX", NULL);
	g_autofree char *fd = g_build_filename(folder, "fd", NULL);
	static const char *const numbers[] = {"3", "4", "5"};
	struct stat st;

	g_assert_cmpint(search_table(folder, NO_INODE), ==, PV_SEARCH_CLOSED);
	g_assert_cmpint(g_mkdir(fd, 0700), ==, 0);
	g_assert_cmpint(search_table(folder, NO_INODE), ==, PV_SEARCH_MISSED);
	link_to(fd, "5", "/dev/null");
	g_assert_cmpint(stat("/dev/null", &st), ==, 0);
	g_assert_cmpint(search_table(folder, NO_INODE), ==, PV_SEARCH_MISSED);
	g_assert_cmpint(search_table(folder, st.st_ino), ==, PV_SEARCH_FOUND);
	/* One leads to itself; of another the file system says that there is none. */
	link_to(fd, "3", "3");
	link_to(fd, "4", "nowhere");
	g_assert_cmpint(search_table(folder, NO_INODE), ==, PV_SEARCH_CLOSED);
	g_assert_cmpint(search_table(folder, st.st_ino), ==, PV_SEARCH_FOUND);
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *name = g_build_filename(fd, numbers[i], NULL);

		g_assert_cmpint(g_remove(name), ==, 0);
	}
	g_assert_cmpint(g_rmdir(fd), ==, 0);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
test_own(void)
{
	struct stat st;

	g_assert_cmpint(stat("/proc/self/exe", &st), ==, 0);
	g_assert_cmpint(search("/proc/self", st.st_ino, PLENTY_NS), ==, PV_SEARCH_FOUND);
	g_assert_cmpint(search("/proc/self", NO_INODE, PLENTY_NS), ==, PV_SEARCH_MISSED);
	g_assert_cmpint(search("/proc/self", NO_INODE, 1), ==, PV_SEARCH_ENDED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/procfs/search/query", test_query);
	g_test_add_func("/procfs/search/text", test_text);
	g_test_add_func("/procfs/search/closed", test_closed);
	g_test_add_func("/procfs/search/own", test_own);
	return g_test_run();
}
