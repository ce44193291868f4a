/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * struct vsock_diag_msg, since 4.15: sockets that are bound or connected. All ones is "any" in a
 * context id and in a port, as in vm_sockets(7).
 */
#include <libmnl/libmnl.h>
#include <linux/vm_sockets_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "socket/decode.h"

gboolean
pv_vsock_decode(const struct nlmsghdr *message, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	struct vsock_diag_msg msg;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(msg))
		return FALSE;
	memcpy(&msg, mnl_nlmsg_get_payload(message), sizeof(msg));
	socket->ino = msg.vdiag_ino;
	socket->family = AF_VSOCK;
	socket->type = msg.vdiag_type;
	socket->state = msg.vdiag_state;
	socket->shutdown = msg.vdiag_shutdown & 3;
	socket->cookie = pv_cookie(msg.vdiag_cookie);
	socket->local_cid = msg.vdiag_src_cid;
	socket->local_port = msg.vdiag_src_port;
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL | PV_SOCKET_STATE |
			PV_SOCKET_SHUTDOWN | PV_SOCKET_LOCAL;
	if (socket->state != TCP_LISTEN && socket->state != TCP_CLOSE) {
		socket->remote_cid = msg.vdiag_dst_cid;
		socket->remote_port = msg.vdiag_dst_port;
		socket->known |= PV_SOCKET_REMOTE;
	}
	return TRUE;
}
