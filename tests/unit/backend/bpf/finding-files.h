/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the tests of pv_bpf_find() have from their beginning to their end: a directory for files, whose
 * inode numbers nothing else has that the test has open.
 */
#pragma once

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "finding.h"

static char *scratch; /* a directory of the test's own */

/* Of another file system perhaps, as the number is all that is sought. */
static inline gboolean
is_open_here(guint64 inode)
{
	struct stat st;

	for (int fd = 0; fd < 100; fd++) {
		if (fstat(fd, &st) == 0 && st.st_ino == inode)
			return TRUE;
	}
	return FALSE;
}

/* In a young file system numbers are small, as they are in that of /dev/null: one that is free. */
static inline char *
make_file(const char *name, guint64 *inode)
{
	g_autoptr(GString) unique = g_string_new(name);
	struct stat st;

	for (;;) {
		g_autofree char *path = g_build_filename(scratch, unique->str, NULL);

		g_assert_true(g_file_set_contents(path, "x", 1, NULL));
		g_assert_cmpint(stat(path, &st), ==, 0);
		*inode = st.st_ino;
		if (!is_open_here(*inode))
			return g_steal_pointer(&path);
		g_string_append_c(unique, '-');
	}
}

static inline char *
make_directory(const char *name, guint64 *inode)
{
	char *path = g_build_filename(scratch, name, NULL);
	struct stat st;

	g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
	g_assert_cmpint(stat(path, &st), ==, 0);
	*inode = st.st_ino;
	return path;
}

static inline void
remove_scratch(void)
{
	g_autoptr(GDir) dir = g_dir_open(scratch, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(scratch, name, NULL);

		g_remove(path);
	}
	g_rmdir(scratch);
	g_free(scratch);
}

/* Exits where nothing can be found. */
static inline void
finding_begin(int *argc, char ***argv)
{
	g_test_init(argc, argv, NULL);
	require_find();
	scratch = g_dir_make_tmp("procview-find-XXXXXX", NULL);
}

static inline int
finding_run(void)
{
	int status = g_test_run();

	remove_scratch();
	return status;
}
