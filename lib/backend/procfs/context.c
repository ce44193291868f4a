/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The links cwd, root and ns/... below /proc/PID, which belong to the leader.
 *
 * A link that is looked at leaves an inode behind in the kernel until the process exits. Since 6.11
 * a pidfd leads to the namespaces without one: an ioctl gives a descriptor of each, whose inode
 * number is that of the link. Since 6.13 another one tells the id of the cgroup, which is the inode
 * number of its directory in the version-2 hierarchy; /proc/PID/cgroup tells only the path of that,
 * as it is seen from the reader's cgroup namespace, so before 6.13 the id is unknown.
 *
 * What it cannot see: all but the cgroup id of a process that the caller may not look into
 * (PTRACE_MODE_READ); working directory, root and most namespaces of a zombie, which has left them;
 * the name of a directory of more than 4095 bytes.
 */
#include "backend/procfs/context.h"

#include <errno.h>

#include "backend/procfs/ns-link-parse.h"
#include "backend/procfs/task-look.h"

static const struct {
	const char *link;
	const char *type;
	PvPidfdNamespace call;
} namespaces[PV_N_NAMESPACES] = {
	[PV_NAMESPACE_CGROUP] = {"ns/cgroup", "cgroup", PV_PIDFD_CGROUP_NAMESPACE},
	[PV_NAMESPACE_IPC] = {"ns/ipc", "ipc", PV_PIDFD_IPC_NAMESPACE},
	[PV_NAMESPACE_MNT] = {"ns/mnt", "mnt", PV_PIDFD_MNT_NAMESPACE},
	[PV_NAMESPACE_NET] = {"ns/net", "net", PV_PIDFD_NET_NAMESPACE},
	[PV_NAMESPACE_PID] = {"ns/pid", "pid", PV_PIDFD_PID_NAMESPACE},
	[PV_NAMESPACE_TIME] = {"ns/time", "time", PV_PIDFD_TIME_NAMESPACE},
	[PV_NAMESPACE_USER] = {"ns/user", "user", PV_PIDFD_USER_NAMESPACE},
	[PV_NAMESPACE_UTS] = {"ns/uts", "uts", PV_PIDFD_UTS_NAMESPACE},
};

/* A pidfd of the process, if its number is still its own; -1: none. */
static int
open_pidfd(const PvContext *context, const PvStore *store, const PvProcess *process)
{
	guint64 identity = pv_store_task(store, process->leader)->identity;
	pv_autofd pidfd = -1;
	int same;

	if (context->foreign || identity == 0)
		return -1;
	pidfd = pv_pidfd_open(process->pid, TRUE);
	if (pidfd < 0 || pv_pidfd_identity_of(&context->pidfd, pidfd) != identity)
		return -1;
	same = pidfd;
	pidfd = -1;
	return same;
}

static int
read_namespace_link(PvProcess *process, int process_dir, guint which, PvBuffer *text)
{
	int status = pv_readlink_at(process_dir, namespaces[which].link, text);

	if (status == 0)
		pv_ns_link_parse(text->data, text->n, namespaces[which].type,
				 &process->namespaces[which]);
	return status;
}

/* A zombie has these still: one belongs to its credentials, the other to its number. */
static void
read_last_namespaces(PvProcess *process, int process_dir, PvBuffer *text)
{
	read_namespace_link(process, process_dir, PV_NAMESPACE_USER, text);
	read_namespace_link(process, process_dir, PV_NAMESPACE_PID, text);
}

/* -EACCES and -ESRCH: one rule, and one end, for all of them; and for the directories too. */
static int
read_namespaces(PvProcess *process, int process_dir, int pidfd, PvBuffer *text)
{
	for (guint i = 0; i < PV_N_NAMESPACES; i++) {
		int status = -ENOTTY;

		if (pidfd >= 0)
			status = pv_pidfd_namespace(pidfd, namespaces[i].call,
						    &process->namespaces[i]);
		if (status == -ENOTTY)
			pidfd = -1;
		if (status == -ESRCH) {
			read_last_namespaces(process, process_dir, text);
			return status;
		}
		/* Out of descriptors, or forbidden by a filter: the link needs neither. */
		if (status < 0 && status != -EACCES)
			status = read_namespace_link(process, process_dir, i, text);
		if (status == -EACCES || status == -ENOMEM)
			return status;
	}
	return 0;
}

static int
read_path(PvStore *store, int process_dir, const char *link, PvBuffer *text, PvString *path)
{
	int status = pv_readlink_at(process_dir, link, text);

	if (status < 0)
		return status;
	*path = pv_strings_intern(&store->strings, text->data, text->n);
	return *path == 0 ? -ENOMEM : 0;
}

int
pv_procfs_read_context(const PvContext *context, PvStore *store, PvProcess *process,
		       int process_dir, PvBuffer *text)
{
	pv_autofd pidfd = open_pidfd(context, store, process);
	guint64 cgroup_id = pidfd >= 0 ? pv_pidfd_cgroup_id(pidfd) : 0;
	int status;

	/* Or it is known already, from BPF. */
	if (cgroup_id != 0)
		process->cgroup_id = cgroup_id;
	status = read_namespaces(process, process_dir, pidfd, text);
	if (status == 0)
		status = read_path(store, process_dir, "cwd", text, &process->cwd);
	if (status != -EACCES && status != -ESRCH && status != -ENOMEM)
		status = read_path(store, process_dir, "root", text, &process->root);
	return status == -ENOMEM ? status : 0;
}

int
pv_procfs_look_up_context(const PvContext *context, PvStore *store, PvProcess *process)
{
	pv_autofd dir = pv_process_open(context, process, pv_store_task(store, process->leader));
	g_auto(PvBuffer) text = {0};
	int status = dir;

	if (dir >= 0)
		status = pv_procfs_read_context(context, store, process, dir, &text);
	if (status >= 0)
		process->known &= ~PV_PROCESS_LONG_CONTEXT;
	return status;
}
