/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 *   sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
 *   00000000c1de6f0d 15  2481       00000002 0        0        0     2        0        21034
 *
 * of netlink: "Eth" is the protocol, "Pid" the port, Groups are the first 32; and of packet:
 *
 *   sk               RefCnt Type Proto  Iface R Rmem   User   Inode
 *   00000000a9b8c7d6 3      3    0003   0     1 0      0      21035
 *
 * where the protocol is hexadecimal and the type is not.
 */
#include <string.h>
#include <sys/socket.h>

#include "socket/proc-parse.h"

static gboolean
parse_netlink(PvField p, const char *end, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	guint64 protocol, port, groups, receive, send;

	p = pv_field_skip(p, end, 1); /* sk */
	p = pv_field_decimal(p, end, &protocol);
	p = pv_field_decimal(p, end, &port);
	p = pv_field_hex(p, end, &groups);
	p = pv_field_decimal(p, end, &receive);
	p = pv_field_decimal(p, end, &send);
	p = pv_field_skip(p, end, 3); /* Dump, Locks, Drops */
	p = pv_field_decimal(p, end, &socket->ino);
	if (p == NULL || protocol > G_MAXUINT8 || port > G_MAXUINT32)
		return FALSE;
	socket->family = AF_NETLINK;
	socket->protocol = (guint32)protocol;
	socket->local_port = (guint32)port;
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_PROTOCOL | PV_SOCKET_LOCAL;
	/* Of higher groups nothing is known. */
	if (groups != 0) {
		socket->groups = groups;
		socket->known |= PV_SOCKET_GROUPS;
	}
	pv_decoded_queues(decoded, (guint32)MIN(receive, G_MAXUINT32),
			  (guint32)MIN(send, G_MAXUINT32));
	return TRUE;
}

static gboolean
parse_packet(PvField p, const char *end, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	guint64 type, protocol, interface, uid;

	p = pv_field_skip(p, end, 2); /* sk, RefCnt */
	p = pv_field_decimal(p, end, &type);
	p = pv_field_hex(p, end, &protocol);
	p = pv_field_decimal(p, end, &interface);
	p = pv_field_skip(p, end, 2); /* R, Rmem */
	p = pv_field_decimal(p, end, &uid);
	p = pv_field_decimal(p, end, &socket->ino);
	if (p == NULL || type > G_MAXUINT8 || protocol > G_MAXUINT16 || interface > G_MAXINT32 ||
	    uid > G_MAXUINT32)
		return FALSE;
	socket->family = AF_PACKET;
	socket->type = (guint8)type;
	socket->protocol = (guint32)protocol;
	socket->interface = (guint32)interface;
	socket->uid = (guint32)uid;
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL |
			PV_SOCKET_INTERFACE | PV_SOCKET_UID;
	return TRUE;
}

static gsize
parse(const char *text, gsize length, gboolean (*parse_line)(PvField, const char *, PvDecoded *),
      PvDecoded *decoded)
{
	const char *newline = length == 0 ? NULL : memchr(text, '\n', length);

	memset(decoded, 0, sizeof(*decoded));
	if (newline == NULL)
		return 0;
	if (!parse_line(text, newline, decoded))
		memset(decoded, 0, sizeof(*decoded));
	return (gsize)(newline - text) + 1;
}

gsize
pv_proc_netlink_parse(const char *text, gsize length, PvDecoded *decoded)
{
	return parse(text, length, parse_netlink, decoded);
}

gsize
pv_proc_packet_parse(const char *text, gsize length, PvDecoded *decoded)
{
	return parse(text, length, parse_packet, decoded);
}
