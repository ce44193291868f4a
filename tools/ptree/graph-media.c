/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * By what do processes talk that is no socket?  A pipe has those who read and those who write: the
 * object is known by its device and inode, so all who have it are found by looking at each
 * descriptor once, and not by asking each end for all the others.
 *
 * An open file description that several have is told only where nothing else is told of the file:
 * that a pipe was inherited shows at its ends already. Character devices are left out, since
 * everybody has inherited a terminal or /dev/null from somebody.
 */
#include <string.h>

#include "graph-sockets.h"
#include "names.h"

#define NAME_WIDTH 32

char *
graph_dup_safe(const struct graph *graph, const char *name)
{
	GString *safe = g_string_new(NULL);

	names_append(safe, name, graph->utf8);
	return g_string_free(safe, FALSE);
}

struct medium *
graph_add_medium(struct graph *graph, enum link_sort sort, const char *key, gboolean *is_new)
{
	struct medium *medium = key == NULL ? NULL : g_hash_table_lookup(graph->by_key, key);

	*is_new = medium == NULL;
	if (medium != NULL)
		return medium;
	medium = g_new0(struct medium, 1);
	medium->sort = sort;
	medium->members = g_array_new(FALSE, FALSE, sizeof(struct member));
	g_ptr_array_add(graph->media, medium);
	if (key != NULL)
		g_hash_table_insert(graph->by_key, g_strdup(key), medium);
	return medium;
}

void
graph_add_member(struct medium *medium, guint spot, guint parts, int fd)
{
	struct member member = {
		.spot = spot,
		.parts = parts,
		.n = 1,
		.sent_by = (parts & ~PART_RECEIVES) != 0 ? fd : -1,
		.received_by = (parts & PART_RECEIVES) != 0 ? fd : -1,
	};

	g_array_append_val(medium->members, member);
}

void
graph_add_holders(struct graph *graph, struct medium *medium, ProcviewFile *file, guint parts)
{
	guint n;
	guint first = graph_find_ends(graph, file, &n);

	for (guint i = 0; i < n; i++) {
		const struct end *end = graph_get_end(graph, first + i);

		if (i == 0 || end->spot != graph_get_end(graph, first + i - 1)->spot)
			graph_add_member(medium, end->spot, parts, end->fd);
	}
}

static enum link_sort
sort_of_pipe(ProcviewKind kind)
{
	switch (kind) {
	case PROCVIEW_KIND_PIPE:
		return LINK_PIPE;
	case PROCVIEW_KIND_FIFO:
		return LINK_FIFO;
	case PROCVIEW_KIND_MQUEUE:
		return LINK_MQUEUE;
	default:
		return LINK_SORTS;
	}
}

/* NULL: it is not known which pipe it is. */
static char *
dup_key_of_pipe(ProcviewFile *file)
{
	const char *path = procview_file_get_path(file);
	guint major = 0, minor = 0;
	guint64 inode;

	if (procview_file_get_inode(file, &inode) &&
	    (procview_file_get_device(file, &major, &minor) ||
	     procview_file_get_kind(file) == PROCVIEW_KIND_PIPE))
		return g_strdup_printf("pipe %u:%u %" G_GUINT64_FORMAT, major, minor, inode);
	if (path != NULL && procview_file_get_kind(file) == PROCVIEW_KIND_PIPE)
		return g_strdup(path);
	return NULL;
}

static void
name_medium(const struct graph *graph, struct medium *medium, const char *word, const char *path,
	    gboolean deleted)
{
	g_autofree char *safe = graph_dup_safe(graph, path);
	g_autofree char *name = clip_path(safe, NAME_WIDTH, graph->utf8 ? "\342\200\246" : "~");

	medium->label = g_strconcat(word, name, deleted ? " (deleted)" : "", NULL);
	if (strcmp(name, safe) != 0)
		medium->name = g_steal_pointer(&safe);
}

static guint
parts_of(ProcviewFile *file)
{
	ProcviewAccess access = procview_file_get_access(file);
	guint parts = 0;

	if ((access & PROCVIEW_ACCESS_WRITE) != 0)
		parts |= PART_SENDS;
	if ((access & PROCVIEW_ACCESS_READ) != 0)
		parts |= PART_RECEIVES;
	return parts;
}

static void
note_pipe(struct graph *graph, const struct end *end, enum link_sort sort)
{
	g_autofree char *key = dup_key_of_pipe(end->file);
	const char *path = procview_file_get_path(end->file);
	guint parts = parts_of(end->file);
	struct medium *medium;
	gboolean is_new;

	if (key == NULL || parts == 0)
		return;
	medium = graph_add_medium(graph, sort, key, &is_new);
	medium->directed = TRUE;
	if (is_new && sort != LINK_PIPE && path != NULL)
		name_medium(graph, medium, sort == LINK_FIFO ? "fifo " : "mqueue ", path,
			    procview_file_is_deleted(end->file));
	graph_add_member(medium, end->spot, parts, end->fd);
}

void
graph_find_pipes(struct graph *graph)
{
	for (guint i = 0; i < graph->ends->len; i++) {
		const struct end *end = graph_get_end(graph, i);
		enum link_sort sort = sort_of_pipe(procview_file_get_kind(end->file));

		if (sort != LINK_SORTS)
			note_pipe(graph, end, sort);
	}
}

/* Whether it leads from one to another. */
static gboolean
examine(const struct medium *medium)
{
	guint sender = SPOT_NONE, receiver = SPOT_NONE;
	gboolean senders = FALSE, receivers = FALSE;

	for (guint i = 0; i < medium->members->len; i++) {
		const struct member *member = &g_array_index(medium->members, struct member, i);

		if ((member->parts & PART_SENDS) != 0) {
			senders |= sender != SPOT_NONE && sender != member->spot;
			sender = member->spot;
		}
		if ((member->parts & PART_RECEIVES) != 0) {
			receivers |= receiver != SPOT_NONE && receiver != member->spot;
			receiver = member->spot;
		}
	}
	if (sender == SPOT_NONE || receiver == SPOT_NONE)
		return FALSE;
	return senders || receivers || sender != receiver;
}

/* Thousands of files may lead to one fifo: it is looked through once. */
static gboolean
connects(struct medium *medium)
{
	if (!medium->examined)
		medium->connects = examine(medium);
	medium->examined = TRUE;
	return medium->connects;
}

/* Each of those who have it is then drawn with a host. */
static gboolean
has_remote(ProcviewFile *file)
{
	ProcviewSocket *socket = procview_file_get_socket(file);
	guint port;

	return socket != NULL && procview_socket_get_remote_port(socket, &port) && port != 0;
}

static gboolean
is_told_already(const struct graph *graph, ProcviewFile *file)
{
	g_autoptr(GPtrArray) peers = NULL;
	g_autofree char *key = NULL;
	struct medium *medium;

	switch (procview_file_get_kind(file)) {
	case PROCVIEW_KIND_CHARDEV:
		return TRUE;
	case PROCVIEW_KIND_PIPE:
	case PROCVIEW_KIND_FIFO:
	case PROCVIEW_KIND_MQUEUE:
		key = dup_key_of_pipe(file);
		medium = key == NULL ? NULL : g_hash_table_lookup(graph->by_key, key);
		return medium != NULL && connects(medium);
	case PROCVIEW_KIND_SOCKET:
		peers = procview_file_list_peers(file);
		return peers->len > 0 || (graph->selection->everything && has_remote(file));
	default:
		return FALSE;
	}
}

/* A socket by its own name, what has a name by that, and all else by its kind. */
static void
name_shared(const struct graph *graph, struct medium *medium, ProcviewFile *file)
{
	ProcviewSocket *socket = procview_file_get_socket(file);
	g_autofree char *local = socket == NULL ? NULL : procview_socket_dup_local(socket);
	const char *kind = procview_kind_to_string(procview_file_get_kind(file));
	const char *path = procview_file_get_path(file);
	guint port;

	if (socket != NULL && procview_socket_is_listening(socket) &&
	    procview_socket_get_local_port(socket, &port)) {
		g_autofree char *label = ports_dup_label(socket, FALSE);

		medium->label = g_strconcat(label, " LISTEN", NULL);
	} else if (local != NULL) {
		name_medium(graph, medium, "socket ", local, FALSE);
	} else if (path != NULL && path[0] == '/') {
		name_medium(graph, medium, "", path, procview_file_is_deleted(file));
	} else {
		medium->label = g_strdup(kind);
	}
}

void
graph_find_shared(struct graph *graph)
{
	guint n;

	for (guint i = 0; i < graph->ends->len; i += n) {
		const struct end *first = graph_get_end(graph, i);
		struct medium *medium;
		gboolean is_new;

		n = graph_measure_run(graph, i);
		if (graph_get_end(graph, i + n - 1)->spot == first->spot ||
		    is_told_already(graph, first->file))
			continue;
		medium = graph_add_medium(graph, LINK_SHARED, NULL, &is_new);
		name_shared(graph, medium, first->file);
		graph_add_holders(graph, medium, first->file, PART_SHARES);
	}
}
