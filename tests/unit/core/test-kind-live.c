/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Kinds on the kernel that runs: one of each is made, looked at as a backend would, and told.
 *
 * What this kernel lacks or forbids is skipped by name; the kinds that every kernel has are not.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/kind.h"

#define ALWAYS_THERE 1

static char *scratch; /* a directory of this test's own */

static int
make_eventfd(void)
{
	return eventfd(0, EFD_CLOEXEC);
}

static int
make_epoll(void)
{
	return epoll_create1(EPOLL_CLOEXEC);
}

static int
make_timerfd(void)
{
	return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
}

static int
make_signalfd(void)
{
	sigset_t none;

	sigemptyset(&none);
	return signalfd(-1, &none, SFD_CLOEXEC);
}

static int
make_inotify(void)
{
	return inotify_init1(IN_CLOEXEC);
}

static int
make_fanotify(void)
{
	return fanotify_init(FAN_CLOEXEC, O_RDONLY);
}

static int
make_pidfd(void)
{
	return (int)syscall(SYS_pidfd_open, getpid(), 0);
}

static int
make_memfd(void)
{
	return memfd_create("name (deleted)", MFD_CLOEXEC);
}

static int
make_pipe(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	close(ends[1]);
	return ends[0];
}

static int
make_socket(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return -1;
	close(ends[1]);
	return ends[0];
}

static int
make_fifo(void)
{
	g_autofree char *path = g_build_filename(scratch, "fifo", NULL);
	int fd = -1;

	if (mkfifo(path, 0600) == 0)
		fd = open(path, O_RDWR | O_CLOEXEC);
	g_unlink(path);
	return fd;
}

static int
make_symlink(void)
{
	g_autofree char *path = g_build_filename(scratch, "link", NULL);
	int fd = -1;

	if (symlink("nowhere", path) == 0)
		fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	g_unlink(path);
	return fd;
}

/* A file that is called like an event descriptor. */
static int
make_regular(void)
{
	g_autofree char *path = g_build_filename(scratch, "anon_inode:[eventfd]", NULL);
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	g_unlink(path);
	return fd;
}

static int
make_directory(void)
{
	return open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
make_chardev(void)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static int
make_mqueue(void)
{
	g_autofree char *name = g_strdup_printf("/procview-%d", getpid());
	mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL);

	if (queue != (mqd_t)-1)
		mq_unlink(name);
	return (int)queue;
}

static int
make_nsfs(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int
make_userfaultfd(void)
{
	return (int)syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */);
}

static int
make_io_uring(void)
{
	struct io_uring_params params = {0};

	return (int)syscall(SYS_io_uring_setup, 4, &params);
}

static int
make_perf_event(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		.exclude_kernel = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static int
make_bpf_map(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = 1;
	return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* "Return 0". */
static int
make_bpf_prog(void)
{
	struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (gsize)code;
	attr.insn_cnt = G_N_ELEMENTS(code);
	attr.license = (gsize) "GPL";
	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

typedef struct {
	const char *name;
	int (*make)(void);
	guint kind;
	guint always_there;
	/* Where one sight less must not change the answer. */
	gboolean told_without_magic, told_without_name;
} Maker;

/* clang-format off */
static const Maker makers[] = {
	{ "eventfd",     make_eventfd,     PV_KIND_EVENTFD,     ALWAYS_THERE, TRUE,  FALSE },
	{ "epoll",       make_epoll,       PV_KIND_EVENTPOLL,   ALWAYS_THERE, TRUE,  FALSE },
	{ "timerfd",     make_timerfd,     PV_KIND_TIMERFD,     ALWAYS_THERE, TRUE,  FALSE },
	{ "signalfd",    make_signalfd,    PV_KIND_SIGNALFD,    ALWAYS_THERE, TRUE,  FALSE },
	{ "inotify",     make_inotify,     PV_KIND_INOTIFY,     ALWAYS_THERE, TRUE,  FALSE },
	{ "fanotify",    make_fanotify,    PV_KIND_FANOTIFY,    0,            TRUE,  FALSE },
	{ "pidfd",       make_pidfd,       PV_KIND_PIDFD,       0,            TRUE,  FALSE },
	{ "memfd",       make_memfd,       PV_KIND_MEMFD,       ALWAYS_THERE, TRUE,  FALSE },
	{ "pipe",        make_pipe,        PV_KIND_PIPE,        ALWAYS_THERE, TRUE,  TRUE },
	{ "socket",      make_socket,      PV_KIND_SOCKET,      ALWAYS_THERE, TRUE,  TRUE },
	{ "fifo",        make_fifo,        PV_KIND_FIFO,        ALWAYS_THERE, TRUE,  TRUE },
	{ "symlink",     make_symlink,     PV_KIND_SYMLINK,     ALWAYS_THERE, TRUE,  TRUE },
	{ "regular",     make_regular,     PV_KIND_REGULAR,     ALWAYS_THERE, TRUE,  TRUE },
	{ "directory",   make_directory,   PV_KIND_DIRECTORY,   ALWAYS_THERE, TRUE,  TRUE },
	{ "chardev",     make_chardev,     PV_KIND_CHARDEV,     ALWAYS_THERE, TRUE,  TRUE },
	{ "mqueue",      make_mqueue,      PV_KIND_MQUEUE,      0,            FALSE, TRUE },
	{ "nsfs",        make_nsfs,        PV_KIND_NSFS,        0,            TRUE,  TRUE },
	{ "userfaultfd", make_userfaultfd, PV_KIND_USERFAULTFD, 0,            TRUE,  FALSE },
	{ "io_uring",    make_io_uring,    PV_KIND_IO_URING,    0,            TRUE,  FALSE },
	{ "perf-event",  make_perf_event,  PV_KIND_PERF_EVENT,  0,            TRUE,  FALSE },
	{ "bpf-map",     make_bpf_map,     PV_KIND_BPF_MAP,     0,            TRUE,  FALSE },
	{ "bpf-prog",    make_bpf_prog,    PV_KIND_BPF_PROG,    0,            TRUE,  FALSE },
};
/* clang-format on */

static char *
read_name(int fd)
{
	g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
	char name[4096];
	gssize length = readlink(link, name, sizeof(name) - 1);

	g_assert_cmpint(length, >, 0);
	return g_strndup(name, (gsize)length);
}

static void
assert_kind(const PvLook *look, guint kind, const char *how)
{
	g_test_message("%s: %s, mode 0%o, magic %#" G_GINT64_MODIFIER "x", how,
		       look->name == NULL ? "-" : look->name, look->mode, look->fs_magic);
	g_assert_cmpstr(pv_kind_name(pv_kind_classify(look)), ==, pv_kind_name(kind));
}

static void
test_one(gconstpointer user_data)
{
	const Maker *maker = user_data;
	int fd = maker->make();
	g_autofree char *name = NULL;
	struct stat st;
	struct statfs fs;
	PvLook look, less;

	if (fd < 0 && !maker->always_there) {
		g_test_skip(g_strerror(errno));
		return;
	}
	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(fstat(fd, &st), ==, 0);
	g_assert_cmpint(fstatfs(fd, &fs), ==, 0);
	name = read_name(fd);
	close(fd);
	look = (PvLook){name, (guint64)fs.f_type, (guint16)st.st_mode, st.st_nlink == 0};
	assert_kind(&look, maker->kind, "all");
	less = look;
	less.fs_magic = 0;
	if (maker->told_without_magic)
		assert_kind(&less, maker->kind, "without magic");
	less = look;
	less.name = NULL;
	if (maker->told_without_name)
		assert_kind(&less, maker->kind, "without name");
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	scratch = g_dir_make_tmp("procview-kind-XXXXXX", NULL);
	g_assert_nonnull(scratch);
	for (guint i = 0; i < G_N_ELEMENTS(makers); i++) {
		g_autofree char *path = g_strconcat("/core/kind-live/", makers[i].name, NULL);

		g_test_add_data_func(path, &makers[i], test_one);
	}
	status = g_test_run();
	g_rmdir(scratch);
	g_free(scratch);
	return status;
}
