/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A socket in one line, in the order that ss(8) and lsof(8) have made familiar: protocol,
 * addresses, state, queues.
 */
#include <string.h>
#include <sys/socket.h>

#include "detail.h"

/* The word for what it speaks: "tcp" says more than "inet stream", "unix dgram" than "unix". */
const char *
detail_get_protocol(ProcviewSocket *socket)
{
	const char *protocol = procview_socket_get_protocol_name(socket);
	const char *family = procview_socket_get_family_name(socket);
	int number;

	if (!procview_socket_get_family(socket, &number))
		return protocol;
	if ((number == AF_INET || number == AF_INET6) && protocol != NULL)
		return protocol;
	return family;
}

/* tcp is tcp6 over IPv6; icmpv6 has the number in its name. */
static gboolean
needs_six(ProcviewSocket *socket, int family, const char *word)
{
	return family == AF_INET6 && word != NULL &&
	       word != procview_socket_get_family_name(socket) && !g_str_has_suffix(word, "v6");
}

/* What the protocol does not say: of which type a Unix socket is, which kind of netlink. */
static void
append_kind(GString *out, ProcviewSocket *socket)
{
	const char *word = detail_get_protocol(socket);
	const char *type = procview_socket_get_type_name(socket);
	int family = AF_UNSPEC, number;

	procview_socket_get_family(socket, &family);
	if (word != NULL)
		g_string_append(out, word);
	else if (family != AF_UNSPEC)
		g_string_append_printf(out, "family %d", family);
	if (needs_six(socket, family, word))
		g_string_append_c(out, '6');
	if (family == AF_UNIX && type != NULL && strcmp(type, "stream") != 0)
		g_string_append_printf(out, " %s", type);
	if (word == procview_socket_get_family_name(socket) &&
	    (family == AF_INET || family == AF_INET6) &&
	    procview_socket_get_protocol(socket, &number))
		g_string_append_printf(out, " protocol %d", number);
}

/* The one of two connected ends that has no name is told by that of the other. */
static void
append_addresses(GString *out, ProcviewSocket *socket, const struct view *view)
{
	g_autofree char *local = procview_socket_dup_local(socket);
	g_autofree char *remote = procview_socket_dup_remote(socket);

	if (local == NULL && remote == NULL)
		return;
	g_string_append_c(out, ' ');
	if (local != NULL)
		view_append_word(view, out, local);
	if (remote != NULL) {
		g_string_append(out, "->");
		view_append_word(view, out, remote);
	}
}

/* What always is so is not said: that two ends are connected, that a dgram socket is not. */
static gboolean
is_news(ProcviewSocket *socket, const char *state)
{
	int family;

	if (strcmp(state, "UNCONNECTED") == 0)
		return FALSE;
	if (strcmp(state, "ESTABLISHED") != 0)
		return TRUE;
	return procview_socket_get_family(socket, &family) &&
	       (family == AF_INET || family == AF_INET6);
}

static void
append_queues(GString *out, ProcviewSocket *socket)
{
	guint received, sent, backlog;

	if (procview_socket_is_listening(socket)) {
		if (procview_socket_get_receive_queue(socket, &received) &&
		    procview_socket_get_backlog(socket, &backlog))
			g_string_append_printf(out, " %u/%u", received, backlog);
		return;
	}
	if (procview_socket_get_receive_queue(socket, &received) && received > 0)
		g_string_append_printf(out, " recv-q %u", received);
	if (procview_socket_get_send_queue(socket, &sent) && sent > 0)
		g_string_append_printf(out, " send-q %u", sent);
}

static void
append_shutdown(GString *out, ProcviewSocket *socket)
{
	ProcviewShutdown shutdown;
	int family;

	/* The state of TCP says it. */
	if (!procview_socket_get_shutdown(socket, &shutdown) ||
	    !procview_socket_get_family(socket, &family) || family != AF_UNIX)
		return;
	if (shutdown == (PROCVIEW_SHUTDOWN_RECEIVE | PROCVIEW_SHUTDOWN_SEND))
		g_string_append(out, " shut down");
	else if (shutdown == PROCVIEW_SHUTDOWN_RECEIVE)
		g_string_append(out, " receives no more");
	else if (shutdown == PROCVIEW_SHUTDOWN_SEND)
		g_string_append(out, " sends no more");
}

void
detail_append_socket(GString *out, ProcviewSocket *socket, const struct view *view)
{
	const char *state = socket != NULL ? procview_socket_get_state_name(socket) : NULL;
	guint n;

	if (socket == NULL)
		return;
	append_kind(out, socket);
	append_addresses(out, socket, view);
	if (state != NULL && is_news(socket, state))
		g_string_append_printf(out, " %s", state);
	append_queues(out, socket);
	append_shutdown(out, socket);
	if (procview_socket_get_n_in_flight(socket, &n) && n > 0)
		g_string_append_printf(out, ", %u in flight", n);
}
