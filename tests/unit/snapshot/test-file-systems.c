/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Mounts of a mount namespace that is not ours, an overlay on file systems of two kinds among them:
 * there stat(2) and the kernel disagree about device and inode. Needs root.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/kind.h"
#include "snapshot/scanner.h"

#define SKIP 77

/* In these places of the child's table. */
enum {
	SPACED = 50,
	LOWER,
	COPIED_UP,
	DETACHED,
	N_FILES = DETACHED - SPACED + 1,
};

typedef struct {
	char *dir;
	pid_t pid;
	int ready;
} Child;

static void
need(int status)
{
	if (status < 0)
		_exit(errno == EPERM || errno == ENODEV || errno == EACCES ? SKIP : 1);
}

static void
lock(int fd)
{
	struct flock range = {.l_type = F_WRLCK, .l_start = 3, .l_len = 4};

	need(fcntl(fd, F_SETLK, &range));
}

static void
open_as(const char *path, int flags, int fd)
{
	int opened = open(path, flags | O_CLOEXEC, 0600);

	need(opened);
	need(dup2(opened, fd));
	close(opened);
	if ((flags & O_ACCMODE) == O_RDWR)
		lock(fd);
}

static void
make_files(const char *dir)
{
	need(unshare(CLONE_NEWNS));
	need(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
	need(mount("scratch pad", dir, "tmpfs", 0, "size=1m"));
	need(chdir(dir));
	need(mkdir("a b", 0700) | mkdir("low", 0700) | mkdir("up", 0700) | mkdir("work", 0700) |
	     mkdir("over", 0700));
	need(mount("else\\where", "low", "tmpfs", 0, "size=1m"));
	for (int i = 0; i < 20; i++) {
		g_autofree char *path = g_strdup_printf("low/%d", i);

		need(close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)));
	}
	need(mkdir("low/sub", 0700));
	need(mount("low/sub", "a b", NULL, MS_BIND, NULL));
	need(mount("layers", "over", "overlay", 0, "lowerdir=low,upperdir=up,workdir=work"));
	open_as("a b/x", O_RDWR | O_CREAT, SPACED);
	open_as("over/7", O_RDONLY, LOWER);
	open_as("over/8", O_RDWR, COPIED_UP);
	need(mkdir("gone", 0700));
	need(mount("gone", "gone", "tmpfs", 0, "size=1m"));
	open_as("gone/y", O_RDWR | O_CREAT, DETACHED);
	need(umount2("gone", MNT_DETACH));
}

static gboolean
start(Child *child)
{
	int pipe_ends[2];
	char byte;
	int status;

	child->dir = g_dir_make_tmp("procview-XXXXXX", NULL);
	g_assert_cmpint(pipe2(pipe_ends, O_CLOEXEC), ==, 0);
	child->pid = fork();
	if (child->pid == 0) {
		make_files(child->dir);
		need((int)write(pipe_ends[1], "x", 1));
		pause();
		_exit(0);
	}
	close(pipe_ends[1]);
	child->ready = pipe_ends[0];
	if (read(child->ready, &byte, 1) == 1)
		return TRUE;
	g_assert_cmpint(waitpid(child->pid, &status, 0), ==, child->pid);
	g_assert_cmpint(WEXITSTATUS(status), ==, SKIP);
	g_test_skip("needs root, tmpfs and overlayfs");
	return FALSE;
}

static void
stop(Child *child)
{
	if (child->pid > 0 && kill(child->pid, SIGKILL) == 0)
		waitpid(child->pid, NULL, 0);
	close(child->ready);
	rmdir(child->dir);
	g_free(child->dir);
}

static PvStore *
scan(guint backend, pid_t pid)
{
	const PvScannerOptions options = {.backend = backend};
	g_autoptr(GError) error = NULL;
	PvScanner *scanner = pv_scanner_open(&options, &error);
	PvQuery *query = pv_query_new();
	PvStore *store;

	if (scanner == NULL) {
		g_test_message("backend %u: %s", backend, error->message);
		pv_query_unref(query);
		return NULL;
	}
	pv_query_set_collect(query, PV_COLLECT_ALL | PV_COLLECT_MOUNTS | PV_COLLECT_LOCKS);
	g_array_append_val(query->pids, pid);
	store = pv_scanner_scan(scanner, query, NULL, &error);
	g_assert_no_error(error);
	pv_query_unref(query);
	pv_scanner_close(scanner);
	return store;
}

static const PvDescriptor *
descriptor_of(const PvStore *store, int fd)
{
	const PvDescriptor *found = pv_store_find_descriptor(store, pv_store_table(store, 0), fd);

	g_assert_nonnull(found);
	return found;
}

static const PvMount *
mount_of(const PvStore *store, int fd)
{
	const PvFile *file = pv_store_file(store, descriptor_of(store, fd)->file);

	g_assert_true(file->known & PV_FILE_MOUNT);
	return pv_details_find_mount(&store->details, file->mount_id);
}

static void
assert_mount(const PvStore *store, int fd, const char *type, const char *source, const char *root,
	     const char *point)
{
	const PvMount *mount = mount_of(store, fd);

	g_assert_nonnull(mount);
	g_assert_cmpstr(pv_store_string(store, mount->type), ==, type);
	g_assert_cmpstr(pv_store_string(store, mount->source), ==, source);
	g_assert_cmpstr(pv_store_string(store, mount->root), ==, root);
	g_assert_true(g_str_has_suffix(pv_store_string(store, mount->point), point));
	g_assert_cmpuint(mount->index, <, store->details.mounts.n);
}

static void
assert_locked(const PvStore *store, int fd, guint n_expected)
{
	guint n;
	const PvLock *locks =
		pv_details_locks_of(&store->details, descriptor_of(store, fd)->index, &n);

	g_assert_cmpuint(n, ==, n_expected);
	for (guint i = 0; i < n; i++) {
		g_assert_cmpuint(locks[i].type, ==, PV_LOCK_POSIX);
		g_assert_cmpuint(locks[i].start, ==, 3);
		g_assert_cmpuint(locks[i].end, ==, 6);
	}
}

static void
check(const PvStore *store)
{
	assert_mount(store, SPACED, "tmpfs", "else\\where", "/sub", "/a b");
	assert_mount(store, LOWER, "overlay", "layers", "/", "/over");
	assert_mount(store, COPIED_UP, "overlay", "layers", "/", "/over");
	g_assert_true(mount_of(store, LOWER) == mount_of(store, COPIED_UP));
	g_assert_null(mount_of(store, DETACHED));
	assert_locked(store, SPACED, 1);
	assert_locked(store, LOWER, 0);
	assert_locked(store, COPIED_UP, 1);
	assert_locked(store, DETACHED, 1);
}

static void
test_backends(void)
{
	Child child;

	if (start(&child)) {
		for (guint backend = PV_BACKEND_PROCFS; backend <= PV_BACKEND_BPF; backend++) {
			PvStore *store = scan(backend, child.pid);

			g_test_message("backend %u", backend);
			if (store == NULL)
				continue;
			check(store);
			pv_store_unref(store);
		}
	}
	stop(&child);
}

/* What was not asked for is not there. */
static void
test_not_asked(void)
{
	const PvScannerOptions options = {.backend = PV_BACKEND_PROCFS};
	gint32 pid = getpid();
	PvScanner *scanner = pv_scanner_open(&options, NULL);
	PvQuery *query = pv_query_new();
	PvStore *store;

	g_array_append_val(query->pids, pid);
	store = pv_scanner_scan(scanner, query, NULL, NULL);
	g_assert_nonnull(store);
	g_assert_cmpuint(store->details.mounts.n, ==, 0);
	g_assert_cmpuint(store->details.facts.n, ==, 0);
	g_assert_cmpuint(store->details.locks.n, ==, 0);
	g_assert_cmpuint(store->details.registrations.n, ==, 0);
	pv_store_unref(store);
	pv_query_unref(query);
	pv_scanner_close(scanner);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/file-systems/backends", test_backends);
	g_test_add_func("/snapshot/file-systems/not-asked", test_not_asked);
	return g_test_run();
}
