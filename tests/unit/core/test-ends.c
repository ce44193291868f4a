/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who is at the other end, in snapshots made by hand: one for each kind of channel.
 */
#include <fcntl.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "../memory-limit.h"
#include "core/channel.h"
#include "core/ends.h"
#include "core/kind.h"

static gpointer
append(PvArray *array)
{
	gpointer record = pv_array_append(array);

	g_assert_nonnull(record);
	return record;
}

static guint32
add_file(PvStore *store, guint kind, guint32 dev, guint64 ino, guint32 flags)
{
	PvFile *file = append(&store->files);
	PvDescriptor *descriptor = append(&store->descriptors);

	file->index = store->files.n - 1;
	file->kind = kind;
	file->dev = dev;
	file->ino = ino;
	file->flags = flags;
	file->known = PV_FILE_INODE | PV_FILE_FLAGS;
	descriptor->index = store->descriptors.n - 1;
	descriptor->fd = (gint32)descriptor->index;
	descriptor->file = file->index;
	return file->index;
}

static void
add_fact(PvStore *store, guint32 file, guint fact, guint64 value)
{
	g_assert_true(pv_details_add_number(&store->details, file, fact, value));
}

static void
finish(PvStore *store)
{
	pv_details_settle(&store->details);
	g_assert_true(pv_ends_index(store));
}

static gboolean
gather(const PvStore *store, guint32 file, gpointer data)
{
	g_array_append_val((GArray *)data, file);
	return TRUE;
}

static int
compare(const void *a, const void *b)
{
	guint32 x = *(const guint32 *)a;
	guint32 y = *(const guint32 *)b;

	return (x > y) - (x < y);
}

/* The peers, ended by PV_NONE, in the order of their numbers; each must be there once. */
static void
assert_peers(const PvStore *store, guint32 file, const guint32 *expected)
{
	g_autoptr(GArray) peers = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint n = 0;

	pv_ends_each_peer(store, file, gather, peers);
	g_array_sort(peers, compare);
	while (expected[n] != PV_NONE)
		n++;
	g_assert_cmpmem(peers->data, peers->len * sizeof(guint32), expected, n * sizeof(guint32));
}

#define assert_are_peers(store, file, ...)                                                         \
	assert_peers(store, file, (const guint32[]){__VA_ARGS__, PV_NONE})
#define assert_no_peers(store, file) assert_peers(store, file, (const guint32[]){PV_NONE})

static void
test_pipe(void)
{
	PvStore *store = pv_store_new();
	guint32 reader = add_file(store, PV_KIND_PIPE, 14, 77, O_RDONLY);
	guint32 writer = add_file(store, PV_KIND_PIPE, 14, 77, O_WRONLY | O_APPEND);
	guint32 other = add_file(store, PV_KIND_PIPE, 14, 77, O_WRONLY);
	guint32 stranger = add_file(store, PV_KIND_PIPE, 14, 78, O_WRONLY);
	guint32 held = add_file(store, PV_KIND_PIPE, 14, 77, O_PATH);
	guint32 unknown = add_file(store, PV_KIND_PIPE, 14, 77, O_RDONLY);

	pv_store_file(store, unknown)->known = PV_FILE_INODE;
	finish(store);
	assert_are_peers(store, reader, writer, other);
	assert_are_peers(store, writer, reader);
	assert_are_peers(store, other, reader);
	assert_no_peers(store, stranger);
	assert_no_peers(store, held);
	assert_no_peers(store, unknown);
	pv_store_unref(store);
}

/* Every tmpfs has an inode 2. */
static void
test_fifos(void)
{
	PvStore *store = pv_store_new();
	guint32 here = add_file(store, PV_KIND_FIFO, pv_dev(0, 40), 2, O_RDONLY);
	guint32 there = add_file(store, PV_KIND_FIFO, pv_dev(0, 41), 2, O_WRONLY);
	guint32 both = add_file(store, PV_KIND_FIFO, pv_dev(0, 41), 2, O_RDWR);
	guint32 too = add_file(store, PV_KIND_FIFO, pv_dev(0, 41), 2, O_RDWR);
	guint32 alone = add_file(store, PV_KIND_FIFO, pv_dev(0, 42), 2, O_RDWR);

	finish(store);
	assert_no_peers(store, here);
	assert_are_peers(store, there, both, too);
	assert_are_peers(store, both, there, too);
	assert_are_peers(store, too, there, both);
	/* It reads what it writes, and is not its own peer. */
	assert_no_peers(store, alone);
	pv_store_unref(store);
}

static void
test_queues(void)
{
	PvStore *store = pv_store_new();
	guint32 reader = add_file(store, PV_KIND_MQUEUE, 20, 9, O_RDONLY);
	guint32 writer = add_file(store, PV_KIND_MQUEUE, 20, 9, O_WRONLY);
	guint32 elsewhere = add_file(store, PV_KIND_MQUEUE, 21, 9, O_WRONLY);

	finish(store);
	assert_are_peers(store, reader, writer);
	assert_are_peers(store, writer, reader);
	assert_no_peers(store, elsewhere);
	pv_store_unref(store);
}

static void
test_eventfd(void)
{
	PvStore *store = pv_store_new();
	guint32 one = add_file(store, PV_KIND_EVENTFD, 15, 1039, O_RDWR);
	guint32 duplicate = add_file(store, PV_KIND_EVENTFD, 15, 1039, O_RDWR);
	guint32 other = add_file(store, PV_KIND_EVENTFD, 15, 1039, O_RDWR);
	guint32 nameless = add_file(store, PV_KIND_EVENTFD, 15, 1039, O_RDWR);

	add_fact(store, one, PV_FACT_EVENTFD_ID, 5);
	add_fact(store, duplicate, PV_FACT_EVENTFD_ID, 5);
	add_fact(store, other, PV_FACT_EVENTFD_ID, 6);
	finish(store);
	assert_are_peers(store, one, duplicate);
	assert_are_peers(store, duplicate, one);
	assert_no_peers(store, other);
	assert_no_peers(store, nameless);
	pv_store_unref(store);
}

static guint32
add_terminal(PvStore *store, guint32 dev, guint32 rdev, guint64 ino)
{
	guint32 file = add_file(store, PV_KIND_CHARDEV, dev, ino, O_RDWR);

	pv_store_file(store, file)->extent = rdev;
	pv_store_file(store, file)->known |= PV_FILE_RDEV;
	return file;
}

/* Two containers have each a devpts with a terminal 0; /dev/ptmx of the first is on devtmpfs. */
static void
test_terminals(void)
{
	PvStore *store = pv_store_new();
	const guint32 here = pv_dev(0, 24), there = pv_dev(0, 26), devtmpfs = pv_dev(0, 6);
	guint32 master = add_terminal(store, devtmpfs, pv_dev(5, 2), 91);
	guint32 slave = add_terminal(store, here, pv_dev(136, 0), 3);
	guint32 second = add_terminal(store, here, pv_dev(136, 1), 4);
	guint32 far_master = add_terminal(store, there, pv_dev(5, 2), 2);
	guint32 far_slave = add_terminal(store, there, pv_dev(136, 0), 3);
	guint32 homeless = add_terminal(store, devtmpfs, pv_dev(5, 2), 91);
	guint32 controlling = add_terminal(store, devtmpfs, pv_dev(5, 0), 12);
	guint32 null = add_terminal(store, devtmpfs, pv_dev(1, 3), 4);
	guint32 blank = add_terminal(store, devtmpfs, pv_dev(5, 2), 91);

	add_fact(store, master, PV_FACT_PTY_INDEX, 0);
	add_fact(store, master, PV_FACT_PTY_DEV, here);
	add_fact(store, far_master, PV_FACT_PTY_INDEX, 0);
	add_fact(store, homeless, PV_FACT_PTY_INDEX, 0);
	add_fact(store, controlling, PV_FACT_PTY_INDEX, 0);
	add_fact(store, controlling, PV_FACT_PTY_DEV, here);
	finish(store);
	assert_are_peers(store, master, slave, controlling);
	assert_are_peers(store, slave, master);
	assert_are_peers(store, controlling, master);
	assert_no_peers(store, second);
	assert_are_peers(store, far_master, far_slave);
	assert_are_peers(store, far_slave, far_master);
	/* Nobody knows in which devpts its slave is. */
	assert_no_peers(store, homeless);
	assert_no_peers(store, null);
	assert_no_peers(store, blank);
	pv_store_unref(store);
}

static PvSocket *
add_socket(PvStore *store, guint64 ino, guint16 family)
{
	PvSocket *socket = append(&store->details.sockets);

	add_file(store, PV_KIND_SOCKET, 8, ino, O_RDWR);
	socket->ino = ino;
	socket->family = family;
	socket->known = PV_SOCKET_FAMILY;
	return socket;
}

static void
test_unix(void)
{
	enum {
		SERVER,
		CLIENT,
		LISTENER,
		WAITING,
		LATE,
		RECEIVER,
		SENDER,
		OTHER_SENDER,
		LONER
	};
	PvStore *store = pv_store_new();

	add_socket(store, 100, AF_UNIX)->peer_ino = 101;
	add_socket(store, 101, AF_UNIX)->peer_ino = 100;
	add_socket(store, 102, AF_UNIX)->state = TCP_LISTEN;
	add_socket(store, 103, AF_UNIX)->listener_ino = 102;
	add_socket(store, 104, AF_UNIX)->listener_ino = 102;
	add_socket(store, 105, AF_UNIX);
	add_socket(store, 106, AF_UNIX)->peer_ino = 105;
	add_socket(store, 107, AF_UNIX)->peer_ino = 105;
	/* Its peer is in a process that could not be read. */
	add_socket(store, 108, AF_UNIX)->peer_ino = 999;
	finish(store);
	assert_are_peers(store, SERVER, CLIENT);
	assert_are_peers(store, CLIENT, SERVER);
	assert_are_peers(store, LISTENER, WAITING, LATE);
	assert_are_peers(store, WAITING, LISTENER);
	assert_are_peers(store, LATE, LISTENER);
	assert_are_peers(store, RECEIVER, SENDER, OTHER_SENDER);
	assert_are_peers(store, SENDER, RECEIVER);
	assert_no_peers(store, LONER);
	pv_store_unref(store);
}

/* O_PATH leads to the file that a socket is bound to, not to the socket that has its number. */
static void
test_named_socket(void)
{
	PvStore *store = pv_store_new();
	guint32 named;

	add_socket(store, 100, AF_UNIX)->peer_ino = 101;
	add_socket(store, 101, AF_UNIX)->peer_ino = 100;
	named = add_file(store, PV_KIND_SOCKET, pv_dev(0, 40), 100, O_PATH);
	finish(store);
	g_assert_null(pv_socket_of(store, pv_store_file(store, named)));
	assert_are_peers(store, 1, 0);
	assert_no_peers(store, named);
	pv_store_unref(store);
}

/* Addresses as "127.0.0.1" or "::1". */
static void
add_inet(PvStore *store, guint64 netns, guint32 protocol, const char *local, guint32 local_port,
	 const char *remote, guint32 remote_port)
{
	guint16 family = strchr(local, ':') != NULL ? AF_INET6 : AF_INET;
	PvSocket *socket = add_socket(store, 1000 + store->files.n, family);
	g_autoptr(GInetAddress) here = g_inet_address_new_from_string(local);
	g_autoptr(GInetAddress) there = g_inet_address_new_from_string(remote);

	memcpy(socket->local, g_inet_address_to_bytes(here), g_inet_address_get_native_size(here));
	memcpy(socket->remote, g_inet_address_to_bytes(there),
	       g_inet_address_get_native_size(there));
	socket->netns = netns;
	socket->protocol = protocol;
	socket->local_port = local_port;
	socket->remote_port = remote_port;
	socket->state = remote_port == 0 ? TCP_LISTEN : TCP_ESTABLISHED;
	if (protocol == IPPROTO_UDP && remote_port == 0)
		socket->state = TCP_CLOSE;
	socket->known |= PV_SOCKET_LOCAL | PV_SOCKET_REMOTE | PV_SOCKET_STATE | PV_SOCKET_NETNS |
			 PV_SOCKET_PROTOCOL;
}

static void
test_tcp(void)
{
	enum {
		LISTENER,
		SERVER,
		CLIENT,
		FAR_CLIENT,
		UDP,
		MAPPED,
		PLAIN,
		SIX,
		SIX_PEER,
		SELF,
		SHUT
	};
	PvStore *store = pv_store_new();

	add_inet(store, 1, IPPROTO_TCP, "0.0.0.0", 80, "0.0.0.0", 0);
	add_inet(store, 1, IPPROTO_TCP, "127.0.0.1", 80, "127.0.0.1", 5000);
	add_inet(store, 1, IPPROTO_TCP, "127.0.0.1", 5000, "127.0.0.1", 80);
	/* The same addresses in another network namespace, and in another protocol. */
	add_inet(store, 2, IPPROTO_TCP, "127.0.0.1", 5000, "127.0.0.1", 80);
	add_inet(store, 1, IPPROTO_UDP, "127.0.0.1", 5000, "127.0.0.1", 80);
	add_inet(store, 1, 262, "::ffff:10.0.0.1", 81, "::ffff:10.0.0.2", 5001);
	add_inet(store, 1, IPPROTO_TCP, "10.0.0.2", 5001, "10.0.0.1", 81);
	add_inet(store, 1, IPPROTO_TCP, "::1", 82, "::1", 5002);
	add_inet(store, 1, IPPROTO_TCP, "::1", 5002, "::1", 82);
	add_inet(store, 1, IPPROTO_TCP, "127.0.0.1", 90, "127.0.0.1", 90);
	add_inet(store, 1, IPPROTO_TCP, "127.0.0.1", 80, "127.0.0.1", 5000);
	pv_array_at(&store->details.sockets, PvSocket, SHUT)->state = TCP_CLOSE;
	finish(store);
	assert_no_peers(store, LISTENER);
	assert_are_peers(store, SERVER, CLIENT);
	assert_are_peers(store, CLIENT, SERVER);
	assert_no_peers(store, FAR_CLIENT);
	assert_no_peers(store, UDP);
	assert_are_peers(store, MAPPED, PLAIN);
	assert_are_peers(store, PLAIN, MAPPED);
	assert_are_peers(store, SIX, SIX_PEER);
	assert_are_peers(store, SIX_PEER, SIX);
	assert_no_peers(store, SELF);
	assert_no_peers(store, SHUT);
	pv_store_unref(store);
}

/* One VRF, or link, is not the other. */
static void
test_links(void)
{
	PvStore *store = pv_store_new();

	for (guint link = 2; link < 4; link++) {
		add_inet(store, 1, IPPROTO_TCP, "fe80::1", 80, "fe80::2", 5000);
		pv_array_at(&store->details.sockets, PvSocket, store->files.n - 1)->interface =
			link;
		add_inet(store, 1, IPPROTO_TCP, "fe80::2", 5000, "fe80::1", 80);
		pv_array_at(&store->details.sockets, PvSocket, store->files.n - 1)->interface =
			link;
	}
	finish(store);
	assert_are_peers(store, 0, 1);
	assert_are_peers(store, 1, 0);
	assert_are_peers(store, 2, 3);
	assert_are_peers(store, 3, 2);
	pv_store_unref(store);
}

static void
test_udp(void)
{
	enum {
		ANY,
		EXACT,
		TO_ANY,
		TO_EXACT,
		SIX,
		TO_SIX,
		PAIRED,
		PAIRED_TOO,
		BESIDE,
		FAR
	};
	PvStore *store = pv_store_new();

	add_inet(store, 1, IPPROTO_UDP, "0.0.0.0", 53, "0.0.0.0", 0);
	add_inet(store, 1, IPPROTO_UDP, "127.0.0.53", 53, "0.0.0.0", 0);
	add_inet(store, 1, IPPROTO_UDP, "127.0.0.1", 5000, "127.0.0.1", 53);
	add_inet(store, 1, IPPROTO_UDP, "127.0.0.1", 5001, "127.0.0.53", 53);
	add_inet(store, 1, IPPROTO_UDP, "::", 54, "::", 0);
	add_inet(store, 1, IPPROTO_UDP, "::1", 5002, "::1", 54);
	/* Who is connected back comes first: nothing from there reaches the one that is bound. */
	add_inet(store, 1, IPPROTO_UDP, "127.0.0.1", 53, "127.0.0.1", 5003);
	add_inet(store, 1, IPPROTO_UDP, "127.0.0.1", 5003, "127.0.0.1", 53);
	/* Not an address of which it is known here that it is of this machine. */
	add_inet(store, 1, IPPROTO_UDP, "10.0.0.1", 5000, "10.0.0.9", 53);
	add_inet(store, 2, IPPROTO_UDP, "127.0.0.1", 5000, "127.0.0.1", 53);
	finish(store);
	assert_are_peers(store, ANY, TO_ANY);
	assert_are_peers(store, TO_ANY, ANY);
	assert_are_peers(store, EXACT, TO_EXACT);
	assert_are_peers(store, TO_EXACT, EXACT);
	assert_are_peers(store, SIX, TO_SIX);
	assert_are_peers(store, TO_SIX, SIX);
	assert_are_peers(store, PAIRED, PAIRED_TOO);
	assert_are_peers(store, PAIRED_TOO, PAIRED);
	assert_no_peers(store, BESIDE);
	assert_no_peers(store, FAR);
	pv_store_unref(store);
}

static void
test_vsock(void)
{
	PvStore *store = pv_store_new();

	for (guint i = 0; i < 3; i++) {
		PvSocket *socket = add_socket(store, 500 + i, AF_VSOCK);

		socket->local_cid = socket->remote_cid = 1;
		socket->local_port = i == 0 ? 1024 : 4711;
		socket->remote_port = i == 0 ? 4711 : 1024;
		socket->state = i == 2 ? TCP_LISTEN : TCP_ESTABLISHED;
		socket->known |= PV_SOCKET_LOCAL | PV_SOCKET_REMOTE | PV_SOCKET_STATE;
	}
	finish(store);
	assert_are_peers(store, 0, 1);
	assert_are_peers(store, 1, 0);
	assert_no_peers(store, 2);
	pv_store_unref(store);
}

static void
test_watchers(void)
{
	PvStore *store = pv_store_new();
	guint32 set = add_file(store, PV_KIND_EVENTPOLL, 15, 1039, O_RDWR);
	guint32 target = add_file(store, PV_KIND_EVENTFD, 15, 1039, O_RDWR);
	g_autoptr(GArray) watchers = g_array_new(FALSE, FALSE, sizeof(guint32));

	/* By two numbers, and one that leads nowhere. */
	pv_details_add_registration(&store->details, set)->target = target;
	pv_details_add_registration(&store->details, set)->target = target;
	pv_details_add_registration(&store->details, set);
	finish(store);
	pv_ends_each_watcher(store, target, gather, watchers);
	g_assert_cmpuint(watchers->len, ==, 1);
	g_assert_cmpuint(g_array_index(watchers, guint32, 0), ==, set);
	pv_ends_each_watcher(store, set, gather, watchers);
	g_assert_cmpuint(watchers->len, ==, 1);
	assert_no_peers(store, set);
	pv_store_unref(store);
}

static gboolean
gather_fds(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	g_string_append_printf(data, "%d ", descriptor->fd);
	return TRUE;
}

static gboolean
gather_one(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	gather_fds(store, descriptor, data);
	return FALSE;
}

/* Before the index is there, and after. */
static void
test_descriptors(void)
{
	PvStore *store = pv_store_new();
	guint32 first = add_file(store, PV_KIND_REGULAR, 1, 1, O_RDWR);
	guint32 second = add_file(store, PV_KIND_EVENTFD, 1, 2, O_RDWR);
	guint32 unreached = add_file(store, PV_KIND_REGULAR, 1, 3, O_RDWR);
	PvDescriptor *last;

	pv_store_descriptor(store, unreached)->file = second;
	last = append(&store->descriptors);
	last->index = 3;
	last->fd = 3;
	last->file = first;
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GString) text = g_string_new(NULL);

		pv_ends_each_descriptor(store, first, gather_fds, text);
		g_assert_cmpstr(text->str, ==, "0 3 ");
		pv_ends_each_descriptor(store, second, gather_fds, text);
		g_assert_cmpstr(text->str, ==, "0 3 1 2 ");
		pv_ends_each_descriptor(store, unreached, gather_fds, text);
		g_assert_cmpstr(text->str, ==, "0 3 1 2 ");
		g_assert_false(pv_ends_each_descriptor(store, first, gather_one, text));
		g_assert_cmpstr(text->str, ==, "0 3 1 2 0 ");
		finish(store);
	}
	pv_store_unref(store);
}

/* An eventfd has no sides: who else has it is at its other end. A pipe's other end is a file. */
static void
test_peer_descriptors(void)
{
	PvStore *store = pv_store_new();
	guint32 event = add_file(store, PV_KIND_EVENTFD, 1, 2, O_RDWR);
	guint32 other = add_file(store, PV_KIND_EVENTFD, 1, 2, O_RDWR);
	guint32 reader = add_file(store, PV_KIND_PIPE, 1, 3, O_RDONLY);
	guint32 writer = add_file(store, PV_KIND_PIPE, 1, 3, O_WRONLY);
	guint32 again = add_file(store, PV_KIND_PIPE, 1, 3, O_WRONLY);
	g_autoptr(GString) text = g_string_new(NULL);

	add_fact(store, event, PV_FACT_EVENTFD_ID, 1);
	pv_store_descriptor(store, other)->file = event;
	pv_store_descriptor(store, again)->file = writer;
	finish(store);
	pv_ends_each_peer_descriptor(store, pv_store_descriptor(store, 0), gather_fds, text);
	g_assert_cmpstr(text->str, ==, "1 ");
	pv_ends_each_peer_descriptor(store, pv_store_descriptor(store, reader), gather_fds, text);
	g_assert_cmpstr(text->str, ==, "1 3 4 ");
	pv_ends_each_peer_descriptor(store, pv_store_descriptor(store, 4), gather_fds, text);
	g_assert_cmpstr(text->str, ==, "1 3 4 2 ");
	pv_ends_each_peer_descriptor(store, pv_store_descriptor(store, reader), gather_one, text);
	g_assert_cmpstr(text->str, ==, "1 3 4 2 3 ");
	pv_store_unref(store);
}

/* Each of many writers finds the reader at once, whatever the others are. */
static void
test_many(void)
{
	enum {
		N = 50000
	};
	PvStore *store = pv_store_new();
	gint64 began;

	add_file(store, PV_KIND_PIPE, 1, 3, O_RDONLY);
	for (guint i = 0; i < N; i++)
		add_file(store, PV_KIND_PIPE, 1, 3, O_WRONLY);
	finish(store);
	began = g_get_monotonic_time();
	for (guint i = 1; i <= N; i++)
		assert_are_peers(store, i, 0);
	/* A walk over all of them for each would take minutes. */
	g_assert_cmpint(g_get_monotonic_time() - began, <, 20 * G_USEC_PER_SEC);
	pv_store_unref(store);
}

/* Many receive at one port, and many send to it who are all answered by somebody else. */
static void
test_many_answered(void)
{
	enum {
		N = 4000
	};
	PvStore *store = pv_store_new();
	gint64 began;

	for (guint i = 0; i < N; i++)
		add_inet(store, 1, IPPROTO_UDP, "127.0.0.1", 53, "0.0.0.0", 0);
	for (guint i = 0; i < N; i++) {
		add_inet(store, 1, IPPROTO_UDP, "127.0.0.1", 10000 + i, "127.0.0.1", 53);
		add_inet(store, 1, IPPROTO_UDP, "127.0.0.1", 53, "127.0.0.1", 10000 + i);
	}
	finish(store);
	began = g_get_monotonic_time();
	for (guint i = 0; i < N; i++)
		assert_no_peers(store, i);
	assert_are_peers(store, N, N + 1);
	g_assert_cmpint(g_get_monotonic_time() - began, <, 2 * G_USEC_PER_SEC);
	pv_store_unref(store);
}

/* An answer, and no end of the program. */
static void
test_no_memory(void)
{
	enum {
		N = 400000
	};
	PvStore *store = pv_store_new();
	struct rlimit before;
	gboolean done;

	if (!MEMORY_LIMIT_WORKS) {
		g_test_skip("a sanitizer needs address space");
		pv_store_unref(store);
		return;
	}
	for (guint i = 0; i < N; i++)
		add_file(store, PV_KIND_PIPE, 1, i / 2, i % 2 == 0 ? O_RDONLY : O_WRONLY);
	pv_details_settle(&store->details);
	before = memory_limit_set(1 << 20);
	done = pv_ends_index(store);
	memory_limit_lift(before);
	g_assert_false(done);
	finish(store);
	assert_are_peers(store, 0, 1);
	pv_store_unref(store);
}

static void
test_process(void)
{
	PvStore *store = pv_store_new();
	PvProcess *process = append(&store->processes);
	PvTask *task;
	guint32 file[4];

	process->pid = 910;
	for (guint32 i = 0; i < 2; i++) {
		task = append(&store->tasks);
		task->tid = 910 + (gint32)i;
		task->index = i;
		*(guint32 *)append(&store->by_tid) = i;
	}
	for (guint i = 0; i < 4; i++)
		file[i] = add_file(store, PV_KIND_PIDFD, 1, i, O_RDWR);
	add_fact(store, file[0], PV_FACT_PIDFD_PID, 911);
	add_fact(store, file[1], PV_FACT_PIDFD_PID, G_MAXUINT64);
	add_fact(store, file[2], PV_FACT_PIDFD_PID, 0);
	finish(store);
	g_assert_true(pv_ends_process(store, file[0]) == pv_store_process(store, 0));
	g_assert_null(pv_ends_process(store, file[1]));
	g_assert_null(pv_ends_process(store, file[2]));
	g_assert_null(pv_ends_process(store, file[3]));
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/ends/pipe", test_pipe);
	g_test_add_func("/core/ends/fifos", test_fifos);
	g_test_add_func("/core/ends/queues", test_queues);
	g_test_add_func("/core/ends/eventfd", test_eventfd);
	g_test_add_func("/core/ends/terminals", test_terminals);
	g_test_add_func("/core/ends/unix", test_unix);
	g_test_add_func("/core/ends/named-socket", test_named_socket);
	g_test_add_func("/core/ends/tcp", test_tcp);
	g_test_add_func("/core/ends/links", test_links);
	g_test_add_func("/core/ends/udp", test_udp);
	g_test_add_func("/core/ends/vsock", test_vsock);
	g_test_add_func("/core/ends/watchers", test_watchers);
	g_test_add_func("/core/ends/descriptors", test_descriptors);
	g_test_add_func("/core/ends/peer-descriptors", test_peer_descriptors);
	g_test_add_func("/core/ends/many", test_many);
	g_test_add_func("/core/ends/many-answered", test_many_answered);
	g_test_add_func("/core/ends/no-memory", test_no_memory);
	g_test_add_func("/core/ends/process", test_process);
	return g_test_run();
}
