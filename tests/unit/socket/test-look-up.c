/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Internet sockets of this process, looked up in the kernel's own lists, and compared with what getsockname
 * and its like say of them. By netlink, and by the files of /proc/net.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "looking-up.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static void
assert_end(int family, const struct sockaddr_storage *address, const guint8 bytes[16], guint32 port)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

	if (family == AF_INET) {
		g_assert_cmpmem(bytes, 4, &in->sin_addr, 4);
		g_assert_cmpuint(port, ==, ntohs(in->sin_port));
	} else {
		g_assert_cmpmem(bytes, 16, &in6->sin6_addr, 16);
		g_assert_cmpuint(port, ==, ntohs(in6->sin6_port));
	}
}

static void
assert_ends(const PvSocket *socket, int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof(address);

	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
	g_assert_true(socket->known & PV_SOCKET_LOCAL);
	assert_end(socket->family, &address, socket->local, socket->local_port);
	length = sizeof(address);
	if (getpeername(fd, (struct sockaddr *)&address, &length) < 0) {
		g_assert_false(socket->known & PV_SOCKET_REMOTE);
		return;
	}
	g_assert_true(socket->known & PV_SOCKET_REMOTE);
	assert_end(socket->family, &address, socket->remote, socket->remote_port);
}

static void
bind_to_loopback(int fd, int family)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (family == AF_INET)
		g_assert_cmpint(bind(fd, (struct sockaddr *)&in, sizeof(in)), ==, 0);
	else
		g_assert_cmpint(bind(fd, (struct sockaddr *)&in6, sizeof(in6)), ==, 0);
}

static void
connect_to(int fd, int other)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	g_assert_cmpint(getsockname(other, (struct sockaddr *)&address, &length), ==, 0);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, length), ==, 0);
}

/* It has one connection that waits. */
static void
assert_listener(const Case *test, const PvSocket *record, int listener)
{
	assert_nature(record, listener);
	assert_ends(record, listener);
	g_assert_cmpuint(record->state, ==, TCP_LISTEN);
	g_assert_cmpuint(record->uid, ==, getuid());
	if (test->text)
		return;
	g_assert_cmpuint(record->backlog, ==, 7);
	g_assert_true(record->known & PV_SOCKET_BACKLOG);
	g_assert_cmpuint(record->netns, ==, pv_netns_of_thread());
	g_assert_cmpuint(record->receive_queue, ==, 1);
	assert_cookie(record, listener);
}

static void
test_stream(gconstpointer data)
{
	const Case *test = data;
	gboolean mptcp = test->protocol == IPPROTO_MPTCP;
	g_auto(World) world;
	pv_autofd listener = -1;
	pv_autofd client = -1;
	pv_autofd server = -1;
	pv_autofd waiting = -1;
	const PvSocket *record;

	world_init(&world);
	if (!can_make(test->family, SOCK_STREAM, test->protocol))
		return;
	listener = new_socket(test->family, SOCK_STREAM, test->protocol);
	client = new_socket(test->family, SOCK_STREAM, test->protocol);
	waiting = new_socket(test->family, SOCK_STREAM, test->protocol);
	bind_to_loopback(listener, test->family);
	g_assert_cmpint(listen(listener, 7), ==, 0);
	connect_to(client, listener);
	server = accept(listener, NULL, NULL);
	connect_to(waiting, listener);
	g_assert_cmpint(write(client, "0123456789", 10), ==, 10);
	g_assert_cmpint(shutdown(client, SHUT_WR), ==, 0);
	want(&world, listener, -1);
	want(&world, client, test->family);
	want(&world, server, test->family);
	if (test->text)
		look_up_text(&world);
	else
		look_up(&world);
	g_assert_cmpuint(world.wanted.n_open, ==, 0);
	assert_listener(test, found(&world, listener), listener);
	record = found(&world, server);
	assert_nature(record, server);
	assert_ends(record, server);
	if (!mptcp) {
		g_assert_cmpuint(record->state, ==, TCP_CLOSE_WAIT);
		/* The end of the stream counts as one. */
		g_assert_cmpuint(record->receive_queue, ==, 11);
	}
	record = found(&world, client);
	assert_nature(record, client);
	assert_ends(record, client);
	if (!mptcp)
		/* As soon as its end is acknowledged the latter. */
		g_assert_true(record->state == TCP_FIN_WAIT1 || record->state == TCP_FIN_WAIT2);
	if (!test->text && !mptcp)
		g_assert_cmpuint(record->shutdown, ==, 2);
}

static void
test_bound_stream(void)
{
	g_auto(World) world;
	pv_autofd bound = new_socket(AF_INET, SOCK_STREAM, 0);
	pv_autofd loose = new_socket(AF_INET, SOCK_STREAM, 0);

	world_init(&world);
	bind_to_loopback(bound, AF_INET);
	want(&world, bound, AF_INET);
	want(&world, loose, AF_INET);
	look_up(&world);
	g_assert_cmphex(found(&world, loose)->known, ==, PV_SOCKET_FAMILY);
	if (world.wanted.n_open == 2) {
		g_test_skip("before 6.8 no list has it");
		return;
	}
	assert_ends(found(&world, bound), bound);
	g_assert_cmpuint(found(&world, bound)->state, ==, TCP_CLOSE);
}

static void
test_datagram(gconstpointer data)
{
	const Case *test = data;
	g_auto(World) world;
	pv_autofd bound = -1;
	pv_autofd connected = -1;
	pv_autofd loose = -1;

	world_init(&world);
	if (!can_make(test->family, SOCK_DGRAM, test->protocol))
		return;
	bound = new_socket(test->family, SOCK_DGRAM, test->protocol);
	connected = new_socket(test->family, SOCK_DGRAM, test->protocol);
	loose = new_socket(test->family, SOCK_DGRAM, test->protocol);
	bind_to_loopback(bound, test->family);
	connect_to(connected, bound);
	want(&world, bound, test->family);
	want(&world, connected, -1);
	want(&world, loose, test->family);
	if (test->text)
		look_up_text(&world);
	else
		look_up(&world);
	g_assert_cmpuint(world.wanted.n_open, ==, 1);
	assert_nature(found(&world, bound), bound);
	assert_ends(found(&world, bound), bound);
	g_assert_cmpuint(found(&world, bound)->state, ==, TCP_CLOSE);
	assert_nature(found(&world, connected), connected);
	assert_ends(found(&world, connected), connected);
	g_assert_cmpuint(found(&world, connected)->state, ==, TCP_ESTABLISHED);
	if (!test->text)
		assert_cookie(found(&world, connected), connected);
	g_assert_cmphex(found(&world, loose)->known, ==, PV_SOCKET_FAMILY);
}

static void
test_raw(gconstpointer data)
{
	const Case *test = data;
	g_auto(World) world;
	pv_autofd fd = -1;
	const PvSocket *record;

	world_init(&world);
	if (!can_make(test->family, SOCK_RAW, test->protocol))
		return;
	fd = new_socket(test->family, SOCK_RAW, test->protocol);
	want(&world, fd, test->family);
	look_up(&world);
	record = found(&world, fd);
	assert_nature(record, fd);
	g_assert_cmpuint(record->local_port, ==, 0);
	g_assert_cmpuint(record->state, ==, TCP_CLOSE);
}

static gboolean
always(gpointer data)
{
	return TRUE;
}

static void
test_cancelled(void)
{
	const PvWatch watch = {.cancelled = always};
	g_auto(World) world;
	guint32 unsupported = 0;
	pv_autofd fd = new_socket(AF_UNIX, SOCK_STREAM, 0);

	world_init(&world);
	want(&world, fd, AF_UNIX);
	g_assert_true(pv_wanted_init(&world.wanted, &world.sockets, &world.strings));
	g_assert_cmpint(pv_socket_look_up(&world.wanted, 0, &unsupported, &watch), ==, -ECANCELED);
}

/* Inode numbers that a multiplication by the golden ratio would put into one place. */
static void
test_chosen_numbers(void)
{
	enum {
		N = 100000
	};
	g_auto(World) world;
	gint64 began;

	world_init(&world);
	for (guint64 i = 1; i <= N; i++) {
		PvSocket *socket = pv_array_append(&world.sockets);

		g_assert_nonnull(socket);
		socket->ino = i * G_GUINT64_CONSTANT(0xf1de83e19937733d);
	}
	began = g_get_monotonic_time();
	g_assert_true(pv_wanted_init(&world.wanted, &world.sockets, &world.strings));
	g_assert_cmpint(g_get_monotonic_time() - began, <, 2 * G_USEC_PER_SEC);
	g_assert_cmpuint(world.wanted.n_open, ==, N);
}

/* Those whose namespace was visited, and no others. */
static void
test_give_up(void)
{
	g_auto(World) world;

	world_init(&world);
	for (guint64 i = 1; i <= 4; i++) {
		PvSocket *socket = pv_array_append(&world.sockets);

		g_assert_nonnull(socket);
		socket->ino = i;
		socket->netns = i == 1 ? 0 : i % 2 + 7;
		socket->known = i == 1 ? 0 : PV_SOCKET_NETNS;
	}
	g_assert_true(pv_wanted_init(&world.wanted, &world.sockets, &world.strings));
	pv_wanted_give_up(&world.wanted, 7);
	g_assert_cmpuint(world.wanted.n_open, ==, 2);
	g_assert_nonnull(pv_wanted_find_open(&world.wanted, 1));
	g_assert_null(pv_wanted_find_open(&world.wanted, 2));
	g_assert_nonnull(pv_wanted_find_open(&world.wanted, 3));
	g_assert_null(pv_wanted_find_open(&world.wanted, 4));
	pv_wanted_give_up(&world.wanted, 7);
	g_assert_cmpuint(world.wanted.n_open, ==, 2);
}

#define ADD(name, function, family, protocol, text)                                                \
	do {                                                                                       \
		static const Case test = {family, protocol, text};                                 \
		g_test_add_data_func("/socket/look-up/" name, &test, function);                    \
	} while (0)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("tcp", test_stream, AF_INET, IPPROTO_TCP, FALSE);
	ADD("tcp6", test_stream, AF_INET6, IPPROTO_TCP, FALSE);
	ADD("tcp-text", test_stream, AF_INET, IPPROTO_TCP, TRUE);
	ADD("tcp6-text", test_stream, AF_INET6, IPPROTO_TCP, TRUE);
	ADD("mptcp", test_stream, AF_INET, IPPROTO_MPTCP, FALSE);
	ADD("mptcp6", test_stream, AF_INET6, IPPROTO_MPTCP, FALSE);
	g_test_add_func("/socket/look-up/tcp-bound", test_bound_stream);
	ADD("udp", test_datagram, AF_INET, IPPROTO_UDP, FALSE);
	ADD("udp6", test_datagram, AF_INET6, IPPROTO_UDP, FALSE);
	ADD("udplite", test_datagram, AF_INET, IPPROTO_UDPLITE, FALSE);
	ADD("udp-text", test_datagram, AF_INET, IPPROTO_UDP, TRUE);
	ADD("udp6-text", test_datagram, AF_INET6, IPPROTO_UDP, TRUE);
	ADD("raw", test_raw, AF_INET, IPPROTO_ICMP, FALSE);
	ADD("raw6", test_raw, AF_INET6, IPPROTO_ICMPV6, FALSE);
	g_test_add_func("/socket/look-up/cancelled", test_cancelled);
	g_test_add_func("/socket/look-up/chosen-numbers", test_chosen_numbers);
	g_test_add_func("/socket/look-up/give-up", test_give_up);
	return g_test_run();
}
