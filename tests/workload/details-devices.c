/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Devices: those whose driver's name everybody knows, interfaces of a network of their own, and
 * pseudoterminals of two devpts instances with one number.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/loop.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "details.h"

/* A node of our own, in case that /dev has none, or something else by that name. */
static int
open_node(struct work *w, const char *name, mode_t type, dev_t dev, int flags)
{
	char *path = work_path(w, name);
	const char *kind = S_ISCHR(type) ? "chardev" : "blockdev";
	int fd;

	if (mknod(path, type | 0600, dev) < 0 || (fd = open(path, flags)) < 0) {
		details_missing(w, name);
		free(path);
		return -1;
	}
	fd = details_put(w, fd, kind, path, false);
	free(path);
	return fd;
}

static void
say_device(struct work *w, int fd, const char *driver, const char *name)
{
	if (fd < 0)
		return;
	details_text(w, fd, "device.driver", driver);
	if (name != NULL)
		details_text(w, fd, "device.name", name);
}

/* As a disk with a file of zeros behind it; cleared when the last descriptor is closed. */
static void
open_loop(struct work *w)
{
	struct loop_config config = {.block_size = 512};
	int control = open("/dev/loop-control", O_RDWR);
	int backing = work_open_at(w, "loop-backing", O_CREAT | O_RDWR, -1);
	int index = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	char name[16];
	int fd;

	if (control >= 0)
		close(control);
	if (index < 0 || ftruncate(backing, 1 << 20) < 0) {
		details_missing(w, "loop");
		close(backing);
		return;
	}
	snprintf(name, sizeof(name), "loop%d", index);
	fd = open_node(w, name, S_IFBLK, makedev(7, (unsigned)index), O_RDWR);
	config.fd = (uint32_t)backing;
	config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
	if (fd >= 0 && ioctl(fd, LOOP_CONFIGURE, &config) < 0)
		details_missing(w, "loop");
	close(backing);
	say_device(w, fd, "loop", name);
}

void
details_open_devices(struct work *w)
{
	char *target = work_path(w, "symlink");
	int link;

	if (symlink("/nowhere", target) < 0 || (link = open(target, O_PATH | O_NOFOLLOW)) < 0)
		work_fail_errno(w, target);
	details_put(w, link, "symlink", target, false);
	free(target);
	if (geteuid() != 0)
		return;
	say_device(w, open_node(w, "null", S_IFCHR, makedev(1, 3), O_RDWR), "mem", NULL);
	say_device(w, open_node(w, "fuse", S_IFCHR, makedev(10, 229), O_RDWR), "misc", "fuse");
	say_device(w, open_node(w, "tun", S_IFCHR, makedev(10, 200), O_RDWR), "misc", "tun");
	open_loop(w);
	/* By its name only: no driver is asked, and none answers for it. It may be a module. */
	if (access("/sys/dev/block/7:0", F_OK) == 0)
		say_device(w, open_node(w, "loop-by-path", S_IFBLK, makedev(7, 0), O_PATH), "loop",
			   "loop0");
	else
		details_missing(w, "loop-by-path");
}

static void
open_interface(struct work *w, const char *name, int flags)
{
	struct ifreq request = {.ifr_flags = (short)flags};
	int fd = open("/dev/net/tun", O_RDWR);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (fd < 0) {
		details_missing(w, "tun");
		return;
	}
	if (ioctl(fd, TUNSETIFF, &request) < 0)
		work_fail_errno(w, "TUNSETIFF");
	fd = details_put(w, fd, "chardev", "/dev/net/tun", false);
	details_text(w, fd, "device.driver", "misc");
	details_text(w, fd, "device.name", "tun");
	details_text(w, fd, "tun.interface", name);
}

void
details_tun_main(struct work *w, void *arg)
{
	(void)arg;
	if (unshare(CLONE_NEWNET) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWNET)");
	details_begin(w);
	open_interface(w, "details-tun", IFF_TUN);
	open_interface(w, "tap\033[1m\377", IFF_TAP | IFF_NO_PI);
	details_end(w);
}

/* Both ends, and the other name of the first: what is opened as ptmx is called ptmx. */
static void
open_pair(struct work *w, const char *master_path, const char *slave_dir)
{
	char slave_path[128];
	unsigned index;
	int zero = 0, master, slave;

	master = open(master_path, O_RDWR | O_NOCTTY);
	if (master < 0 || ioctl(master, TIOCGPTN, &index) < 0 || ioctl(master, TIOCSPTLCK, &zero))
		work_fail_errno(w, master_path);
	snprintf(slave_path, sizeof(slave_path), "%s/%u", slave_dir, index);
	master = details_put(w, master, "chardev", master_path, false);
	slave = open(slave_path, O_RDWR | O_NOCTTY);
	if (slave < 0)
		work_fail_errno(w, slave_path);
	slave = details_put(w, slave, "chardev", slave_path, false);
	details_number(w, master, "pty.index", index);
	details_number(w, slave, "pty.index", index);
	work_say(w, "pair=%d:%d,%d:%d", (int)getpid(), master, (int)getpid(), slave);
}

static void
mount_devpts(struct work *w, const char *name)
{
	char *dir = work_path(w, name);
	char *master = NULL;

	if (asprintf(&master, "%s/ptmx", dir) < 0)
		work_fail(w, WORK_FAILED, "no memory");
	if (mkdir(dir, 0755) < 0 ||
	    mount("details", dir, "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666") < 0)
		work_fail_errno(w, dir);
	open_pair(w, master, dir);
	free(master);
	free(dir);
}

void
details_pty_main(struct work *w, void *arg)
{
	(void)arg;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWNS)");
	details_begin(w);
	/* The first number of each instance is 0. */
	mount_devpts(w, "pts-one");
	mount_devpts(w, "pts-two");
	if (access("/dev/pts/ptmx", F_OK) == 0)
		open_pair(w, "/dev/pts/ptmx", "/dev/pts");
	details_end(w);
}
