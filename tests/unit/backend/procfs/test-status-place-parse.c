/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Umask and VmSize of /proc/PID/status.
 */
#include <string.h>

#include "backend/procfs/status-place-parse.h"
#include "core/record.h"

static PvStatusPlace
parse(const char *text)
{
	PvStatusPlace place;
	gsize length = strlen(text);
	g_autofree char *copy = g_memdup2(text, MAX(length, 1));

	pv_status_place_parse(copy, length, &place);
	return place;
}

static void
test_alive(void)
{
	PvStatusPlace place = parse("Name:\tcat\nUmask:\t0022\nState:\tR (running)\n"
				    "VmPeak:\t    5792 kB\nVmSize:\t    5792 kB\nThreads:\t1\n");

	g_assert_cmpuint(place.umask, ==, 022);
	g_assert_true(place.has_memory);
}

static void
test_zombie(void)
{
	PvStatusPlace place = parse("Name:\tcat\nState:\tZ (zombie)\nTgid:\t1\nThreads:\t1\n");

	g_assert_cmpuint(place.umask, ==, PV_NONE);
	g_assert_false(place.has_memory);
}

/* A name cannot forge a line, and what is no number is none. */
static void
test_odd(void)
{
	g_assert_cmpuint(parse("Name:\tx\\nUmask:\t0777\nUmask:\t0007\n").umask, ==, 07);
	g_assert_cmpuint(parse("Umask:\t0000\nUmask:\t0777\n").umask, ==, 0);
	g_assert_cmpuint(parse("Umask:\t\n").umask, ==, PV_NONE);
	g_assert_cmpuint(parse("Umask:\t0128\n").umask, ==, PV_NONE);
	g_assert_cmpuint(parse("Umask:\t0022 \n").umask, ==, PV_NONE);
	g_assert_cmpuint(parse("Umask:\t77777777777777\n").umask, ==, PV_NONE);
	g_assert_cmpuint(parse("Umask:\t0022").umask, ==, PV_NONE);
	g_assert_cmpuint(parse("").umask, ==, PV_NONE);
}

/* Written down by a kernel. */
static void
test_recorded(void)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "tests/data/proc/unshared-thread/18241/status", NULL);
	g_autofree char *text = NULL;
	PvStatusPlace place;
	gsize length;

	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	pv_status_place_parse(text, length, &place);
	g_assert_cmpuint(place.umask, ==, 022);
	g_assert_true(place.has_memory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/procfs/status-place/alive", test_alive);
	g_test_add_func("/procfs/status-place/zombie", test_zombie);
	g_test_add_func("/procfs/status-place/odd", test_odd);
	g_test_add_func("/procfs/status-place/recorded", test_recorded);
	return g_test_run();
}
