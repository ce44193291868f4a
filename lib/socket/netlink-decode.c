/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * struct netlink_diag_msg, since 3.10: sockets that have a port, or are members of a group. Queues
 * are memory, not bytes.
 *
 * The kernel's words for states are others here: 0 and 1 stand for unconnected and connected to a
 * port, which are 7 and 1 everywhere else; 7 is a socket that was neither yet.
 */
#include <libmnl/libmnl.h>
#include <linux/netlink_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "socket/decode.h"

/* Words as long as the kernel's, the first group is the lowest bit of the first. */
static void
take_groups(const struct nlattr *attribute, PvSocket *socket)
{
	gsize length = mnl_attr_get_payload_len(attribute);
	const char *bytes = mnl_attr_get_payload(attribute);
	guint32 words[2] = {0, 0};

	memcpy(words, bytes, MIN(length, sizeof(words)));
#if G_BYTE_ORDER == G_BIG_ENDIAN && GLIB_SIZEOF_LONG == 8
	socket->groups = (guint64)words[0] << 32 | words[1];
#else
	socket->groups = (guint64)words[1] << 32 | words[0];
#endif
	socket->known |= PV_SOCKET_GROUPS;
}

static void
take_memory(const struct nlattr *attribute, PvDecoded *decoded)
{
	guint32 memory[SK_MEMINFO_VARS];
	gsize needed = (SK_MEMINFO_WMEM_ALLOC + 1) * sizeof(memory[0]);

	if (mnl_attr_get_payload_len(attribute) < needed)
		return;
	memcpy(memory, mnl_attr_get_payload(attribute), needed);
	pv_decoded_queues(decoded, memory[SK_MEMINFO_RMEM_ALLOC], memory[SK_MEMINFO_WMEM_ALLOC]);
}

static void
take_ends(const struct netlink_diag_msg *msg, PvSocket *socket)
{
	socket->local_port = msg->ndiag_portid;
	socket->known |= PV_SOCKET_LOCAL;
	if (socket->state != TCP_ESTABLISHED)
		return;
	socket->remote_port = msg->ndiag_dst_portid;
	socket->known |= PV_SOCKET_REMOTE;
}

gboolean
pv_netlink_decode(const struct nlmsghdr *message, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	struct netlink_diag_msg msg;
	const struct nlattr *attribute;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(msg))
		return FALSE;
	memcpy(&msg, mnl_nlmsg_get_payload(message), sizeof(msg));
	socket->ino = msg.ndiag_ino;
	socket->family = AF_NETLINK;
	socket->type = msg.ndiag_type;
	socket->protocol = msg.ndiag_protocol;
	socket->state = msg.ndiag_state == 0 ? TCP_CLOSE : msg.ndiag_state;
	socket->cookie = pv_cookie(msg.ndiag_cookie);
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL | PV_SOCKET_STATE;
	take_ends(&msg, socket);
	/* None has no attribute. */
	socket->known |= PV_SOCKET_GROUPS;
	mnl_attr_for_each(attribute, message, sizeof(msg))
	{
		if (mnl_attr_get_type(attribute) == NETLINK_DIAG_GROUPS)
			take_groups(attribute, socket);
		else if (mnl_attr_get_type(attribute) == NETLINK_DIAG_MEMINFO)
			take_memory(attribute, decoded);
	}
	return TRUE;
}
