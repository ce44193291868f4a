/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The pidfd system calls, by number: Debian 12's libc has no wrapper for PIDFD_THREAD and later.
 *
 * A pidfd holds on to one task: after its death the same number on another task is another pidfd.
 * Since 6.9 pidfds live on a file system of their own, pidfs, where a task's inode number is
 * unique until the next boot: that is the identity of a task.
 *
 * Before 6.9 a pidfd leads to thread-group leaders only, and all have one inode: no identity.
 */
#include "util/pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "util/fd.h"

#define PIDFD_THREAD_FLAG O_EXCL
#define PIDFS_MAGIC	  0x50494446

/* linux/pidfd.h of 6.13, first size; later fields follow it. */
typedef struct {
	guint64 mask;
	guint64 cgroup_id;
	guint32 pid;
	guint32 tgid;
	guint32 ppid;
	guint32 ids[8]; /* real, effective, saved and file system: uid and gid of each */
	guint32 spare;
} PidfdInfo;

#define PIDFD_INFO_PID_BIT		1
#define PIDFD_INFO_CREDENTIALS_BIT	2
#define PIDFD_INFO_CGROUP_ID_BIT	4
#define PIDFD_GET_INFO_CALL		_IOWR(0xff, 11, PidfdInfo)
#define PIDFD_GET_NAMESPACE_CALL(which) _IO(0xff, which)

G_STATIC_ASSERT(sizeof(PidfdInfo) == 64);

int
pv_pidfd_open(gint32 tid, gboolean thread)
{
	glong fd = syscall(SYS_pidfd_open, tid, thread ? PIDFD_THREAD_FLAG : 0);

	return fd < 0 ? -errno : (int)fd;
}

int
pv_pidfd_getfd(int pidfd, int fd)
{
	glong copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	return copy < 0 ? -errno : (int)copy;
}

static gboolean
is_pidfs(int pidfd)
{
	struct statfs fs;

	return fstatfs(pidfd, &fs) == 0 && fs.f_type == PIDFS_MAGIC;
}

void
pv_pidfd_probe(PvPidfdSupport *support)
{
	pv_autofd process = pv_pidfd_open(getpid(), FALSE);
	pv_autofd thread = pv_pidfd_open(getpid(), TRUE);
	pv_autofd copy = -1;

	memset(support, 0, sizeof(*support));
	support->open_errno = process < 0 ? -process : 0;
	support->thread_errno = thread < 0 ? -thread : 0;
	support->identity = thread >= 0 && is_pidfs(thread);
	if (process < 0) {
		support->getfd_errno = -process;
		return;
	}
	/* The pidfd itself is the one number that is surely open. */
	copy = pv_pidfd_getfd(process, process);
	support->getfd_errno = copy < 0 ? -copy : 0;
}

guint64
pv_pidfd_identity_of(const PvPidfdSupport *support, int pidfd)
{
	struct stat st;

	return support->identity && fstat(pidfd, &st) == 0 ? st.st_ino : 0;
}

guint64
pv_pidfd_identity(const PvPidfdSupport *support, gint32 tid)
{
	pv_autofd pidfd = -1;

	if (!support->identity)
		return 0;
	pidfd = pv_pidfd_open(tid, TRUE);
	return pidfd < 0 ? 0 : pv_pidfd_identity_of(support, pidfd);
}

int
pv_pidfd_is(const PvPidfdSupport *support, gint32 tid, guint64 identity)
{
	pv_autofd pidfd = pv_pidfd_open(tid, TRUE);

	if (pidfd == -EMFILE || pidfd == -ENFILE || pidfd == -ENOMEM)
		return pidfd;
	return pidfd >= 0 && pv_pidfd_identity_of(support, pidfd) == identity;
}

gboolean
pv_pidfd_credentials(int pidfd, PvPidfdCredentials *credentials)
{
	PidfdInfo info = {.mask = PIDFD_INFO_CREDENTIALS_BIT};

	if (ioctl(pidfd, PIDFD_GET_INFO_CALL, &info) < 0 ||
	    !(info.mask & PIDFD_INFO_CREDENTIALS_BIT))
		return FALSE;
	*credentials = (PvPidfdCredentials){
		.uid = info.ids[0],
		.gid = info.ids[1],
		.euid = info.ids[2],
		.egid = info.ids[3],
	};
	return TRUE;
}

gint32
pv_pidfd_tgid(int pidfd)
{
	PidfdInfo info = {.mask = PIDFD_INFO_PID_BIT};

	if (ioctl(pidfd, PIDFD_GET_INFO_CALL, &info) < 0 || !(info.mask & PIDFD_INFO_PID_BIT))
		return 0;
	return info.tgid;
}

guint64
pv_pidfd_cgroup_id(int pidfd)
{
	PidfdInfo info = {.mask = PIDFD_INFO_CGROUP_ID_BIT};

	if (ioctl(pidfd, PIDFD_GET_INFO_CALL, &info) < 0 || !(info.mask & PIDFD_INFO_CGROUP_ID_BIT))
		return 0;
	return info.cgroup_id;
}

/* The kernel gives a descriptor of the namespace, close-on-exec, in the caller's table. */
int
pv_pidfd_namespace(int pidfd, PvPidfdNamespace which, guint32 *inode)
{
	pv_autofd ns = ioctl(pidfd, PIDFD_GET_NAMESPACE_CALL(which), 0);
	struct stat st;

	if (ns < 0 || fstat(ns, &st) < 0)
		return -errno;
	*inode = (guint32)st.st_ino;
	return 0;
}

guint64
pv_pidfd_mount_namespace(int pidfd)
{
	guint32 inode = 0;

	return pv_pidfd_namespace(pidfd, PV_PIDFD_MNT_NAMESPACE, &inode) == 0 ? inode : 0;
}
