/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * fdinfo of this very kernel: files are made here, and what is read of them is compared with what
 * was made.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "backend/procfs/fdinfo-detail-parse.h"
#include "backend/procfs/locked-inodes.h"
#include "core/kind.h"
#include "util/pidfd.h"

static PvStore *
look_at(int fd, guint kind)
{
	g_autofree char *path = g_strdup_printf("/proc/self/fdinfo/%d", fd);
	g_autofree char *text = NULL;
	PvStore *store = pv_store_new();
	PvFile *file = pv_array_append(&store->files);
	gsize length;

	g_assert_cmpint(fd, >=, 0);
	file->kind = kind;
	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	g_assert_true(pv_fdinfo_detail_parse(text, length, store, 0, PV_COLLECT_EVERYTHING));
	return store;
}

static void
assert_fact(PvStore *store, guint fact, guint64 value)
{
	const PvFact *found;

	pv_details_settle(&store->details);
	found = pv_details_find_fact(&store->details, 0, fact);
	g_assert_nonnull(found);
	g_assert_cmpuint(found->value, ==, value);
}

static void
test_eventfd(void)
{
	pv_autofd fd = eventfd(0xabcdef, EFD_SEMAPHORE);
	PvStore *store = look_at(fd, PV_KIND_EVENTFD);

	assert_fact(store, PV_FACT_EVENTFD_COUNT, 0xabcdef);
	if (pv_details_find_fact(&store->details, 0, PV_FACT_EVENTFD_SEMAPHORE) != NULL)
		assert_fact(store, PV_FACT_EVENTFD_SEMAPHORE, 1);
	pv_store_unref(store);
}

static void
test_timerfd(void)
{
	pv_autofd fd = timerfd_create(CLOCK_BOOTTIME, 0);
	const struct itimerspec spec = {{7, 500}, {3600, 0}};
	const PvFact *left;
	PvStore *store;

	g_assert_cmpint(timerfd_settime(fd, 0, &spec, NULL), ==, 0);
	store = look_at(fd, PV_KIND_TIMERFD);
	assert_fact(store, PV_FACT_TIMERFD_CLOCK, CLOCK_BOOTTIME);
	assert_fact(store, PV_FACT_TIMERFD_INTERVAL_NS, G_GUINT64_CONSTANT(7000000500));
	left = pv_details_find_fact(&store->details, 0, PV_FACT_TIMERFD_REMAINING_NS);
	g_assert_nonnull(left);
	g_assert_cmpuint(left->value, <=, G_GUINT64_CONSTANT(3600000000000));
	g_assert_cmpuint(left->value, >, G_GUINT64_CONSTANT(3500000000000));
	pv_store_unref(store);
}

static void
test_signalfd(void)
{
	sigset_t mask;
	pv_autofd fd = -1;
	PvStore *store;

	sigemptyset(&mask);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, 64);
	fd = signalfd(-1, &mask, 0);
	store = look_at(fd, PV_KIND_SIGNALFD);
	assert_fact(store, PV_FACT_SIGNALFD_MASK,
		    1 | 1 << (SIGTERM - 1) | G_GUINT64_CONSTANT(1) << 63);
	pv_store_unref(store);
}

/* More than fit into the first page that is read. */
static void
test_epoll(void)
{
	enum {
		N = 300
	};
	pv_autofd fd = epoll_create1(0);
	pv_autofd target = eventfd(0, 0);
	int copies[N];
	guint64 seen = 0;
	PvStore *store;
	guint n;
	const PvRegistration *found;

	for (guint i = 0; i < N; i++) {
		struct epoll_event event = {.events = EPOLLIN | EPOLLET};

		event.data.u64 = G_GUINT64_CONSTANT(0xfedcba9800000000) + i;
		copies[i] = dup(target);
		g_assert_cmpint(epoll_ctl(fd, EPOLL_CTL_ADD, copies[i], &event), ==, 0);
	}
	store = look_at(fd, PV_KIND_EVENTPOLL);
	pv_details_settle(&store->details);
	found = pv_details_registrations_of(&store->details, 0, &n);
	g_assert_cmpuint(n, ==, N);
	for (guint i = 0; i < n; i++) {
		guint which = (guint)(found[i].data & 0xffffffff);

		g_assert_cmphex(found[i].data >> 32, ==, 0xfedcba98);
		g_assert_cmpuint(which, <, N);
		g_assert_cmpint(found[i].fd, ==, copies[which]);
		g_assert_cmphex(found[i].events & EPOLLET, ==, (guint)EPOLLET);
		seen += which;
	}
	g_assert_cmpuint(seen, ==, N * (N - 1) / 2);
	for (guint i = 0; i < N; i++)
		close(copies[i]);
	pv_store_unref(store);
}

/* Watch descriptors are hexadecimal, which shows from the tenth on. */
static void
test_inotify(void)
{
	enum {
		N = 20
	};
	pv_autofd fd = inotify_init1(0);
	g_autofree char *dir = g_dir_make_tmp("procview-XXXXXX", NULL);
	ino_t inodes[N];
	PvStore *store;
	guint n;
	const PvMark *marks;

	for (guint i = 0; i < N; i++) {
		g_autofree char *path = g_strdup_printf("%s/%u", dir, i);
		struct stat st;

		g_assert_cmpint(mkdir(path, 0700), ==, 0);
		g_assert_cmpint(stat(path, &st), ==, 0);
		inodes[i] = st.st_ino;
		g_assert_cmpint(inotify_add_watch(fd, path, IN_CREATE), ==, (int)i + 1);
	}
	store = look_at(fd, PV_KIND_INOTIFY);
	pv_details_settle(&store->details);
	marks = pv_details_marks_of(&store->details, 0, &n);
	g_assert_cmpuint(n, ==, N);
	for (guint i = 0; i < n; i++) {
		g_assert_cmpint(marks[i].wd, >=, 1);
		g_assert_cmpint(marks[i].wd, <=, N);
		g_assert_cmpuint(marks[i].ino, ==, inodes[marks[i].wd - 1]);
		g_assert_cmphex(marks[i].mask & IN_CREATE, ==, IN_CREATE);
	}
	for (guint i = 0; i < N; i++) {
		g_autofree char *path = g_strdup_printf("%s/%u", dir, i);

		rmdir(path);
	}
	rmdir(dir);
	pv_store_unref(store);
}

static void
test_pidfd(void)
{
	pv_autofd fd = pv_pidfd_open(getpid(), FALSE);
	PvStore *store;

	if (fd < 0) {
		g_test_skip("pidfd_open: 5.3");
		return;
	}
	store = look_at(fd, PV_KIND_PIDFD);
	assert_fact(store, PV_FACT_PIDFD_PID, (guint64)getpid());
	pv_store_unref(store);
}

static gboolean
has_lock(const PvStore *store, guint type, gboolean write, guint64 start, guint64 end)
{
	for (guint i = 0; i < store->details.locks.n; i++) {
		const PvLock *lock = pv_array_at(&store->details.locks, PvLock, i);

		if (lock->type == type && lock->write == write && lock->start == start &&
		    lock->end == end)
			return TRUE;
	}
	return FALSE;
}

static void
test_locks(void)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("procview-XXXXXX", &path, NULL);
	pv_autofd other = open(path, O_RDWR | O_CLOEXEC);
	struct flock posix = {.l_type = F_WRLCK, .l_start = 10, .l_len = 5};
	struct flock ofd = {.l_type = F_RDLCK, .l_start = 1000, .l_len = 0};
	PvLockedInodes locked = {0};
	struct stat st;
	PvStore *store;

	g_assert_cmpint(fcntl(fd, F_SETLK, &posix), ==, 0);
	g_assert_cmpint(fcntl(other, F_OFD_SETLK, &ofd), ==, 0);
	g_assert_cmpint(flock(fd, LOCK_SH), ==, 0);
	store = look_at(fd, PV_KIND_REGULAR);
	g_assert_cmpuint(store->details.locks.n, ==, 2);
	g_assert_true(has_lock(store, PV_LOCK_POSIX, TRUE, 10, 14));
	g_assert_true(has_lock(store, PV_LOCK_FLOCK, FALSE, 0, G_MAXUINT64));
	pv_store_unref(store);
	store = look_at(other, PV_KIND_REGULAR);
	g_assert_cmpuint(store->details.locks.n, ==, 1);
	g_assert_true(has_lock(store, PV_LOCK_OFD, FALSE, 1000, G_MAXUINT64));
	pv_store_unref(store);
	g_assert_cmpint(fstat(fd, &st), ==, 0);
	{
		pv_autofd proc_dir = pv_open_dir(AT_FDCWD, "/proc");

		g_assert_cmpint(pv_locked_inodes_refresh(&locked, proc_dir), ==, 0);
	}
	g_assert_true(pv_inode_may_be_locked(&locked, st.st_ino));
	g_assert_true(pv_inode_may_be_posix_locked(&locked, st.st_ino));
	pv_locked_inodes_clear(&locked);
	unlink(path);
	close(fd);
}

/* Sent, and not received. */
static void
test_in_flight(void)
{
	int pair[2];
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(3 * sizeof(int))];
	} control = {0};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
	PvStore *store;
	const PvSocket *record;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
	message.msg_control = control.bytes;
	message.msg_controllen = sizeof(control.bytes);
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(3 * sizeof(int));
	memcpy(CMSG_DATA(&control.head), (int[]){0, 1, 2}, 3 * sizeof(int));
	g_assert_cmpint(sendmsg(pair[0], &message, 0), ==, 1);
	store = look_at(pair[1], PV_KIND_SOCKET);
	if (store->details.sockets.n == 0) {
		g_test_skip("fdinfo counts files in flight since 5.10");
	} else {
		record = pv_array_at(&store->details.sockets, PvSocket, 0);
		g_assert_cmpuint(record->in_flight, ==, 3);
	}
	pv_store_unref(store);
	close(pair[0]);
	close(pair[1]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/fdinfo-detail-live/eventfd", test_eventfd);
	g_test_add_func("/backend/procfs/fdinfo-detail-live/timerfd", test_timerfd);
	g_test_add_func("/backend/procfs/fdinfo-detail-live/signalfd", test_signalfd);
	g_test_add_func("/backend/procfs/fdinfo-detail-live/epoll", test_epoll);
	g_test_add_func("/backend/procfs/fdinfo-detail-live/inotify", test_inotify);
	g_test_add_func("/backend/procfs/fdinfo-detail-live/pidfd", test_pidfd);
	g_test_add_func("/backend/procfs/fdinfo-detail-live/locks", test_locks);
	g_test_add_func("/backend/procfs/fdinfo-detail-live/in-flight", test_in_flight);
	return g_test_run();
}
