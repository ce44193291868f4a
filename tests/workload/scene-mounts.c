/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Files on file systems of several types, on mounts that hide each other, in mount namespaces of
 * their own, and on a mount that is in no namespace.
 *
 *   mount=TID:FD:TYPE:ID:MAJ.MIN:SOURCE:ROOT:POINT    the last three in hexadecimal; "-": nobody
 *   knows it. MAJ.MIN is what mountinfo says, "-" where that is not what stat(2) says of a file
 *   own=TID:FD:MAJ.MIN:INO    what stat(2) says of such a file, of which there is no fd= line
 *
 * With OWN=0 there are no such files.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "details.h"
#include "scenes.h"

static void
leave_mounts(struct work *w)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWNS)");
}

static char *
make_dir(struct work *w, const char *name)
{
	char *path = work_path(w, name);

	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		work_fail_errno(w, path);
	return path;
}

static void
hex_or_dash(char *to, size_t size, const char *text)
{
	size_t used = 0;

	if (text == NULL) {
		snprintf(to, size, "-");
		return;
	}
	to[0] = '\0';
	for (; *text != '\0' && used + 3 < size; text++)
		used += (size_t)snprintf(to + used, size - used, "%02x", (unsigned char)*text);
}

struct place {
	const char *type;
	const char *source;
	const char *root;
	const char *point; /* NULL: is in no namespace */
	bool own_device;   /* its files have a device number of their own */
};

static void
say_mount(struct work *w, int fd, const struct place *place)
{
	char source[512], root[512], point[512], device[32] = "-";
	struct statx stx;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &stx) < 0)
		work_fail_errno(w, "statx");
	hex_or_dash(source, sizeof(source), place->source);
	hex_or_dash(root, sizeof(root), place->root);
	hex_or_dash(point, sizeof(point), place->point);
	if (!place->own_device)
		snprintf(device, sizeof(device), "%u.%u", stx.stx_dev_major, stx.stx_dev_minor);
	work_say(w, "mount=%d:%d:%s:%llu:%s:%s:%s:%s", (int)getpid(), fd, place->type,
		 (unsigned long long)stx.stx_mnt_id, device, source, root, point);
}

static int
put_file(struct work *w, const char *dir, const char *name, bool own_device)
{
	struct stat st;
	char *path = NULL;
	int fd;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		work_fail(w, WORK_FAILED, "no memory");
	fd = open(path, O_CREAT | O_RDWR, 0644);
	if (fd < 0)
		work_fail_errno(w, path);
	if (!own_device) {
		fd = details_put(w, fd, "regular", path, false);
	} else {
		fd = details_put_unsaid(w, fd);
		if (fstat(fd, &st) < 0)
			work_fail_errno(w, path);
		work_say(w, "own=%d:%d:%u.%u:%llu", (int)getpid(), fd, major(st.st_dev),
			 minor(st.st_dev), (unsigned long long)st.st_ino);
	}
	free(path);
	return fd;
}

static void
mount_tmpfs(struct work *w, const char *source, const char *dir)
{
	if (mount(source, dir, "tmpfs", 0, "size=4m") < 0)
		work_fail_errno(w, dir);
}

/* The source is whatever the mounter says; mountinfo has it escaped. */
static void
on_tmpfs(struct work *w)
{
	char *dir = make_dir(w, "mount point \\ with\ttab");
	struct place place = {"tmpfs", "a source\n\\040#", "/", dir, false};

	mount_tmpfs(w, place.source, dir);
	say_mount(w, put_file(w, dir, "file", place.own_device), &place);
	free(dir);
}

/* A file of the first was opened before the second was mounted over it. */
static void
on_hidden(struct work *w)
{
	char *dir = make_dir(w, "over");
	struct place lower = {"tmpfs", "lower", "/", dir, false};
	struct place upper = {"tmpfs", "upper", "/", dir, false};
	int fd;

	mount_tmpfs(w, lower.source, dir);
	fd = put_file(w, dir, "file", false);
	mount_tmpfs(w, upper.source, dir);
	say_mount(w, fd, &lower);
	say_mount(w, put_file(w, dir, "file", false), &upper);
	free(dir);
}

static void
on_bind(struct work *w)
{
	char *dir = make_dir(w, "bound-here");
	char *base = make_dir(w, "base");
	char *part = make_dir(w, "base/part");
	struct place place = {"tmpfs", "base", "/part", dir, false};

	mount_tmpfs(w, place.source, base);
	free(part);
	part = make_dir(w, "base/part");
	if (mount(part, dir, NULL, MS_BIND, NULL) < 0)
		work_fail_errno(w, dir);
	say_mount(w, put_file(w, dir, "file", place.own_device), &place);
	free(part);
	free(base);
	free(dir);
}

/* In no namespace: its files have names, as if it were the root. */
static void
on_detached(struct work *w)
{
	char *dir = make_dir(w, "detached");
	struct place place = {"tmpfs", "detached", "/", NULL, false};
	char *path = NULL;
	int fd;

	mount_tmpfs(w, "detached", dir);
	if (asprintf(&path, "%s/file", dir) < 0)
		work_fail(w, WORK_FAILED, "no memory");
	fd = open(path, O_CREAT | O_RDWR, 0644);
	if (fd < 0 || umount2(dir, MNT_DETACH) < 0)
		work_fail_errno(w, dir);
	fd = details_put(w, fd, "regular", "/file", false);
	say_mount(w, fd, &place);
	free(path);
	free(dir);
}

/* What stat(2) says of its files is not what mountinfo says of it. */
static void
on_overlay(struct work *w)
{
	char *base = make_dir(w, "layers");
	char *dir = make_dir(w, "overlay");
	char options[512];
	struct place place = {"overlay", "layered", "/", dir, true};
	int fd;

	mount_tmpfs(w, "layers", base);
	free(make_dir(w, "layers/lower"));
	free(make_dir(w, "layers/upper"));
	free(make_dir(w, "layers/work"));
	fd = work_open_at(w, "layers/lower/below", O_CREAT | O_RDWR, -1);
	close(fd);
	snprintf(options, sizeof(options), "lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work",
		 base, base, base);
	if (mount(place.source, dir, "overlay", 0, options) < 0) {
		work_say(w, "missing=overlay:%s", strerror(errno));
	} else {
		say_mount(w, put_file(w, dir, "above", true), &place);
		say_mount(w, put_file(w, dir, "below", true), &place);
	}
	free(dir);
	free(base);
}

static bool
run(const char *program, const char *option, const char *file)
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execlp(program, program, option, file, NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* A disk that is a file; it is gone when its file system is. */
static bool
attach(struct work *w, const char *file, char *device, size_t size)
{
	struct loop_config config = {.info = {.lo_flags = LO_FLAGS_AUTOCLEAR}};
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int index = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	char *path = NULL;
	int disk;

	close(control);
	if (index < 0)
		return false;
	/* In our own directory: /dev may not have it. */
	snprintf(device, size, "%s/disk-%d", w->dir, index);
	if (mknod(device, S_IFBLK | 0600, makedev(7, (unsigned)index)) < 0)
		return false;
	disk = open(device, O_RDWR | O_CLOEXEC);
	path = work_path(w, file);
	config.fd = (uint32_t)open(path, O_RDWR | O_CLOEXEC);
	free(path);
	if (disk < 0 || ioctl(disk, LOOP_CONFIGURE, &config) < 0)
		return false;
	close((int)config.fd);
	/* Open until it is mounted, or it would be cleared: the caller's to close. */
	return work_move(w, disk, 8) == 8;
}

static void
on_disk(struct work *w, const char *type, off_t size, const char *option, bool own_device)
{
	char *dir = make_dir(w, type);
	char program[32], device[128], *image;
	struct place place = {type, device, "/", dir, own_device};
	int fd;

	snprintf(program, sizeof(program), "image-%s", type);
	image = work_path(w, program);
	fd = open(image, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	snprintf(program, sizeof(program), "mkfs.%s", type);
	if (fd < 0 || ftruncate(fd, size) < 0)
		work_fail_errno(w, image);
	close(fd);
	if (!run(program, option, image)) {
		work_say(w, "missing=%s:no %s", type, program);
	} else if (!attach(w, strrchr(image, '/') + 1, device, sizeof(device)) ||
		   mount(device, dir, type, 0, NULL) < 0) {
		work_say(w, "missing=%s:%s", type, strerror(errno));
	} else {
		say_mount(w, put_file(w, dir, "file", place.own_device), &place);
	}
	close(8);
	free(image);
	free(dir);
}

/* A namespace in the namespace: what is mounted there is not here. */
static void
inner_main(struct work *w)
{
	char *dir = make_dir(w, "inner");
	struct place place = {"tmpfs", "inner", "/", dir, false};
	struct place bound = {"tmpfs", "inner", "/", NULL, false};
	char *other = make_dir(w, "moved");

	work_close_all();
	leave_mounts(w);
	details_begin(w);
	mount_tmpfs(w, place.source, dir);
	if (mount(dir, other, NULL, MS_MOVE, NULL) < 0)
		work_fail_errno(w, other);
	bound.point = other;
	say_mount(w, put_file(w, other, "file", false), &bound);
	free(other);
	free(dir);
	details_end(w);
	work_park(w);
}

static void
mounts_main(struct work *w, void *arg)
{
	(void)arg;
	leave_mounts(w);
	if (work_fork(w) == 0)
		inner_main(w);
	details_begin(w);
	on_tmpfs(w);
	on_hidden(w);
	on_bind(w);
	on_detached(w);
	on_disk(w, "ext4", 4 << 20, "-q", false);
	if (work_param(w, "OWN", 1) != 0) {
		on_overlay(w);
		on_disk(w, "btrfs", 128 << 20, "-q", true);
	}
	details_end(w);
}

void
scene_mounts(struct work *w)
{
	work_spawn(w, mounts_main, NULL);
	work_await_arrivals(w, 2);
}
