/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does the row of a descriptor say of the socket behind it?
 */
#include "columns.h"
#include "detail.h"
#include "users.h"

static ProcviewSocket *
socket_of(const struct row *row)
{
	return row->kind == ROW_DESCRIPTOR
		       ? procview_file_get_socket(procview_descriptor_get_file(row->descriptor))
		       : NULL;
}

static void
append_protocol(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);
	const char *protocol = socket != NULL ? detail_get_protocol(socket) : NULL;

	if (protocol != NULL)
		g_string_append(out, protocol);
}

static void
append_type(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);
	const char *type = socket != NULL ? procview_socket_get_type_name(socket) : NULL;

	if (type != NULL)
		g_string_append(out, type);
}

static void
append_address(GString *out, char *address, const struct view *view)
{
	if (address != NULL)
		view_append_name(view, out, address);
	g_free(address);
}

static void
append_local(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);

	if (socket != NULL)
		append_address(out, procview_socket_dup_local(socket), view);
}

static void
append_remote(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);

	if (socket != NULL)
		append_address(out, procview_socket_dup_remote(socket), view);
}

static void
append_state(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);
	const char *state = socket != NULL ? procview_socket_get_state_name(socket) : NULL;

	if (state != NULL)
		g_string_append(out, state);
}

static void
append_receive_queue(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);
	guint amount;

	if (socket != NULL && procview_socket_get_receive_queue(socket, &amount))
		g_string_append_printf(out, "%u", amount);
}

static void
append_send_queue(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);
	guint amount;

	if (socket != NULL && procview_socket_get_send_queue(socket, &amount))
		g_string_append_printf(out, "%u", amount);
}

static void
append_network(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);
	guint64 inode = socket != NULL ? procview_socket_get_network_namespace(socket) : 0;

	if (inode != 0)
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, inode);
}

static void
append_user(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);
	guint uid;

	if (socket == NULL || !procview_socket_get_uid(socket, &uid))
		return;
	if (view->options->numeric)
		g_string_append_printf(out, "%u", uid);
	else
		view_append_name(view, out, users_get_name(view->users, uid));
}

/* As ss(8) writes it behind "sk:". */
static void
append_cookie(GString *out, const struct row *row, const struct view *view)
{
	ProcviewSocket *socket = socket_of(row);
	guint64 cookie = socket != NULL ? procview_socket_get_cookie(socket) : 0;

	if (cookie != 0)
		g_string_append_printf(out, "%" G_GINT64_MODIFIER "x", cookie);
}

#define SOCKETS (PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_SOCKETS)
#define RIGHT	TRUE
#define LEFT	FALSE

/* clang-format off */
const struct column columns_of_sockets[] = {
	{"PROTO", "of a socket: tcp, udp, unix, netlink, ...", LEFT, SOCKETS, append_protocol},
	{"SOCKTYPE", "stream, dgram, seqpacket, raw, ...", LEFT, SOCKETS, append_type},
	{"LOCAL", "own address and port, path or @name", LEFT, SOCKETS, append_local},
	{"REMOTE", "address of the other end", LEFT, SOCKETS, append_remote},
	{"SOCKSTATE", "LISTEN, ESTABLISHED, ...", LEFT, SOCKETS, append_state},
	{"RECVQ", "waits to be read, in bytes; of a listener: connections to be accepted",
		RIGHT, SOCKETS, append_receive_queue},
	{"SENDQ", "waits to be sent, in bytes; of a listener: the most that may wait",
		RIGHT, SOCKETS, append_send_queue},
	{"SOCKNS", "network namespace of the socket, by inode number", RIGHT, SOCKETS, append_network},
	{"SOCKUID", "user who made the socket", LEFT, SOCKETS, append_user},
	{"COOKIE", "what ss -e calls sk", RIGHT, SOCKETS, append_cookie},
	{NULL, NULL, LEFT, 0, NULL},
};
/* clang-format on */
