/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the detailed pass said on Linux 6.18 of one process (record-details.c), decoded on any
 * machine of the same layout; and records such as no program writes.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "backend/bpf/decode.h"
#include "backend/bpf/detail-decode.h"

#define MAX_RECORDS 64

/* A descriptor, and the records behind its own. */
typedef struct {
	const struct pv_wire_file *file;
	const char *records[MAX_RECORDS];
	gsize sizes[MAX_RECORDS];
	guint n;
} Told;

static char *recording;
static gsize recording_length;

static void
load(void)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "tests", "data", "bpf", "details.bin", NULL);
	g_autoptr(GError) error = NULL;

	g_file_get_contents(path, &recording, &recording_length, &error);
	g_assert_no_error(error);
}

static void
find(guint32 fd, Told *told)
{
	const char *name;
	gsize at = 0;
	gsize size;

	*told = (Told){0};
	for (; at < recording_length; at += size) {
		const char *record = recording + at;

		g_assert_cmpint(pv_wire_frame(record, recording_length - at, &size), ==,
				PV_WIRE_GOOD);
		if (pv_wire_sort(record) == PV_WIRE_PLAIN) {
			if (told->file != NULL)
				return;
			g_assert_true(pv_wire_take_file(record, size, &told->file, &name));
			if (told->file->fd != fd)
				told->file = NULL;
		} else if (told->file != NULL) {
			g_assert_cmpuint(told->n, <, MAX_RECORDS);
			told->records[told->n] = record;
			told->sizes[told->n++] = size;
		}
	}
	g_assert_nonnull(told->file);
}

/* The nth record of a sort. */
static const char *
nth(const Told *told, guint sort, guint n, gsize *size)
{
	for (guint i = 0; i < told->n; i++) {
		*size = told->sizes[i];
		if (pv_wire_sort(told->records[i]) == sort && n-- == 0)
			return told->records[i];
	}
	g_assert_not_reached();
}

static guint64
fact_of(const Told *told, guint fact)
{
	for (guint i = 0; i < told->n; i++) {
		const struct pv_wire_fact *found;

		if (pv_wire_sort(told->records[i]) != PV_WIRE_FACT)
			continue;
		g_assert_true(pv_wire_take_fact(told->records[i], told->sizes[i], &found));
		if (pv_wire_fact_of(found->fact) == fact)
			return found->value;
	}
	g_assert_not_reached();
}

static void
test_facts(void)
{
	static const struct {
		guint32 fd;
		guint fact;
		guint64 value;
	} expected[] = {
		{10, PV_FACT_PIPE_USED_BYTES, 5},
		{10, PV_FACT_PIPE_CAPACITY_BYTES, 2}, /* pages */
		{11, PV_FACT_PIPE_READERS, 1},
		{11, PV_FACT_PIPE_WRITERS, 1},
		{12, PV_FACT_EVENTFD_COUNT, 7},
		{12, PV_FACT_EVENTFD_SEMAPHORE, 1},
		{14, PV_FACT_TIMERFD_CLOCK, 7},
		{14, PV_FACT_TIMERFD_TICKS, 0},
		{14, PV_FACT_TIMERFD_INTERVAL_NS, G_GUINT64_CONSTANT(5000000000)},
		{15, PV_FACT_SIGNALFD_MASK, 0x200},
		{17, PV_FACT_MEMFD_SEALS, 6},
		{18, PV_FACT_PIDFD_PID, 12},
		{50, PV_FACT_IO_URING_SQ_ENTRIES, 4},
		{50, PV_FACT_IO_URING_CQ_ENTRIES, 8},
		{50, PV_FACT_IO_URING_N_FILES, 2},
		{50, PV_FACT_IO_URING_N_BUFFERS, 0},
	};
	Told told;

	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		find(expected[i].fd, &told);
		g_assert_cmpuint(fact_of(&told, expected[i].fact), ==, expected[i].value);
	}
	find(14, &told);
	g_assert_cmpuint(fact_of(&told, PV_FACT_TIMERFD_REMAINING_NS), >,
			 G_GUINT64_CONSTANT(900000000000));
}

static void
test_texts(void)
{
	const struct pv_wire_text *text;
	const gint32 *numbers;
	const char *record;
	const char *bytes;
	gsize size;
	Told told;

	find(17, &told);
	record = nth(&told, PV_WIRE_TEXT, 0, &size);
	g_assert_true(pv_wire_take_text(record, size, &text, &bytes));
	g_assert_cmpuint(pv_wire_fact_of(text->fact), ==, PV_FACT_MEMFD_NAME);
	g_assert_cmpmem(bytes, text->length, "memfd:detail of a memfd", 23);
	find(18, &told);
	record = nth(&told, PV_WIRE_NUMBERS, 0, &size);
	g_assert_true(pv_wire_take_numbers(record, size, &text, &numbers));
	g_assert_cmpuint(pv_wire_fact_of(text->fact), ==, PV_FACT_PIDFD_NSPID);
	g_assert_cmpuint(text->length, ==, 1);
	g_assert_cmpint(numbers[0], ==, 12);
}

static void
test_registration(void)
{
	const struct pv_wire_registration *registration;
	const char *record;
	gsize size;
	Told told;

	find(13, &told);
	record = nth(&told, PV_WIRE_REGISTRATION, 0, &size);
	g_assert_true(pv_wire_take_registration(record, size, &registration));
	g_assert_cmpint(registration->fd, ==, 20);
	g_assert_cmphex(registration->data, ==, 0x1122334455667788);
	g_assert_cmphex(registration->events & (EPOLLIN | EPOLLET), ==, EPOLLIN | EPOLLET);
	/* By whatever number: it is the pipe. */
	find(10, &told);
	g_assert_cmphex(registration->file, ==, told.file->file);
	g_assert_cmpuint(registration->ino, ==, told.file->ino);
	g_assert_cmphex(registration->dev, ==, told.file->dev);
}

static void
test_mark(void)
{
	const struct pv_wire_mark *wire;
	const char *record;
	PvMark mark = {0};
	gsize size;
	Told told;

	find(16, &told);
	record = nth(&told, PV_WIRE_MARK, 0, &size);
	g_assert_true(pv_wire_take_mark(record, size, &wire));
	pv_wire_read_mark(wire, &mark);
	g_assert_cmpuint(mark.type, ==, PV_MARK_INODE);
	g_assert_cmpint(mark.wd, ==, 1);
	g_assert_cmphex(mark.mask, ==, IN_CREATE | IN_EXCL_UNLINK);
	g_assert_cmpuint(mark.ino, !=, 0);
}

static void
test_locks(void)
{
	static const struct {
		guint32 fd;
		guint type;
		guint write;
		gint32 pid;
		guint64 start;
		guint64 end;
	} expected[] = {
		{21, PV_LOCK_POSIX, TRUE, 12, 10, 14},
		{22, PV_LOCK_OFD, FALSE, 0, 10, G_MAXUINT64},
		{23, PV_LOCK_FLOCK, TRUE, 12, 0, G_MAXUINT64},
		{24, PV_LOCK_LEASE, FALSE, 12, 0, G_MAXUINT64},
	};

	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		const struct pv_wire_lock *wire;
		const char *record;
		PvLock lock = {0};
		gsize size;
		Told told;

		find(expected[i].fd, &told);
		record = nth(&told, PV_WIRE_LOCK, 0, &size);
		g_assert_true(pv_wire_take_lock(record, size, &wire));
		pv_wire_read_lock(wire, &lock);
		g_assert_cmpuint(lock.type, ==, expected[i].type);
		g_assert_cmpuint(lock.write, ==, expected[i].write);
		g_assert_cmpint(lock.pid, ==, expected[i].pid);
		g_assert_cmpuint(lock.start, ==, expected[i].start);
		g_assert_cmpuint(lock.end, ==, expected[i].end);
		g_assert_false(lock.breaking);
	}
}

static const struct pv_wire_socket *
read_socket(guint32 fd, PvSocket *socket, const char **name)
{
	const struct pv_wire_socket *wire;
	const char *record;
	gsize size;
	Told told;

	find(fd, &told);
	record = nth(&told, PV_WIRE_SOCKET, 0, &size);
	g_assert_true(pv_wire_take_socket(record, size, &wire, name));
	*socket = (PvSocket){.ino = told.file->ino};
	pv_wire_read_socket(wire, socket);
	return wire;
}

static void
test_inet(void)
{
	static const guint8 loopback[16] = {127, 0, 0, 1};
	static const guint8 loopback6[16] = {[15] = 1};
	PvSocket socket;
	const char *name;

	read_socket(30, &socket, &name);
	g_assert_cmpuint(socket.family, ==, AF_INET);
	g_assert_cmpuint(socket.type, ==, SOCK_STREAM);
	g_assert_cmpuint(socket.protocol, ==, IPPROTO_TCP);
	g_assert_cmpuint(socket.state, ==, 10);
	g_assert_cmpuint(socket.local_port, ==, 5001);
	g_assert_cmpmem(socket.local, 16, loopback, 16);
	g_assert_true(socket.known & PV_SOCKET_BACKLOG);
	g_assert_false(socket.known & PV_SOCKET_REMOTE);
	g_assert_cmpuint(socket.backlog, ==, 7);
	read_socket(32, &socket, &name);
	g_assert_cmpuint(socket.state, ==, 1);
	g_assert_true(socket.known & PV_SOCKET_REMOTE);
	g_assert_cmpmem(socket.remote, 16, loopback, 16);
	g_assert_cmpuint(socket.receive_queue, ==, 10);
	g_assert_cmpuint(socket.send_queue, ==, 0);
	read_socket(33, &socket, &name);
	g_assert_cmpuint(socket.family, ==, AF_INET6);
	g_assert_cmpuint(socket.protocol, ==, IPPROTO_UDP);
	g_assert_cmpuint(socket.local_port, ==, 5002);
	g_assert_cmpmem(socket.local, 16, loopback6, 16);
}

static void
test_netlink(void)
{
	PvSocket socket;
	const char *name;

	read_socket(34, &socket, &name);
	g_assert_cmpuint(socket.family, ==, AF_NETLINK);
	g_assert_cmpuint(socket.local_port, ==, 4711);
	g_assert_true(socket.known & PV_SOCKET_GROUPS);
	g_assert_cmphex(socket.groups, ==, 5);
}

static void
test_unix(void)
{
	const struct pv_wire_socket *wire;
	PvSocket listener;
	PvSocket socket;
	PvSocket other;
	const char *name;
	guint64 key;

	wire = read_socket(40, &listener, &name);
	key = wire->name_key;
	g_assert_cmpuint(listener.state, ==, 10);
	g_assert_cmpuint(listener.backlog, ==, 5);
	g_assert_cmpuint(listener.receive_queue, ==, 1);
	g_assert_cmpmem(name, wire->name_length, "/home/w/listener", 17);
	g_assert_cmpuint(listener.file_ino, !=, 0);
	wire = read_socket(41, &socket, &name);
	g_assert_true(wire->marks & PV_WIRE_SOCKET_WAITING);
	g_assert_cmpuint(socket.listener_ino, ==, listener.ino);
	g_assert_cmphex(wire->peer_name_key, ==, key);
	g_assert_cmpuint(socket.peer_ino, ==, 0);
	wire = read_socket(42, &socket, &name);
	g_assert_cmpmem(name, wire->name_length, "\0abstract\0name", 14);
	read_socket(43, &socket, &name);
	read_socket(44, &other, &name);
	g_assert_cmpuint(socket.peer_ino, ==, other.ino);
	g_assert_cmpuint(other.peer_ino, ==, socket.ino);
	g_assert_cmpuint(other.shutdown, ==, 2);
	g_assert_cmpuint(socket.shutdown, ==, 1);
	g_assert_cmpuint(other.receive_queue, ==, 3);
	g_assert_true(other.known & PV_SOCKET_IN_FLIGHT);
	g_assert_cmpuint(other.in_flight, ==, 2);
	g_assert_true(other.known & PV_SOCKET_PEER_PID);
	g_assert_cmpint(other.peer_pid, ==, 12);
}

static void
check_held(guint32 fd, guint n, guint fixed, guint slot, const char *expected)
{
	const struct pv_wire_held *held;
	char path[PV_WIRE_MAX_PATH + 64];
	const char *record;
	gsize length;
	gsize size;
	Told told;

	find(fd, &told);
	record = nth(&told, PV_WIRE_HELD, n, &size);
	g_assert_true(pv_wire_take_held(record, size, &held, path, sizeof(path), &length));
	g_assert_cmpuint(held->fixed, ==, fixed);
	g_assert_cmpuint(held->slot, ==, slot);
	g_assert_cmpuint(held->ino, !=, 0);
	g_assert_cmphex(held->file, !=, 0);
	g_assert_cmpstr(path, ==, expected);
	g_assert_cmpuint(length, ==, strlen(expected));
}

static void
test_held(void)
{
	check_held(44, 0, FALSE, 0, "/home/w/sent");
	check_held(44, 1, FALSE, 1, "/[eventfd] (deleted)");
	check_held(50, 0, TRUE, 1, "/home/w/fixed");
}

/* Whatever is behind the size that a record tells belongs to the next one. */
static void
test_lengths(void)
{
	char bytes[sizeof(struct pv_wire_socket) + 8] = {0};
	struct pv_wire_text *text = (struct pv_wire_text *)bytes;
	struct pv_wire_socket *socket = (struct pv_wire_socket *)bytes;
	struct pv_wire_fact *fact = (struct pv_wire_fact *)bytes;
	const struct pv_wire_socket *a_socket;
	const struct pv_wire_fact *a_fact;
	const struct pv_wire_text *a_text;
	const gint32 *numbers;
	const char *rest;
	gsize size = sizeof(*text) + 8;

	text->length = 8;
	g_assert_true(pv_wire_take_text(bytes, size, &a_text, &rest));
	text->length = 9;
	g_assert_false(pv_wire_take_text(bytes, size, &a_text, &rest));
	g_assert_false(pv_wire_take_text(bytes, sizeof(*text) - 8, &a_text, &rest));
	text->length = 2;
	g_assert_true(pv_wire_take_numbers(bytes, size, &a_text, &numbers));
	text->length = 3;
	g_assert_false(pv_wire_take_numbers(bytes, size, &a_text, &numbers));
	text->length = 1u << 30;
	g_assert_false(pv_wire_take_numbers(bytes, size, &a_text, &numbers));
	text->length = 1;
	text->fact = PV_WIRE_N_FACTS;
	g_assert_false(pv_wire_take_text(bytes, size, &a_text, &rest));
	fact->fact = PV_WIRE_N_FACTS;
	g_assert_false(pv_wire_take_fact(bytes, sizeof(*fact), &a_fact));
	fact->fact = PV_WIRE_N_FACTS - 1;
	g_assert_true(pv_wire_take_fact(bytes, sizeof(*fact), &a_fact));
	g_assert_false(pv_wire_take_fact(bytes, sizeof(*fact) + 8, &a_fact));
	memset(bytes, 0, sizeof(bytes));
	socket->name_length = 8;
	g_assert_true(pv_wire_take_socket(bytes, sizeof(bytes), &a_socket, &rest));
	socket->name_length = 9;
	g_assert_false(pv_wire_take_socket(bytes, sizeof(bytes), &a_socket, &rest));
}

static void
test_every_fact_is_known(void)
{
	for (guint i = 0; i < PV_WIRE_N_FACTS; i++)
		g_assert_cmpuint(pv_wire_fact_of(i), <, PV_N_FACTS);
	g_assert_cmpuint(pv_wire_fact_of(PV_WIRE_N_FACTS), ==, PV_N_FACTS);
	for (guint i = 0; i < PV_WIRE_N_FACTS; i++)
		g_assert_true(i == PV_WIRE_PIPE_USED_BYTES || pv_wire_fact_of(i) != 0);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
#ifndef __x86_64__
	g_print("1..0 # SKIP recorded on x86-64, whose layout and flags this machine has not\n");
	return 0;
#endif
	load();
	g_test_add_func("/backend/bpf/detail/facts", test_facts);
	g_test_add_func("/backend/bpf/detail/texts", test_texts);
	g_test_add_func("/backend/bpf/detail/registration", test_registration);
	g_test_add_func("/backend/bpf/detail/mark", test_mark);
	g_test_add_func("/backend/bpf/detail/locks", test_locks);
	g_test_add_func("/backend/bpf/detail/inet", test_inet);
	g_test_add_func("/backend/bpf/detail/netlink", test_netlink);
	g_test_add_func("/backend/bpf/detail/unix", test_unix);
	g_test_add_func("/backend/bpf/detail/held", test_held);
	g_test_add_func("/backend/bpf/detail/lengths", test_lengths);
	g_test_add_func("/backend/bpf/detail/every-fact-is-known", test_every_fact_is_known);
	status = g_test_run();
	g_free(recording);
	return status;
}
