/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * sock_diag(7), since 3.3: each family has messages of its own, which begin with the family.
 */
#include "socket/decode.h"

#include <libmnl/libmnl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

guint64
pv_cookie(const guint32 halves[2])
{
	return (guint64)halves[1] << 32 | halves[0];
}

guint8
pv_inet_type(guint protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_MPTCP:
		return SOCK_STREAM;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return SOCK_DGRAM;
	case IPPROTO_RAW:
		return SOCK_RAW;
	default:
		return 0;
	}
}

void
pv_decoded_name(PvDecoded *decoded, const char *sun_path, gsize n)
{
	PvSocket *socket = &decoded->socket;

	if (n == 0)
		return;
	socket->name_is_abstract = sun_path[0] == '\0';
	/* The kernel counts the NUL that ends a path. */
	if (!socket->name_is_abstract)
		n = strnlen(sun_path, n);
	decoded->name = sun_path + socket->name_is_abstract;
	decoded->name_len = n - socket->name_is_abstract;
	socket->name_len = (guint32)decoded->name_len;
	socket->known |= PV_SOCKET_NAME;
}

void
pv_decoded_queues(PvDecoded *decoded, guint32 receive, guint32 send)
{
	PvSocket *socket = &decoded->socket;

	socket->receive_queue = receive;
	socket->send_queue = send;
	socket->known |= PV_SOCKET_QUEUES;
	if (socket->state == TCP_LISTEN) {
		socket->backlog = send;
		socket->known |= PV_SOCKET_BACKLOG;
	}
}

gboolean
pv_socket_decode(const struct nlmsghdr *message, guint protocol, PvDecoded *decoded)
{
	memset(decoded, 0, sizeof(*decoded));
	if (mnl_nlmsg_get_payload_len(message) < 1)
		return FALSE;
	switch (*(const guint8 *)mnl_nlmsg_get_payload(message)) {
	case AF_INET:
	case AF_INET6:
		return pv_inet_decode(message, protocol, decoded);
	case AF_UNIX:
		return pv_unix_decode(message, decoded);
	case AF_NETLINK:
		return pv_netlink_decode(message, decoded);
	case AF_PACKET:
		return pv_packet_decode(message, decoded);
	case AF_VSOCK:
		return pv_vsock_decode(message, decoded);
	default:
		return FALSE;
	}
}
