/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A socket as an object. Where there is a word for what the kernel numbers it is the word, else the
 * number. The names of Unix sockets are bytes, and escaped as paths are.
 */
#include <string.h>
#include <sys/socket.h>

#include "core/socket-names.h"
#include "export/json-details.h"

static void
member_name_or_number(PvJsonWriter *writer, const char *key, const char *name, gboolean known,
		      guint64 number)
{
	if (name != NULL)
		pv_json_member_word(writer, key, name);
	else if (known)
		pv_json_member_uint(writer, key, number);
}

static gboolean
knows(const PvSocket *socket, guint bit)
{
	return (socket->known & bit) != 0;
}

static void
write_kind(PvJsonWriter *writer, const PvSocket *socket)
{
	const char *protocol = pv_socket_protocol_name(socket);

	member_name_or_number(writer, "family", pv_socket_family_name(socket),
			      knows(socket, PV_SOCKET_FAMILY), socket->family);
	member_name_or_number(writer, "type", pv_socket_type_name(socket),
			      knows(socket, PV_SOCKET_TYPE), socket->type);
	/* Most families have one protocol, and call it 0. */
	member_name_or_number(writer, "protocol", protocol,
			      knows(socket, PV_SOCKET_PROTOCOL) && socket->family != AF_UNIX &&
				      socket->protocol != 0,
			      socket->protocol);
	member_name_or_number(writer, "state", pv_socket_state_name(socket),
			      knows(socket, PV_SOCKET_STATE), socket->state);
}

static void
write_unix_name(PvJsonWriter *writer, const char *key, const PvSocket *socket)
{
	const PvStore *store = pv_store_of(socket);
	const char *name = pv_store_string(store, socket->name);
	g_autofree char *text = NULL;
	gsize mark = socket->name_is_abstract ? 1 : 0;

	if (!knows(socket, PV_SOCKET_NAME) || name == NULL)
		return;
	text = g_malloc(socket->name_len + mark + 1);
	text[0] = '@';
	memcpy(text + mark, name, socket->name_len);
	text[socket->name_len + mark] = '\0';
	pv_json_key(writer, key);
	pv_json_bytes(writer, text, socket->name_len + mark);
}

static void
write_unix_names(PvJsonWriter *writer, const PvSocket *socket)
{
	guint64 ino = socket->peer_ino != 0 ? socket->peer_ino : socket->listener_ino;
	const PvSocket *peer =
		ino == 0 ? NULL : pv_details_find_socket(&pv_store_of(socket)->details, ino);

	write_unix_name(writer, "local", socket);
	if (knows(socket, PV_SOCKET_NAME) && socket->name_is_abstract)
		pv_json_member_bool(writer, "abstract", TRUE);
	if (peer != NULL)
		write_unix_name(writer, "remote", peer);
	if (socket->file_ino == 0)
		return;
	pv_json_key(writer, "file");
	pv_json_open(writer, '{');
	pv_json_member_uint(writer, "ino", socket->file_ino);
	pv_json_member_dev(writer, "dev", socket->file_dev);
	pv_json_close(writer, '}');
}

static void
write_addresses(PvJsonWriter *writer, const PvSocket *socket)
{
	const PvStore *store = pv_store_of(socket);
	g_autofree char *local = NULL;
	g_autofree char *remote = NULL;

	if (socket->family == AF_UNIX) {
		write_unix_names(writer, socket);
		return;
	}
	local = pv_socket_local_text(store, socket);
	remote = pv_socket_remote_text(store, socket);
	if (local != NULL)
		pv_json_member_word(writer, "local", local);
	if (remote != NULL)
		pv_json_member_word(writer, "remote", remote);
}

static void
write_groups(PvJsonWriter *writer, guint64 groups)
{
	pv_json_key(writer, "groups");
	pv_json_open(writer, '[');
	for (guint i = 0; i < 64; i++) {
		if ((groups >> i & 1) != 0)
			pv_json_uint(writer, i + 1);
	}
	pv_json_close(writer, ']');
}

static void
write_shutdown(PvJsonWriter *writer, guint shutdown)
{
	pv_json_key(writer, "shutdown");
	pv_json_open(writer, '[');
	if ((shutdown & 1) != 0)
		pv_json_word(writer, "receive");
	if ((shutdown & 2) != 0)
		pv_json_word(writer, "send");
	pv_json_close(writer, ']');
}

static void
write_queues(PvJsonWriter *writer, const PvSocket *socket)
{
	if (knows(socket, PV_SOCKET_QUEUES)) {
		pv_json_member_uint(writer, "receive_queue", socket->receive_queue);
		pv_json_member_uint(writer, "send_queue", socket->send_queue);
	}
	if (knows(socket, PV_SOCKET_BACKLOG))
		pv_json_member_uint(writer, "backlog", socket->backlog);
	if (knows(socket, PV_SOCKET_IN_FLIGHT) && socket->in_flight != 0)
		pv_json_member_uint(writer, "in_flight", socket->in_flight);
}

static void
member_if_any(PvJsonWriter *writer, const char *key, guint64 number)
{
	if (number != 0)
		pv_json_member_uint(writer, key, number);
}

void
pv_json_write_socket(PvJsonWriter *writer, const PvSocket *socket)
{
	pv_json_key(writer, "socket");
	pv_json_open(writer, '{');
	write_kind(writer, socket);
	write_addresses(writer, socket);
	write_queues(writer, socket);
	if (knows(socket, PV_SOCKET_INTERFACE))
		member_if_any(writer, "interface", socket->interface);
	if (knows(socket, PV_SOCKET_GROUPS) && socket->groups != 0)
		write_groups(writer, socket->groups);
	if (knows(socket, PV_SOCKET_SHUTDOWN) && socket->shutdown != 0)
		write_shutdown(writer, socket->shutdown);
	if (knows(socket, PV_SOCKET_UID))
		pv_json_member_uint(writer, "uid", socket->uid);
	if (knows(socket, PV_SOCKET_PEER_PID))
		pv_json_member_int(writer, "peer_pid", socket->peer_pid);
	member_if_any(writer, "cookie", socket->cookie);
	if (knows(socket, PV_SOCKET_NETNS))
		pv_json_member_uint(writer, "netns", socket->netns);
	member_if_any(writer, "peer_ino", socket->peer_ino);
	member_if_any(writer, "listener_ino", socket->listener_ino);
	pv_json_close(writer, '}');
}
