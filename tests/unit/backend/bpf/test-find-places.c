/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has it without a descriptor, on the kernel that runs: mapped, as executable, as working
 * directory, as root; and who may have it, because his memory is not looked into.
 */
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "finding-files.h"

static gint32
map(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0 || mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		return -1;
	return close(fd);
}

static gint32
enter(const char *path)
{
	return chdir(path);
}

static gint32
enter_root(const char *path)
{
	return chroot(path);
}

static void *
enter_by_itself(void *path)
{
	tell(unshare(CLONE_FS) < 0 ? -1 : chdir(path));
	stay();
	return NULL;
}

static gint32
enter_in_thread(const char *path)
{
	leave_to_thread(enter_by_itself, path);
}

/* Its leader is a zombie that has no memory any more. */
static void *
map_alone(void *path)
{
	g_usleep(50000);
	tell(map(path));
	stay();
	return NULL;
}

static gint32
map_without_leader(const char *path)
{
	g_thread_unref(g_thread_new("subject", map_alone, (gpointer)path));
	syscall(SYS_exit, 0);
	return -1;
}

/* Only who asks for places is told. */
static void
check_place(Arrange arrange, const char *path, guint64 inode)
{
	Child holder, stranger;

	child_start(&stranger, arrange, "/");
	child_start(&holder, arrange, path);
	g_assert_cmpint(holder.told, >=, 0);
	g_assert_true(holds_inode(inode, TRUE, holder.pid));
	g_assert_false(holds_inode(inode, FALSE, holder.pid));
	g_assert_false(holds_inode(inode, TRUE, stranger.pid));
	g_assert_false(holds_inode(NO_INODE, TRUE, holder.pid));
	child_end(&stranger);
	child_end(&holder);
	g_assert_false(holds_inode(inode, TRUE, holder.pid));
}

static void
test_mapped(void)
{
	guint64 inode;
	g_autofree char *path = make_file("mapped", &inode);

	check_place(map, path, inode);
	check_place(map_without_leader, path, inode);
}

static void
test_directories(void)
{
	guint64 inode;
	g_autofree char *path = make_directory("directory", &inode);

	check_place(enter, path, inode);
	check_place(enter_root, path, inode);
	check_place(enter_in_thread, path, inode);
}

/* A copy of a program that waits; what it reads ends when the test does. */
static void
test_executable(void)
{
	g_autofree char *path = g_build_filename(scratch, "program", NULL);
	g_autofree char *cat = g_find_program_in_path("cat");
	g_autofree char *bytes = NULL;
	struct stat st;
	gsize size;
	int input[2];
	pid_t pid;

	g_assert_true(g_file_get_contents(cat, &bytes, &size, NULL));
	g_assert_true(g_file_set_contents(path, bytes, size, NULL));
	g_assert_cmpint(g_chmod(path, 0700), ==, 0);
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(pipe2(input, O_CLOEXEC), ==, 0);
	pid = vfork();
	if (pid == 0) {
		dup2(input[0], 0);
		execl(path, "cat", NULL); /* busybox goes by that name */
		_exit(1);
	}
	g_assert_true(holds_inode(st.st_ino, TRUE, pid));
	g_assert_false(holds_inode(st.st_ino, FALSE, pid));
	close(input[1]);
	close(input[0]);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

/*
 * A process that waits for its child as vfork(2) does is in uninterruptible sleep, as one that
 * waits for a server with the lock of its memory; who has no memory in common with its child is not
 * told from that.
 */
static gint32
sleep_with_copy(const char *path)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0) {
		tell(0);
		stay();
	}
	waitpid(pid, NULL, 0);
	_exit(0);
}

static gboolean
sleeps(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) && strrchr(text, ')')[2] == 'D';
}

static void
wait_asleep(pid_t pid)
{
	for (guint i = 0; !sleeps(pid) && i < 1000; i++)
		g_usleep(1000);
	g_assert_true(sleeps(pid));
}

#ifdef FIND_IN_PROC
/* Nobody's memory is looked into then, and the places of nobody are known. */
static void
test_asleep(void)
{
	const guint64 inode = NO_INODE;
	const PvSought sought = {.inodes = &inode, .n_inodes = 1, .in_places = TRUE};
	PvFound found;
	Child copy;

	child_start(&copy, sleep_with_copy, NULL);
	g_assert_cmpint(copy.told, >=, 0);
	wait_asleep(copy.pid);
	g_assert_false(pv_holders_find(&context, &sought, G_MAXINT64 / 2, NULL, &found));
	g_assert_false(holds_inode(NO_INODE, FALSE, copy.pid));
	child_end(&copy);
}
#else
/* With it the child has the memory, and excuses that its parent sleeps. */
static gint32
sleep_with_same(const char *path)
{
	pid_t pid;

	if (map(path) < 0)
		return -1;
	pid = vfork();
	if (pid == 0) {
		tell(getpid());
		stay();
	}
	_exit(0);
}

static void
test_asleep(void)
{
	guint64 inode;
	g_autofree char *path = make_file("asleep", &inode);
	Child same, copy, mapped;

	child_start(&same, sleep_with_same, path);
	child_start(&mapped, map, path);
	g_assert_cmpint(same.told, >, 0);
	wait_asleep(same.pid);
	g_assert_true(holds_inode(inode, TRUE, same.pid));
	g_assert_false(holds_inode(NO_INODE, TRUE, same.pid));
	child_start(&copy, sleep_with_copy, path);
	g_assert_cmpint(copy.told, >=, 0);
	wait_asleep(copy.pid);
	/* It may have anything; of all the others it is known. */
	g_assert_true(holds_inode(NO_INODE, TRUE, copy.pid));
	g_assert_false(holds_inode(NO_INODE, FALSE, copy.pid));
	g_assert_false(holds_inode(NO_INODE, TRUE, same.pid));
	g_assert_false(holds_inode(NO_INODE, TRUE, mapped.pid));
	g_assert_true(holds_inode(inode, TRUE, same.pid));
	g_assert_true(holds_inode(inode, TRUE, same.told));
	g_assert_true(holds_inode(inode, TRUE, mapped.pid));
	child_end(&copy);
	child_end(&mapped);
	child_end(&same);
}
#endif

/*
 * What overlayfs has mapped is a file of the layer below it; it is asked for as it was opened. Both
 * have one number, unless layers are on several file systems and numbers say on which (xino=).
 */
static gint32
map_on_overlay(const char *path)
{
	g_autofree char *lower = g_build_filename(path, "lower", NULL);
	g_autofree char *other = g_build_filename(path, "other", NULL);
	g_autofree char *merged = g_build_filename(path, "merged", NULL);
	g_autofree char *below = g_build_filename(lower, "file", NULL);
	g_autofree char *file = g_build_filename(merged, "file", NULL);
	g_autofree char *options = g_strdup_printf("lowerdir=%s:%s,xino=on", other, lower);

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", path, "tmpfs", 0, NULL) < 0 || mkdir(lower, 0700) < 0 ||
	    mkdir(other, 0700) < 0 || mkdir(merged, 0700) < 0 ||
	    mount("none", lower, "tmpfs", 0, NULL) < 0 ||
	    !g_file_set_contents(below, "x", 1, NULL) ||
	    mount("none", merged, "overlay", 0, options) < 0)
		return -1;
	return map(file);
}

/* As the process finds it. */
static guint64
inode_there(pid_t pid, const char *path, const char *name)
{
	g_autofree char *place = g_strdup_printf("/proc/%d/root%s/%s", (int)pid, path, name);
	struct stat st;

	g_assert_cmpint(stat(place, &st), ==, 0);
	return st.st_ino;
}

static void
test_overlay(void)
{
	guint64 inode, below;
	g_autofree char *path = make_directory("layers", &inode);
	Child child;

	child_start(&child, map_on_overlay, path);
	if (child.told < 0) {
		g_test_skip("no overlayfs could be mounted");
	} else {
		inode = inode_there(child.pid, path, "merged/file");
		below = inode_there(child.pid, path, "lower/file");
		g_assert_cmpuint(inode, !=, below);
		g_assert_true(holds_inode(inode, TRUE, child.pid));
		g_assert_false(holds_inode(inode, FALSE, child.pid));
	}
	child_end(&child);
}

int
main(int argc, char **argv)
{
	finding_begin(&argc, &argv);
	g_test_add_func("/find-places/mapped", test_mapped);
	g_test_add_func("/find-places/directories", test_directories);
	g_test_add_func("/find-places/executable", test_executable);
	g_test_add_func("/find-places/asleep", test_asleep);
	g_test_add_func("/find-places/overlay", test_overlay);
	return finding_run();
}
