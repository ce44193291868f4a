/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 *   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt  uid timeout inode
 *    0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000    0       0 12345 …
 *
 * Each 32 bits of an address are printed as a number of this machine, ports in the order of the
 * host. In the place of a port raw has its protocol, and icmp the identifier of its echoes. Sockets
 * that wait for their end only (TIME_WAIT) have inode 0.
 *
 * Of a tcp listener the receive queue is how many connections wait. How many may wait is not told,
 * so nothing is said of either.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "socket/proc-parse.h"
#include "util/number.h"

static const char *
skip_colon(const char *p, const char *end)
{
	return p == NULL || p == end || *p != ':' ? NULL : p + 1;
}

/* Eight digits for each 32 bits, without a space between them. */
static const char *
parse_address(const char *p, const char *end, gsize size, guint8 address[16])
{
	for (gsize at = 0; at < size; at += 4) {
		guint64 number;
		guint32 word;

		if (end - p < 8 || pv_number_hex(p, p + 8, &number) != p + 8)
			return NULL;
		word = (guint32)number;
		memcpy(address + at, &word, sizeof(word));
		p += 8;
	}
	return p;
}

static PvField
parse_end(PvField p, const char *end, gsize size, guint8 address[16], guint32 *port)
{
	guint64 number;

	if (p == NULL)
		return NULL;
	p = pv_field_hex(skip_colon(parse_address(p, end, size, address), end), end, &number);
	if (p == NULL || number > G_MAXUINT16)
		return NULL;
	*port = (guint32)number;
	return p;
}

static PvField
parse_queues(PvField p, const char *end, PvDecoded *decoded)
{
	guint64 send, receive;

	if (p == NULL)
		return NULL;
	p = pv_field_hex(skip_colon(pv_number_hex(p, end, &send), end), end, &receive);
	if (p == NULL || send > G_MAXUINT32 || receive > G_MAXUINT32)
		return NULL;
	if (decoded->socket.state != TCP_LISTEN)
		pv_decoded_queues(decoded, (guint32)receive, (guint32)send);
	return p;
}

static gboolean
parse_line(PvField p, const char *end, PvDecoded *decoded)
{
	PvSocket *socket = &decoded->socket;
	gsize size = socket->family == AF_INET ? 4 : 16;
	guint64 state, uid;

	p = pv_field_skip(p, end, 1); /* sl */
	p = parse_end(p, end, size, socket->local, &socket->local_port);
	p = parse_end(p, end, size, socket->remote, &socket->remote_port);
	p = pv_field_hex(p, end, &state);
	if (p == NULL || state > G_MAXUINT8)
		return FALSE;
	socket->state = (guint8)state;
	p = parse_queues(p, end, decoded);
	p = pv_field_skip(p, end, 2); /* tr:tm->when, retrnsmt */
	p = pv_field_decimal(p, end, &uid);
	p = pv_field_skip(p, end, 1); /* timeout */
	p = pv_field_decimal(p, end, &socket->ino);
	if (p == NULL || uid > G_MAXUINT32)
		return FALSE;
	socket->uid = (guint32)uid;
	return TRUE;
}

static gboolean
has_remote(const PvSocket *socket)
{
	static const guint8 zero[16];

	return socket->remote_port != 0 || memcmp(socket->remote, zero, sizeof(zero)) != 0;
}

static void
take_protocol(PvSocket *socket, guint protocol)
{
	socket->protocol = protocol;
	socket->type = pv_inet_type(protocol);
	if (protocol == IPPROTO_RAW) {
		socket->protocol = socket->local_port;
		socket->local_port = 0;
	} else if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		socket->type = SOCK_DGRAM;
	}
}

gsize
pv_proc_inet_parse(const char *text, gsize length, guint family, guint protocol, PvDecoded *decoded)
{
	const char *newline = length == 0 ? NULL : memchr(text, '\n', length);
	PvSocket *socket = &decoded->socket;

	memset(decoded, 0, sizeof(*decoded));
	if (newline == NULL)
		return 0;
	socket->family = (guint16)family;
	if (!parse_line(text, newline, decoded)) {
		memset(decoded, 0, sizeof(*decoded));
		return (gsize)(newline - text) + 1;
	}
	take_protocol(socket, protocol);
	socket->known |= PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL | PV_SOCKET_STATE |
			 PV_SOCKET_UID | PV_SOCKET_LOCAL;
	if (has_remote(socket))
		socket->known |= PV_SOCKET_REMOTE;
	return (gsize)(newline - text) + 1;
}
