/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The backends in order of preference, and what is asked of the kernel before one is chosen.
 *
 * Probing costs some ten system calls and leaves nothing behind.
 */
#include "backend/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "backend/mounts.h"
#include "backend/own-queues.h"
#include "backend/pidfd/reader.h"
#include "backend/procfs/mountinfo-parse.h"
#include "backend/procfs/reader.h"
#include "core/error.h"
#include "util/fd.h"
#include "util/number.h"

#define PROCFS_MAGIC 0x9fa0

#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000
#endif

/* The best first. */
static const PvBackend *const backends[] = {&pv_pidfd_backend, &pv_procfs_backend};

static void
probe_pipes(PvContext *context)
{
	int ends[2];
	struct stat st;

	context->pipe_dev = PV_NONE;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	if (fstat(ends[0], &st) == 0)
		context->pipe_dev = pv_dev(major(st.st_dev), minor(st.st_dev));
	close(ends[0]);
	close(ends[1]);
}

/* A namespace may have a path, by a bind mount, and then looks like any regular file. */
static void
probe_namespaces(PvContext *context)
{
	struct stat st;

	if (stat("/proc/self/ns/mnt", &st) == 0)
		context->nsfs_dev = pv_dev(major(st.st_dev), minor(st.st_dev));
}

/* Our own directory has at least the descriptor that it is looked at through. */
static void
probe_counts(PvContext *context)
{
	pv_autofd dir = pv_open_dir(AT_FDCWD, "/proc/thread-self/fd");
	struct stat st;

	context->has_counts = dir >= 0 && fstat(dir, &st) == 0 && st.st_size > 0;
}

/* An empty range is refused with EINVAL by every kernel that has the call; nothing is closed. */
static void
probe_own_table(PvContext *context)
{
	if (syscall(SYS_close_range, 1, 0, 0) < 0 && errno != EINVAL)
		context->own_table_errno = errno;
}

/*
 * kcmp(2), pidfd_open(2) and the rest take numbers of the caller's pid namespace. A /proc that was
 * mounted in another one has other numbers for the same tasks, and ours for others.
 */
static gboolean
is_foreign(void)
{
	g_auto(PvBuffer) link = {0};
	gint32 pid;

	return pv_readlink_at(AT_FDCWD, "/proc/self", &link) < 0 ||
	       !pv_number_from_name(link.data, &pid) || pid != getpid();
}

static gboolean
hides_others(const PvMountLine *mount)
{
	static const char *const options[] = {
		"hidepid=1",	     "hidepid=2",	   "hidepid=4",	 "hidepid=noaccess",
		"hidepid=invisible", "hidepid=ptraceable", "subset=pid",
	};

	for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
		if (pv_mount_has_option(mount, options[i]))
			return TRUE;
	}
	return FALSE;
}

/* What the mount of /proc itself says: its options are those of its super block. */
static void
probe_hiding(PvContext *context)
{
	g_auto(PvBuffer) text = {0};
	struct statx stx;
	gsize at = 0;
	gsize taken;
	PvMountLine mount;

	if (statx(AT_FDCWD, "/proc", 0, STATX_MNT_ID, &stx) < 0 || !(stx.stx_mask & STATX_MNT_ID) ||
	    pv_read_at(AT_FDCWD, "/proc/thread-self/mountinfo", &text) < 0)
		return;
	while ((taken = pv_mountinfo_parse(text.data + at, text.n - at, &mount)) > 0) {
		at += taken;
		if (mount.fstype != NULL && mount.mount_id == stx.stx_mnt_id)
			context->hides = hides_others(&mount);
	}
}

gboolean
pv_context_probe(PvContext *context, const char *proc_path, GError **error)
{
	struct statfs fs;

	*context = (PvContext){.proc_path = proc_path ? proc_path : "/proc"};
	context->recorded = proc_path != NULL;
	context->foreign = context->recorded;
	context->clock_ticks_per_s = sysconf(_SC_CLK_TCK);
	context->pipe_dev = PV_NONE;
	if (context->recorded)
		return TRUE;
	context->absent = statfs("/proc", &fs) < 0 || fs.f_type != PROCFS_MAGIC;
	if (context->absent)
		return TRUE;
	context->foreign = is_foreign();
	probe_hiding(context);
	pv_pidfd_probe(&context->pidfd);
	if (context->pidfd.open_errno == EMFILE || context->pidfd.open_errno == ENFILE)
		return pv_error_from_errno(error, "pidfd_open", context->pidfd.open_errno);
	probe_own_table(context);
	probe_pipes(context);
	probe_namespaces(context);
	probe_counts(context);
	return TRUE;
}

const PvBackend *
pv_registry_last_resort(void)
{
	return &pv_procfs_backend;
}

/* What speaks against a backend that would work. */
static char *
object(const PvBackend *backend, const PvContext *context)
{
	pv_autofd proc_dir = -1;
	const char *controller;

	if (backend != &pv_pidfd_backend)
		return NULL;
	proc_dir = pv_open_dir(AT_FDCWD, context->proc_path);
	if (proc_dir < 0)
		return NULL;
	if (pv_has_own_queue(proc_dir))
		return g_strdup(
			"the caller has a message queue open: closing a copy of a descriptor "
			"that leads there would end a notification (mq_notify)");
	controller = pv_mounts_find_socket_tagging(proc_dir);
	if (controller == NULL)
		return NULL;
	return g_strdup_printf("the cgroup-v1 controller %s is mounted: sockets that are looked at "
			       "would be tagged as the reader's",
			       controller);
}

static gboolean
is_refusal(int error)
{
	return error == EPERM || error == EACCES;
}

static gboolean
is_forbidden(const PvContext *context)
{
	return is_refusal(context->own_table_errno) || is_refusal(context->pidfd.open_errno) ||
	       is_refusal(context->pidfd.getfd_errno);
}

const PvBackend *
pv_registry_choose(const PvContext *context, const char *name, PvStore *refusals, GError **error)
{
	if (context->absent) {
		g_set_error_literal(error, PV_ERROR, PV_ERROR_NO_PROCFS,
				    "No proc file system is mounted on /proc");
		return NULL;
	}
	for (guint i = 0; i < G_N_ELEMENTS(backends); i++) {
		const PvBackend *backend = backends[i];
		g_autofree char *why = NULL;

		if (name != NULL && strcmp(backend->name, name) != 0)
			continue;
		why = backend->refuse(context);
		if (why == NULL && name == NULL)
			why = object(backend, context);
		if (why == NULL)
			return backend;
		if (name != NULL) {
			g_set_error(error, PV_ERROR,
				    is_forbidden(context) ? PV_ERROR_PERMISSION
							  : PV_ERROR_NOT_SUPPORTED,
				    "The %s backend does not work here: %s", name, why);
			return NULL;
		}
		pv_store_add_refusal(refusals, PV_STEP_FILES, backend->name, why);
	}
	g_set_error(error, PV_ERROR, PV_ERROR_NOT_SUPPORTED, "There is no backend %s",
		    name ? name : "that works here");
	return NULL;
}
