/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Records of fs_struct and mm_struct, made by hand: good ones, and such as no program of ours
 * writes. Each lies at the end of its block.
 */
#include <string.h>

#include "backend/bpf/decode-places.h"

static char *
make(gconstpointer head, gsize head_size, gconstpointer behind, gsize length, gsize *size)
{
	char *record;

	*size = head_size + (length + 7) / 8 * 8;
	record = g_malloc0(*size);
	memcpy(record, head, head_size);
	if (length > 0)
		memcpy(record + head_size, behind, length);
	return record;
}

static gssize
take_place(guint marks, const char *names, gsize length, char *path)
{
	const struct pv_wire_place head = {
		.tid = 12,
		.holder = 0xffff888101000000u,
		.ino = 7,
		.what = PV_WIRE_CWD,
		.marks = marks,
		.length = (guint)length,
	};
	const struct pv_wire_place *place;
	gsize size;
	g_autofree char *record = make(&head, sizeof(head), names, length, &size);
	gssize taken = pv_wire_take_place(record, size, &place, path);

	if (taken >= 0) {
		g_assert_cmpint(place->tid, ==, 12);
		g_assert_cmpuint(place->ino, ==, 7);
		g_assert_cmpuint(strlen(path), ==, (gsize)taken);
	}
	return taken;
}

static void
test_place(void)
{
	char path[PV_PLACE_PATH_BYTES];

	g_assert_cmpint(take_place(0, "lib\0usr", 8, path), ==, 8);
	g_assert_cmpstr(path, ==, "/usr/lib");
	g_assert_cmpint(take_place(0, "", 0, path), ==, 1);
	g_assert_cmpstr(path, ==, "/");
	g_assert_cmpint(take_place(PV_WIRE_PATH_DELETED, "x", 2, path), ==, 12);
	g_assert_cmpstr(path, ==, "/x (deleted)");
	g_assert_cmpint(take_place(PV_WIRE_PATH_CUT, "lib\0usr", 8, path), ==, 0);
	g_assert_cmpint(take_place(PV_WIRE_PATH_ABSENT, "", 0, path), ==, 0);
	/* No NUL at the end. */
	g_assert_cmpint(take_place(0, "lib", 3, path), ==, -1);
}

static void
test_bad_places(void)
{
	char path[PV_PLACE_PATH_BYTES];
	struct pv_wire_place head = {.tid = 1, .what = PV_WIRE_CWD, .length = 8};
	const struct pv_wire_place *place;
	g_autofree char *longest = g_malloc0(PV_WIRE_MAX_PATH + 8);
	g_autofree char *cut = g_memdup2(&head, sizeof(head));
	g_autofree char *odd = NULL;
	gsize size;

	memset(longest, 'n', PV_WIRE_MAX_PATH - 1);
	g_assert_cmpint(take_place(PV_WIRE_PATH_DELETED, longest, PV_WIRE_MAX_PATH, path), ==,
			PV_WIRE_MAX_PATH + 10);
	g_assert_cmpint(take_place(0, longest, PV_WIRE_MAX_PATH + 8, path), ==, -1);
	/* It tells of more than there is, or is not even whole. */
	g_assert_cmpint(pv_wire_take_place(cut, sizeof(head), &place, path), ==, -1);
	g_assert_cmpint(pv_wire_take_place(cut, sizeof(head) - 8, &place, path), ==, -1);
	head.length = 0;
	head.what = PV_WIRE_ROOT + 1;
	odd = make(&head, sizeof(head), NULL, 0, &size);
	g_assert_cmpint(pv_wire_take_place(odd, size, &place, path), ==, -1);
}

static gssize
take_vma(guint marks, const char *text, gsize length, char *path)
{
	const struct pv_wire_vma head = {
		.tid = 12,
		.mm = 1,
		.bytes = 4096,
		.marks = marks,
		.length = (guint)length,
	};
	const struct pv_wire_vma *vma;
	gsize size;
	g_autofree char *record = make(&head, sizeof(head), text, length, &size);

	return pv_wire_take_vma(record, size, &vma, path);
}

static void
test_vma(void)
{
	char path[PV_PLACE_PATH_BYTES];
	g_autofree char *longest = g_malloc0(PV_WIRE_MAX_PATH + 8);

	g_assert_cmpint(take_vma(0, "/lib/x.so", 9, path), ==, 9);
	g_assert_cmpstr(path, ==, "/lib/x.so");
	g_assert_cmpint(take_vma(PV_WIRE_VMA_UNLINKED, "/x (deleted)", 12, path), ==, 12);
	g_assert_cmpint(take_vma(PV_WIRE_VMA_NAMES, "x.so\0lib", 9, path), ==, 9);
	g_assert_cmpstr(path, ==, "/lib/x.so");
	g_assert_cmpint(take_vma(PV_WIRE_PATH_CUT, "", 0, path), ==, 0);
	g_assert_cmpstr(path, ==, "");
	g_assert_cmpint(take_vma(0, "", 0, path), ==, 0);
	g_assert_cmpint(take_vma(PV_WIRE_VMA_NAMES, "lib", 3, path), ==, -1);
	memset(longest, 'n', PV_WIRE_MAX_PATH + 8);
	g_assert_cmpint(take_vma(0, longest, PV_WIRE_MAX_PATH, path), ==, PV_WIRE_MAX_PATH);
	g_assert_cmpint(take_vma(0, longest, PV_WIRE_MAX_PATH + 1, path), ==, -1);
}

static char *
read_recording(const char *name, gsize *length)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "tests/data/bpf", name, NULL);
	char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, length, NULL));
	return text;
}

/* What the programs said of the processes of record.c. */
static void
test_recorded_places(void)
{
	char path[PV_PLACE_PATH_BYTES];
	guint n_exe = 0, n_cwd = 0, n_root = 0, n_deleted = 0, n_home = 0;
	gsize length, at = 0, size;
	g_autofree char *text = read_recording("contexts.bin", &length);

	while (pv_wire_frame(text + at, length - at, &size) == PV_WIRE_GOOD) {
		const struct pv_wire_place *place;
		gssize taken = pv_wire_take_place(text + at, size, &place, path);

		at += size;
		g_assert_cmpint(taken, >, 0);
		g_assert_true(path[0] == '/');
		g_assert_cmpuint(place->holder, !=, 0);
		g_assert_cmpuint(place->ino, !=, 0);
		n_exe += place->what == PV_WIRE_EXE;
		n_cwd += place->what == PV_WIRE_CWD;
		n_root += place->what == PV_WIRE_ROOT;
		n_deleted += g_str_has_suffix(path, " (deleted)");
		n_home += g_str_has_prefix(path, "/home/");
		if (place->what == PV_WIRE_EXE)
			g_assert_true(g_str_has_prefix(path, "/opt/"));
		if (place->what == PV_WIRE_CWD)
			g_assert_cmpuint(place->umask, <=, 0777);
	}
	g_assert_cmpuint(at, ==, length);
	g_assert_cmpuint(n_exe, >=, 5);
	g_assert_cmpuint(n_cwd, ==, n_root);
	g_assert_cmpuint(n_deleted, >=, 1);
	g_assert_cmpuint(n_home, >=, 1);
}

/* Of these the ranges of the programs alone are kept. */
static void
test_recorded_vmas(void)
{
	char path[PV_PLACE_PATH_BYTES];
	guint n_executed = 0, n_unlinked = 0;
	gsize length, at = 0, size;
	g_autofree char *text = read_recording("vmas.bin", &length);

	while (pv_wire_frame(text + at, length - at, &size) == PV_WIRE_GOOD) {
		const struct pv_wire_vma *vma;
		gssize taken = pv_wire_take_vma(text + at, size, &vma, path);

		at += size;
		g_assert_cmpint(taken, >, 0);
		g_assert_cmpuint(vma->bytes % 4096, ==, 0);
		g_assert_cmpuint(vma->mm, !=, 0);
		g_assert_cmpint((vma->marks & PV_WIRE_VMA_UNLINKED) != 0, ==,
				g_str_has_suffix(path, " (deleted)"));
		n_executed += (vma->flags & PV_WIRE_VMA_EXECUTE) != 0;
		n_unlinked += (vma->marks & PV_WIRE_VMA_UNLINKED) != 0;
	}
	g_assert_cmpuint(at, ==, length);
	g_assert_cmpuint(n_executed, >=, 5);
	g_assert_cmpuint(n_unlinked, >=, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bpf/decode-places/place", test_place);
	g_test_add_func("/bpf/decode-places/bad-places", test_bad_places);
	g_test_add_func("/bpf/decode-places/vma", test_vma);
	g_test_add_func("/bpf/decode-places/recorded-places", test_recorded_places);
	g_test_add_func("/bpf/decode-places/recorded-vmas", test_recorded_vmas);
	return g_test_run();
}
