/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who must be looked at, to find who has a file, a port, or the other end of a pipe?
 *
 * Not everybody, if the kernel can be asked who has an inode or a port of that number: what it
 * answers is scanned, and compared in full as ever. It can be asked only where its own number of an
 * inode is known: that is what stat(2) tells on most file systems, and on those that are made of
 * others it may be any. Of a device node or the path of a socket the number says little, for what
 * is open is another inode.
 *
 * Other ends of a pipe have its inode, and of connections within the machine the port of this end;
 * of datagrams, which go to whoever is bound there, that of the other one. A Unix socket knows its
 * peer, and others may send to one that has a name. An epoll set knows the inodes that it waits for,
 * a pidfd its process. Who sends to a socket, or holds the other side of a terminal, no number
 * tells: then it can be anybody.
 */
#include "narrow.h"

#include <linux/major.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define MOST_NUMBERS 512 /* the kernel compares them one by one */

static gboolean
has_number(const struct what *what)
{
	if (what->kind == WHAT_PORT)
		return TRUE;
	return what->kind == WHAT_FILE && what->is_plain && !what->is_socket &&
	       what->node == PROCVIEW_KIND_UNKNOWN;
}

gboolean
narrow_to_words(ProcviewQuery *query, const GArray *whats)
{
	if (whats->len > MOST_NUMBERS)
		return FALSE;
	for (guint i = 0; i < whats->len; i++) {
		if (!has_number(&g_array_index(whats, struct what, i)))
			return FALSE;
	}
	for (guint i = 0; i < whats->len; i++) {
		const struct what *what = &g_array_index(whats, struct what, i);

		if (what->kind == WHAT_PORT)
			procview_query_add_port(query, (guint16)what->port.number);
		else
			procview_query_add_inode(query, what->inode);
	}
	return TRUE;
}

/* The numbers that lead to the other ends, each once. */
struct numbers {
	GHashTable *inodes;
	GHashTable *ports;
	GHashTable *pids;
};

static enum reach
reach_by_inode(struct numbers *numbers, guint64 inode)
{
	if (inode == 0)
		return REACH_ANYBODY;
	g_hash_table_add(numbers->inodes, g_memdup2(&inode, sizeof(inode)));
	return REACH_SOME;
}

/* Connections that a listening socket has accepted are sockets of their own. Whoever answers a
 * datagram need not be connected, and then has the port alone. */
static enum reach
reach_by_port(struct numbers *numbers, ProcviewSocket *socket)
{
	int state, type;
	guint port;

	if (procview_socket_get_state(socket, &state) && state == TCP_LISTEN)
		return REACH_NOBODY;
	if (procview_socket_get_local_port(socket, &port) && port != 0)
		g_hash_table_add(numbers->ports, GUINT_TO_POINTER(port));
	if (procview_socket_get_socket_type(socket, &type) && type == SOCK_DGRAM &&
	    procview_socket_get_remote_port(socket, &port) && port != 0)
		g_hash_table_add(numbers->ports, GUINT_TO_POINTER(port));
	return reach_by_inode(numbers, procview_socket_get_inode(socket));
}

/* Many may send to one that has a name, and are known by no number of it. */
static enum reach
reach_by_peer(struct numbers *numbers, ProcviewSocket *socket)
{
	int type;

	if (!procview_socket_get_socket_type(socket, &type) ||
	    (type == SOCK_DGRAM && procview_socket_get_name(socket, NULL) != NULL))
		return REACH_ANYBODY;
	reach_by_inode(numbers, procview_socket_get_inode(socket));
	return reach_by_inode(numbers, procview_socket_get_peer_inode(socket));
}

static enum reach
reach_by_socket(struct numbers *numbers, ProcviewSocket *socket)
{
	int family;

	if (socket == NULL || !procview_socket_get_family(socket, &family))
		return REACH_ANYBODY;
	switch (family) {
	case AF_INET:
	case AF_INET6:
		return reach_by_port(numbers, socket);
	case AF_UNIX:
		return reach_by_peer(numbers, socket);
	case AF_VSOCK:
		return REACH_ANYBODY;
	default:
		return reach_by_inode(numbers, procview_socket_get_inode(socket));
	}
}

static gboolean
is_terminal(guint major)
{
	return major == TTY_MAJOR || major == TTYAUX_MAJOR || major == PTY_MASTER_MAJOR ||
	       major == PTY_SLAVE_MAJOR ||
	       (major >= UNIX98_PTY_MASTER_MAJOR &&
		major < UNIX98_PTY_SLAVE_MAJOR + UNIX98_PTY_MAJOR_COUNT);
}

/* Memory devices lead nowhere. */
static enum reach
reach_by_device(struct numbers *numbers, ProcviewFile *file)
{
	guint major, minor;
	guint64 inode;

	if (!procview_file_get_rdev(file, &major, &minor) || is_terminal(major) ||
	    !procview_file_get_inode(file, &inode))
		return REACH_ANYBODY;
	return major == MEM_MAJOR ? REACH_NOBODY : reach_by_inode(numbers, inode);
}

/* What an epoll set waits for may be closed in the process that has the set. */
static enum reach
reach_by_targets(struct numbers *numbers, ProcviewFile *file)
{
	guint n = procview_file_get_n_registrations(file);
	guint64 inode;

	for (guint i = 0; i < n; i++) {
		ProcviewRegistration *registration = procview_file_get_registration(file, i);

		if (!procview_registration_get_inode(registration, &inode) ||
		    reach_by_inode(numbers, inode) == REACH_ANYBODY)
			return REACH_ANYBODY;
	}
	return n > 0 ? REACH_SOME : REACH_NOBODY;
}

/* It tells the number of a process that lives. */
static enum reach
reach_by_process(struct numbers *numbers, ProcviewFile *file)
{
	guint64 pid;

	if (!procview_file_get_number(file, PROCVIEW_FACT_PIDFD_PID, &pid) || pid == 0 ||
	    pid > G_MAXINT)
		return REACH_NOBODY;
	g_hash_table_add(numbers->pids, GINT_TO_POINTER((int)pid));
	return REACH_SOME;
}

static enum reach
reach_by_file(struct numbers *numbers, ProcviewFile *file)
{
	guint64 inode;

	switch (procview_file_get_kind(file)) {
	case PROCVIEW_KIND_REGULAR:
	case PROCVIEW_KIND_DIRECTORY:
	case PROCVIEW_KIND_SYMLINK:
	case PROCVIEW_KIND_BLOCKDEV:
	case PROCVIEW_KIND_MEMFD:
		return REACH_NOBODY;
	case PROCVIEW_KIND_UNKNOWN:
		return REACH_ANYBODY;
	case PROCVIEW_KIND_SOCKET:
		return reach_by_socket(numbers, procview_file_get_socket(file));
	case PROCVIEW_KIND_CHARDEV:
		return reach_by_device(numbers, file);
	case PROCVIEW_KIND_EVENTPOLL:
		return reach_by_targets(numbers, file);
	case PROCVIEW_KIND_PIDFD:
		return reach_by_process(numbers, file);
	default:
		return procview_file_get_inode(file, &inode) ? reach_by_inode(numbers, inode)
							     : REACH_ANYBODY;
	}
}

static enum reach
reach_by_table(struct numbers *numbers, ProcviewFdTable *table)
{
	guint n = procview_fd_table_get_n_descriptors(table);
	enum reach widest = REACH_NOBODY;

	for (guint i = 0; i < n && widest != REACH_ANYBODY; i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		enum reach reach = reach_by_file(numbers, procview_descriptor_get_file(descriptor));

		widest = MAX(widest, reach);
	}
	return widest;
}

static enum reach
reach_by_tables(struct numbers *numbers, const struct selection *selection)
{
	guint n = procview_snapshot_get_n_fd_tables(selection->snapshot);
	enum reach widest = REACH_NOBODY;

	for (guint i = 0; i < n && widest != REACH_ANYBODY; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(selection->snapshot, i);

		if (selection_has_table_of_matched(selection, table))
			widest = MAX(widest, reach_by_table(numbers, table));
	}
	if (g_hash_table_size(numbers->inodes) + g_hash_table_size(numbers->ports) > MOST_NUMBERS)
		return REACH_ANYBODY;
	return widest;
}

enum reach
narrow_to_ends(ProcviewQuery *query, const struct selection *selection)
{
	g_autoptr(GHashTable) inodes =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GHashTable) ports = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) pids = g_hash_table_new(NULL, NULL);
	struct numbers numbers = {inodes, ports, pids};
	enum reach reach = reach_by_tables(&numbers, selection);
	GHashTableIter iter;
	gpointer key;

	if (reach != REACH_SOME)
		return reach;
	g_hash_table_iter_init(&iter, inodes);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		procview_query_add_inode(query, *(guint64 *)key);
	g_hash_table_iter_init(&iter, ports);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		procview_query_add_port(query, (guint16)GPOINTER_TO_UINT(key));
	g_hash_table_iter_init(&iter, pids);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		procview_query_add_pid(query, GPOINTER_TO_INT(key));
	return reach;
}
