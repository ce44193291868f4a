/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Feeds files, and all files of directories, to a fuzzer; each whole, and cut at every byte.
 *
 * The blocks are of exactly the size given, where a sanitizer sees a byte too many read.
 */
#include <glib.h>
#include <stdio.h>

#include "fuzz.h"

/* Of a long file only the beginnings are worth the time. */
#define MAX_CUT 4096

static void
feed(const char *bytes, gsize size)
{
	g_autofree char *copy = size == 0 ? NULL : g_memdup2(bytes, size);

	LLVMFuzzerTestOneInput((const uint8_t *)copy, size);
}

static gboolean
replay_file(const char *path)
{
	g_autofree char *bytes = NULL;
	g_autoptr(GError) error = NULL;
	gsize size;

	if (!g_file_get_contents(path, &bytes, &size, &error)) {
		fprintf(stderr, "%s\n", error->message);
		return FALSE;
	}
	/* Where one of them fails, this is the last line. */
	fprintf(stderr, "%s\n", path);
	feed(bytes, size);
	for (gsize cut = 0; cut < MIN(size, MAX_CUT); cut++)
		feed(bytes, cut);
	return TRUE;
}

/* Returns how many files were fed; -1 when one could not be read. */
static gint
replay_directory(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(path, 0, &error);
	const char *name;
	gint n = 0;

	if (dir == NULL) {
		fprintf(stderr, "%s\n", error->message);
		return -1;
	}
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);

		if (!replay_file(file))
			return -1;
		n++;
	}
	return n;
}

int
main(int argc, char **argv)
{
	gint total = 0;

	for (int i = 1; i < argc; i++) {
		gint n = 1;

		if (g_file_test(argv[i], G_FILE_TEST_IS_DIR))
			n = replay_directory(argv[i]);
		else if (!replay_file(argv[i]))
			n = -1;
		if (n < 0)
			return 1;
		total += n;
	}
	/* An empty corpus proves nothing. */
	fprintf(stderr, "%d files\n", total);
	return total > 0 ? 0 : 1;
}
