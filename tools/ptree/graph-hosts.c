/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who is at the other end that is not on this machine, or cannot be seen here?
 *
 * Only what matched is asked that, and a host is told by its address, whatever its ports: a line
 * has the port of the service. It points here where somebody here can be called at the local port,
 * and there where nobody can. A server has more clients than a picture can hold: more than a few
 * hosts that use the same service of the same process are one node that says how many.
 */
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#include "graph-sockets.h"

/* As many hosts are shown by their addresses. */
#define HOSTS_NAMED 8

struct call {
	guint spot;
	gboolean inbound;
	char *label;
	char *host;
};

static void
clear_call(gpointer data)
{
	struct call *call = data;

	g_free(call->label);
	g_free(call->host);
}

static int
compare_services(const struct call *x, const struct call *y)
{
	if (x->spot != y->spot)
		return x->spot < y->spot ? -1 : 1;
	if (x->inbound != y->inbound)
		return x->inbound ? -1 : 1;
	return strcmp(x->label, y->label);
}

static int
compare_calls(gconstpointer a, gconstpointer b)
{
	const struct call *x = a;
	const struct call *y = b;
	int services = compare_services(x, y);

	return services != 0 ? services : strcmp(x->host, y->host);
}

/* An IPv4 address in an IPv6 socket is the IPv4 address. */
static char *
dup_host(ProcviewSocket *socket)
{
	static const guint8 mapped[12] = {[10] = 0xff, [11] = 0xff};
	g_autoptr(GInetAddress) address = NULL;
	const guint8 *bytes;
	gsize length;
	guint port;

	if (!procview_socket_get_remote_port(socket, &port) || port == 0)
		return NULL;
	if (procview_socket_get_remote_cid(socket, &port))
		return g_strdup_printf("vsock %u", port);
	bytes = procview_socket_get_remote_address(socket, &length);
	if (bytes == NULL || (length != 4 && length != 16))
		return NULL;
	if (length == 4 || memcmp(bytes, mapped, sizeof(mapped)) == 0)
		address = g_inet_address_new_from_bytes(bytes + length - 4, G_SOCKET_FAMILY_IPV4);
	else
		address = g_inet_address_new_from_bytes(bytes, G_SOCKET_FAMILY_IPV6);
	return g_inet_address_to_string(address);
}

static void
note_call(const struct graph *graph, GArray *calls, GHashTable *ports, guint i)
{
	const struct end *end = graph_get_end(graph, i);
	ProcviewSocket *socket = procview_file_get_socket(end->file);
	g_autoptr(GPtrArray) peers = NULL;
	struct call call = {.spot = end->spot};

	if (socket == NULL || !graph_get_spot(graph, end->spot)->matched)
		return;
	call.host = dup_host(socket);
	if (call.host == NULL)
		return;
	peers = procview_file_list_peers(end->file);
	if (peers->len > 0) {
		g_free(call.host);
		return;
	}
	call.inbound = ports_have(ports, socket);
	call.label = ports_dup_label(socket, !call.inbound);
	g_array_append_val(calls, call);
}

/* Of a descriptor that was duplicated the first counts. */
static void
note_calls(const struct graph *graph, GArray *calls)
{
	g_autoptr(GHashTable) ports = ports_new(graph->snapshot);

	for (guint i = 0; i < graph->ends->len; i++) {
		const struct end *end = graph_get_end(graph, i);
		const struct end *last = i > 0 ? graph_get_end(graph, i - 1) : NULL;

		if (procview_file_get_kind(end->file) == PROCVIEW_KIND_SOCKET &&
		    (last == NULL || last->spot != end->spot ||
		     last->description != end->description))
			note_call(graph, calls, ports, i);
	}
	g_array_sort(calls, compare_calls);
}

static guint
find_host(struct graph *graph, GHashTable *hosts, const char *name)
{
	gpointer place = g_hash_table_lookup(hosts, name);
	guint host;

	if (place != NULL)
		return GPOINTER_TO_UINT(place) - 1;
	host = graph_add_host(graph, name);
	g_hash_table_insert(hosts, g_strdup(name), GUINT_TO_POINTER(host + 1));
	return host;
}

static void
add_call(struct graph *graph, const struct call *call, guint host)
{
	gboolean is_new;
	struct medium *medium = graph_add_medium(graph, LINK_INET, NULL, &is_new);

	medium->directed = TRUE;
	medium->label = g_strdup(call->label);
	graph_add_member(medium, host, call->inbound ? PART_SENDS : PART_RECEIVES, -1);
	graph_add_member(medium, call->spot, call->inbound ? PART_RECEIVES : PART_SENDS, -1);
}

/* All that use one service of one process, sorted by host. */
static void
add_service(struct graph *graph, GHashTable *hosts, const struct call *calls, guint n)
{
	g_autofree char *crowd = NULL;
	guint n_hosts = 0;
	guint all = 0;

	for (guint i = 0; i < n; i++)
		n_hosts += i == 0 || strcmp(calls[i].host, calls[i - 1].host) != 0;
	if (n_hosts > HOSTS_NAMED) {
		crowd = g_strdup_printf("%u hosts", n_hosts);
		all = graph_add_host(graph, crowd);
	}
	for (guint i = 0; i < n; i++)
		add_call(graph, &calls[i],
			 crowd != NULL ? all : find_host(graph, hosts, calls[i].host));
}

void
graph_find_hosts(struct graph *graph)
{
	g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(struct call));
	g_autoptr(GHashTable) hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint n;

	g_array_set_clear_func(calls, clear_call);
	note_calls(graph, calls);
	for (guint i = 0; i < calls->len; i += n) {
		const struct call *first = &g_array_index(calls, struct call, i);

		for (n = 1; i + n < calls->len && compare_services(first, first + n) == 0; n++)
			;
		add_service(graph, hosts, first, n);
	}
}
