/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Records of one socket from several sides.
 */
#include "core/detail.h"

static void
test_merge(void)
{
	PvSocket socket = {.ino = 7, .family = 2, .protocol = 6, .cookie = 99};
	const PvSocket other = {
		.ino = 7,
		.known = PV_SOCKET_STATE | PV_SOCKET_PROTOCOL | PV_SOCKET_UID | PV_SOCKET_LOCAL,
		.state = 10,
		.protocol = 17,
		.local_port = 80,
		.cookie = 100,
		.peer_ino = 8,
		.remote_port = 9,
	};

	socket.known = PV_SOCKET_FAMILY | PV_SOCKET_PROTOCOL;
	pv_socket_merge(&socket, &other);
	g_assert_cmphex(socket.known, ==,
			PV_SOCKET_FAMILY | PV_SOCKET_PROTOCOL | PV_SOCKET_STATE | PV_SOCKET_UID |
				PV_SOCKET_LOCAL);
	g_assert_cmpuint(socket.family, ==, 2);
	g_assert_cmpuint(socket.protocol, ==, 6);
	g_assert_cmpuint(socket.state, ==, 10);
	g_assert_cmpuint(socket.local_port, ==, 80);
	g_assert_cmpuint(socket.cookie, ==, 99);
	g_assert_cmpuint(socket.peer_ino, ==, 8);
}

static void
add(PvDetails *details, guint64 ino, guint32 known, guint64 netns)
{
	PvSocket *socket = pv_array_append(&details->sockets);

	socket->ino = ino;
	socket->known = known;
	socket->netns = netns;
}

static void
test_settle(void)
{
	PvDetails details;

	pv_details_init(&details);
	add(&details, 9, PV_SOCKET_FAMILY, 0);
	add(&details, 5, PV_SOCKET_NETNS, 3);
	add(&details, 9, PV_SOCKET_STATE | PV_SOCKET_UID, 0);
	add(&details, 5, PV_SOCKET_NETNS, 3);
	add(&details, 9, PV_SOCKET_NETNS, 4);
	pv_details_settle(&details);
	g_assert_cmpuint(details.sockets.n, ==, 2);
	g_assert_cmpuint(pv_details_find_socket(&details, 5)->netns, ==, 3);
	g_assert_cmpuint(pv_details_find_socket(&details, 9)->netns, ==, 4);
	g_assert_cmphex(pv_details_find_socket(&details, 9)->known, ==,
			PV_SOCKET_FAMILY | PV_SOCKET_STATE | PV_SOCKET_UID | PV_SOCKET_NETNS);
	g_assert_cmpuint(pv_details_find_socket(&details, 9)->index, ==, 1);
	g_assert_null(pv_details_find_socket(&details, 6));
	pv_details_clear(&details);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/socket/merge", test_merge);
	g_test_add_func("/core/socket/settle", test_settle);
	return g_test_run();
}
