/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * struct unix_diag_msg, since 3.3, the user id since 5.3.
 *
 * A connection that was not accepted yet has no inode at the listener's side, so that the client's
 * peer is 0. UNIX_DIAG_ICONS of the listener leads the other way: the inode numbers of clients.
 *
 * The file that a path was bound to: its inode number is cut to 32 bits.
 *
 * Queues: bytes of a stream, of datagrams those of the first one; of a listener, connections.
 */
#include <libmnl/libmnl.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "socket/decode.h"

static guint32
first_u32(const struct nlattr *attribute)
{
	guint32 number;

	memcpy(&number, mnl_attr_get_payload(attribute), sizeof(number));
	return number;
}

static void
take_queues(const struct nlattr *attribute, PvDecoded *decoded)
{
	struct unix_diag_rqlen queues;

	if (mnl_attr_get_payload_len(attribute) < sizeof(queues))
		return;
	memcpy(&queues, mnl_attr_get_payload(attribute), sizeof(queues));
	pv_decoded_queues(decoded, queues.udiag_rqueue, queues.udiag_wqueue);
}

/* The device is the kernel's own number. */
static void
take_file(const struct nlattr *attribute, PvSocket *socket)
{
	struct unix_diag_vfs file;

	if (mnl_attr_get_payload_len(attribute) < sizeof(file))
		return;
	memcpy(&file, mnl_attr_get_payload(attribute), sizeof(file));
	socket->file_ino = file.udiag_vfs_ino;
	socket->file_dev = file.udiag_vfs_dev;
}

static void
take_shutdown(const struct nlattr *attribute, PvSocket *socket)
{
	if (mnl_attr_get_payload_len(attribute) < 1)
		return;
	socket->shutdown = mnl_attr_get_u8(attribute) & 3;
	socket->known |= PV_SOCKET_SHUTDOWN;
}

static void
take_number(const struct nlattr *attribute, PvSocket *socket)
{
	if (mnl_attr_get_payload_len(attribute) < sizeof(guint32))
		return;
	if (mnl_attr_get_type(attribute) == UNIX_DIAG_PEER) {
		socket->peer_ino = first_u32(attribute);
		return;
	}
	socket->uid = first_u32(attribute);
	socket->known |= PV_SOCKET_UID;
}

static void
take_attribute(const struct nlattr *attribute, PvDecoded *decoded)
{
	switch (mnl_attr_get_type(attribute)) {
	case UNIX_DIAG_NAME:
		pv_decoded_name(decoded, mnl_attr_get_payload(attribute),
				mnl_attr_get_payload_len(attribute));
		break;
	case UNIX_DIAG_VFS:
		take_file(attribute, &decoded->socket);
		break;
	case UNIX_DIAG_ICONS:
		decoded->pending = mnl_attr_get_payload(attribute);
		decoded->n_pending = mnl_attr_get_payload_len(attribute) / sizeof(guint32);
		break;
	case UNIX_DIAG_RQLEN:
		take_queues(attribute, decoded);
		break;
	case UNIX_DIAG_SHUTDOWN:
		take_shutdown(attribute, &decoded->socket);
		break;
	case UNIX_DIAG_PEER:
	case UNIX_DIAG_UID:
		take_number(attribute, &decoded->socket);
		break;
	default:
		break;
	}
}

gboolean
pv_unix_decode(const struct nlmsghdr *message, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	struct unix_diag_msg msg;
	const struct nlattr *attribute;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(msg))
		return FALSE;
	memcpy(&msg, mnl_nlmsg_get_payload(message), sizeof(msg));
	socket->ino = msg.udiag_ino;
	socket->family = AF_UNIX;
	socket->type = msg.udiag_type;
	socket->state = msg.udiag_state;
	socket->cookie = pv_cookie(msg.udiag_cookie);
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL | PV_SOCKET_STATE;
	mnl_attr_for_each(attribute, message, sizeof(msg)) take_attribute(attribute, decoded);
	return TRUE;
}
