/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the classifier of files. An input is: two bytes of mode, one that chooses a file system,
 * one of flags, and a name.
 */
#include <glib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/kind.h"
#include "fuzz.h"

enum {
	FLAG_DELETED = 1 << 0,
	FLAG_NAMELESS = 1 << 1,
};

static const guint64 magics[] = {
	0,	    0xef53,	0x01021994, 0x958458f6, 0x09041934,
	0x19800202, 0x50495045, 0x50494446, 0x6e736673, G_MAXUINT64,
};

/* The kinds that the file type alone decides, and those that each file type may be. */
static void
check_mode(const PvLook *look, guint kind)
{
	switch (look->mode & S_IFMT) {
	case S_IFDIR:
		g_assert_cmpuint(kind, ==, PV_KIND_DIRECTORY);
		break;
	case S_IFLNK:
		g_assert_cmpuint(kind, ==, PV_KIND_SYMLINK);
		break;
	case S_IFCHR:
		g_assert_cmpuint(kind, ==, PV_KIND_CHARDEV);
		break;
	case S_IFBLK:
		g_assert_cmpuint(kind, ==, PV_KIND_BLOCKDEV);
		break;
	case S_IFSOCK:
		g_assert_cmpuint(kind, ==, PV_KIND_SOCKET);
		break;
	case S_IFIFO:
		g_assert_true(kind == PV_KIND_PIPE || kind == PV_KIND_FIFO ||
			      kind == PV_KIND_UNKNOWN);
		break;
	case S_IFREG:
		g_assert_true(kind == PV_KIND_REGULAR || kind >= PV_KIND_EVENTFD);
		break;
	case 0:
		g_assert_true(kind == PV_KIND_UNKNOWN || kind == PV_KIND_PIPE ||
			      kind == PV_KIND_SOCKET || kind >= PV_KIND_EVENTFD);
		break;
	default:
		g_assert_cmpuint(kind, ==, PV_KIND_UNKNOWN);
		break;
	}
}

/* Whatever somebody calls a file of his, its path begins with a slash and tells nothing. */
static void
check_path(const PvLook *look)
{
	g_autofree char *path = g_strconcat("/", look->name, NULL);
	PvLook lie = *look;
	PvLook plain = *look;

	lie.name = path;
	plain.name = "/x";
	if (look->deleted && g_str_has_prefix(path, "/memfd:"))
		return;
	g_assert_cmpuint(pv_kind_classify(&lie), ==, pv_kind_classify(&plain));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *name = NULL;
	PvLook look = {0};
	guint kind;

	if (size < 4)
		return 0;
	name = g_strndup((const char *)data + 4, size - 4);
	look.mode = (guint16)(data[0] | data[1] << 8);
	look.fs_magic = magics[data[2] % G_N_ELEMENTS(magics)];
	look.deleted = (data[3] & FLAG_DELETED) != 0;
	look.name = data[3] & FLAG_NAMELESS ? NULL : name;
	kind = pv_kind_classify(&look);
	g_assert_cmpuint(kind, <, PV_N_KINDS);
	g_assert_cmpstr(pv_kind_name(kind), !=, NULL);
	check_mode(&look, kind);
	if (kind == PV_KIND_MEMFD)
		g_assert_true(look.deleted && look.name != NULL);
	if (look.name != NULL)
		check_path(&look);
	return 0;
}
