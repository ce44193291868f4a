/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Values are compared as text, in the form in which the workload program writes them.
 */
#include "socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>

/* clang-format off */
const PvTestAbsence pv_test_absences[] = {
	/* SO_PEERCRED is asked of a copy, and in no list. */
	{"procfs", "unix-*", "peer_pid"},
	/* In no list. A copy tells more than an entry of /proc, and never the state. */
	{"diag", "*-unbound", "state"},
	{"procfs", "*-unbound", "cookie"},
	{"procfs", "*-unbound", "netns"},
	{"procfs", "netlink-unbound", "type"},
	{"procfs", "netlink-unbound", "protocol"},
	/* CONFIG_INET_RAW_DIAG is seldom there; then it is /proc/net/raw and /proc/net/icmp. */
	{"procfs", "raw*", "cookie"},
	{"procfs", "ping*", "cookie"},
	/* CONFIG_VSOCKETS_DIAG, too; and getsockname(2) of another's vsock may block. */
	{"diag", "vsock-*", "state"},
	{"diag", "vsock-*", "local_cid"},
	{"diag", "vsock-*", "local_port"},
	{"procfs", "vsock-*", "type"},
	{"procfs", "vsock-*", "protocol"},
	{"procfs", "vsock-*", "cookie"},
	{"procfs", "vsock-*", "netns"},
	/* Their lists are not asked: see lib/socket/lists.c. */
	{"diag", "sctp-*", "local"},
	{"diag", "sctp-*", "local_port"},
	{"diag", "sctp-*", "remote"},
	{"diag", "sctp-*", "remote_port"},
	{"diag", "sctp-*", "state"},
	{"diag", "sctp-*", "receive_queue"},
	{"diag", "sctp-*", "backlog"},
	{"procfs", "sctp-*", "type"},
	{"procfs", "sctp-*", "cookie"},
	{"procfs", "sctp-*", "netns"},
	{"procfs", "xdp", "cookie"},
	{"procfs", "xdp", "netns"},
	/* Families that have no list: what the socket's name in sockfs says. */
	{"procfs", "alg", "cookie"},
	{"procfs", "alg", "netns"},
	{"procfs", "key", "protocol"},
	{"procfs", "key", "cookie"},
	{"procfs", "key", "netns"},
};
/* Sockets of TCP that are bound, and no more, are in the list since 6.8. */
static const PvTestAbsence absences_until_6_7[] = {
	{"diag", "tcp*-bound", "local"},
	{"diag", "tcp*-bound", "local_port"},
	{"diag", "tcp*-bound", "state"},
	{"procfs", "tcp*-bound", "cookie"},
	{"procfs", "tcp*-bound", "netns"},
};
/* clang-format on */
const guint pv_test_n_absences = G_N_ELEMENTS(pv_test_absences);

typedef char *Tell(ProcviewSocket *socket);

static void
socket_free(gpointer data)
{
	PvTestSocket *s = data;

	g_free(s->variant);
	g_hash_table_unref(s->told);
	g_free(s);
}

/* TID:FD:VARIANT:KEY=VALUE:... */
static PvTestSocket *
parse_socket(const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, ":", -1);
	PvTestSocket *s = g_new0(PvTestSocket, 1);

	g_assert_cmpuint(g_strv_length(parts), >, 3);
	s->tid = atoi(parts[0]);
	s->fd = atoi(parts[1]);
	s->variant = g_strdup(parts[2]);
	s->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 3; parts[i] != NULL; i++) {
		char *equals = strchr(parts[i], '=');

		g_assert_nonnull(equals);
		*equals = '\0';
		g_hash_table_insert(s->told, g_strdup(parts[i]), g_strdup(equals + 1));
	}
	return s;
}

GPtrArray *
pv_test_scene_sockets(PvTestScene *scene)
{
	GPtrArray *sockets = g_ptr_array_new_with_free_func(socket_free);
	GPtrArray *lines = pv_test_scene_all(scene, "socket");

	for (guint i = 0; i < lines->len; i++)
		g_ptr_array_add(sockets, parse_socket(g_ptr_array_index(lines, i)));
	return sockets;
}

ProcviewSnapshot *
pv_test_sockets_scan(PvTestScene *scene, ProcviewScanner *scanner)
{
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(
		scene, PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_SOCKETS | PROCVIEW_COLLECT_PEERS);
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(scanner, query, &error);

	g_assert_no_error(error);
	return snapshot;
}

static char *
number(guint64 value)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT, value);
}

static char *
number_if(gboolean known, guint64 value)
{
	return known ? number(value) : NULL;
}

static char *
bytes_if_any(const guint8 *bytes, gsize length)
{
	GString *text;

	if (bytes == NULL)
		return NULL;
	text = g_string_new(NULL);
	for (gsize i = 0; i < length; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, FALSE);
}

#define TELLS_INT(name, getter)                                                                    \
	static char *tell_##name(ProcviewSocket *socket)                                           \
	{                                                                                          \
		int value;                                                                         \
		gboolean known = getter(socket, &value);                                           \
                                                                                                   \
		return number_if(known, (guint64)value);                                           \
	}
#define TELLS_UINT(name, getter)                                                                   \
	static char *tell_##name(ProcviewSocket *socket)                                           \
	{                                                                                          \
		guint value;                                                                       \
		gboolean known = getter(socket, &value);                                           \
                                                                                                   \
		return number_if(known, value);                                                    \
	}
/* 0 is what is not known. */
#define TELLS_NUMBER(name, getter)                                                                 \
	static char *tell_##name(ProcviewSocket *socket)                                           \
	{                                                                                          \
		guint64 value = getter(socket);                                                    \
                                                                                                   \
		return number_if(value != 0, value);                                               \
	}

TELLS_INT(family, procview_socket_get_family)
TELLS_INT(type, procview_socket_get_socket_type)
TELLS_INT(protocol, procview_socket_get_protocol)
TELLS_INT(state, procview_socket_get_state)
TELLS_INT(peer_pid, procview_socket_get_peer_pid)
TELLS_UINT(local_port, procview_socket_get_local_port)
TELLS_UINT(remote_port, procview_socket_get_remote_port)
TELLS_UINT(local_cid, procview_socket_get_local_cid)
TELLS_UINT(remote_cid, procview_socket_get_remote_cid)
TELLS_UINT(receive_queue, procview_socket_get_receive_queue)
TELLS_UINT(backlog, procview_socket_get_backlog)
TELLS_UINT(interface, procview_socket_get_interface)
TELLS_UINT(uid, procview_socket_get_uid)
TELLS_NUMBER(ino, procview_socket_get_inode)
TELLS_NUMBER(cookie, procview_socket_get_cookie)
TELLS_NUMBER(netns, procview_socket_get_network_namespace)

static char *
tell_local(ProcviewSocket *socket)
{
	gsize length = 0;
	const guint8 *address = procview_socket_get_local_address(socket, &length);

	return bytes_if_any(address, length);
}

static char *
tell_remote(ProcviewSocket *socket)
{
	gsize length = 0;
	const guint8 *address = procview_socket_get_remote_address(socket, &length);

	return bytes_if_any(address, length);
}

static char *
tell_name(ProcviewSocket *socket)
{
	gsize length = 0;
	const guint8 *name = procview_socket_get_name(socket, &length);

	return bytes_if_any(name, length);
}

static char *
tell_abstract(ProcviewSocket *socket)
{
	return procview_socket_is_abstract(socket) ? g_strdup("1") : NULL;
}

static char *
tell_groups(ProcviewSocket *socket)
{
	guint64 groups;
	gboolean known = procview_socket_get_groups(socket, &groups);

	return number_if(known, groups);
}

static char *
tell_shutdown(ProcviewSocket *socket)
{
	ProcviewShutdown directions;
	gboolean known = procview_socket_get_shutdown(socket, &directions);

	return number_if(known, directions);
}

static const struct {
	const char *key;
	Tell *tell;
} tellers[] = {
	{"ino", tell_ino},
	{"family", tell_family},
	{"type", tell_type},
	{"protocol", tell_protocol},
	{"local", tell_local},
	{"local_port", tell_local_port},
	{"local_cid", tell_local_cid},
	{"remote", tell_remote},
	{"remote_port", tell_remote_port},
	{"remote_cid", tell_remote_cid},
	{"name", tell_name},
	{"abstract", tell_abstract},
	{"state", tell_state},
	{"receive_queue", tell_receive_queue},
	{"backlog", tell_backlog},
	{"shutdown", tell_shutdown},
	{"interface", tell_interface},
	{"groups", tell_groups},
	{"uid", tell_uid},
	{"peer_pid", tell_peer_pid},
	{"cookie", tell_cookie},
	{"netns", tell_netns},
};

static gboolean
is_in_table(const PvTestSocket *s, const char *key, const char *backend,
	    const PvTestAbsence *allowed, guint n_allowed)
{
	for (guint i = 0; i < n_allowed; i++) {
		const PvTestAbsence *a = &allowed[i];
		gboolean is_diag =
			g_strcmp0(a->backend, "diag") == 0 && strcmp(backend, "bpf") != 0;

		if ((a->backend == NULL || is_diag || strcmp(a->backend, backend) == 0) &&
		    (a->variant == NULL || g_pattern_match_simple(a->variant, s->variant)) &&
		    (a->key == NULL || strcmp(a->key, key) == 0))
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_before_6_8(void)
{
	struct utsname name;
	guint major, minor;

	g_assert_cmpint(uname(&name), ==, 0);
	g_assert_cmpint(sscanf(name.release, "%u.%u", &major, &minor), ==, 2);
	return major < 6 || (major == 6 && minor < 8);
}

static gboolean
may_be_absent(const PvTestSocket *s, const char *key, const char *backend,
	      const PvTestAbsence *allowed, guint n_allowed)
{
	return is_in_table(s, key, backend, allowed, n_allowed) ||
	       (is_before_6_8() &&
		is_in_table(s, key, backend, absences_until_6_7, G_N_ELEMENTS(absences_until_6_7)));
}

/* Where the scene tells nothing, there may be what nobody foretells, but never a name. */
static gboolean
is_made_up(const char *key, const char *found)
{
	return found != NULL && (strcmp(key, "name") == 0 || strcmp(key, "abstract") == 0);
}

static guint
compare_socket(const PvTestSocket *s, ProcviewSocket *socket, const char *backend,
	       const PvTestAbsence *allowed, guint n_allowed)
{
	guint n = 0;

	for (guint i = 0; i < G_N_ELEMENTS(tellers); i++) {
		const char *key = tellers[i].key;
		const char *told = g_hash_table_lookup(s->told, key);
		g_autofree char *found = tellers[i].tell(socket);
		gboolean is_right = told == NULL ? !is_made_up(key, found)
				    : found == NULL
					    ? may_be_absent(s, key, backend, allowed, n_allowed)
					    : strcmp(told, found) == 0;

		if (is_right)
			continue;
		g_test_message("%s, %s (%d): %s is %s, not %s", backend, s->variant, s->fd, key,
			       found != NULL ? found : "absent", told != NULL ? told : "there");
		n++;
	}
	return n;
}

guint
pv_test_socket_differences(PvTestScene *scene, ProcviewSnapshot *snapshot,
			   const PvTestAbsence *allowed, guint n_allowed)
{
	g_autoptr(GPtrArray) sockets = pv_test_scene_sockets(scene);
	const char *backend = procview_snapshot_get_backend_name(snapshot, PROCVIEW_STEP_FILES);
	guint n = 0;

	g_assert_cmpuint(sockets->len, >, 0);
	for (guint i = 0; i < sockets->len; i++) {
		const PvTestSocket *s = g_ptr_array_index(sockets, i);
		ProcviewFile *file = pv_test_file_of(snapshot, s->tid, s->fd);
		ProcviewSocket *socket = procview_file_get_socket(file);

		if (socket != NULL) {
			n += compare_socket(s, socket, backend, allowed, n_allowed);
		} else if (!may_be_absent(s, "socket", backend, allowed, n_allowed)) {
			g_test_message("%s, %s (%d): nothing is known of it", backend, s->variant,
				       s->fd);
			n++;
		}
	}
	return n;
}

typedef struct {
	int tid;
	int fd;
} Place;

static void
parse_ends(const char *line, Place ends[2])
{
	g_autoptr(GArray) numbers = pv_test_numbers(line);

	g_assert_cmpuint(numbers->len, ==, 4);
	for (guint i = 0; i < 2; i++) {
		ends[i].tid = g_array_index(numbers, int, 2 * i);
		ends[i].fd = g_array_index(numbers, int, 2 * i + 1);
	}
}

static gboolean
has_end(GPtrArray *ends, ProcviewFile *file)
{
	return ends != NULL && g_ptr_array_find(ends, file, NULL);
}

/* Of a Unix socket the kernel says it; for others it is found by their addresses. */
static gboolean
names_peer(ProcviewFile *file, ProcviewFile *other)
{
	guint64 ino = procview_socket_get_peer_inode(procview_file_get_socket(file));

	return ino == 0 || ino == procview_socket_get_inode(procview_file_get_socket(other));
}

/* The other end of one is that file, and no other one. */
static gboolean
is_other_end(ProcviewSnapshot *snapshot, Place of, Place wanted)
{
	ProcviewFile *file = pv_test_file_of(snapshot, of.tid, of.fd);
	g_autoptr(GPtrArray) ends = procview_file_list_peers(file);

	ProcviewFile *other = pv_test_file_of(snapshot, wanted.tid, wanted.fd);

	if (has_end(ends, other) && ends->len == 1 && names_peer(file, other))
		return TRUE;
	g_test_message("%s: %u ends of %d:%d, and %d:%d is not it, or not alone",
		       procview_snapshot_get_backend_name(snapshot, PROCVIEW_STEP_FILES),
		       ends != NULL ? ends->len : 0, of.tid, of.fd, wanted.tid, wanted.fd);
	return FALSE;
}

/* Other ends, one way or both. */
static guint
compare_ends(PvTestScene *scene, ProcviewSnapshot *snapshot, const char *key, gboolean both)
{
	GPtrArray *lines = pv_test_scene_all(scene, key);
	guint n = 0;

	for (guint i = 0; i < lines->len; i++) {
		Place ends[2];

		parse_ends(g_ptr_array_index(lines, i), ends);
		n += !is_other_end(snapshot, ends[0], ends[1]);
		if (both)
			n += !is_other_end(snapshot, ends[1], ends[0]);
	}
	return n;
}

static gboolean
names_listener(ProcviewFile *client, ProcviewFile *listener)
{
	guint64 ino = procview_socket_get_listener_inode(procview_file_get_socket(client));

	return ino == procview_socket_get_inode(procview_file_get_socket(listener));
}

/* What a connection waits at is its other end, where that is told at all. */
static guint
compare_waiting(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *lines = pv_test_scene_all(scene, "waiting");
	guint n = 0;

	for (guint i = 0; i < lines->len; i++) {
		g_autoptr(GPtrArray) found = NULL, back = NULL;
		ProcviewFile *client, *listener;
		Place ends[2];
		int family;

		parse_ends(g_ptr_array_index(lines, i), ends);
		client = pv_test_file_of(snapshot, ends[0].tid, ends[0].fd);
		listener = pv_test_file_of(snapshot, ends[1].tid, ends[1].fd);
		found = procview_file_list_peers(client);
		/* Of TCP the other end is in the kernel: a socket that no process has yet. */
		if (procview_socket_get_family(procview_file_get_socket(client), &family) &&
		    family != AF_UNIX && (found == NULL || found->len == 0))
			continue;
		back = procview_file_list_peers(listener);
		if (!has_end(found, listener) || !has_end(back, client) ||
		    !names_listener(client, listener)) {
			g_test_message("%d:%d does not wait at %d:%d", ends[0].tid, ends[0].fd,
				       ends[1].tid, ends[1].fd);
			n++;
		}
	}
	return n;
}

guint
pv_test_peer_differences(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	return compare_ends(scene, snapshot, "pair", TRUE) +
	       compare_ends(scene, snapshot, "sender", FALSE) + compare_waiting(scene, snapshot);
}
