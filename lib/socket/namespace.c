/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * setns(2) with CLONE_NEWNET, since 3.0: for a thread, whatever the others of its process do. Needs
 * CAP_SYS_ADMIN, in the caller's user namespace and in the one that the network namespace belongs
 * to; opening a link of /proc/PID/ns needs what ptrace(2) does.
 *
 * The number of a namespace is the inode number that its link leads to. It is taken from what was
 * opened, so that it is right whoever has the process id by then.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include "socket/look-up.h"
#include "util/fd.h"

guint64
pv_netns_of_thread(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/net", &st) == 0 ? st.st_ino : 0;
}

int
pv_netns_enter_fd(int fd, guint64 *netns)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || setns(fd, CLONE_NEWNET) < 0)
		return -errno;
	*netns = st.st_ino;
	return 0;
}

int
pv_netns_enter(const char *path, guint64 *netns)
{
	pv_autofd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : pv_netns_enter_fd(fd, netns);
}
