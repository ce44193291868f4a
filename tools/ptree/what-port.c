/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Does a word name a port or an abstract socket, and is a socket the one?
 *
 *   [PROTOCOL:][ADDRESS]:PORT    an IPv6 address in brackets; PORT a number or a service
 *   @NAME                        the kernel's own spelling: a NUL within the name is an @ too
 *
 * Either end of a connection will do, for who asks about a port wants both. A socket that is bound
 * to no address in particular answers at all of them, so it is also found by any: an IPv6 socket
 * by an IPv4 address too, as it is unless it was told otherwise (IPV6_V6ONLY), which nothing shows.
 * An IPv4 address that an IPv6 socket writes as ::ffff:192.0.2.1 is that address.
 *
 * A word with a colon that begins like no port and ends like none is a name.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "what.h"

#define MPTCP 262 /* IPPROTO_MPTCP, of Linux 5.6 */

static const struct {
	const char *name;
	int number;
} protocols[] = {
	{"dccp", IPPROTO_DCCP}, {"mptcp", MPTCP},     {"sctp", IPPROTO_SCTP},
	{"tcp", IPPROTO_TCP},	{"udp", IPPROTO_UDP}, {"udplite", IPPROTO_UDPLITE},
};

static gboolean
refuse(GError **error, const char *word, const char *why)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "'%s' is no port: %s", word,
		    why);
	return FALSE;
}

static int
find_protocol(const char *name, gsize length)
{
	for (guint i = 0; i < G_N_ELEMENTS(protocols); i++) {
		if (strlen(protocols[i].name) == length &&
		    g_ascii_strncasecmp(protocols[i].name, name, length) == 0)
			return protocols[i].number;
	}
	return 0;
}

static const char *
name_protocol(int number)
{
	for (guint i = 0; i < G_N_ELEMENTS(protocols); i++) {
		if (protocols[i].number == number)
			return number == MPTCP ? "tcp" : protocols[i].name;
	}
	return NULL;
}

static gboolean
is_number(const char *word)
{
	return *word != '\0' && strspn(word, "0123456789") == strlen(word);
}

/* FALSE: neither a number of a port nor a service. */
static gboolean
parse_number(const char *text, struct port *port)
{
	const struct servent *service;
	guint64 number;

	if (is_number(text)) {
		if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT16, &number, NULL))
			return FALSE;
		port->number = (guint)number;
		return TRUE;
	}
	service = *text != '\0' ? getservbyname(text, name_protocol(port->protocol)) : NULL;
	if (service == NULL)
		return FALSE;
	port->number = ntohs((guint16)service->s_port);
	return TRUE;
}

/* fe80::1%eth0: an interface that is not known here may be one of another network namespace. */
static gboolean
parse_ipv6(char *text, struct port *port)
{
	char *scope = strchr(text, '%');

	if (scope != NULL) {
		*scope++ = '\0';
		port->interface = if_nametoindex(scope);
		if (port->interface == 0 && is_number(scope))
			port->interface = (guint)g_ascii_strtoull(scope, NULL, 10);
	}
	port->family = AF_INET6;
	return inet_pton(AF_INET6, text, port->address) == 1;
}

static gboolean
parse_address(const char *text, struct port *port)
{
	g_autofree char *inner = NULL;
	gsize length = strlen(text);

	if (strcmp(text, "") == 0 || strcmp(text, "*") == 0)
		return TRUE;
	if (text[0] == '[' && text[length - 1] == ']') {
		inner = g_strndup(text + 1, length - 2);
		return parse_ipv6(inner, port);
	}
	port->family = AF_INET;
	return inet_pton(AF_INET, text, port->address) == 1;
}

/* ::ffff:192.0.2.1 is 192.0.2.1. */
static const guint8 *
plain_address(const guint8 *address, gsize *length)
{
	static const guint8 mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (*length != 16 || memcmp(address, mapped, sizeof(mapped)) != 0)
		return address;
	*length = 4;
	return address + sizeof(mapped);
}

static void
normalize(struct port *port)
{
	gsize length = 16;
	const guint8 *plain = plain_address(port->address, &length);

	if (port->family != AF_INET6 || length != 4)
		return;
	memmove(port->address, plain, length);
	port->family = AF_INET;
}

/* What stands before the last colon. */
static gboolean
parse_place(const char *place, struct port *port)
{
	const char *colon = strchr(place, ':');
	int protocol = find_protocol(place, colon != NULL ? (gsize)(colon - place) : strlen(place));

	if (protocol == 0)
		return parse_address(place, port);
	port->protocol = protocol;
	return colon == NULL || parse_address(colon + 1, port);
}

static gboolean
is_meant_as_port(const char *place, const char *number)
{
	struct port port = {0};

	return *place == '\0' || *place == '[' || is_number(number) || parse_place(place, &port);
}

static const char *
explain_place(const char *place)
{
	guint8 address[16];

	if (inet_pton(AF_INET6, place, address) == 1)
		return "an IPv6 address is written in brackets ([::1]:80)";
	return "before it stands a protocol (tcp, udp, udplite, sctp, dccp, mptcp), an address "
	       "(127.0.0.1, [::1]), both, or nothing";
}

static gboolean
parse_inet(struct what *what, GError **error)
{
	const char *colon = strrchr(what->word, ':');
	g_autofree char *place = NULL;

	if (colon == NULL || strchr(what->word, '/') != NULL)
		return FALSE;
	place = g_strndup(what->word, (gsize)(colon - what->word));
	if (!is_meant_as_port(place, colon + 1))
		return FALSE;
	if (!parse_place(place, &what->port))
		return refuse(error, what->word, explain_place(place));
	if (!parse_number(colon + 1, &what->port))
		return refuse(error, what->word,
			      "it ends in a number from 1 to 65535, or in the name of a service "
			      "(see services(5))");
	normalize(&what->port);
	what->kind = WHAT_PORT;
	return TRUE;
}

gboolean
what_parse_port(struct what *what, GError **error)
{
	if (what->word[0] != '@')
		return parse_inet(what, error);
	if (what->word[1] == '\0') {
		g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "'@' names no socket: an abstract name follows (@NAME)");
		return FALSE;
	}
	what->kind = WHAT_SOCKET;
	what->name = g_strdup(what->word + 1);
	return TRUE;
}

static gboolean
is_zero(const guint8 *address, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (address[i] != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
is_address(const struct port *port, const guint8 *address, gsize length)
{
	gsize wanted = port->family == AF_INET ? 4 : 16;

	if (port->family == AF_UNSPEC)
		return TRUE;
	if (address == NULL)
		return FALSE;
	address = plain_address(address, &length);
	return length == wanted && memcmp(address, port->address, wanted) == 0;
}

/* Whether it is bound to all addresses, of which this is one. */
static gboolean
is_at_all(const struct port *port, const guint8 *address, gsize length)
{
	return address != NULL && is_zero(address, length) &&
	       (port->family == AF_INET || length == 16);
}

static guint64
find_own_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) == 0 ? st.st_ino : 0;
}

/* Indices of interfaces mean something within a network namespace only. */
static gboolean
is_interface(const struct port *port, ProcviewSocket *socket)
{
	guint index;

	return port->interface == 0 || !procview_socket_get_interface(socket, &index) ||
	       index == 0 || index == port->interface ||
	       procview_socket_get_network_namespace(socket) != find_own_namespace();
}

static gboolean
is_of_protocol(const struct port *port, ProcviewSocket *socket)
{
	int protocol;

	return port->protocol == 0 || (procview_socket_get_protocol(socket, &protocol) &&
				       (protocol == port->protocol ||
					(protocol == MPTCP && port->protocol == IPPROTO_TCP)));
}

gboolean
port_is_end(const struct port *port, const struct port_end *end)
{
	if (end->number != port->number)
		return FALSE;
	return is_address(port, end->address, end->length) ||
	       (end->is_local && is_at_all(port, end->address, end->length));
}

static gboolean
has_port(const struct port *port, ProcviewSocket *socket)
{
	struct port_end local = {.is_local = TRUE};
	struct port_end remote = {.is_local = FALSE};

	if (procview_socket_get_local_port(socket, &local.number)) {
		local.address = procview_socket_get_local_address(socket, &local.length);
		if (port_is_end(port, &local))
			return TRUE;
	}
	if (!procview_socket_get_remote_port(socket, &remote.number))
		return FALSE;
	remote.address = procview_socket_get_remote_address(socket, &remote.length);
	return port_is_end(port, &remote);
}

/* Byte for byte; but an @ may stand for a NUL, and NULs at the end count for nothing: they are
 * there when somebody gave bind(2) more than the name. */
static gboolean
has_name(const struct what *what, ProcviewSocket *socket)
{
	gsize length, wanted = strlen(what->name);
	const guint8 *name = procview_socket_get_name(socket, &length);
	g_autofree char *text = NULL;

	if (name == NULL || !procview_socket_is_abstract(socket))
		return FALSE;
	/* As it is shown. */
	text = procview_socket_dup_local(socket);
	if (g_strcmp0(text, what->word) == 0)
		return TRUE;
	if (length < wanted || !is_zero(name + wanted, length - wanted))
		return FALSE;
	for (gsize i = 0; i < wanted; i++) {
		if (name[i] != (guint8)what->name[i] && !(name[i] == 0 && what->name[i] == '@'))
			return FALSE;
	}
	return TRUE;
}

gboolean
what_is_socket(const struct what *what, ProcviewSocket *socket)
{
	int family;

	if (what->kind == WHAT_SOCKET)
		return has_name(what, socket);
	return what->kind == WHAT_PORT && procview_socket_get_family(socket, &family) &&
	       (family == AF_INET || family == AF_INET6) && is_of_protocol(&what->port, socket) &&
	       has_port(&what->port, socket) && is_interface(&what->port, socket);
}
