/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Flags of open(2) as words.
 */
#include <fcntl.h>

#include "export/open-flags.h"

static void
gather(const char *name, gpointer data)
{
	g_string_append_printf(data, "%s ", name);
}

static void
assert_flags(guint32 flags, const char *mode, const char *expected)
{
	g_autoptr(GString) names = g_string_new(NULL);

	pv_open_flags_foreach(flags, gather, names);
	g_assert_cmpstr(names->str, ==, expected);
	g_assert_cmpstr(pv_open_mode(flags), ==, mode);
}

static void
test_mode(void)
{
	assert_flags(O_RDONLY, "r", "O_RDONLY ");
	assert_flags(O_WRONLY, "w", "O_WRONLY ");
	assert_flags(O_RDWR, "rw", "O_RDWR ");
	assert_flags(3, "-", "0x3 ");
}

static void
test_path(void)
{
	assert_flags(O_PATH, "-", "O_PATH ");
	assert_flags(O_PATH | O_NOFOLLOW, "-", "O_NOFOLLOW O_PATH ");
	assert_flags(O_PATH | O_DIRECTORY, "-", "O_DIRECTORY O_PATH ");
}

static void
test_flags(void)
{
	assert_flags(O_WRONLY | O_APPEND | O_NONBLOCK, "w", "O_WRONLY O_APPEND O_NONBLOCK ");
	assert_flags(O_RDWR | O_DIRECT | O_NOATIME | O_ASYNC, "rw",
		     "O_RDWR O_DIRECT O_NOATIME O_ASYNC ");
	assert_flags(O_RDONLY | O_DIRECTORY, "r", "O_RDONLY O_DIRECTORY ");
}

/* Of flags that contain others the larger one alone is named. */
static void
test_nested(void)
{
	assert_flags(O_RDWR | O_SYNC, "rw", "O_RDWR O_SYNC ");
	assert_flags(O_RDWR | O_DSYNC, "rw", "O_RDWR O_DSYNC ");
	assert_flags(O_RDWR | O_TMPFILE, "rw", "O_RDWR O_TMPFILE ");
}

static void
test_unknown(void)
{
	assert_flags(O_RDONLY | 0x4000000, "r", "O_RDONLY 0x4000000 ");
	assert_flags(O_RDONLY | 0x80000020, "r", "O_RDONLY 0x80000020 ");
}

#ifdef __x86_64__
static void
test_large_file(void)
{
	assert_flags(O_RDWR | 0100000, "rw", "O_RDWR ");
}
#endif

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/open-flags/mode", test_mode);
	g_test_add_func("/export/open-flags/path", test_path);
	g_test_add_func("/export/open-flags/flags", test_flags);
	g_test_add_func("/export/open-flags/nested", test_nested);
	g_test_add_func("/export/open-flags/unknown", test_unknown);
#ifdef __x86_64__
	g_test_add_func("/export/open-flags/large-file", test_large_file);
#endif
	return g_test_run();
}
