/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * mountinfo: recorded mounts, hostile mount points, and each line cut at every byte.
 */
#include <string.h>

#include "backend/procfs/mountinfo-parse.h"
#include "core/record.h"

/* Parses a copy in a block of exactly its size; what the mount points to is moved to the text. */
static gsize
parse(const char *text, gsize length, PvMountLine *mount)
{
	g_autofree char *copy = length == 0 ? NULL : g_memdup2(text, length);
	gsize used = pv_mountinfo_parse(copy, length, mount);

	g_assert_cmpuint(used, <=, length);
	if (mount->fstype == NULL)
		return used;
	g_assert_true(mount->fstype > copy && mount->super_options > mount->fstype);
	g_assert_true(mount->super_options + mount->super_options_len < copy + used);
	mount->fstype = text + (mount->fstype - copy);
	mount->super_options = text + (mount->super_options - copy);
	mount->root = text + (mount->root - copy);
	mount->point = text + (mount->point - copy);
	mount->source = text + (mount->source - copy);
	return used;
}

static void
assert_mount(const char *text, guint32 id, guint32 dev, const char *fstype, const char *options)
{
	PvMountLine mount;

	g_assert_cmpuint(parse(text, strlen(text), &mount), ==, strlen(text));
	g_assert_nonnull(mount.fstype);
	g_assert_cmpuint(mount.mount_id, ==, id);
	g_assert_cmpuint(mount.dev, ==, dev);
	g_assert_cmpmem(mount.fstype, mount.fstype_len, fstype, strlen(fstype));
	g_assert_cmpmem(mount.super_options, mount.super_options_len, options, strlen(options));
}

static void
test_recorded(void)
{
	assert_mount("27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard,resuid=65534\n", 27,
		     pv_dev(254, 0), "ext4", "rw,discard,resuid=65534");
	assert_mount("22 27 0:21 / /proc rw,relatime - proc proc rw\n", 22, pv_dev(0, 21), "proc",
		     "rw");
	assert_mount("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=cont\n",
		     36, pv_dev(98, 0), "ext3", "rw,errors=cont");
	assert_mount("7 6 0:4 net:[4026532840] /run/netns/x rw shared:5 propagate_from:2 "
		     "unbindable - nsfs nsfs rw\n",
		     7, pv_dev(0, 4), "nsfs", "rw");
	assert_mount("4294967295 0 4095:1048575 / / rw - fuse.sshfs a@b:/ rw\n", G_MAXUINT32,
		     pv_dev(4095, 1048575), "fuse.sshfs", "rw");
}

static void
assert_places(const char *text, const char *root, const char *point, const char *source)
{
	PvMountLine mount;

	g_assert_cmpuint(parse(text, strlen(text), &mount), ==, strlen(text));
	g_assert_nonnull(mount.fstype);
	g_assert_cmpmem(mount.root, mount.root_len, root, strlen(root));
	g_assert_cmpmem(mount.point, mount.point_len, point, strlen(point));
	g_assert_cmpmem(mount.source, mount.source_len, source, strlen(source));
}

static void
test_places(void)
{
	assert_places("27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n", "/", "/", "/dev/vda");
	assert_places(
		"36 35 0:98 /@home /mnt\\0402 rw master:1 shared:2 - btrfs /dev/sda\\0401 rw\n",
		"/@home", "/mnt\\0402", "/dev/sda\\0401");
	assert_places("7 6 0:4 net:[4026532840] /run/netns/x rw shared:5 - nsfs nsfs rw\n",
		      "net:[4026532840]", "/run/netns/x", "nsfs");
	/* mount -t tmpfs "" /x */
	assert_places("8 6 0:5 / /x rw - tmpfs  rw\n", "/", "/x", "");
}

static void
test_hostile(void)
{
	/* The kernel escapes spaces; a dash of its own, without them, ends nothing. */
	assert_mount("1 2 0:3 / /a\\040-\\040proc\\040b rw - tmpfs x rw\n", 1, pv_dev(0, 3),
		     "tmpfs", "rw");
	assert_mount("1 2 0:3 /- /-proc rw - tmpfs - rw\n", 1, pv_dev(0, 3), "tmpfs", "rw");
	assert_mount("1 2 0:3 / /x rw -new:1 - tmpfs x rw\n", 1, pv_dev(0, 3), "tmpfs", "rw");
	/* mount -t tmpfs "" /x */
	assert_mount("1 2 0:3 / /x rw - tmpfs  rw,size=4k\n", 1, pv_dev(0, 3), "tmpfs",
		     "rw,size=4k");
	assert_mount("1 2 0:3 / /\xff\x1b[2J\r rw - tmpfs \xff rw\n", 1, pv_dev(0, 3), "tmpfs",
		     "rw");
	/* Options are of the file system's own making. */
	assert_mount("1 2 0:3 / /x rw - foo foo rw,a b - proc\n", 1, pv_dev(0, 3), "foo",
		     "rw,a b - proc");
}

static void
test_cut(void)
{
	static const char text[] =
		"36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n";
	PvMountLine mount;

	for (gsize n = 0; n < strlen(text); n++) {
		g_assert_cmpuint(parse(text, n, &mount), ==, 0);
		g_assert_null(mount.fstype);
	}
	g_assert_cmpuint(parse(NULL, 0, &mount), ==, 0);
}

static void
test_malformed(void)
{
	static const char *const lines[] = {
		"\n",
		"x\n",
		"1\n",
		"1 2 0:3 / /x rw - tmpfs\n",
		"1 2 0:3 / /x rw - tmpfs src\n",
		"1 2 0:3 / /x rw -  src rw\n",
		"1 2 0:3 / /x rw tmpfs src rw\n",
		"1 2 0:3 / /x - tmpfs src rw\n",
		"1 2 0:3 / /x rw shared:1 tmpfs src rw -\n",
		"1 2 03 / /x rw - tmpfs src rw\n",
		"1 2 0:x / /x rw - tmpfs src rw\n",
		"1 2 4096:0 / /x rw - tmpfs src rw\n",
		"1 2 0:1048576 / /x rw - tmpfs src rw\n",
		"-1 2 0:3 / /x rw - tmpfs src rw\n",
		"4294967296 2 0:3 / /x rw - tmpfs src rw\n",
		" 1 2 0:3 / /x rw - tmpfs src rw\n",
	};
	PvMountLine mount;

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_test_message("case %u", i);
		g_assert_cmpuint(parse(lines[i], strlen(lines[i]), &mount), ==, strlen(lines[i]));
		g_assert_null(mount.fstype);
		g_assert_cmpuint(mount.mount_id, ==, 0);
		g_assert_false(pv_mount_has_option(&mount, "rw"));
	}
}

static void
test_lines(void)
{
	static const char text[] =
		"1 2 0:3 / / rw - proc p rw\nbad\n4 5 0:6 / / rw - sysfs s ro\ncut";
	const char *p = text;
	PvMountLine mount;

	p += parse(p, strlen(p), &mount);
	g_assert_cmpuint(mount.mount_id, ==, 1);
	p += parse(p, strlen(p), &mount);
	g_assert_null(mount.fstype);
	p += parse(p, strlen(p), &mount);
	g_assert_cmpuint(mount.mount_id, ==, 4);
	g_assert_cmpstr(p, ==, "cut");
	g_assert_cmpuint(parse(p, strlen(p), &mount), ==, 0);
}

static void
test_options(void)
{
	static const char text[] =
		"1 2 0:3 / / ro - cgroup cgroup rw,net_cls,net_prio,name=hidepid\n";
	static const char *const there[] = {"rw", "net_cls", "net_prio", "name=hidepid"};
	static const char *const absent[] = {"ro",   "net",	"net_cls,net_prio",
					     "prio", "hidepid", ""};
	PvMountLine mount;

	parse(text, strlen(text), &mount);
	for (guint i = 0; i < G_N_ELEMENTS(there); i++)
		g_assert_true(pv_mount_has_option(&mount, there[i]));
	for (guint i = 0; i < G_N_ELEMENTS(absent); i++)
		g_assert_false(pv_mount_has_option(&mount, absent[i]));
}

static void
test_live(void)
{
	g_autofree char *text = NULL;
	gsize length, used, done = 0;
	PvMountLine mount;
	guint n_proc = 0;

	g_assert_true(g_file_get_contents("/proc/self/mountinfo", &text, &length, NULL));
	while ((used = parse(text + done, length - done, &mount)) != 0) {
		g_assert_nonnull(mount.fstype);
		if (mount.fstype_len == 4 && memcmp(mount.fstype, "proc", 4) == 0)
			n_proc++;
		done += used;
	}
	g_assert_cmpuint(done, ==, length);
	g_assert_cmpuint(n_proc, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/mountinfo-parse/recorded", test_recorded);
	g_test_add_func("/backend/procfs/mountinfo-parse/places", test_places);
	g_test_add_func("/backend/procfs/mountinfo-parse/hostile", test_hostile);
	g_test_add_func("/backend/procfs/mountinfo-parse/cut", test_cut);
	g_test_add_func("/backend/procfs/mountinfo-parse/malformed", test_malformed);
	g_test_add_func("/backend/procfs/mountinfo-parse/lines", test_lines);
	g_test_add_func("/backend/procfs/mountinfo-parse/options", test_options);
	g_test_add_func("/backend/procfs/mountinfo-parse/live", test_live);
	return g_test_run();
}
