/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * struct packet_diag_msg, since 3.7: what is received (an ETH_P_*, here in the order of the host;
 * 0: nothing), and from which interface (0: from all). Queues are memory, not bytes. There is no
 * state: such a socket is open, and that is all.
 */
#include <libmnl/libmnl.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "socket/decode.h"

static void
take_info(const struct nlattr *attribute, PvSocket *socket)
{
	struct packet_diag_info info;

	if (mnl_attr_get_payload_len(attribute) < sizeof(info))
		return;
	memcpy(&info, mnl_attr_get_payload(attribute), sizeof(info));
	socket->interface = info.pdi_index;
	socket->known |= PV_SOCKET_INTERFACE;
}

static void
take_attribute(const struct nlattr *attribute, PvDecoded *decoded)
{
	gsize length = mnl_attr_get_payload_len(attribute);
	guint32 memory[SK_MEMINFO_WMEM_ALLOC + 1];

	switch (mnl_attr_get_type(attribute)) {
	case PACKET_DIAG_INFO:
		take_info(attribute, &decoded->socket);
		break;
	case PACKET_DIAG_UID:
		if (length < sizeof(guint32))
			return;
		memcpy(&decoded->socket.uid, mnl_attr_get_payload(attribute), sizeof(guint32));
		decoded->socket.known |= PV_SOCKET_UID;
		break;
	case PACKET_DIAG_MEMINFO:
		if (length < sizeof(memory))
			return;
		memcpy(memory, mnl_attr_get_payload(attribute), sizeof(memory));
		pv_decoded_queues(decoded, memory[SK_MEMINFO_RMEM_ALLOC],
				  memory[SK_MEMINFO_WMEM_ALLOC]);
		break;
	default:
		break;
	}
}

gboolean
pv_packet_decode(const struct nlmsghdr *message, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	struct packet_diag_msg msg;
	const struct nlattr *attribute;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(msg))
		return FALSE;
	memcpy(&msg, mnl_nlmsg_get_payload(message), sizeof(msg));
	socket->ino = msg.pdiag_ino;
	socket->family = AF_PACKET;
	socket->type = msg.pdiag_type;
	socket->protocol = msg.pdiag_num;
	socket->cookie = pv_cookie(msg.pdiag_cookie);
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL;
	mnl_attr_for_each(attribute, message, sizeof(msg)) take_attribute(attribute, decoded);
	return TRUE;
}
