/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * fdinfo behind its head: recorded ones (tests/data/fdinfo, Linux 6.18), and hostile ones.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/procfs/fdinfo-detail-parse.h"
#include "core/kind.h"

#define HEAD	   "pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t1038\n"
#define EVERYTHING PV_COLLECT_EVERYTHING

static PvStore *
parse(const char *text, gsize length, guint kind, guint collect)
{
	g_autofree char *copy = length == 0 ? NULL : g_memdup2(text, length);
	PvStore *store = pv_store_new();
	PvFile *file = pv_array_append(&store->files);

	file->kind = kind;
	file->ino = 4711;
	g_assert_true(pv_fdinfo_detail_parse(copy, length, store, 0, collect));
	return store;
}

static PvStore *
parse_text(const char *text, guint kind)
{
	return parse(text, strlen(text), kind, EVERYTHING);
}

static PvStore *
parse_recorded(const char *name, guint kind)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "tests/data/fdinfo", name, NULL);
	g_autofree char *text = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	return parse(text, length, kind, EVERYTHING);
}

typedef struct {
	guint fact;
	guint64 number;
	const char *text;
} Expected;

static void
assert_facts(PvStore *store, const Expected *expected, guint n)
{
	pv_details_settle(&store->details);
	g_assert_cmpuint(store->details.facts.n, ==, n);
	for (guint i = 0; i < n; i++) {
		const PvFact *fact = pv_details_find_fact(&store->details, 0, expected[i].fact);

		g_test_message("fact %s", pv_fact_name(expected[i].fact));
		g_assert_nonnull(fact);
		if (expected[i].text != NULL)
			g_assert_cmpstr(pv_store_string(store, (PvString)fact->value), ==,
					expected[i].text);
		else
			g_assert_cmpuint(fact->value, ==, expected[i].number);
	}
	pv_store_unref(store);
}

#define assert_recorded(name, kind, ...)                                                           \
	do {                                                                                       \
		static const Expected expected[] = {__VA_ARGS__};                                  \
                                                                                                   \
		g_test_message("%s", name);                                                        \
		assert_facts(parse_recorded(name, kind), expected, G_N_ELEMENTS(expected));        \
	} while (0)

static void
test_facts(void)
{
	assert_recorded("eventfd", PV_KIND_EVENTFD, {PV_FACT_EVENTFD_COUNT, 42, NULL},
			{PV_FACT_EVENTFD_ID, 1, NULL}, {PV_FACT_EVENTFD_SEMAPHORE, 0, NULL});
	assert_recorded("eventfd-semaphore", PV_KIND_EVENTFD, {PV_FACT_EVENTFD_COUNT, 7, NULL},
			{PV_FACT_EVENTFD_ID, 2, NULL}, {PV_FACT_EVENTFD_SEMAPHORE, 1, NULL});
	assert_recorded("signalfd", PV_KIND_SIGNALFD,
			{PV_FACT_SIGNALFD_MASK, G_GUINT64_CONSTANT(0x8000000000004201), NULL});
	assert_recorded("pidfd", PV_KIND_PIDFD, {PV_FACT_PIDFD_PID, 2676, NULL},
			{PV_FACT_PIDFD_NSPID, 0, "2676"});
	assert_recorded("pidfd-dead", PV_KIND_PIDFD, {PV_FACT_PIDFD_PID, G_MAXUINT64, NULL});
	assert_recorded("userfaultfd", PV_KIND_USERFAULTFD, {PV_FACT_USERFAULTFD_PENDING, 0, NULL},
			{PV_FACT_USERFAULTFD_FEATURES, 0, NULL});
	assert_recorded("tun", PV_KIND_CHARDEV, {PV_FACT_TUN_INTERFACE, 0, "zoo0"});
	assert_recorded("ptmx", PV_KIND_CHARDEV, {PV_FACT_PTY_INDEX, 0, NULL});
	assert_facts(parse_recorded("tun-bare", PV_KIND_CHARDEV), NULL, 0);
}

static void
test_timers(void)
{
	assert_recorded("timerfd-monotonic", PV_KIND_TIMERFD, {PV_FACT_TIMERFD_CLOCK, 1, NULL},
			{PV_FACT_TIMERFD_TICKS, 0, NULL}, {PV_FACT_TIMERFD_FLAGS, 0, NULL},
			{PV_FACT_TIMERFD_REMAINING_NS, G_GUINT64_CONSTANT(3599999959459), NULL},
			{PV_FACT_TIMERFD_INTERVAL_NS, 1500000000, NULL});
	assert_recorded("timerfd-ticks", PV_KIND_TIMERFD, {PV_FACT_TIMERFD_CLOCK, 1, NULL},
			{PV_FACT_TIMERFD_TICKS, 1, NULL}, {PV_FACT_TIMERFD_FLAGS, 0, NULL},
			{PV_FACT_TIMERFD_REMAINING_NS, 0, NULL},
			{PV_FACT_TIMERFD_INTERVAL_NS, 1000000, NULL});
	assert_recorded("timerfd-disarmed", PV_KIND_TIMERFD, {PV_FACT_TIMERFD_CLOCK, 1, NULL},
			{PV_FACT_TIMERFD_TICKS, 0, NULL}, {PV_FACT_TIMERFD_FLAGS, 0, NULL},
			{PV_FACT_TIMERFD_REMAINING_NS, 0, NULL},
			{PV_FACT_TIMERFD_INTERVAL_NS, 0, NULL});
}

static void
test_bpf(void)
{
	assert_recorded("bpf-map", PV_KIND_BPF_MAP, {PV_FACT_BPF_ID, 126626, NULL},
			{PV_FACT_BPF_TYPE, 1, NULL}, {PV_FACT_BPF_TYPE_NAME, 0, "hash"},
			{PV_FACT_BPF_KEY_SIZE_BYTES, 4, NULL},
			{PV_FACT_BPF_VALUE_SIZE_BYTES, 8, NULL},
			{PV_FACT_BPF_MAX_ENTRIES, 16, NULL});
	assert_recorded("bpf-prog", PV_KIND_BPF_PROG, {PV_FACT_BPF_ID, 183806, NULL},
			{PV_FACT_BPF_TYPE, 1, NULL}, {PV_FACT_BPF_TYPE_NAME, 0, "socket_filter"},
			{PV_FACT_BPF_TAG, 0, "59f4a931744dcdc6"});
	assert_recorded("bpf-link", PV_KIND_BPF_LINK, {PV_FACT_BPF_ID, 3091293, NULL},
			{PV_FACT_BPF_TYPE, 1, NULL}, {PV_FACT_BPF_TYPE_NAME, 0, "raw_tracepoint"},
			{PV_FACT_BPF_TAG, 0, "59f4a931744dcdc6"},
			{PV_FACT_BPF_PROG_ID, 183877, NULL});
}

/* Not to be had on every machine: as the kernel's documentation has them. */
static void
test_graphics(void)
{
	static const char drm[] = HEAD "drm-driver:\ti915\ndrm-client-id:\t7\ndrm-pdev:\t0000:00:"
				       "02.0\ndrm-engine-render:\t"
				       "5 ns\n";
	static const char dmabuf[] = HEAD
		"size:\t65536\ncount:\t2\nexp_name:\tsystem\nname:\tx\nsize:\t1\n";
	static const Expected of_drm[] = {{PV_FACT_DRM_DRIVER, 0, "i915"},
					  {PV_FACT_DRM_CLIENT_ID, 7, NULL},
					  {PV_FACT_DRM_PDEV, 0, "0000:00:02.0"}};
	static const Expected of_dmabuf[] = {{PV_FACT_DMABUF_SIZE_BYTES, 65536, NULL},
					     {PV_FACT_DMABUF_EXPORTER, 0, "system"}};

	assert_facts(parse_text(drm, PV_KIND_CHARDEV), of_drm, G_N_ELEMENTS(of_drm));
	assert_facts(parse_text(dmabuf, PV_KIND_ANON_INODE), of_dmabuf, G_N_ELEMENTS(of_dmabuf));
}

static void
test_epoll(void)
{
	static const PvRegistration expected[] = {
		{.fd = 6, .events = 0x19, .data = 0x6, .ino = 0x57a26ad, .dev = 0xf},
		{.fd = 8,
		 .events = 0x40000019,
		 .data = 0x7f3c00000008,
		 .ino = 0x57a26ad,
		 .dev = 0xf},
		{.fd = 3, .events = 0x80000019, .data = 0x3, .ino = 0x40e, .dev = 0x10},
		{.fd = 4, .events = 0x1d, .data = 0x4, .ino = 0x40e, .dev = 0x10},
	};
	PvStore *store = parse_recorded("epoll", PV_KIND_EVENTPOLL);
	guint n;
	const PvRegistration *found;

	pv_details_settle(&store->details);
	found = pv_details_registrations_of(&store->details, 0, &n);
	g_assert_cmpuint(n, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < n; i++) {
		g_assert_cmpint(found[i].fd, ==, expected[i].fd);
		g_assert_cmphex(found[i].events, ==, expected[i].events);
		g_assert_cmphex(found[i].dev, ==, expected[i].dev);
		g_assert_cmpuint(found[i].target, ==, PV_NONE);
		g_assert_cmphex(found[i].ino, ==, expected[i].ino);
		g_assert_cmphex(found[i].data, ==, expected[i].data);
	}
	pv_store_unref(store);
}

static void
assert_mark(const PvMark *mark, guint type, guint64 mask, guint64 ignored_mask)
{
	g_assert_cmpuint(mark->type, ==, type);
	g_assert_cmphex(mark->mask, ==, mask);
	g_assert_cmphex(mark->ignored_mask, ==, ignored_mask);
}

static void
test_inotify(void)
{
	PvStore *store = parse_recorded("inotify", PV_KIND_INOTIFY);
	static const char many[] = HEAD "inotify wd:12 ino:a9e270 sdev:800003 mask:1 "
					"ignored_mask:0 fhandle-bytes:8 fhandle-type:1 "
					"f_handle:70e2a90014f32ecf\n";
	guint n;
	const PvMark *marks;

	pv_details_settle(&store->details);
	marks = pv_details_marks_of(&store->details, 0, &n);
	g_assert_cmpuint(n, ==, 3);
	assert_mark(&marks[0], PV_MARK_INODE, 0x80000100, 0);
	g_assert_cmpint(marks[0].wd, ==, 3);
	g_assert_cmpuint(pv_dev_major(marks[0].dev), ==, 254);
	g_assert_cmpuint(pv_dev_minor(marks[0].dev), ==, 0);
	assert_mark(&marks[1], PV_MARK_INODE, 2, 0);
	g_assert_cmphex(marks[1].ino, ==, 1);
	g_assert_cmphex(marks[1].dev, ==, 0x15);
	assert_mark(&marks[2], PV_MARK_INODE, 0xfff, 0);
	g_assert_cmphex(marks[2].ino, ==, 0xa9e031);
	pv_store_unref(store);
	store = parse_text(many, PV_KIND_INOTIFY);
	marks = pv_array_at(&store->details.marks, PvMark, 0);
	g_assert_cmpint(marks->wd, ==, 18);
	g_assert_cmphex(marks->ino, ==, 0xa9e270);
	g_assert_cmphex(marks->dev, ==, pv_dev(8, 3));
	pv_store_unref(store);
}

static void
test_fanotify(void)
{
	PvStore *store = parse_recorded("fanotify", PV_KIND_FANOTIFY);
	static const Expected expected[] = {{PV_FACT_FANOTIFY_FLAGS, 6, NULL},
					    {PV_FACT_FANOTIFY_EVENT_FLAGS, 0x8000, NULL}};
	guint n;
	const PvMark *marks;

	pv_details_settle(&store->details);
	marks = pv_details_marks_of(&store->details, 0, &n);
	g_assert_cmpuint(n, ==, 3);
	assert_mark(&marks[0], PV_MARK_FILE_SYSTEM, 1, 0);
	g_assert_cmphex(marks[0].dev, ==, 0x1b);
	assert_mark(&marks[1], PV_MARK_MOUNT, 8, 0);
	g_assert_cmpuint(marks[1].mount_id, ==, 27);
	assert_mark(&marks[2], PV_MARK_INODE, 2, 2);
	g_assert_cmphex(marks[2].ino, ==, 0xa9e031);
	g_assert_cmphex(marks[2].dev, ==, pv_dev(254, 0));
	g_assert_cmpint(marks[2].wd, ==, -1);
	assert_facts(store, expected, G_N_ELEMENTS(expected));
}

static void
assert_held(PvStore *store, guint i, guint slot, const char *path, guint kind)
{
	const PvHolding *holding = pv_array_at(&store->details.holdings, PvHolding, i);
	const PvFile *file = pv_array_at(&store->details.held_files, PvFile, holding->file);

	g_assert_cmpuint(holding->holder, ==, 0);
	g_assert_cmpuint(holding->slot, ==, slot);
	g_assert_cmpuint(holding->how, ==, PV_HELD_FIXED);
	g_assert_cmpstr(pv_store_string(store, file->path), ==, path);
	g_assert_cmpuint(file->kind, ==, kind);
	g_assert_cmpuint(file->known, ==, 0);
}

static void
test_ring(void)
{
	PvStore *store = parse_recorded("io_uring", PV_KIND_IO_URING);
	static const Expected expected[] = {{PV_FACT_IO_URING_SQ_ENTRIES, 8, NULL},
					    {PV_FACT_IO_URING_CQ_ENTRIES, 16, NULL},
					    {PV_FACT_IO_URING_N_FILES, 4, NULL},
					    {PV_FACT_IO_URING_N_BUFFERS, 2, NULL}};

	g_assert_cmpuint(store->details.holdings.n, ==, 3);
	assert_held(store, 0, 0, "/etc/hostname", PV_KIND_UNKNOWN);
	assert_held(store, 1, 2, "anon_inode:[eventfd]", PV_KIND_EVENTFD);
	g_assert_cmpuint(pv_array_at(&store->details.holdings, PvHolding, 2)->slot, ==, 3);
	assert_facts(store, expected, G_N_ELEMENTS(expected));
}

/* A path that tries to be more than one line; what old kernels print. */
static void
test_hostile_ring(void)
{
	static const char text[] = HEAD "UserFiles:\t4\n"
					"    0: /tmp/a\\012UserBufs:\\0117\\040\\134x\n"
					"    1: <none>\n"
					"    2: \n"
					"    3: hostname\n"
					"UserBufs:\t1\n"
					"    0: 0x7f95485bb000/4096\n";
	static const Expected expected[] = {{PV_FACT_IO_URING_N_FILES, 4, NULL},
					    {PV_FACT_IO_URING_N_BUFFERS, 1, NULL}};
	PvStore *store = parse_text(text, PV_KIND_IO_URING);

	g_assert_cmpuint(store->details.holdings.n, ==, 3);
	assert_held(store, 0, 0, "/tmp/a\nUserBufs:\t7 \\x", PV_KIND_UNKNOWN);
	assert_held(store, 1, 2, NULL, PV_KIND_UNKNOWN);
	assert_held(store, 2, 3, NULL, PV_KIND_UNKNOWN);
	assert_facts(store, expected, G_N_ELEMENTS(expected));
}

static void
assert_lock(const PvLock *lock, guint type, gboolean write, gint32 pid, guint64 start, guint64 end)
{
	g_assert_cmpuint(lock->descriptor, ==, 0);
	g_assert_cmpuint(lock->type, ==, type);
	g_assert_cmpuint(lock->write, ==, write);
	g_assert_cmpint(lock->pid, ==, pid);
	g_assert_cmpuint(lock->start, ==, start);
	g_assert_cmpuint(lock->end, ==, end);
}

#define lock_at(store, i) pv_array_at(&(store)->details.locks, PvLock, i)

static void
test_locks(void)
{
	PvStore *store = parse_recorded("locks", PV_KIND_REGULAR);

	g_assert_cmpuint(store->details.locks.n, ==, 3);
	assert_lock(lock_at(store, 0), PV_LOCK_FLOCK, TRUE, 2676, 0, G_MAXUINT64);
	assert_lock(lock_at(store, 1), PV_LOCK_POSIX, TRUE, 2676, 5, 14);
	assert_lock(lock_at(store, 2), PV_LOCK_POSIX, FALSE, 2676, 100, 199);
	pv_store_unref(store);
	store = parse_recorded("lock-ofd", PV_KIND_REGULAR);
	g_assert_cmpuint(store->details.locks.n, ==, 1);
	assert_lock(lock_at(store, 0), PV_LOCK_OFD, TRUE, 0, 1000, 1009);
	pv_store_unref(store);
	store = parse_recorded("lease-write", PV_KIND_REGULAR);
	assert_lock(lock_at(store, 0), PV_LOCK_LEASE, TRUE, 2676, 0, G_MAXUINT64);
	g_assert_false(lock_at(store, 0)->breaking);
	pv_store_unref(store);
	store = parse_recorded("lease-breaking", PV_KIND_REGULAR);
	assert_lock(lock_at(store, 0), PV_LOCK_LEASE, FALSE, 2676, 0, G_MAXUINT64);
	g_assert_true(lock_at(store, 0)->breaking);
	pv_store_unref(store);
}

static void
test_sockets(void)
{
	PvStore *store = parse_recorded("unix-scm", PV_KIND_SOCKET);
	const PvSocket *record = pv_array_at(&store->details.sockets, PvSocket, 0);

	g_assert_cmpuint(store->details.sockets.n, ==, 1);
	g_assert_cmpuint(record->known, ==, PV_SOCKET_IN_FLIGHT);
	g_assert_cmpuint(record->in_flight, ==, 3);
	g_assert_cmpuint(record->ino, ==, 4711);
	pv_store_unref(store);
}

static guint
n_records(const PvStore *store)
{
	const PvDetails *details = &store->details;

	return details->facts.n + details->registrations.n + details->marks.n + details->locks.n +
	       details->sockets.n + details->holdings.n + details->held_files.n;
}

static void
assert_nothing(const char *text, guint kind, guint collect)
{
	PvStore *store = parse(text, strlen(text), kind, collect);

	g_test_message("%s", text);
	g_assert_cmpuint(n_records(store), ==, 0);
	pv_store_unref(store);
}

/* Each file has the lines of its own driver only, and nothing is read that was not asked for. */
static void
test_not_asked(void)
{
	static const char text[] = HEAD "lock:\t1: FLOCK  ADVISORY  WRITE 812 fe:00:11 0 EOF\n"
					"eventfd-count: 1\nPid:\t1\nscm_fds: 1\nUserFiles:\t1\n"
					"    0: /etc/hostname\n";

	for (guint kind = 0; kind < PV_N_KINDS; kind++)
		assert_nothing(text, kind, PV_COLLECT_ALL);
	assert_nothing(text, PV_KIND_REGULAR, EVERYTHING & ~PV_COLLECT_LOCKS);
	assert_nothing(text, PV_KIND_TIMERFD, EVERYTHING & ~PV_COLLECT_LOCKS);
	assert_nothing(text, PV_KIND_SOCKET, PV_COLLECT_DETAILS);
}

static void
test_malformed(void)
{
	static const struct {
		guint kind;
		const char *text;
	} cases[] = {
		{PV_KIND_EVENTFD, HEAD "eventfd-count: \neventfd-id: x\neventfd-semaphore: 1x\n"},
		{PV_KIND_EVENTFD, HEAD "eventfd-count: 10000000000000000\neventfd-id: -1\n"},
		{PV_KIND_EVENTFD, HEAD "eventfd-id: 1"},
		{PV_KIND_TIMERFD, HEAD "it_value: (1, 1000000000)\nit_interval: (1 1)\n"},
		{PV_KIND_TIMERFD, HEAD "it_value: (18446744073709551615, 1)\nit_value: (, )\n"},
		{PV_KIND_TIMERFD, HEAD "it_value:\nit_value: (\nit_value: (1, 2) \n"},
		{PV_KIND_SIGNALFD, HEAD "sigmask:\t00000000000000010000000000000000\n"},
		{PV_KIND_PIDFD, HEAD "Pid:\t0\nNSpid:\t\nNSpid:\t-1\nNSpid:\t1 x\n"},
		{PV_KIND_EVENTPOLL, HEAD "tfd: 1 events: 19\ntfd:\ntfd: x events: 1 data: 1\n"},
		{PV_KIND_EVENTPOLL, HEAD "tfd: 2147483648 events: 1 data: 1\n"},
		{PV_KIND_EVENTPOLL, HEAD "tfd: 1 events: 119999999 data: 1\n"},
		{PV_KIND_INOTIFY, HEAD "inotify\ninotify \ninotify ino:1\ninotify wd:80000000\n"},
		{PV_KIND_FANOTIFY,
		 HEAD "fanotify\nfanotify \nfanotify flags:\nfanotify mnt_id:x\n"},
		{PV_KIND_IO_URING, HEAD "SqMask:\t7\nCqMask:\t0xffffffffffffffff\nUserFiles:\t\n"},
		{PV_KIND_IO_URING, HEAD "UserFiles:\t-1\n    0:\n  x: /a\n"},
		{PV_KIND_USERFAULTFD, HEAD "API:\taa\nAPI:\taa:\nAPI:\taa:1\nAPI:\t:1:1\n"},
		{PV_KIND_ANON_INODE, HEAD "size:\t1\ncount:\t1\n"},
		{PV_KIND_ANON_INODE, HEAD "x\nsize:\t1\ncount:\t1\nexp_name:\tx\n"},
		{PV_KIND_SOCKET, HEAD "scm_fds: 4294967296\nscm_fds:\nscm_fds: -1\n"},
		{PV_KIND_REGULAR, HEAD "lock:\t1: FLOCK  ADVISORY  WRITE 812 fe:00:11 0 EOFF\n"},
		{PV_KIND_REGULAR,
		 HEAD "lock:\t1: FLOCK  ADVISORY  WRITE 812 fe:00:11 0\nlock:\t\n"},
		{PV_KIND_REGULAR, HEAD "lock:\t1: OTHER  ADVISORY  WRITE 812 fe:00:11 0 EOF\n"},
		{PV_KIND_REGULAR, HEAD "lock:\tx: FLOCK  ADVISORY  WRITE 812 fe:00:11 0 EOF\n"},
		{PV_KIND_REGULAR, HEAD "lock:\t1: -> FLOCK  ADVISORY  WRITE 8 fe:00:11 0 EOF\n"},
		/* Locks come before all that a driver says. */
		{PV_KIND_REGULAR, HEAD "x\nlock:\t1: FLOCK  ADVISORY  WRITE 8 fe:00:11 0 EOF\n"},
		{PV_KIND_EVENTFD, ""},
		{PV_KIND_EVENTFD, "\n\n\n"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_nothing(cases[i].text, cases[i].kind, EVERYTHING);
}

/* The more of a text there is, the more is known; a cut line says nothing. */
static void
test_cut(void)
{
	static const struct {
		guint kind;
		const char *name;
	} cases[] = {
		{PV_KIND_EVENTPOLL, "epoll"},	{PV_KIND_INOTIFY, "inotify"},
		{PV_KIND_FANOTIFY, "fanotify"}, {PV_KIND_IO_URING, "io_uring"},
		{PV_KIND_REGULAR, "locks"},	{PV_KIND_TIMERFD, "timerfd-monotonic"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_test_build_filename(G_TEST_DIST, "tests/data/fdinfo",
							      cases[i].name, NULL);
		g_autofree char *text = NULL;
		gsize length;
		guint before = 0;

		g_assert_true(g_file_get_contents(path, &text, &length, NULL));
		for (gsize n = 0; n <= length; n++) {
			PvStore *store = parse(text, n, cases[i].kind, EVERYTHING);

			g_assert_cmpuint(n_records(store), >=, before);
			if (n > 0 && text[n - 1] != '\n')
				g_assert_cmpuint(n_records(store), ==, before);
			before = n_records(store);
			pv_store_unref(store);
		}
		g_assert_cmpuint(before, >, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/facts", test_facts);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/timers", test_timers);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/bpf", test_bpf);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/graphics", test_graphics);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/epoll", test_epoll);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/inotify", test_inotify);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/fanotify", test_fanotify);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/ring", test_ring);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/hostile-ring", test_hostile_ring);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/locks", test_locks);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/sockets", test_sockets);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/not-asked", test_not_asked);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/malformed", test_malformed);
	g_test_add_func("/backend/procfs/fdinfo-detail-parse/cut", test_cut);
	return g_test_run();
}
