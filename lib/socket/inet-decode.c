/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * struct inet_diag_msg, since 2.6.14: tcp; udp and udplite since 3.3, raw since 4.10, mptcp since
 * 5.9. Addresses and ports are in network order.
 *
 * Queues of tcp and mptcp are bytes, of a listener connections; of udp and raw they are memory, of
 * which packets take more than their bytes: the same that ss shows.
 *
 * A listener that waits has no other end, and udp may have none: all zero, and so unknown here.
 *
 * What it cannot say: sctp is not asked for, see socket/lists.c.
 */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "socket/decode.h"

static gboolean
is_zero(const guint8 address[16])
{
	static const guint8 zero[16];

	return memcmp(address, zero, sizeof(zero)) == 0;
}

static void
take_addresses(const struct inet_diag_msg *msg, PvSocket *socket)
{
	gsize size = msg->idiag_family == AF_INET ? 4 : 16;

	memcpy(socket->local, msg->id.idiag_src, size);
	memcpy(socket->remote, msg->id.idiag_dst, size);
	socket->local_port = ntohs(msg->id.idiag_sport);
	socket->remote_port = ntohs(msg->id.idiag_dport);
	/* The kernel keeps the protocol of a raw socket where others have their port. */
	if (socket->type == SOCK_RAW)
		socket->local_port = 0;
	socket->known |= PV_SOCKET_LOCAL;
	if (socket->remote_port != 0 || !is_zero(socket->remote))
		socket->known |= PV_SOCKET_REMOTE;
	if (msg->id.idiag_if != 0) {
		socket->interface = msg->id.idiag_if;
		socket->known |= PV_SOCKET_INTERFACE;
	}
}

static void
take_attribute(const struct nlattr *attribute, PvSocket *socket)
{
	gsize length = mnl_attr_get_payload_len(attribute);

	switch (mnl_attr_get_type(attribute)) {
	case INET_DIAG_SHUTDOWN:
		if (length < 1)
			return;
		socket->shutdown = mnl_attr_get_u8(attribute) & 3;
		socket->known |= PV_SOCKET_SHUTDOWN;
		break;
	case INET_DIAG_PROTOCOL:
		if (length < 1 || socket->type != SOCK_RAW)
			return;
		socket->protocol = mnl_attr_get_u8(attribute);
		socket->known |= PV_SOCKET_PROTOCOL;
		break;
	default:
		break;
	}
}

gboolean
pv_inet_decode(const struct nlmsghdr *message, guint protocol, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	struct inet_diag_msg msg;
	const struct nlattr *attribute;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(msg))
		return FALSE;
	memcpy(&msg, mnl_nlmsg_get_payload(message), sizeof(msg));
	socket->ino = msg.idiag_inode;
	socket->family = msg.idiag_family;
	socket->state = msg.idiag_state;
	socket->uid = msg.idiag_uid;
	socket->cookie = pv_cookie(msg.id.idiag_cookie);
	socket->type = pv_inet_type(protocol);
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_STATE | PV_SOCKET_UID;
	if (socket->type != 0)
		socket->known |= PV_SOCKET_TYPE;
	if (protocol != IPPROTO_RAW) {
		socket->protocol = protocol;
		socket->known |= PV_SOCKET_PROTOCOL;
	}
	take_addresses(&msg, socket);
	pv_decoded_queues(decoded, msg.idiag_rqueue, msg.idiag_wqueue);
	mnl_attr_for_each(attribute, message, sizeof(msg)) take_attribute(attribute, socket);
	return TRUE;
}
