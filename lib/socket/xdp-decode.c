/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * struct xdp_diag_msg, since 5.1: the interface, once the socket is bound, and the user.
 */
#include <libmnl/libmnl.h>
#include <linux/xdp_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "socket/decode.h"

static void
take_attribute(const struct nlattr *attribute, PvSocket *socket)
{
	guint32 number;

	if (mnl_attr_get_payload_len(attribute) < sizeof(number))
		return;
	memcpy(&number, mnl_attr_get_payload(attribute), sizeof(number));
	if (mnl_attr_get_type(attribute) == XDP_DIAG_INFO) {
		socket->interface = number;
		socket->known |= PV_SOCKET_INTERFACE;
	} else if (mnl_attr_get_type(attribute) == XDP_DIAG_UID) {
		socket->uid = number;
		socket->known |= PV_SOCKET_UID;
	}
}

gboolean
pv_xdp_decode(const struct nlmsghdr *message, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	struct xdp_diag_msg msg;
	const struct nlattr *attribute;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(msg))
		return FALSE;
	memcpy(&msg, mnl_nlmsg_get_payload(message), sizeof(msg));
	socket->ino = msg.xdiag_ino;
	socket->family = AF_XDP;
	socket->type = msg.xdiag_type;
	socket->cookie = pv_cookie(msg.xdiag_cookie);
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL;
	mnl_attr_for_each(attribute, message, sizeof(msg)) take_attribute(attribute, socket);
	return TRUE;
}
