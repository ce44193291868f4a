/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Addresses of sockets as people write them.
 *
 * Names of Unix sockets are chosen by whoever binds them, and may hold anything, NULs too: what is
 * not printable UTF-8 is written as a backslash, an x and two digits, and a backslash as two.
 * Interfaces are numbers here, because their names are those of another network namespace.
 */
#include <arpa/inet.h>
#include <linux/vm_sockets.h>
#include <string.h>
#include <sys/socket.h>

#include "core/socket-names.h"

static gboolean
is_inet(const PvSocket *socket)
{
	return socket->family == AF_INET || socket->family == AF_INET6;
}

/* What the kernel calls the port of a raw socket is its protocol. */
gboolean
pv_socket_has_ports(const PvSocket *socket)
{
	if (is_inet(socket))
		return socket->type != SOCK_RAW;
	return socket->family == AF_NETLINK || socket->family == AF_VSOCK;
}

gsize
pv_socket_address_length(const PvSocket *socket, guint known)
{
	if ((socket->known & known) == 0 || !is_inet(socket))
		return 0;
	return socket->family == AF_INET ? 4 : 16;
}

static gboolean
is_zero(const guint8 address[16])
{
	static const guint8 zero[16];

	return memcmp(address, zero, sizeof(zero)) == 0;
}

static char *
inet_text(const PvSocket *socket, const guint8 address[16], guint32 port)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(socket->family, address, text, sizeof(text)) == NULL)
		return NULL;
	if (!pv_socket_has_ports(socket))
		return g_strdup(text);
	return g_strdup_printf(socket->family == AF_INET6 ? "[%s]:%u" : "%s:%u", text, port);
}

static char *
vsock_text(guint32 cid, guint32 port)
{
	g_autofree char *host = cid == VMADDR_CID_ANY ? NULL : g_strdup_printf("%u", cid);

	if (port == VMADDR_PORT_ANY)
		return host == NULL ? NULL : g_strdup_printf("%s:*", host);
	return g_strdup_printf("%s:%u", host == NULL ? "*" : host, port);
}

static char *
protocol_text(const PvSocket *socket, char separator, guint32 number)
{
	const char *word = pv_socket_protocol_name(socket);
	g_autofree char *digits = word == NULL ? g_strdup_printf("%u", socket->protocol) : NULL;

	if ((socket->known & PV_SOCKET_PROTOCOL) == 0)
		return NULL;
	if (number == 0)
		return g_strdup(word == NULL ? digits : word);
	return g_strdup_printf("%s%c%u", word == NULL ? digits : word, separator, number);
}

/* The length of the printable character at the beginning; 0: there is none. */
static gsize
printable(const char *bytes, gsize length)
{
	gunichar character = g_utf8_get_char_validated(bytes, (gssize)length);

	if (character >= (gunichar)-2 || character == '\\' || !g_unichar_isprint(character))
		return 0;
	return (gsize)(g_utf8_next_char(bytes) - bytes);
}

static char *
name_text(const char *name, gsize length, gboolean is_abstract)
{
	GString *text = g_string_new(is_abstract ? "@" : "");
	gsize at = 0;

	while (at < length) {
		/* A NUL is no error to GLib's decoder where it comes first. */
		gsize step = name[at] == '\0' ? 0 : printable(name + at, length - at);

		if (step != 0)
			g_string_append_len(text, name + at, (gssize)step);
		else if (name[at] == '\\')
			g_string_append(text, "\\\\");
		else
			g_string_append_printf(text, "\\x%02x", (guint8)name[at]);
		at += MAX(step, 1);
	}
	return g_string_free(text, FALSE);
}

/* An address and a port of nothing but zeros: is not bound. */
static gboolean
is_unset(const PvSocket *socket, const guint8 address[16], guint32 port)
{
	return is_inet(socket) && pv_socket_has_ports(socket) && port == 0 && is_zero(address);
}

static char *
unix_text(const PvStore *store, const PvSocket *socket)
{
	const char *name = pv_store_string(store, socket->name);

	if ((socket->known & PV_SOCKET_NAME) == 0 || name == NULL)
		return NULL;
	return name_text(name, socket->name_len, socket->name_is_abstract);
}

/* Of a connection that waits, the listener's name is already that of its other end. */
static char *
peer_text(const PvStore *store, const PvSocket *socket)
{
	guint64 ino = socket->peer_ino != 0 ? socket->peer_ino : socket->listener_ino;
	const PvSocket *peer = ino == 0 ? NULL : pv_details_find_socket(&store->details, ino);

	return peer == NULL ? NULL : unix_text(store, peer);
}

char *
pv_socket_local_text(const PvStore *store, const PvSocket *socket)
{
	if (socket->family == AF_UNIX)
		return unix_text(store, socket);
	if (socket->family == AF_PACKET)
		return protocol_text(
			socket, '%',
			(socket->known & PV_SOCKET_INTERFACE) != 0 ? socket->interface : 0);
	if ((socket->known & PV_SOCKET_LOCAL) == 0 ||
	    is_unset(socket, socket->local, socket->local_port))
		return NULL;
	switch (socket->family) {
	case AF_INET:
	case AF_INET6:
		return inet_text(socket, socket->local, socket->local_port);
	case AF_NETLINK:
		return protocol_text(socket, ':', socket->local_port);
	case AF_VSOCK:
		return vsock_text(socket->local_cid, socket->local_port);
	default:
		return NULL;
	}
}

char *
pv_socket_remote_text(const PvStore *store, const PvSocket *socket)
{
	if (socket->family == AF_UNIX)
		return peer_text(store, socket);
	if ((socket->known & PV_SOCKET_REMOTE) == 0)
		return NULL;
	switch (socket->family) {
	case AF_INET:
	case AF_INET6:
		if (is_zero(socket->remote) &&
		    (socket->remote_port == 0 || !pv_socket_has_ports(socket)))
			return NULL;
		return inet_text(socket, socket->remote, socket->remote_port);
	case AF_NETLINK:
		return socket->remote_port == 0 ? NULL
						: protocol_text(socket, ':', socket->remote_port);
	case AF_VSOCK:
		return vsock_text(socket->remote_cid, socket->remote_port);
	default:
		return NULL;
	}
}
