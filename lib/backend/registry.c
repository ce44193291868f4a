/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The backends in order of preference, and what is asked of the kernel before one is chosen.
 *
 * Probing costs some ten system calls and leaves nothing behind. What cannot be asked for want of
 * memory or descriptors is not taken for an answer: the scanner would believe it for ever.
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

static int
probe_pipes(PvContext *context)
{
	int ends[2];
	struct stat st;

	context->pipe_dev = PV_NONE;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	if (fstat(ends[0], &st) == 0)
		context->pipe_dev = pv_dev(major(st.st_dev), minor(st.st_dev));
	close(ends[0]);
	close(ends[1]);
	return 0;
}

/* A namespace may have a path, by a bind mount, and then looks like any regular file. */
static int
probe_namespaces(PvContext *context)
{
	struct stat st;

	if (stat("/proc/self/ns/mnt", &st) < 0)
		return -errno;
	context->nsfs_dev = pv_dev(major(st.st_dev), minor(st.st_dev));
	return 0;
}

/* Our own directory has at least the descriptor that it is looked at through. */
static int
probe_counts(PvContext *context)
{
	pv_autofd dir = pv_open_dir(AT_FDCWD, "/proc/thread-self/fd");
	struct stat st;

	context->has_counts = dir >= 0 && fstat(dir, &st) == 0 && st.st_size > 0;
	return MIN(dir, 0);
}

/* An empty range is refused with EINVAL by every kernel that has the call; nothing is closed. */
static int
probe_own_table(PvContext *context)
{
	if (syscall(SYS_close_range, 1, 0, 0) < 0 && errno != EINVAL)
		context->own_table_errno = errno;
	return -context->own_table_errno;
}

/*
 * kcmp(2), pidfd_open(2) and the rest take numbers of the caller's pid namespace. A /proc that was
 * mounted in another one has other numbers for the same tasks, and ours for others.
 */
static int
probe_numbers(PvContext *context)
{
	g_auto(PvBuffer) link = {0};
	int status = pv_readlink_at(AT_FDCWD, "/proc/self", &link);
	gint32 pid;

	context->foreign = status < 0 || !pv_number_from_name(link.data, &pid) || pid != getpid();
	return status;
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

/* These ask their server for an inode that AT_STATX_DONT_SYNC says it is not to be asked for. */
static const char *const asking_anyway[] = {
	"9p", "beegfs", "cifs", "coda", "gfs2", "lustre", "ocfs2", "orangefs", "smb3", NULL,
};

/*
 * What the mount of /proc itself says: its options are those of its super block. And whether there
 * are others, in the namespace of the thread, whose files had better not be looked at by the way.
 */
static int
probe_mounts(PvContext *context)
{
	g_auto(PvBuffer) text = {0};
	struct statx stx;
	gsize at = 0;
	gsize taken;
	PvMountLine mount;
	int status;

	if (statx(AT_FDCWD, "/proc", 0, STATX_MNT_ID, &stx) < 0 || !(stx.stx_mask & STATX_MNT_ID))
		return 0;
	status = pv_read_at(AT_FDCWD, "/proc/thread-self/mountinfo", &text);
	if (status < 0)
		return status;
	while ((taken = pv_mountinfo_parse(text.data + at, text.n - at, &mount)) > 0) {
		at += taken;
		if (mount.fstype == NULL)
			continue;
		if (mount.mount_id == stx.stx_mnt_id)
			context->hides = hides_others(&mount);
		context->asks_servers |= pv_mount_is_of_type(&mount, asking_anyway);
	}
	return 0;
}

/* A pidfd of a thread, and a copy of a descriptor, may be refused where a plain pidfd is not. */
static int
probe_pidfd(PvContext *context)
{
	const PvPidfdSupport *support = &context->pidfd;

	pv_pidfd_probe(&context->pidfd);
	if (pv_error_is_shortage(-support->open_errno))
		return -support->open_errno;
	if (pv_error_is_shortage(-support->thread_errno))
		return -support->thread_errno;
	return -support->getfd_errno;
}

typedef struct {
	const char *what;
	int (*ask)(PvContext *context); /* 0, or why there is no answer: a negative errno */
} Probe;

static const Probe probes[] = {
	{"/proc/self", probe_numbers},
	{"/proc/thread-self/mountinfo", probe_mounts},
	{"pidfd_open", probe_pidfd},
	{"close_range", probe_own_table},
	{"pipe", probe_pipes},
	{"/proc/self/ns/mnt", probe_namespaces},
	{"/proc/thread-self/fd", probe_counts},
};

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
	for (guint i = 0; i < G_N_ELEMENTS(probes); i++) {
		int status = probes[i].ask(context);

		if (pv_error_is_shortage(status))
			return pv_error_from_errno(error, probes[i].what, -status);
	}
	return TRUE;
}

const PvBackend *
pv_registry_last_resort(void)
{
	return &pv_procfs_backend;
}

/* What cannot be ruled out may be. */
static char *
object_blindly(int status)
{
	return g_strdup_printf("whether it would do harm cannot be found out: %s",
			       g_strerror(-status));
}

/* What speaks against a backend that would work. */
static char *
object(const PvBackend *backend, const PvContext *context)
{
	pv_autofd proc_dir = -1;
	const char *controller = NULL;
	int status;

	if (backend != &pv_pidfd_backend)
		return NULL;
	proc_dir = pv_open_dir(AT_FDCWD, context->proc_path);
	if (proc_dir < 0)
		return pv_error_is_shortage(proc_dir) ? object_blindly(proc_dir) : NULL;
	status = pv_has_own_queue(proc_dir);
	if (status > 0)
		return g_strdup(
			"the caller has a message queue open: closing a copy of a descriptor "
			"that leads there would end a notification (mq_notify)");
	if (status == 0)
		status = pv_mounts_find_socket_tagging(proc_dir, &controller);
	if (status < 0)
		return object_blindly(status);
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
