/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 *   Num       RefCount Protocol Flags    Type St Inode Path
 *   00000000: 00000002 00000000 00010000 0001 01 21032 /run/x.socket
 *
 * One space stands before the name, which is raw: it may hold spaces and newlines. A line that does
 * not begin as one of these is more of the name before it. In an abstract name each NUL is printed
 * as "@", and so is its first: what other NULs it holds cannot be told, and neither can a path that
 * begins with "@" (a relative one).
 *
 * What cannot be seen through: a name that imitates a line of this file. It lists a socket that is
 * none, or contradicts one. So this file is read only where netlink is out of reach.
 *
 * Flags has 0x10000 for listeners, St tells connected from unconnected, as SS_* of linux/net.h.
 */
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "socket/proc-parse.h"
#include "util/number.h"

#define LISTENS	     0x10000
#define UNCONNECTED  1
#define CONNECTED    3
#define MAX_SUN_PATH 108

/* Exactly so many hexadecimal digits, and the character behind them. */
static const char *
parse_column(const char *p, const char *end, gsize digits, char behind, guint64 *value)
{
	if (p == NULL || (gsize)(end - p) <= digits ||
	    pv_number_hex(p, p + digits, value) != p + digits || p[digits] != behind)
		return NULL;
	return p + digits + 1;
}

/* An address or a hash of one: 8 or 16 digits, or what stands for one that is not to be known. */
static const char *
skip_address(const char *p, const char *end)
{
	const char *colon = memchr(p, ':', (gsize)MIN(end - p, 24));

	if (colon == NULL || colon - p < 8 || end - colon < 2 || colon[1] != ' ' ||
	    memchr(p, ' ', (gsize)(colon - p)) != NULL)
		return NULL;
	return colon + 2;
}

static guint8
state_of(guint64 flags, guint64 st)
{
	if (flags & LISTENS)
		return TCP_LISTEN;
	if (st == CONNECTED)
		return TCP_ESTABLISHED;
	return st == UNCONNECTED ? TCP_CLOSE : 0;
}

/* Returns where the name begins, with the space before it; NULL: no such line. */
static const char *
parse_head(const char *p, const char *end, PvSocket *socket)
{
	guint64 references, protocol, flags, type, st;

	p = skip_address(p, end);
	p = parse_column(p, end, 8, ' ', &references);
	p = parse_column(p, end, 8, ' ', &protocol);
	p = parse_column(p, end, 8, ' ', &flags);
	p = parse_column(p, end, 4, ' ', &type);
	p = parse_column(p, end, 2, ' ', &st);
	while (p != NULL && p < end && *p == ' ')
		p++;
	if (p == NULL)
		return NULL;
	p = pv_number_u64(p, end, &socket->ino);
	if (p == NULL || (p < end && *p != ' '))
		return NULL;
	socket->type = (guint8)type;
	socket->state = state_of(flags, st);
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL;
	if (socket->state != 0)
		socket->known |= PV_SOCKET_STATE;
	socket->family = AF_UNIX;
	return p;
}

static const char *
line_end(const char *p, const char *end)
{
	return p == end ? NULL : memchr(p, '\n', (gsize)(end - p));
}

/* Where the name ends: before the newline that a line, or nothing, comes behind. */
static const char *
name_end(const char *newline, const char *end)
{
	for (;;) {
		const char *next = newline + 1;
		const char *next_end = line_end(next, end);
		PvSocket ignored;

		if (next_end == NULL || parse_head(next, next_end, &ignored) != NULL)
			return newline;
		newline = next_end;
	}
}

gsize
pv_proc_unix_parse(const char *text, gsize length, PvDecoded *decoded)
{
	const char *end = text + length;
	const char *newline = line_end(text, end);
	PvSocket *socket = &decoded->socket;
	const char *name;

	memset(decoded, 0, sizeof(*decoded));
	if (newline == NULL)
		return 0;
	name = parse_head(text, newline, socket);
	if (name == NULL) {
		memset(decoded, 0, sizeof(*decoded));
		return (gsize)(newline - text) + 1;
	}
	if (name < newline)
		newline = name_end(newline, end);
	if (newline - name > 1 && newline - name - 1 <= MAX_SUN_PATH) {
		socket->name_is_abstract = name[1] == '@';
		decoded->name = name + 1 + socket->name_is_abstract;
		decoded->name_len = (gsize)(newline - decoded->name);
		socket->name_len = (guint32)decoded->name_len;
		socket->known |= PV_SOCKET_NAME;
	}
	return (gsize)(newline - text) + 1;
}
