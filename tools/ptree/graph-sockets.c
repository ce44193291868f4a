/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which sockets and terminals are connected, and who is the server?
 *
 * Who has called whom is not kept by the kernel. What is known is who has a name by which it can be
 * found: a listener's port, the path that a Unix socket was bound to, a datagram socket that is
 * connected to nobody. Where just one of two ends has such a name it is the server's, and the line
 * points to it; else the line has no direction.
 *
 * All clients of one server by one name are one medium, so that hundreds of them can be drawn as
 * one bundle. Each pair is looked at once, from the end with the lower description.
 */
#include "graph-sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "detail.h"

#define NAME_WIDTH 40
/* As in <linux/in.h>; a side may have fallen back to TCP. */
#define PROTOCOL_MPTCP 262

enum direction {
	DIRECTION_UNKNOWN,
	DIRECTION_THERE,
	DIRECTION_BACK,
};

static char *
dup_port_key(ProcviewSocket *socket)
{
	int family = AF_UNSPEC, protocol = 0;
	guint port = 0;

	procview_socket_get_family(socket, &family);
	procview_socket_get_protocol(socket, &protocol);
	if (!procview_socket_get_local_port(socket, &port) || port == 0)
		return NULL;
	if (protocol == PROTOCOL_MPTCP)
		protocol = IPPROTO_TCP;
	return g_strdup_printf("%d %d %" G_GUINT64_FORMAT " %u", family == AF_VSOCK, protocol,
			       procview_socket_get_network_namespace(socket), port);
}

static gboolean
is_connected(ProcviewSocket *socket)
{
	guint port;

	return procview_socket_get_remote_port(socket, &port) && port != 0;
}

GHashTable *
ports_new(ProcviewSnapshot *snapshot)
{
	GHashTable *ports = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint n = procview_snapshot_get_n_sockets(snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewSocket *socket = procview_snapshot_get_socket(snapshot, i);
		char *key = NULL;
		int type;

		if (procview_socket_is_listening(socket) ||
		    (procview_socket_get_socket_type(socket, &type) && type == SOCK_DGRAM &&
		     !is_connected(socket)))
			key = dup_port_key(socket);
		if (key != NULL)
			g_hash_table_add(ports, key);
	}
	return ports;
}

gboolean
ports_have(GHashTable *ports, ProcviewSocket *socket)
{
	g_autofree char *key = dup_port_key(socket);

	return key != NULL && g_hash_table_contains(ports, key);
}

static int
get_family(ProcviewSocket *socket)
{
	int family = AF_UNSPEC;

	procview_socket_get_family(socket, &family);
	return family;
}

static enum direction
point_to(gboolean there, gboolean back)
{
	if (there == back)
		return DIRECTION_UNKNOWN;
	return there ? DIRECTION_THERE : DIRECTION_BACK;
}

static gboolean
leads_to(ProcviewSocket *one, ProcviewSocket *other)
{
	guint64 inode = procview_socket_get_inode(other);

	return procview_socket_get_peer_inode(one) == inode ||
	       procview_socket_get_listener_inode(one) == inode;
}

static gboolean
has_name(ProcviewSocket *socket)
{
	gsize length;

	return procview_socket_get_name(socket, &length) != NULL;
}

/* Of datagrams only one may know the other; of a connection each does. */
static enum direction
find_unix_direction(ProcviewSocket *one, ProcviewSocket *other)
{
	enum direction direction = point_to(leads_to(one, other), leads_to(other, one));

	if (direction != DIRECTION_UNKNOWN)
		return direction;
	return point_to(has_name(other), has_name(one));
}

static enum direction
find_direction(GHashTable *ports, ProcviewSocket *one, ProcviewSocket *other)
{
	if (get_family(one) == AF_UNIX)
		return find_unix_direction(one, other);
	if (is_connected(one) != is_connected(other))
		return point_to(is_connected(one), is_connected(other));
	return point_to(ports_have(ports, other), ports_have(ports, one));
}

char *
ports_dup_label(ProcviewSocket *socket, gboolean remote)
{
	const char *protocol = detail_get_protocol(socket);
	guint port = 0;

	if (remote)
		procview_socket_get_remote_port(socket, &port);
	else
		procview_socket_get_local_port(socket, &port);
	return g_strdup_printf("%s :%u", protocol == NULL ? "inet" : protocol, port);
}

/* By its own name; NULL: it has none. */
static char *
dup_label(struct graph *graph, ProcviewSocket *socket, char **whole)
{
	g_autofree char *local = NULL;
	g_autofree char *safe = NULL;
	g_autofree char *name = NULL;
	const char *ellipsis = graph->utf8 ? "\342\200\246" : "~";

	if (get_family(socket) != AF_UNIX)
		return ports_dup_label(socket, FALSE);
	local = has_name(socket) ? procview_socket_dup_local(socket) : NULL;
	if (local == NULL)
		return NULL;
	safe = graph_dup_safe(graph, local);
	name = clip_path(safe, NAME_WIDTH, ellipsis);
	if (!g_str_equal(name, safe))
		*whole = g_strdup(safe);
	return g_strconcat("unix ", name, NULL);
}

/* Servers are told apart by who has them, if one has; else by the socket itself. */
static char *
dup_server_key(const struct graph *graph, ProcviewFile *server)
{
	ProcviewSocket *socket = procview_file_get_socket(server);
	g_autofree char *port = get_family(socket) == AF_UNIX ? NULL : dup_port_key(socket);
	g_autofree char *local = port == NULL ? procview_socket_dup_local(socket) : NULL;
	const char *name = port != NULL ? port : local;
	guint n;
	guint first = graph_find_ends(graph, server, &n);

	if (n > 0 && graph_get_end(graph, first)->spot == graph_get_end(graph, first + n - 1)->spot)
		return g_strdup_printf("server %u %s", graph_get_end(graph, first)->spot,
				       name == NULL ? "" : name);
	return g_strdup_printf("server file %u", procview_file_get_description(server));
}

static void
add_client(struct graph *graph, ProcviewFile *client, ProcviewFile *server)
{
	ProcviewSocket *socket = procview_file_get_socket(server);
	g_autofree char *key = dup_server_key(graph, server);
	enum link_sort sort = get_family(socket) == AF_UNIX ? LINK_UNIX : LINK_INET;
	gboolean is_new;
	struct medium *medium = graph_add_medium(graph, sort, key, &is_new);

	if (is_new) {
		medium->directed = TRUE;
		medium->label = dup_label(graph, socket, &medium->name);
		graph_add_holders(graph, medium, server, PART_RECEIVES);
	}
	graph_add_holders(graph, medium, client, PART_SENDS);
}

static void
add_pair(struct graph *graph, ProcviewFile *one, ProcviewFile *other)
{
	ProcviewSocket *socket = procview_file_get_socket(one);
	enum link_sort sort = get_family(socket) == AF_UNIX ? LINK_UNIX : LINK_INET;
	gboolean is_new;
	struct medium *medium = graph_add_medium(graph, sort, NULL, &is_new);

	if (sort == LINK_INET) {
		g_autofree char *here = ports_dup_label(socket, FALSE);
		guint port = 0;

		procview_socket_get_remote_port(socket, &port);
		medium->label = g_strdup_printf("%s %s :%u", here,
						graph->utf8 ? "\342\200\223" : "-", port);
	}
	graph_add_holders(graph, medium, one, PART_SENDS);
	graph_add_holders(graph, medium, other, PART_RECEIVES);
}

static void
link_sockets(struct graph *graph, GHashTable *ports, ProcviewFile *one, ProcviewFile *other)
{
	ProcviewSocket *socket = procview_file_get_socket(one);
	ProcviewSocket *peer = procview_file_get_socket(other);

	if (socket == NULL || peer == NULL)
		return;
	switch (find_direction(ports, socket, peer)) {
	case DIRECTION_THERE:
		add_client(graph, one, other);
		break;
	case DIRECTION_BACK:
		add_client(graph, other, one);
		break;
	case DIRECTION_UNKNOWN:
		add_pair(graph, one, other);
		break;
	}
}

static gboolean
is_master(ProcviewFile *file)
{
	guint major, minor;

	return procview_file_get_rdev(file, &major, &minor) && major == 5;
}

/* One terminal may have been opened often; its master is one. */
static void
link_terminal(struct graph *graph, ProcviewFile *one, ProcviewFile *other)
{
	ProcviewFile *master = is_master(one) ? one : other;
	ProcviewFile *slave = master == one ? other : one;
	g_autofree char *key = g_strdup_printf("pty %u", procview_file_get_description(master));
	guint64 number;
	gboolean is_new;
	struct medium *medium = graph_add_medium(graph, LINK_PTY, key, &is_new);

	if (is_new) {
		graph_add_holders(graph, medium, master, PART_SENDS);
		if (procview_file_get_number(master, PROCVIEW_FACT_PTY_INDEX, &number))
			medium->label = g_strdup_printf("pts/%" G_GUINT64_FORMAT, number);
	}
	graph_add_holders(graph, medium, slave, PART_RECEIVES);
}

/* Where descriptions could not be compared, those who have one counter are told by its number. */
static void
link_counter(struct graph *graph, ProcviewFile *one, ProcviewFile *other)
{
	guint64 id = 0;
	gboolean known = procview_file_get_number(one, PROCVIEW_FACT_EVENTFD_ID, &id);
	g_autofree char *key = g_strdup_printf("eventfd %" G_GUINT64_FORMAT, id);
	gboolean is_new;
	struct medium *medium;

	if (!known)
		return;
	medium = graph_add_medium(graph, LINK_EVENTFD, key, &is_new);
	if (is_new) {
		medium->label = g_strdup("eventfd");
		graph_add_holders(graph, medium, one, PART_SHARES);
	}
	graph_add_holders(graph, medium, other, PART_SHARES);
}

static gboolean
has_peers(ProcviewFile *file)
{
	guint64 number;

	switch (procview_file_get_kind(file)) {
	case PROCVIEW_KIND_SOCKET:
	case PROCVIEW_KIND_EVENTFD:
		return TRUE;
	case PROCVIEW_KIND_CHARDEV:
		return procview_file_get_number(file, PROCVIEW_FACT_PTY_INDEX, &number);
	default:
		return FALSE;
	}
}

static void
link_peers(struct graph *graph, GHashTable *ports, ProcviewFile *file)
{
	g_autoptr(GPtrArray) peers = procview_file_list_peers(file);
	guint description = procview_file_get_description(file);

	for (guint i = 0; i < peers->len; i++) {
		ProcviewFile *peer = g_ptr_array_index(peers, i);

		if (procview_file_get_description(peer) < description)
			continue;
		if (procview_file_get_kind(file) == PROCVIEW_KIND_SOCKET)
			link_sockets(graph, ports, file, peer);
		else if (procview_file_get_kind(file) == PROCVIEW_KIND_CHARDEV)
			link_terminal(graph, file, peer);
		else
			link_counter(graph, file, peer);
	}
}

void
graph_find_peers(struct graph *graph)
{
	g_autoptr(GHashTable) ports = ports_new(graph->snapshot);

	for (guint i = 0; i < graph->ends->len; i += graph_measure_run(graph, i)) {
		ProcviewFile *file = graph_get_end(graph, i)->file;

		if (has_peers(file))
			link_peers(graph, ports, file);
	}
}
