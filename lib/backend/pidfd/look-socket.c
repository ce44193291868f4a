/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * getsockopt(2) tells family, type, protocol and cookie of any socket, also of one that no list of
 * the kernel has because it is not bound.
 *
 *   SO_DOMAIN, SO_PROTOCOL 2.6.32   SO_COOKIE 4.12   SO_NETNS_COOKIE 5.14   SO_PEERCRED 2.2
 *
 * The network namespace: a cookie that is the same as that of a socket of ours says that it is our
 * own. For others SIOCGSKNS (4.9) opens the namespace; that needs CAP_NET_ADMIN in it.
 *
 * getsockname(2) is asked of unix, netlink and packet only. For inet, inet6 and vsock it takes the
 * lock of the socket, which a thread holds while it copies what it sends: if that lies in memory
 * that is never filled (userfaultfd, FUSE), we would wait for ever. Their addresses come from
 * sock_diag(7); those of a vsock, where the kernel has no module for it, are not to be had.
 */
#include "backend/pidfd/look-socket.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "util/fd.h"
#include "util/pidfd.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

static gboolean
get_option(int socket, int option, gpointer value, socklen_t size)
{
	socklen_t length = size;

	return getsockopt(socket, SOL_SOCKET, option, value, &length) == 0 && length == size;
}

static gboolean
get_number(int socket, int option, int *value)
{
	return get_option(socket, option, value, sizeof(*value)) && *value >= 0;
}

static guint64
netns_cookie(int socket)
{
	guint64 cookie = 0;

	return get_option(socket, SO_NETNS_COOKIE, &cookie, sizeof(cookie)) ? cookie : 0;
}

static guint64
netns_of(int socket)
{
	pv_autofd ns = ioctl(socket, SIOCGSKNS);
	struct stat st;

	return ns >= 0 && fstat(ns, &st) == 0 ? st.st_ino : 0;
}

static void
remember(PvSocketLooker *looker, guint64 cookie, guint64 netns)
{
	looker->met[looker->next].cookie = cookie;
	looker->met[looker->next].netns = netns;
	looker->next = (looker->next + 1) % PV_LOOK_NAMESPACES;
}

static void
get_ready(PvSocketLooker *looker)
{
	pv_autofd own = -1;
	struct stat st;

	looker->ready = TRUE;
	if (stat("/proc/thread-self/ns/net", &st) < 0)
		return;
	looker->own = st.st_ino;
	own = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (own >= 0 && netns_cookie(own) != 0)
		remember(looker, netns_cookie(own), looker->own);
}

static void
take_netns(PvSocketLooker *looker, int copy, PvSocket *record)
{
	guint64 cookie = netns_cookie(copy);

	if (!looker->ready)
		get_ready(looker);
	for (guint i = 0; i < PV_LOOK_NAMESPACES && cookie != 0; i++) {
		if (looker->met[i].cookie != cookie)
			continue;
		record->netns = looker->met[i].netns;
		record->known |= record->netns != 0 ? PV_SOCKET_NETNS : 0;
		return;
	}
	record->netns = netns_of(copy);
	record->known |= record->netns != 0 ? PV_SOCKET_NETNS : 0;
	if (cookie != 0)
		remember(looker, cookie, record->netns);
}

static void
take_nature(int copy, PvSocket *record)
{
	int number;

	if (get_number(copy, SO_DOMAIN, &number)) {
		record->family = (guint16)number;
		record->known |= PV_SOCKET_FAMILY;
	}
	if (get_number(copy, SO_TYPE, &number)) {
		record->type = (guint8)number;
		record->known |= PV_SOCKET_TYPE;
	}
	/* What a packet socket receives is in its address: it may change. */
	if (record->family != AF_PACKET && get_number(copy, SO_PROTOCOL, &number)) {
		record->protocol = (guint32)number;
		record->known |= PV_SOCKET_PROTOCOL;
	}
	get_option(copy, SO_COOKIE, &record->cookie, sizeof(record->cookie));
}

/* Of a listener it would be its own. */
static void
take_peer_pid(int copy, PvSocket *record)
{
	struct ucred peer;
	int listens = 1;

	if (record->family != AF_UNIX || !get_number(copy, SO_ACCEPTCONN, &listens) || listens ||
	    !get_option(copy, SO_PEERCRED, &peer, sizeof(peer)) || peer.pid <= 0)
		return;
	record->peer_pid = peer.pid;
	record->known |= PV_SOCKET_PEER_PID;
}

/* The dumps that other sockets are found in lack it where they come from /proc. */
static void
take_interface(int copy, PvSocket *record)
{
	gboolean is_inet = record->family == AF_INET || record->family == AF_INET6;
	int number;

	if (is_inet && record->type == SOCK_RAW && get_number(copy, SO_BINDTOIFINDEX, &number) &&
	    number != 0) {
		record->interface = (guint32)number;
		record->known |= PV_SOCKET_INTERFACE;
	}
}

typedef union {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_nl nl;
	struct sockaddr_ll ll;
	/* Linux gives paths of 108 bytes a NUL behind them. */
	char bytes[sizeof(struct sockaddr_un) + 2];
} Address;

static gboolean
take_unix_name(const Address *address, gsize length, PvSocket *record, PvStore *store)
{
	gsize at = G_STRUCT_OFFSET(struct sockaddr_un, sun_path);
	const char *name = address->bytes + at;
	gsize n = length > at ? length - at : 0;

	if (n == 0)
		return TRUE;
	record->name_is_abstract = name[0] == '\0';
	if (record->name_is_abstract) {
		name++;
		n--;
	} else {
		n = strnlen(name, n);
	}
	record->name = pv_strings_intern(&store->strings, name, n);
	record->name_len = (guint32)n;
	record->known |= PV_SOCKET_NAME;
	return record->name != 0;
}

static gboolean
take_address(int copy, PvSocket *record, PvStore *store)
{
	Address address = {0};
	socklen_t length = sizeof(address);

	if (getsockname(copy, &address.any, &length) < 0 || length > sizeof(address))
		return TRUE;
	switch (record->family) {
	case AF_UNIX:
		return take_unix_name(&address, length, record, store);
	case AF_NETLINK:
		record->local_port = address.nl.nl_pid;
		record->known |= PV_SOCKET_LOCAL;
		return TRUE;
	default:
		record->protocol = ntohs(address.ll.sll_protocol);
		record->interface = (guint32)address.ll.sll_ifindex;
		record->known |= PV_SOCKET_PROTOCOL | PV_SOCKET_INTERFACE;
		return TRUE;
	}
}

/* What is bound in our own namespace is told by its lists, with more. */
static gboolean
wants_address(const PvSocketLooker *looker, const PvSocket *record)
{
	if (record->family == AF_NETLINK)
		return TRUE;
	return (record->family == AF_UNIX || record->family == AF_PACKET) &&
	       (record->netns == 0 || record->netns != looker->own);
}

gboolean
pv_look_at_socket(PvSocketLooker *looker, int copy, guint64 ino, guint32 uid, PvStore *store)
{
	PvSocket *record = pv_array_append(&store->details.sockets);

	if (record == NULL)
		return FALSE;
	record->ino = ino;
	/* The owner of a socket is that of its inode, also after fchown(2). */
	record->uid = uid;
	record->known |= PV_SOCKET_UID;
	take_nature(copy, record);
	take_netns(looker, copy, record);
	take_peer_pid(copy, record);
	take_interface(copy, record);
	return !wants_address(looker, record) || take_address(copy, record, store);
}

int
pv_look_for_namespace(gint32 tid, gboolean is_leader, gint32 fd)
{
	/* Before 6.9 only leaders can be named. */
	pv_autofd pidfd = pv_pidfd_open(tid, !is_leader);
	pv_autofd copy = -1;
	int ns;

	if (pidfd < 0)
		return pidfd;
	copy = pv_pidfd_getfd(pidfd, fd);
	if (copy < 0)
		return copy;
	ns = ioctl(copy, SIOCGSKNS);
	return ns < 0 ? -errno : ns;
}
