/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * By what two ends find each other.
 *
 *   pipe, fifo, mqueue   device and inode; inode alone is not enough, every tmpfs counts from 1
 *   Unix sockets         inode; each knows at most one that it is connected to, and many may be
 *                        connected to it
 *   TCP, UDP, SCTP, DCCP network namespace, protocol and both addresses, exchanged. An IPv4 address
 *                        in an IPv6 socket is the IPv4 address. TCP and MPTCP are one: either side
 *                        may have fallen back
 *   UDP, one-sided       one that is connected is answered by whoever is bound to that address, by
 *                        the kernel's own order: who is connected back, who is bound to it, who is
 *                        bound to the port on any address; the last only of loopback addresses,
 *                        because of no other is it known here that they are of this machine. What
 *                        "::" receives over IPv4 depends on IPV6_V6ONLY, which is not known
 *   vsock                both context ids and ports
 *   pseudoterminals      the devpts, by its device, and the number there. The file of a master
 *                        stays where it was opened, often on devtmpfs: PV_FACT_PTY_DEV tells
 *   eventfd              the id that the kernel gave (5.2)
 *
 * The other end of what goes through another network namespace, a bridge or address translation
 * is not found: addresses alone do not tell.
 */
#include "core/channel.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "core/kind.h"
#include "util/hash.h"

/* Character devices, see Documentation/admin-guide/devices.txt of the kernel. */
#define PTMX_DEV	  pv_dev(5, 2)
#define FIRST_SLAVE_MAJOR 136
#define LAST_SLAVE_MAJOR  143
/* Where the numbers of MPTCP are not in the C library's header. */
#define PROTOCOL_MPTCP 262

static void
put(PvEnd *ends, guint *n, guint32 role, guint64 first, guint64 second)
{
	g_assert(*n < PV_MAX_CHANNELS);
	ends[(*n)++] = (PvEnd){{first, second}, role, PV_NONE};
}

static void
be(PvChannels *channels, guint32 role, guint64 first, guint64 second)
{
	put(channels->own, &channels->n_own, role, first, second);
}

static void
want(PvChannels *channels, guint32 role, guint64 first, guint64 second)
{
	put(channels->wanted, &channels->n_wanted, role, first, second);
}

static void
note_pipe(const PvFile *file, PvChannels *channels)
{
	guint access = file->flags & O_ACCMODE;

	if ((file->known & PV_FILE_FLAGS) == 0 || (file->known & PV_FILE_INODE) == 0 ||
	    (file->flags & O_PATH) != 0)
		return;
	if (access == O_RDONLY || access == O_RDWR) {
		be(channels, PV_ROLE_READS, file->dev, file->ino);
		want(channels, PV_ROLE_WRITES, file->dev, file->ino);
	}
	if (access == O_WRONLY || access == O_RDWR) {
		be(channels, PV_ROLE_WRITES, file->dev, file->ino);
		want(channels, PV_ROLE_READS, file->dev, file->ino);
	}
}

static void
note_unix(const PvSocket *socket, PvChannels *channels)
{
	be(channels, PV_ROLE_IS, socket->ino, 0);
	if (socket->peer_ino != 0) {
		be(channels, PV_ROLE_POINTS, socket->peer_ino, 0);
		want(channels, PV_ROLE_IS, socket->peer_ino, 0);
	}
	if (socket->listener_ino != 0) {
		be(channels, PV_ROLE_POINTS, socket->listener_ino, 0);
		want(channels, PV_ROLE_IS, socket->listener_ino, 0);
	}
	want(channels, PV_ROLE_POINTS, socket->ino, 0);
}

typedef struct {
	guint8 bytes[16]; /* of IPv6 */
	guint32 port;
} Address;

static Address
address_of(guint family, const guint8 bytes[16], guint32 port)
{
	Address address = {{0}, port};

	if (family == AF_INET6) {
		memcpy(address.bytes, bytes, 16);
	} else {
		memset(address.bytes + 10, 0xff, 2);
		memcpy(address.bytes + 12, bytes, 4);
	}
	return address;
}

static gboolean
is_ipv4(const Address *address)
{
	static const guint8 prefix[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(address->bytes, prefix, sizeof(prefix)) == 0;
}

static gboolean
is_any(const Address *address)
{
	static const guint8 zero[16];

	if (is_ipv4(address))
		return memcmp(address->bytes + 12, zero, 4) == 0;
	return memcmp(address->bytes, zero, 16) == 0;
}

static gboolean
is_loopback(const Address *address)
{
	static const guint8 one[16] = {[15] = 1};

	if (is_ipv4(address))
		return address->bytes[12] == 127;
	return memcmp(address->bytes, one, 16) == 0;
}

static Address
any_like(const Address *address)
{
	Address any = {{0}, address->port};

	if (is_ipv4(address))
		memset(any.bytes + 10, 0xff, 2);
	return any;
}

typedef struct {
	const PvStore *store;
	guint64 netns;
	guint32 protocol;
	Address local;
	Address remote;
} Inet;

/* Both addresses under a key of this snapshot: nobody can choose some that fall together. */
static guint64
hash_addresses(const Inet *inet, const Address *first, const Address *second)
{
	struct {
		guint64 netns;
		guint8 first[16];
		guint8 second[16];
		guint32 ports[2];
		guint32 protocol;
		guint32 reserved;
	} key = {.netns = inet->netns, .protocol = inet->protocol};

	memcpy(key.first, first->bytes, 16);
	key.ports[0] = first->port;
	if (second != NULL) {
		memcpy(key.second, second->bytes, 16);
		key.ports[1] = second->port;
	}
	return pv_hash_bytes(inet->store->strings.key, (const char *)&key, sizeof(key));
}

static guint64
ports_of(const Address *first, const Address *second)
{
	return (guint64)first->port << 32 | (second == NULL ? 0 : second->port);
}

static void
be_at(PvChannels *channels, guint32 role, const Inet *inet, const Address *first,
      const Address *second)
{
	be(channels, role, hash_addresses(inet, first, second), ports_of(first, second));
}

static void
want_at(PvChannels *channels, guint32 role, const Inet *inet, const Address *first,
	const Address *second)
{
	want(channels, role, hash_addresses(inet, first, second), ports_of(first, second));
}

static void
note_pair(const Inet *inet, PvChannels *channels)
{
	be_at(channels, PV_ROLE_PAIR, inet, &inet->local, &inet->remote);
	want_at(channels, PV_ROLE_PAIR, inet, &inet->remote, &inet->local);
}

static void
note_datagrams(const Inet *inet, PvChannels *channels)
{
	Address any = any_like(&inet->remote);

	if (inet->remote.port == 0) {
		guint32 role = is_any(&inet->local) ? PV_ROLE_SENDS_ANY : PV_ROLE_SENDS;

		be_at(channels, PV_ROLE_BOUND, inet, &inet->local, NULL);
		want_at(channels, role, inet, &inet->local, NULL);
		return;
	}
	note_pair(inet, channels);
	be_at(channels, PV_ROLE_SENDS, inet, &inet->remote, NULL);
	want_at(channels, PV_ROLE_BOUND, inet, &inet->remote, NULL);
	if (is_loopback(&inet->remote)) {
		be_at(channels, PV_ROLE_SENDS_ANY, inet, &any, NULL);
		want_at(channels, PV_ROLE_BOUND, inet, &any, NULL);
	}
	channels->first_only = TRUE;
}

static gboolean
knows(const PvSocket *socket, guint bits)
{
	return (socket->known & bits) == bits;
}

static void
note_inet(const PvStore *store, const PvSocket *socket, PvChannels *channels)
{
	guint state = (socket->known & PV_SOCKET_STATE) != 0 ? socket->state : 0;
	Inet inet = {store, socket->netns, socket->protocol,
		     address_of(socket->family, socket->local, socket->local_port),
		     address_of(socket->family, socket->remote, socket->remote_port)};

	if (!knows(socket, PV_SOCKET_NETNS | PV_SOCKET_PROTOCOL | PV_SOCKET_LOCAL) ||
	    socket->local_port == 0)
		return;
	switch (socket->protocol) {
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		note_datagrams(&inet, channels);
		return;
	case PROTOCOL_MPTCP:
		inet.protocol = IPPROTO_TCP;
		break;
	case IPPROTO_TCP:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		break;
	default:
		return;
	}
	if (socket->remote_port != 0 && state != TCP_LISTEN && state != TCP_CLOSE)
		note_pair(&inet, channels);
}

static void
note_vsock(const PvSocket *socket, PvChannels *channels)
{
	guint64 local = (guint64)socket->local_cid << 32 | socket->local_port;
	guint64 remote = (guint64)socket->remote_cid << 32 | socket->remote_port;

	if (!knows(socket, PV_SOCKET_LOCAL | PV_SOCKET_REMOTE | PV_SOCKET_STATE) ||
	    socket->state == TCP_LISTEN || socket->state == TCP_CLOSE)
		return;
	be(channels, PV_ROLE_VSOCK, local, remote);
	want(channels, PV_ROLE_VSOCK, remote, local);
}

const PvSocket *
pv_socket_of(const PvStore *store, const PvFile *file)
{
	/* Opened by its name it has the inode number of a file: that of another one's socket, maybe. */
	if (file->kind != PV_KIND_SOCKET || (file->known & PV_FILE_INODE) == 0 ||
	    (file->flags & O_PATH) != 0)
		return NULL;
	return pv_details_find_socket(&store->details, file->ino);
}

static void
note_socket(const PvStore *store, const PvFile *file, PvChannels *channels)
{
	const PvSocket *socket = pv_socket_of(store, file);

	if (socket == NULL || (socket->known & PV_SOCKET_FAMILY) == 0)
		return;
	switch (socket->family) {
	case AF_UNIX:
		note_unix(socket, channels);
		return;
	case AF_INET:
	case AF_INET6:
		note_inet(store, socket, channels);
		return;
	case AF_VSOCK:
		note_vsock(socket, channels);
		return;
	default:
		return;
	}
}

/* What is opened as /dev/tty is a slave too, if somebody has told its number and devpts. */
static void
note_pty(const PvStore *store, const PvFile *file, PvChannels *channels)
{
	const PvFact *index = pv_details_find_fact(&store->details, file->index, PV_FACT_PTY_INDEX);
	const PvFact *devpts = pv_details_find_fact(&store->details, file->index, PV_FACT_PTY_DEV);
	guint32 rdev = (guint32)file->extent;
	gboolean node =
		pv_dev_major(rdev) >= FIRST_SLAVE_MAJOR && pv_dev_major(rdev) <= LAST_SLAVE_MAJOR;
	guint64 dev = devpts != NULL ? devpts->value : file->dev;
	guint64 number = index != NULL ? index->value : pv_dev_minor(rdev);

	if ((file->known & PV_FILE_RDEV) == 0 || (file->flags & O_PATH) != 0 ||
	    (index == NULL && !node))
		return;
	if (devpts == NULL && (file->known & PV_FILE_INODE) == 0)
		return;
	if (rdev == PTMX_DEV) {
		be(channels, PV_ROLE_MASTER, dev, number);
		want(channels, PV_ROLE_SLAVE, dev, number);
	} else if (node || devpts != NULL) {
		be(channels, PV_ROLE_SLAVE, dev, number);
		want(channels, PV_ROLE_MASTER, dev, number);
	}
}

static void
note_eventfd(const PvStore *store, const PvFile *file, PvChannels *channels)
{
	const PvFact *id = pv_details_find_fact(&store->details, file->index, PV_FACT_EVENTFD_ID);

	if (id == NULL)
		return;
	be(channels, PV_ROLE_EVENTFD, id->value, 0);
	want(channels, PV_ROLE_EVENTFD, id->value, 0);
}

void
pv_channels_of(const PvStore *store, const PvFile *file, PvChannels *channels)
{
	channels->n_own = channels->n_wanted = 0;
	channels->first_only = FALSE;
	switch (file->kind) {
	case PV_KIND_PIPE:
	case PV_KIND_FIFO:
	case PV_KIND_MQUEUE:
		note_pipe(file, channels);
		return;
	case PV_KIND_SOCKET:
		note_socket(store, file, channels);
		return;
	case PV_KIND_CHARDEV:
		note_pty(store, file, channels);
		return;
	case PV_KIND_EVENTFD:
		note_eventfd(store, file, channels);
		return;
	default:
		return;
	}
}
