/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sockets as words, and their addresses as text.
 */
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "core/socket-names.h"

#define EVERYTHING                                                                                 \
	(PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL | PV_SOCKET_STATE |                \
	 PV_SOCKET_LOCAL | PV_SOCKET_REMOTE)

static PvSocket
socket_of(guint16 family, guint8 type, guint32 protocol, guint8 state)
{
	return (PvSocket){.known = EVERYTHING,
			  .family = family,
			  .type = type,
			  .protocol = protocol,
			  .state = state};
}

static void
test_words(void)
{
	static const struct {
		guint16 family;
		guint8 type;
		guint32 protocol;
		guint8 state;
		const char *words[4];
	} cases[] = {
		{AF_INET, SOCK_STREAM, 6, 10, {"inet", "stream", "tcp", "LISTEN"}},
		{AF_INET, SOCK_STREAM, 6, 7, {"inet", "stream", "tcp", "CLOSE"}},
		{AF_INET6, SOCK_DGRAM, 17, 7, {"inet6", "dgram", "udp", "UNCONNECTED"}},
		{AF_INET, SOCK_RAW, 1, 7, {"inet", "raw", "icmp", "UNCONNECTED"}},
		{AF_INET, SOCK_STREAM, 262, 1, {"inet", "stream", "mptcp", "ESTABLISHED"}},
		{AF_INET6, SOCK_RAW, 200, 7, {"inet6", "raw", NULL, "UNCONNECTED"}},
		{AF_UNIX, SOCK_SEQPACKET, 0, 1, {"unix", "seqpacket", NULL, "ESTABLISHED"}},
		{AF_UNIX, SOCK_STREAM, 0, 7, {"unix", "stream", NULL, "UNCONNECTED"}},
		{AF_NETLINK, SOCK_RAW, 0, 0, {"netlink", "raw", "route", "UNCONNECTED"}},
		{AF_NETLINK, SOCK_RAW, 4, 1, {"netlink", "raw", "sock_diag", "ESTABLISHED"}},
		{AF_PACKET, SOCK_RAW, 3, 7, {"packet", "raw", "all", "UNCONNECTED"}},
		{AF_PACKET, SOCK_DGRAM, 0x806, 7, {"packet", "dgram", "arp", "UNCONNECTED"}},
		{AF_VSOCK, SOCK_STREAM, 0, 7, {"vsock", "stream", NULL, "UNCONNECTED"}},
		{AF_ALG, SOCK_SEQPACKET, 0, 7, {"alg", "seqpacket", NULL, "UNCONNECTED"}},
		{AF_XDP, SOCK_RAW, 0, 7, {"xdp", "raw", NULL, "UNCONNECTED"}},
		{AF_TIPC, SOCK_RDM, 0, 7, {"tipc", "rdm", NULL, "UNCONNECTED"}},
		{200, 9, 7, 99, {NULL, NULL, NULL, NULL}},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		PvSocket socket = socket_of(cases[i].family, cases[i].type, cases[i].protocol,
					    cases[i].state);

		g_assert_cmpstr(pv_socket_family_name(&socket), ==, cases[i].words[0]);
		g_assert_cmpstr(pv_socket_type_name(&socket), ==, cases[i].words[1]);
		g_assert_cmpstr(pv_socket_protocol_name(&socket), ==, cases[i].words[2]);
		g_assert_cmpstr(pv_socket_state_name(&socket), ==, cases[i].words[3]);
		g_assert_cmpint(pv_socket_is_listening(&socket), ==, cases[i].state == 10);
		socket.known = 0;
		g_assert_null(pv_socket_family_name(&socket));
		g_assert_null(pv_socket_type_name(&socket));
		g_assert_null(pv_socket_protocol_name(&socket));
		g_assert_null(pv_socket_state_name(&socket));
		g_assert_false(pv_socket_is_listening(&socket));
	}
}

static void
assert_texts(const PvSocket *socket, const char *local, const char *remote)
{
	PvStore *store = pv_store_new();
	g_autofree char *here = pv_socket_local_text(store, socket);
	g_autofree char *there = pv_socket_remote_text(store, socket);

	g_assert_cmpstr(here, ==, local);
	g_assert_cmpstr(there, ==, remote);
	pv_store_unref(store);
}

static void
test_inet(void)
{
	PvSocket socket = socket_of(AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_LISTEN);

	assert_texts(&socket, NULL, NULL);
	socket.local_port = 80;
	assert_texts(&socket, "0.0.0.0:80", NULL);
	socket.local[0] = socket.remote[0] = 10;
	socket.remote[3] = 1;
	socket.remote_port = 65535;
	assert_texts(&socket, "10.0.0.0:80", "10.0.0.1:65535");
	socket.type = SOCK_RAW;
	assert_texts(&socket, "10.0.0.0", "10.0.0.1");
	g_assert_cmpuint(pv_socket_address_length(&socket, PV_SOCKET_LOCAL), ==, 4);
	g_assert_false(pv_socket_has_ports(&socket));
	socket.known &= ~PV_SOCKET_REMOTE;
	assert_texts(&socket, "10.0.0.0", NULL);
	g_assert_cmpuint(pv_socket_address_length(&socket, PV_SOCKET_REMOTE), ==, 0);
	socket.known = PV_SOCKET_FAMILY;
	assert_texts(&socket, NULL, NULL);
}

static void
test_inet6(void)
{
	PvSocket socket = socket_of(AF_INET6, SOCK_DGRAM, IPPROTO_UDP, TCP_ESTABLISHED);

	socket.local_port = 53;
	assert_texts(&socket, "[::]:53", NULL);
	socket.local[15] = 1;
	memset(socket.remote + 10, 0xff, 2);
	socket.remote[12] = 127;
	socket.remote[15] = 1;
	socket.remote_port = 1;
	assert_texts(&socket, "[::1]:53", "[::ffff:127.0.0.1]:1");
	g_assert_cmpuint(pv_socket_address_length(&socket, PV_SOCKET_LOCAL), ==, 16);
}

static void
test_others(void)
{
	PvSocket netlink = socket_of(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, 0);
	PvSocket packet = socket_of(AF_PACKET, SOCK_RAW, 0x806, 0);
	PvSocket vsock = socket_of(AF_VSOCK, SOCK_STREAM, 0, 0);
	PvSocket xdp = socket_of(AF_XDP, SOCK_RAW, 0, 0);

	assert_texts(&netlink, "route", NULL);
	netlink.local_port = 1234;
	netlink.remote_port = 7;
	assert_texts(&netlink, "route:1234", "route:7");
	netlink.protocol = 30;
	assert_texts(&netlink, "30:1234", "30:7");
	assert_texts(&packet, "arp", NULL);
	packet.interface = 2;
	packet.known |= PV_SOCKET_INTERFACE;
	assert_texts(&packet, "arp%2", NULL);
	vsock.local_cid = 2;
	vsock.local_port = 1024;
	vsock.remote_cid = vsock.remote_port = G_MAXUINT32;
	assert_texts(&vsock, "2:1024", NULL);
	vsock.local_cid = G_MAXUINT32;
	assert_texts(&vsock, "*:1024", NULL);
	assert_texts(&xdp, NULL, NULL);
}

/* Names hold what their makers like: NULs, control sequences, halves of characters. */
static void
test_unix(void)
{
	static const struct {
		const char *name;
		guint32 length;
		gboolean is_abstract;
		const char *text;
	} cases[] = {
		{"/run/x.sock", 11, FALSE, "/run/x.sock"},
		{"abc", 3, TRUE, "@abc"},
		{"", 0, TRUE, "@"},
		{"a\0b\0\0", 5, TRUE, "@a\\x00b\\x00\\x00"},
		{"\033[2J\n\\", 6, FALSE, "\\x1b[2J\\x0a\\\\"},
		{"\303\244\377\303", 4, FALSE, "\303\244\\xff\\xc3"},
		{"\302\233", 2, FALSE, "\\xc2\\x9b"},
	};
	PvStore *store = pv_store_new();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		PvSocket socket = socket_of(AF_UNIX, SOCK_STREAM, 0, TCP_LISTEN);
		g_autofree char *text = NULL;

		socket.known |= PV_SOCKET_NAME;
		socket.name = pv_strings_intern(&store->strings, cases[i].name, cases[i].length);
		socket.name_len = cases[i].length;
		socket.name_is_abstract = cases[i].is_abstract;
		text = pv_socket_local_text(store, &socket);
		g_assert_cmpstr(text, ==, cases[i].text);
		socket.known &= ~PV_SOCKET_NAME;
		g_assert_null(pv_socket_local_text(store, &socket));
	}
	pv_store_unref(store);
}

/* The other end of a client is where the server is bound, accepted or not. */
static void
test_unix_remote(void)
{
	PvStore *store = pv_store_new();
	PvSocket *server = pv_array_append(&store->details.sockets);
	PvSocket client = socket_of(AF_UNIX, SOCK_STREAM, 0, TCP_ESTABLISHED);
	g_autofree char *connected = NULL;
	g_autofree char *waiting = NULL;

	*server = socket_of(AF_UNIX, SOCK_STREAM, 0, TCP_ESTABLISHED);
	server->known |= PV_SOCKET_NAME;
	server->ino = 5;
	server->name = pv_strings_intern(&store->strings, "/run/x", 6);
	server->name_len = 6;
	pv_details_settle(&store->details);
	g_assert_null(pv_socket_remote_text(store, &client));
	client.peer_ino = 5;
	connected = pv_socket_remote_text(store, &client);
	g_assert_cmpstr(connected, ==, "/run/x");
	client.peer_ino = 0;
	client.listener_ino = 5;
	waiting = pv_socket_remote_text(store, &client);
	g_assert_cmpstr(waiting, ==, "/run/x");
	client.listener_ino = 6;
	g_assert_null(pv_socket_remote_text(store, &client));
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/socket-names/words", test_words);
	g_test_add_func("/core/socket-names/inet", test_inet);
	g_test_add_func("/core/socket-names/inet6", test_inet6);
	g_test_add_func("/core/socket-names/others", test_others);
	g_test_add_func("/core/socket-names/unix", test_unix);
	g_test_add_func("/core/socket-names/unix-remote", test_unix_remote);
	return g_test_run();
}
