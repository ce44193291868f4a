/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/PID/mountinfo, once for each mount namespace and root: a process that has changed its root
 * sees the mounts below it only, and may have files on all others.
 *
 * close(2) calls the file system's flush, and FUSE, NFS and their like ask their server then. A copy
 * of a descriptor taken by pidfd_getfd(2) has to be closed, so that a dead server would hold us for
 * ever. Tables of processes that see such a mount are left to procfs, which opens nothing.
 *
 * A layer of an overlay, such as a container image that is fetched on demand, may be a FUSE file
 * system which is mounted where containers are made, and not where they run. If anything of that
 * sort is mounted where the reader lives, overlays count as waiting.
 *
 * What it cannot see: files that were handed over from another mount namespace, or whose mount
 * has been detached since.
 */
#include "backend/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/procfs/mountinfo-parse.h"
#include "core/array.h"
#include "core/error.h"
#include "util/fd.h"
#include "util/number.h"

static const char *const waiting[] = {
	"9p",	 "afs",	     "beegfs", "ceph",	   "cifs",  "coda", "davfs",
	"fuse",	 "fuseblk",  "gfs2",   "lustre",   "ncpfs", "nfs",  "nfs4",
	"ocfs2", "orangefs", "smb3",   "virtiofs", NULL,
};

struct _PvMounts {
	PvArray namespaces; /* of PvMountNamespace *, as many as there are: containers, services */
	PvBuffer text;
};

PvMounts *
pv_mounts_new(void)
{
	PvMounts *mounts = g_new0(PvMounts, 1);

	pv_array_init(&mounts->namespaces, sizeof(PvMountNamespace *));
	return mounts;
}

/* They stay where they are when the array grows. */
static PvMountNamespace *
namespace_at(const PvMounts *mounts, guint i)
{
	return *pv_array_at(&mounts->namespaces, PvMountNamespace *, i);
}

void
pv_mounts_free(PvMounts *mounts)
{
	if (mounts == NULL)
		return;
	for (guint i = 0; i < mounts->namespaces.n; i++)
		g_free(namespace_at(mounts, i));
	pv_array_clear(&mounts->namespaces);
	pv_buffer_clear(&mounts->text);
	g_free(mounts);
}

/* fuse.sshfs and so on: the part after the dot names the program behind it. */
static gboolean
can_wait(const PvMountLine *mount)
{
	return (mount->fstype_len > 5 && memcmp(mount->fstype, "fuse.", 5) == 0) ||
	       pv_mount_is_of_type(mount, waiting);
}

/* What is not understood may wait. */
static void
read_mounts(PvMountNamespace *mounts, const PvBuffer *text)
{
	gsize at = 0;
	gsize taken;
	PvMountLine mount;

	while ((taken = pv_mountinfo_parse(text->data + at, text->n - at, &mount)) > 0) {
		at += taken;
		if (mount.fstype == NULL || can_wait(&mount))
			mounts->waits = TRUE;
		else if (mount.fstype_len == 7 && memcmp(mount.fstype, "overlay", 7) == 0)
			mounts->stacked = TRUE;
	}
}

/* Follows the link, and asks no server. */
static void
find_root(PvMountNamespace *view, int process_dir)
{
	struct statx st = {0};

	if (statx(process_dir, "root", AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_INO | STATX_MNT_ID, &st) < 0)
		return;
	view->root_mount = st.stx_mnt_id;
	view->root_ino = st.stx_ino;
	view->root_dev = (guint64)st.stx_dev_major << 32 | st.stx_dev_minor;
}

static gboolean
is_same_view(const PvMountNamespace *a, const PvMountNamespace *b)
{
	return a->root_mount == b->root_mount && a->root_ino == b->root_ino &&
	       a->root_dev == b->root_dev;
}

static const PvMountNamespace *
find_view(const PvMounts *mounts, const PvMountNamespace *view)
{
	for (guint i = 0; i < mounts->namespaces.n; i++) {
		const PvMountNamespace *known = namespace_at(mounts, i);

		if (known->ns == view->ns && view->ns != 0 &&
		    (known->waits || is_same_view(known, view)))
			return known;
	}
	return NULL;
}

static const PvMountNamespace *
keep_view(PvMounts *mounts, const PvMountNamespace *view)
{
	PvMountNamespace *kept = g_try_new(PvMountNamespace, 1);
	PvMountNamespace **slot = kept != NULL ? pv_array_append(&mounts->namespaces) : NULL;

	if (slot == NULL) {
		g_free(kept);
		return NULL;
	}
	*kept = *view;
	*slot = kept;
	return kept;
}

const PvMountNamespace *
pv_mounts_get(PvMounts *mounts, guint64 ns, int process_dir, int *status)
{
	PvMountNamespace view = {.ns = ns};
	const PvMountNamespace *known;

	find_root(&view, process_dir);
	known = find_view(mounts, &view);
	if (known != NULL)
		return known;
	*status = pv_read_at(process_dir, "mountinfo", &mounts->text);
	if (pv_error_is_shortage(*status))
		return NULL;
	if (*status < 0)
		view.waits = TRUE;
	else
		read_mounts(&view, &mounts->text);
	*status = -ENOMEM;
	return keep_view(mounts, &view);
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

int
pv_mounts_find_socket_tagging(int proc_dir, const char **controller)
{
	static const char *const tagging[] = {"net_cls", "net_prio"};
	g_auto(PvBuffer) text = {0};
	g_auto(GStrv) lines = NULL;
	int status = pv_read_at(proc_dir, "cgroups", &text);

	*controller = NULL;
	if (status == 0 && !pv_buffer_reserve(&text, 1))
		status = -ENOMEM;
	if (status < 0)
		return pv_error_only_shortage(status);
	text.data[text.n] = '\0';
	/* As many as the kernel has controllers. */
	lines = g_strsplit(text.data, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		for (guint j = 0; j < G_N_ELEMENTS(tagging); j++) {
			if (is_mounted_controller(lines[i], tagging[j]))
				*controller = tagging[j];
		}
	}
	return 0;
}
