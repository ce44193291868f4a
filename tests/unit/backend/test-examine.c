/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is kept of a file: kind, path, and whether it was deleted, from what the kernel said of it.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/examine.h"

#define TMPFS  0x01021994
#define EXT4   0xef53
#define SOCKFS 0x534f434b
#define PIPEFS 0x50495045

typedef struct {
	PvLook look; /* name, magic, mode, deleted */
	guint32 flags;
	guint kind;
	const char *path; /* NULL: none */
	gboolean deleted;
} Case;

static void
check(const Case *expected, gboolean wants_path)
{
	PvStore *store = pv_store_new();
	const char *name = expected->look.name;
	PvFile file = {.mode = expected->look.mode, .flags = expected->flags, .ino = 812};

	file.known = PV_FILE_INODE | PV_FILE_FLAGS;
	g_assert_true(pv_examine_keep(store, &file, &expected->look,
				      name == NULL ? 0 : strlen(name), wants_path));
	g_assert_cmpuint(file.kind, ==, expected->kind);
	g_assert_cmpstr(pv_store_string(store, file.path), ==, wants_path ? expected->path : NULL);
	g_assert_cmpint((file.known & PV_FILE_DELETED) != 0, ==, expected->deleted);
	g_assert_cmpuint(file.known & ~PV_FILE_DELETED, ==, PV_FILE_INODE | PV_FILE_FLAGS);
	pv_store_unref(store);
}

/* Nothing but the path depends on whether it was asked for. */
static void
check_all(const Case *cases, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_test_message("case %u", i);
		check(&cases[i], TRUE);
		check(&cases[i], FALSE);
	}
}

static void
test_paths(void)
{
	static const Case cases[] = {
		{{"/", EXT4, S_IFDIR | 0755, FALSE}, 0, PV_KIND_DIRECTORY, "/", FALSE},
		{{"/a\nb\xff", EXT4, S_IFREG | 0644, FALSE},
		 0,
		 PV_KIND_REGULAR,
		 "/a\nb\xff",
		 FALSE},
		{{"/dev/null", TMPFS, S_IFCHR | 0666, FALSE},
		 0,
		 PV_KIND_CHARDEV,
		 "/dev/null",
		 FALSE},
		{{"anon_inode:[eventfd]", 0, 0600, FALSE},
		 0,
		 PV_KIND_EVENTFD,
		 "anon_inode:[eventfd]",
		 FALSE},
		{{"net:[4026531833]", 0, S_IFREG | 0444, FALSE},
		 0,
		 PV_KIND_NSFS,
		 "net:[4026531833]",
		 FALSE},
		/* Could not be had: too long. */
		{{NULL, EXT4, S_IFREG | 0644, FALSE}, 0, PV_KIND_REGULAR, NULL, FALSE},
	};

	check_all(cases, G_N_ELEMENTS(cases));
}

/* The word that the kernel puts behind the name of a file that has none any more. */
static void
test_deleted(void)
{
	static const Case cases[] = {
		{{"/x (deleted)", EXT4, S_IFREG | 0644, TRUE}, 0, PV_KIND_REGULAR, "/x", TRUE},
		{{"/ (deleted)", EXT4, S_IFREG | 0644, TRUE}, 0, PV_KIND_REGULAR, "/", TRUE},
		{{"/x (deleted) (deleted)", EXT4, S_IFREG | 0644, TRUE},
		 0,
		 PV_KIND_REGULAR,
		 "/x (deleted)",
		 TRUE},
		/* This name was removed, and the file has another one. */
		{{"/x (deleted)", EXT4, S_IFREG | 0644, FALSE},
		 0,
		 PV_KIND_REGULAR,
		 "/x (deleted)",
		 FALSE},
		/* It had no name when it was looked at, and had one when its name was asked for. */
		{{"/x", EXT4, S_IFREG | 0644, TRUE}, 0, PV_KIND_REGULAR, "/x", TRUE},
		{{" (deleted)", EXT4, S_IFREG | 0644, TRUE},
		 0,
		 PV_KIND_REGULAR,
		 " (deleted)",
		 TRUE},
		/* No path: nothing was put behind it. */
		{{"x (deleted)", EXT4, S_IFREG | 0644, TRUE},
		 0,
		 PV_KIND_REGULAR,
		 "x (deleted)",
		 TRUE},
		{{"deleted)", EXT4, S_IFREG | 0644, TRUE}, 0, PV_KIND_REGULAR, "deleted)", TRUE},
		{{NULL, EXT4, S_IFREG | 0644, TRUE}, 0, PV_KIND_REGULAR, NULL, TRUE},
	};

	check_all(cases, G_N_ELEMENTS(cases));
}

static void
test_memfd(void)
{
	static const Case cases[] = {
		{{"/memfd:x (deleted)", TMPFS, S_IFREG | 0777, TRUE},
		 0,
		 PV_KIND_MEMFD,
		 "/memfd:x",
		 FALSE},
		{{"/memfd: (deleted)", TMPFS, S_IFREG | 0777, TRUE},
		 0,
		 PV_KIND_MEMFD,
		 "/memfd:",
		 FALSE},
		{{"/memfd:x (deleted)", EXT4, S_IFREG | 0777, TRUE},
		 0,
		 PV_KIND_REGULAR,
		 "/memfd:x",
		 TRUE},
	};

	check_all(cases, G_N_ELEMENTS(cases));
}

/* Named as /proc names them, whether the name was asked for or not. */
static void
test_by_inode(void)
{
	static const Case cases[] = {
		{{NULL, SOCKFS, S_IFSOCK | 0777, FALSE}, 0, PV_KIND_SOCKET, "socket:[812]", FALSE},
		{{"socket:[7]", SOCKFS, S_IFSOCK | 0777, FALSE},
		 0,
		 PV_KIND_SOCKET,
		 "socket:[7]",
		 FALSE},
		{{NULL, PIPEFS, S_IFIFO | 0600, FALSE}, 0, PV_KIND_PIPE, "pipe:[812]", FALSE},
		{{"pipe:[7]", PIPEFS, S_IFIFO | 0600, FALSE}, 0, PV_KIND_PIPE, "pipe:[7]", FALSE},
		/* A name in a file system has to be asked for. */
		{{"/run/initctl", TMPFS, S_IFIFO | 0600, FALSE},
		 0,
		 PV_KIND_FIFO,
		 "/run/initctl",
		 FALSE},
		{{NULL, TMPFS, S_IFIFO | 0600, TRUE}, 0, PV_KIND_FIFO, NULL, TRUE},
		{{"/run/x.sock", TMPFS, S_IFSOCK | 0755, FALSE},
		 O_PATH,
		 PV_KIND_SOCKET,
		 "/run/x.sock",
		 FALSE},
		{{NULL, TMPFS, S_IFSOCK | 0755, TRUE}, O_PATH, PV_KIND_SOCKET, NULL, TRUE},
	};

	check_all(cases, G_N_ELEMENTS(cases));
}

/* The length counts, and not where the first NUL is: the text may go on behind. */
static void
test_length(void)
{
	PvStore *store = pv_store_new();
	const PvLook look = {.name = "/x (deleted)", .mode = S_IFREG | 0644, .deleted = TRUE};
	PvFile file = {.mode = look.mode};

	g_assert_true(pv_examine_keep(store, &file, &look, 5, TRUE));
	g_assert_cmpstr(pv_store_string(store, file.path), ==, "/x (d");
	pv_store_unref(store);
}

/* Inside the kernel it is a regular file, with a size and an offset that mean nothing. */
static void
test_pidfd(void)
{
	PvStore *store = pv_store_new();
	const PvLook look = {.name = "pidfd:[14858]", .mode = S_IFREG | 0700};
	PvFile file = {.mode = look.mode, .pos = 7, .extent = 8};

	file.known = PV_FILE_INODE | PV_FILE_POS | PV_FILE_SIZE | PV_FILE_FLAGS;
	g_assert_true(pv_examine_keep(store, &file, &look, strlen(look.name), TRUE));
	g_assert_cmpuint(file.kind, ==, PV_KIND_PIDFD);
	g_assert_cmpuint(file.mode, ==, 0700);
	g_assert_cmpuint(file.known, ==, PV_FILE_INODE | PV_FILE_FLAGS);
	g_assert_cmpint(file.pos, ==, 0);
	g_assert_cmpuint(file.extent, ==, 0);
	pv_store_unref(store);
}

/* What the name says goes from one to the other, and nothing of the file itself. */
static void
test_like(void)
{
	const PvFile like = {
		.mode = S_IFREG | 0600,
		.ino = 5,
		.pos = 9,
		.path = 77,
		.kind = PV_KIND_REGULAR,
		.known = PV_FILE_DELETED | PV_FILE_DESCRIBED,
	};
	const PvFile pidfd = {.kind = PV_KIND_PIDFD};
	PvFile file = {.mode = S_IFREG | 0644, .ino = 6, .pos = 10};

	file.known = PV_FILE_INODE | PV_FILE_POS | PV_FILE_SIZE;
	pv_examine_keep_like(&file, &like);
	g_assert_cmpuint(file.kind, ==, PV_KIND_REGULAR);
	g_assert_cmpuint(file.path, ==, 77);
	g_assert_cmpuint(file.known, ==,
			 PV_FILE_INODE | PV_FILE_POS | PV_FILE_SIZE | PV_FILE_DELETED);
	g_assert_cmpuint(file.ino, ==, 6);
	g_assert_cmpint(file.pos, ==, 10);
	g_assert_cmpuint(file.mode, ==, S_IFREG | 0644);
	pv_examine_keep_like(&file, &pidfd);
	g_assert_cmpuint(file.mode, ==, 0644);
	g_assert_false(file.known & (PV_FILE_POS | PV_FILE_SIZE));
}

/* Equal paths are one string. */
static void
test_interned(void)
{
	PvStore *store = pv_store_new();
	const PvLook look = {.name = "/x", .mode = S_IFREG | 0644};
	const PvLook deleted = {.name = "/x (deleted)", .mode = S_IFREG | 0644, .deleted = TRUE};
	PvFile file = {.mode = look.mode};
	PvFile other = {.mode = look.mode};

	g_assert_true(pv_examine_keep(store, &file, &look, 2, TRUE));
	g_assert_true(pv_examine_keep(store, &other, &deleted, strlen(deleted.name), TRUE));
	g_assert_cmpuint(file.path, ==, other.path);
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/examine/paths", test_paths);
	g_test_add_func("/backend/examine/deleted", test_deleted);
	g_test_add_func("/backend/examine/memfd", test_memfd);
	g_test_add_func("/backend/examine/by-inode", test_by_inode);
	g_test_add_func("/backend/examine/length", test_length);
	g_test_add_func("/backend/examine/pidfd", test_pidfd);
	g_test_add_func("/backend/examine/like", test_like);
	g_test_add_func("/backend/examine/interned", test_interned);
	return g_test_run();
}
