/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/PID/mountinfo, once for each mount namespace.
 *
 * Two things depend on what is mounted where a process lives:
 *
 * - close(2) calls the file system's flush, and FUSE, NFS and their like ask their server then. A
 *   copy of a descriptor taken by pidfd_getfd(2) has to be closed, so that a dead server would
 *   hold us for ever. Tables of processes that see such a mount are left to procfs, which opens
 *   nothing.
 * - lseek(2) takes a lock that a reader blocked in read(2) may hold; on disk and memory file
 *   systems no read blocks for long.
 *
 * What it cannot see: files that were handed over from another mount namespace, or whose mount
 * has been detached since.
 */
#include "backend/mounts.h"

#include <stdlib.h>
#include <string.h>

#include "backend/procfs/mountinfo-parse.h"
#include "util/fd.h"
#include "util/number.h"

static const char *const waiting[] = {
	"9p",	"afs",	  "beegfs", "ceph", "cifs", "coda",  "davfs",	 "fuse", "fuseblk",
	"gfs2", "lustre", "ncpfs",  "nfs",  "nfs4", "ocfs2", "orangefs", "smb3", "virtiofs",
};

static const char *const local[] = {
	"bcachefs", "btrfs",	 "devtmpfs", "erofs", "exfat", "ext2",	  "ext3",  "ext4",
	"f2fs",	    "hugetlbfs", "iso9660",  "jfs",   "ntfs3", "overlay", "ramfs", "reiserfs",
	"squashfs", "tmpfs",	 "udf",	     "vfat",  "xfs",   "zfs",
};

struct _PvMounts {
	GPtrArray *namespaces; /* as many as there are mount namespaces: containers, services */
	PvBuffer text;
};

static void
namespace_free(gpointer data)
{
	PvMountNamespace *mounts = data;

	pv_array_clear(&mounts->local);
	g_free(mounts);
}

PvMounts *
pv_mounts_new(void)
{
	PvMounts *mounts = g_new0(PvMounts, 1);

	mounts->namespaces = g_ptr_array_new_with_free_func(namespace_free);
	return mounts;
}

void
pv_mounts_free(PvMounts *mounts)
{
	if (mounts == NULL)
		return;
	g_ptr_array_unref(mounts->namespaces);
	pv_buffer_clear(&mounts->text);
	g_free(mounts);
}

static gboolean
is_among(const PvMount *mount, const char *const *names, guint n)
{
	for (guint i = 0; i < n; i++) {
		gsize length = strlen(names[i]);

		if (mount->fstype_len == length && memcmp(mount->fstype, names[i], length) == 0)
			return TRUE;
	}
	return FALSE;
}

/* fuse.sshfs and so on: the part after the dot names the program behind it. */
static gboolean
can_wait(const PvMount *mount)
{
	return (mount->fstype_len > 5 && memcmp(mount->fstype, "fuse.", 5) == 0) ||
	       is_among(mount, waiting, G_N_ELEMENTS(waiting));
}

static int
compare_devices(const void *a, const void *b)
{
	guint32 x = *(const guint32 *)a;
	guint32 y = *(const guint32 *)b;

	return (x > y) - (x < y);
}

static gboolean
add_mount(PvMountNamespace *mounts, const PvMount *mount)
{
	guint32 *dev;

	if (mount->fstype == NULL || can_wait(mount)) {
		mounts->waits = TRUE;
		return TRUE;
	}
	if (!is_among(mount, local, G_N_ELEMENTS(local)))
		return TRUE;
	dev = pv_array_append(&mounts->local);
	if (dev == NULL)
		return FALSE;
	*dev = mount->dev;
	return TRUE;
}

static gboolean
read_mounts(PvMountNamespace *mounts, const PvBuffer *text)
{
	gsize at = 0;
	gsize taken;
	PvMount mount;

	while ((taken = pv_mountinfo_parse(text->data + at, text->n - at, &mount)) > 0) {
		at += taken;
		if (!add_mount(mounts, &mount))
			return FALSE;
	}
	if (mounts->local.n > 0)
		qsort(mounts->local.data, mounts->local.n, sizeof(guint32), compare_devices);
	return TRUE;
}

const PvMountNamespace *
pv_mounts_get(PvMounts *mounts, guint64 ns, int process_dir)
{
	PvMountNamespace *fresh;

	for (guint i = 0; i < mounts->namespaces->len; i++) {
		PvMountNamespace *known = g_ptr_array_index(mounts->namespaces, i);

		if (known->ns == ns && ns != 0)
			return known;
	}
	fresh = g_new0(PvMountNamespace, 1);
	fresh->ns = ns;
	pv_array_init(&fresh->local, sizeof(guint32));
	g_ptr_array_add(mounts->namespaces, fresh);
	if (pv_read_at(process_dir, "mountinfo", &mounts->text) < 0)
		fresh->waits = TRUE;
	else if (!read_mounts(fresh, &mounts->text))
		return NULL;
	return fresh;
}

gboolean
pv_mount_namespace_is_local(const PvMountNamespace *mounts, guint32 dev)
{
	return mounts->local.n > 0 && bsearch(&dev, mounts->local.data, mounts->local.n,
					      sizeof(guint32), compare_devices) != NULL;
}

/* A line of /proc/cgroups: name, hierarchy (0: not mounted as cgroup v1), and more. */
static gboolean
is_mounted_controller(const char *line, const char *name)
{
	gsize length = strlen(name);
	guint32 hierarchy;

	return strncmp(line, name, length) == 0 && line[length] == '\t' &&
	       pv_number_u32(line + length + 1, line + strlen(line), &hierarchy) != NULL &&
	       hierarchy != 0;
}

const char *
pv_mounts_find_socket_tagging(int proc_dir)
{
	static const char *const tagging[] = {"net_cls", "net_prio"};
	g_auto(PvBuffer) text = {0};
	g_auto(GStrv) lines = NULL;

	if (pv_read_at(proc_dir, "cgroups", &text) < 0 || !pv_buffer_reserve(&text, 1))
		return NULL;
	text.data[text.n] = '\0';
	lines = g_strsplit(text.data, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		for (guint j = 0; j < G_N_ELEMENTS(tagging); j++) {
			if (is_mounted_controller(lines[i], tagging[j]))
				return tagging[j];
		}
	}
	return NULL;
}
