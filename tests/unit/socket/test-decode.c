/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What Linux 6.18 said by sock_diag of the sockets that record.c makes.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink/walk.h"
#include "recorded.h"
#include "socket/lists.h"

typedef struct {
	PvList list;
	GArray *all; /* PvDecoded */
	char *bytes;
} Dump;

static gboolean
take(const struct nlmsghdr *message, gpointer data)
{
	Dump *dump = data;
	PvDecoded decoded;

	g_assert_true(pv_list_decode(dump->list, message, &decoded));
	g_array_append_val(dump->all, decoded);
	return TRUE;
}

static Dump
load(const char *name, PvList list)
{
	Dump dump = {.list = list, .all = g_array_new(FALSE, FALSE, sizeof(PvDecoded))};
	PvNetlinkWalk walk = {.sequence = 1, .take = take, .data = &dump};
	gsize n;

	dump.bytes = recorded_load(name, &n);
	g_assert_cmpint(pv_netlink_walk(&walk, dump.bytes, n), ==, 0);
	return dump;
}

static void
dump_clear(Dump *dump)
{
	g_array_unref(dump->all);
	g_free(dump->bytes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Dump, dump_clear)

static const PvDecoded *
at_ports(const Dump *dump, guint local, guint remote)
{
	for (guint i = 0; i < dump->all->len; i++) {
		const PvDecoded *decoded = &g_array_index(dump->all, PvDecoded, i);

		if (decoded->socket.local_port == local && decoded->socket.remote_port == remote)
			return decoded;
	}
	g_assert_not_reached();
}

static const PvDecoded *
with_inode(const Dump *dump, guint64 ino)
{
	for (guint i = 0; i < dump->all->len; i++) {
		const PvDecoded *decoded = &g_array_index(dump->all, PvDecoded, i);

		if (decoded->socket.ino == ino)
			return decoded;
	}
	return NULL;
}

static const struct {
	const char *name;
	PvList list;
	guint family;
	guint protocol;
} inet[] = {
	{"tcp.bin", PV_LIST_TCP4, AF_INET, IPPROTO_TCP},
	{"tcp6.bin", PV_LIST_TCP6, AF_INET6, IPPROTO_TCP},
	{"udp.bin", PV_LIST_UDP4, AF_INET, IPPROTO_UDP},
	{"udp6.bin", PV_LIST_UDP6, AF_INET6, IPPROTO_UDP},
	{"udplite.bin", PV_LIST_UDPLITE4, AF_INET, IPPROTO_UDPLITE},
};

static void
test_streams(void)
{
	for (guint i = 0; i < 2; i++) {
		g_auto(Dump) dump = load(inet[i].name, inet[i].list);
		const PvSocket *listener = &at_ports(&dump, 8080, 0)->socket;
		const PvSocket *server = &at_ports(&dump, 8080, 8081)->socket;
		const PvSocket *client = &at_ports(&dump, 8081, 8080)->socket;
		const PvSocket *unaccepted = &at_ports(&dump, 8080, 8082)->socket;

		g_assert_cmpuint(dump.all->len, ==, 5);
		g_assert_cmpuint(listener->state, ==, TCP_LISTEN);
		g_assert_cmpuint(listener->receive_queue, ==, 1);
		g_assert_cmpuint(listener->backlog, ==, 7);
		g_assert_false(listener->known & PV_SOCKET_REMOTE);
		g_assert_cmpuint(server->state, ==, TCP_ESTABLISHED);
		g_assert_cmpuint(server->receive_queue, ==, 10);
		g_assert_false(server->known & PV_SOCKET_BACKLOG);
		recorded_assert_loopback(server, inet[i].family, inet[i].protocol);
		recorded_assert_loopback(client, inet[i].family, inet[i].protocol);
		g_assert_cmpuint(server->cookie, !=, client->cookie);
		g_assert_cmpuint(unaccepted->ino, ==, 0);
	}
}

static void
test_datagrams(void)
{
	for (guint i = 2; i < G_N_ELEMENTS(inet); i++) {
		g_auto(Dump) dump = load(inet[i].name, inet[i].list);
		const PvSocket *bound = &at_ports(&dump, 5300, 0)->socket;
		const PvSocket *connected = &at_ports(&dump, 5301, 5300)->socket;

		g_assert_cmpuint(dump.all->len, ==, 2);
		g_assert_cmpuint(bound->state, ==, TCP_CLOSE);
		g_assert_false(bound->known & PV_SOCKET_REMOTE);
		g_assert_cmpuint(connected->state, ==, TCP_ESTABLISHED);
		recorded_assert_loopback(connected, inet[i].family, inet[i].protocol);
	}
}

static const PvDecoded *
listening(const Dump *dump, guint type)
{
	for (guint i = 0; i < dump->all->len; i++) {
		const PvDecoded *decoded = &g_array_index(dump->all, PvDecoded, i);

		if (decoded->socket.state == TCP_LISTEN && decoded->socket.type == type)
			return decoded;
	}
	g_assert_not_reached();
}

static void
test_unix_stream(void)
{
	g_auto(Dump) dump = load("unix.bin", PV_LIST_UNIX);
	const PvDecoded *listener = listening(&dump, SOCK_STREAM);
	const PvDecoded *waiting, *client, *server = NULL;
	guint32 ino;

	g_assert_cmpmem(listener->name, listener->name_len, "od\0d \n\xff", 7);
	g_assert_true(listener->socket.name_is_abstract);
	g_assert_cmpuint(listener->socket.backlog, ==, 9);
	g_assert_cmpuint(listener->socket.receive_queue, ==, 1);
	g_assert_cmpuint(listener->n_pending, ==, 1);
	memcpy(&ino, listener->pending, sizeof(ino));
	waiting = with_inode(&dump, ino);
	g_assert_nonnull(waiting);
	g_assert_cmpuint(waiting->socket.peer_ino, ==, 0);
	g_assert_cmpuint(waiting->socket.state, ==, TCP_ESTABLISHED);
	for (guint i = 0; i < dump.all->len; i++) {
		const PvDecoded *decoded = &g_array_index(dump.all, PvDecoded, i);

		if (decoded->socket.receive_queue == 5 && decoded->socket.type == SOCK_STREAM)
			server = decoded;
	}
	g_assert_nonnull(server);
	g_assert_cmpmem(server->name, server->name_len, "od\0d \n\xff", 7);
	client = with_inode(&dump, server->socket.peer_ino);
	g_assert_nonnull(client);
	g_assert_cmpuint(client->socket.peer_ino, ==, server->socket.ino);
	/* The client receives no more, so that the other end can send no more. */
	g_assert_cmpuint(client->socket.shutdown, ==, 1);
	g_assert_cmpuint(server->socket.shutdown, ==, 2);
	g_assert_true(client->socket.known & PV_SOCKET_UID);
}

static void
test_unix_paths(void)
{
	g_auto(Dump) dump = load("unix.bin", PV_LIST_UNIX);
	const PvDecoded *listener = listening(&dump, SOCK_SEQPACKET);
	const PvDecoded *bound = NULL;

	g_assert_cmpmem(listener->name, listener->name_len, "@relative", 9);
	g_assert_false(listener->socket.name_is_abstract);
	g_assert_cmpuint(listener->socket.file_ino, !=, 0);
	for (guint i = 0; i < dump.all->len; i++) {
		const PvDecoded *decoded = &g_array_index(dump.all, PvDecoded, i);

		if (decoded->socket.type == SOCK_DGRAM && decoded->name_len > 0)
			bound = decoded;
	}
	g_assert_nonnull(bound);
	g_assert_cmpmem(bound->name, bound->name_len, "a path\nwith 2 lines", 19);
	g_assert_cmpuint(bound->socket.state, ==, TCP_CLOSE);
	g_assert_cmpuint(bound->n_pending, ==, 0);
}

static void
test_netlink(void)
{
	g_auto(Dump) dump = load("netlink.bin", PV_LIST_NETLINK);
	const PvSocket *socket = &at_ports(&dump, 4711, 0)->socket;

	g_assert_cmpuint(socket->family, ==, AF_NETLINK);
	g_assert_cmpuint(socket->type, ==, SOCK_DGRAM);
	g_assert_cmpuint(socket->protocol, ==, 0);
	g_assert_cmphex(socket->groups, ==, 5);
	g_assert_cmpuint(socket->state, ==, TCP_CLOSE);
	g_assert_true(socket->known & PV_SOCKET_QUEUES);
	g_assert_false(socket->known & PV_SOCKET_REMOTE);
}

static void
test_packet(void)
{
	g_auto(Dump) dump = load("packet.bin", PV_LIST_PACKET);
	const PvSocket *socket = &g_array_index(dump.all, PvDecoded, 0).socket;

	g_assert_cmpuint(dump.all->len, ==, 1);
	g_assert_cmpuint(socket->type, ==, SOCK_DGRAM);
	g_assert_cmphex(socket->protocol, ==, 0x0806);
	g_assert_cmpuint(socket->interface, ==, 1);
	g_assert_true(socket->known & PV_SOCKET_UID);
	g_assert_false(socket->known & PV_SOCKET_STATE);
}

/* Of families that this kernel does not dump: as their structures are. */
static void
test_made_up(void)
{
	static const struct {
		struct nlmsghdr head;
		guint8 bytes[36];
	} vsock = {{sizeof(vsock), 20, 0, 1, 0}, {AF_VSOCK, SOCK_STREAM, TCP_ESTABLISHED,
						  2,	    2,		 0,
						  0,	    0,		 0x39,
						  0x30,	    0,		 0,
						  3,	    0,		 0,
						  0,	    7,		 0,
						  0,	    0,		 99,
						  0,	    0,		 0}};
	PvDecoded decoded;

	g_assert_true(pv_list_decode(PV_LIST_VSOCK, &vsock.head, &decoded));
	g_assert_cmpuint(decoded.socket.local_cid, ==, 2);
	g_assert_cmpuint(decoded.socket.local_port, ==, 12345);
	g_assert_cmpuint(decoded.socket.remote_cid, ==, 3);
	g_assert_cmpuint(decoded.socket.remote_port, ==, 7);
	g_assert_cmpuint(decoded.socket.ino, ==, 99);
	g_assert_cmpuint(decoded.socket.shutdown, ==, 2);
	g_assert_false(pv_list_decode(PV_LIST_PACKET, &vsock.head, &decoded));
}

/* In which lists a socket may be. */
static void
test_lists(void)
{
	PvSocket socket = {0};

	g_assert_cmphex(pv_lists_of(&socket), ==, PV_LIST_BIT(PV_N_LISTS) - 1);
	socket = (PvSocket){.known = PV_SOCKET_FAMILY, .family = AF_ALG};
	g_assert_cmphex(pv_lists_of(&socket), ==, 0);
	/* Its dump takes a lock that its owner may hold for ever. */
	socket.family = AF_XDP;
	g_assert_cmphex(pv_lists_of(&socket), ==, 0);
	socket.family = AF_UNIX;
	g_assert_cmphex(pv_lists_of(&socket), ==, PV_LIST_BIT(PV_LIST_UNIX));
	socket = (PvSocket){.known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL,
			    .family = AF_INET6,
			    .type = SOCK_STREAM,
			    .protocol = IPPROTO_TCP};
	g_assert_cmphex(pv_lists_of(&socket), ==, PV_LIST_BIT(PV_LIST_TCP6));
	socket.type = SOCK_RAW;
	g_assert_cmphex(pv_lists_of(&socket), ==, PV_LIST_BIT(PV_LIST_RAW6));
	socket.family = AF_INET;
	socket.protocol = IPPROTO_ICMP;
	g_assert_cmphex(pv_lists_of(&socket), ==, PV_LIST_BIT(PV_LIST_RAW4));
	socket.type = SOCK_DGRAM;
	g_assert_cmphex(pv_lists_of(&socket), ==, PV_LIST_BIT(PV_LIST_PING4));
	socket.protocol = IPPROTO_SCTP;
	g_assert_cmphex(pv_lists_of(&socket), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/socket/decode/lists", test_lists);
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
	g_test_add_func("/socket/decode/streams", test_streams);
	g_test_add_func("/socket/decode/datagrams", test_datagrams);
	g_test_add_func("/socket/decode/unix-stream", test_unix_stream);
	g_test_add_func("/socket/decode/unix-paths", test_unix_paths);
	g_test_add_func("/socket/decode/netlink", test_netlink);
	g_test_add_func("/socket/decode/packet", test_packet);
	g_test_add_func("/socket/decode/made-up", test_made_up);
#endif
	return g_test_run();
}
