/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a file of kind socket is.
 */
#include "api/private.h"
#include "core/socket-names.h"

/**
 * ProcviewSocket:
 *
 * What a file of kind %PROCVIEW_KIND_SOCKET is: family, addresses, state, queues, peer, network
 * namespace.
 *
 * Sockets are collected with %PROCVIEW_COLLECT_SOCKETS, of all network namespaces. Where BPF reads,
 * the facts come from the kernel's `struct sock` in the same pass as the files; elsewhere from
 * sock_diag(7), asked once a network namespace and only where a socket was met. A socket that no
 * dump of the kernel knows, because it is not bound, still has its family and protocol. To ask
 * another network namespace than one's own takes `CAP_SYS_ADMIN`; without it less is known of its
 * sockets.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewSocket, procview_socket, procview_socket_ref, procview_socket_unref)

/**
 * procview_socket_ref:
 * @socket: a socket
 *
 * Takes a reference on the snapshot of the socket. Safe from any thread.
 *
 * Returns: (transfer full): the socket
 *
 * Since: 0.1
 */
ProcviewSocket *
procview_socket_ref(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, NULL);

	pv_store_ref(pv_store_of(socket));
	return socket;
}

/**
 * procview_socket_unref:
 * @socket: (transfer full): a socket
 *
 * Drops a reference on the snapshot of the socket. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_socket_unref(ProcviewSocket *socket)
{
	g_return_if_fail(socket != NULL);

	pv_store_unref(pv_store_of(socket));
}

/**
 * procview_socket_get_inode:
 * @socket: a socket
 *
 * The inode number of the socket: the one in `socket:[812]`, and what sock_diag(7) calls `inode`.
 * Unique on the machine: all sockets lie on one file system.
 *
 * Returns: a number
 *
 * Since: 0.1
 */
guint64
procview_socket_get_inode(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, 0);

	return socket->ino;
}

/**
 * procview_socket_get_family:
 * @socket: a socket
 * @family: (out) (optional): `AF_*`
 *
 * The address family: the first argument of socket(2).
 *
 * Returns: whether it is known; if not, @family is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_family(ProcviewSocket *socket, int *family)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_FAMILY) != 0;
	if (family != NULL)
		*family = known ? socket->family : 0;
	return known;
}

/**
 * procview_socket_get_socket_type:
 * @socket: a socket
 * @type: (out) (optional): `SOCK_*`
 *
 * The type: the second argument of socket(2), without its flags.
 *
 * Returns: whether it is known; if not, @type is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_socket_type(ProcviewSocket *socket, int *type)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_TYPE) != 0;
	if (type != NULL)
		*type = known ? socket->type : 0;
	return known;
}

/**
 * procview_socket_get_protocol:
 * @socket: a socket
 * @protocol: (out) (optional): `IPPROTO_*`, `NETLINK_*`, `ETH_P_*` (in host order), …, by the
 *   family
 *
 * The protocol, as the family counts them.
 *
 * Returns: whether it is known; if not, @protocol is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_protocol(ProcviewSocket *socket, int *protocol)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_PROTOCOL) != 0;
	if (protocol != NULL)
		*protocol = known ? (int)socket->protocol : 0;
	return known;
}

/**
 * procview_socket_get_family_name:
 * @socket: a socket
 *
 * The family as a word: `inet`, `inet6`, `unix`, `netlink`, `packet`, `vsock`, ….
 *
 * Returns: (transfer none) (nullable): a word; %NULL if it is unknown or this release has no word
 *   for what [method@Procview.Socket.get_family] gives
 *
 * Since: 0.1
 */
const char *
procview_socket_get_family_name(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, NULL);

	return pv_socket_family_name(socket);
}

/**
 * procview_socket_get_type_name:
 * @socket: a socket
 *
 * The type as a word: `stream`, `dgram`, `raw`, `seqpacket`, ….
 *
 * Returns: (transfer none) (nullable): a word; %NULL if it is unknown or this release has no word
 *   for what [method@Procview.Socket.get_socket_type] gives
 *
 * Since: 0.1
 */
const char *
procview_socket_get_type_name(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, NULL);

	return pv_socket_type_name(socket);
}

/**
 * procview_socket_get_protocol_name:
 * @socket: a socket
 *
 * The protocol as a word: `tcp`, `udp`, `icmp`, … of `inet` and `inet6`; `route`, `sock_diag`, … of
 * `netlink`; `all`, `ip`, `arp`, … of `packet`.
 *
 * Returns: (transfer none) (nullable): a word; %NULL if it is unknown or this release has no word
 *   for what [method@Procview.Socket.get_protocol] gives
 *
 * Since: 0.1
 */
const char *
procview_socket_get_protocol_name(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, NULL);

	return pv_socket_protocol_name(socket);
}

/**
 * procview_socket_get_state:
 * @socket: a socket
 * @state: (out) (optional): `TCP_*` of `<netinet/tcp.h>`
 *
 * The state, which the kernel counts alike for all families: `TCP_ESTABLISHED` is 1, `TCP_CLOSE` 7,
 * `TCP_LISTEN` 10.
 *
 * Returns: whether it is known; if not, @state is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_state(ProcviewSocket *socket, int *state)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_STATE) != 0;
	if (state != NULL)
		*state = known ? socket->state : 0;
	return known;
}

/**
 * procview_socket_get_state_name:
 * @socket: a socket
 *
 * The state as a word: `LISTEN`, `ESTABLISHED`, `CLOSE_WAIT`, … For sockets of protocols without
 * connections, and for those of Unix and vsock, `TCP_CLOSE` is `UNCONNECTED`.
 *
 * Returns: (transfer none) (nullable): a word; %NULL if it is unknown
 *
 * Since: 0.1
 */
const char *
procview_socket_get_state_name(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, NULL);

	return pv_socket_state_name(socket);
}

/**
 * procview_socket_is_listening:
 * @socket: a socket
 *
 * Whether connections can arrive: listen(2) was called.
 *
 * Returns: whether it is known to listen
 *
 * Since: 0.1
 */
gboolean
procview_socket_is_listening(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, FALSE);

	return pv_socket_is_listening(socket);
}

/**
 * procview_socket_get_receive_queue:
 * @socket: a socket
 * @amount: (out) (optional): bytes, or connections
 *
 * What has arrived and nobody has read yet: bytes, or, of a socket that listens, connections that
 * wait to be accepted. As ss(8) shows in `Recv-Q`.
 *
 * Bytes of UDP, raw, netlink, packet and MPTCP sockets are counted with what the kernel needs to
 * store them. Of a Unix datagram socket it is the length of the first message.
 *
 * Returns: whether it is known; if not, @amount is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_receive_queue(ProcviewSocket *socket, guint *amount)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_QUEUES) != 0;
	if (amount != NULL)
		*amount = known ? socket->receive_queue : 0;
	return known;
}

/**
 * procview_socket_get_send_queue:
 * @socket: a socket
 * @amount: (out) (optional): bytes, or connections
 *
 * What was sent and has not been acknowledged or read yet: bytes, or, of a socket that listens, how
 * many connections may wait. As ss(8) shows in `Send-Q`.
 *
 * Bytes of all but TCP sockets are counted with what the kernel needs to store them.
 *
 * Returns: whether it is known; if not, @amount is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_send_queue(ProcviewSocket *socket, guint *amount)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_QUEUES) != 0;
	if (amount != NULL)
		*amount = known ? socket->send_queue : 0;
	return known;
}

/**
 * procview_socket_get_backlog:
 * @socket: a socket
 * @backlog: (out) (optional): a number of connections
 *
 * How many connections may wait to be accepted: the second argument of listen(2), as the kernel has
 * limited it.
 *
 * Returns: whether it is known; if not, @backlog is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_backlog(ProcviewSocket *socket, guint *backlog)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_BACKLOG) != 0;
	if (backlog != NULL)
		*backlog = known ? socket->backlog : 0;
	return known;
}

/**
 * procview_socket_get_interface:
 * @socket: a socket
 * @index: (out) (optional): the index of a network interface, in the socket's network namespace; 0:
 *   any
 *
 * The network interface that the socket is bound to (`SO_BINDTODEVICE`, `sll_ifindex`).
 *
 * Returns: whether it is known; if not, @index is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_interface(ProcviewSocket *socket, guint *index)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_INTERFACE) != 0;
	if (index != NULL)
		*index = known ? socket->interface : 0;
	return known;
}

/**
 * procview_socket_get_groups:
 * @socket: a socket
 * @groups: (out) (optional): bits: bit n - 1 is group n
 *
 * The multicast groups that a netlink socket listens to, the first 64 of them.
 *
 * Returns: whether it is known; if not, @groups is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_groups(ProcviewSocket *socket, guint64 *groups)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_GROUPS) != 0;
	if (groups != NULL)
		*groups = known ? socket->groups : 0;
	return known;
}

/**
 * procview_socket_get_shutdown:
 * @socket: a socket
 * @shutdown: (out) (optional): the directions
 *
 * Which directions shutdown(2) has ended, of this side or, of a Unix socket, of the other.
 *
 * Returns: whether it is known; if not, @shutdown is set to %PROCVIEW_SHUTDOWN_NONE
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_shutdown(ProcviewSocket *socket, ProcviewShutdown *shutdown)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_SHUTDOWN) != 0;
	if (shutdown != NULL)
		*shutdown = known ? (ProcviewShutdown)socket->shutdown : PROCVIEW_SHUTDOWN_NONE;
	return known;
}

/**
 * procview_socket_get_uid:
 * @socket: a socket
 * @uid: (out) (optional): a user id, in the user namespace of the reader
 *
 * The user whom the socket belongs to: who made it.
 *
 * Returns: whether it is known; if not, @uid is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_uid(ProcviewSocket *socket, guint *uid)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_UID) != 0;
	if (uid != NULL)
		*uid = known ? socket->uid : 0;
	return known;
}

/**
 * procview_socket_get_peer_pid:
 * @socket: a socket
 * @pid: (out) (optional): a process id, in the pid namespace of the reader
 *
 * Who was at the other end of a Unix socket when it was connected (`SO_PEERCRED`). The socket may
 * have been handed on since; [method@Procview.File.list_peers] says who has the other end now.
 *
 * Returns: whether it is known; if not, @pid is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_peer_pid(ProcviewSocket *socket, int *pid)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_PEER_PID) != 0;
	if (pid != NULL)
		*pid = known ? socket->peer_pid : 0;
	return known;
}

/**
 * procview_socket_get_n_in_flight:
 * @socket: a socket
 * @n_files: (out) (optional): a number of files
 *
 * How many files lie in the receive queue of a Unix socket, sent with `SCM_RIGHTS` and not received
 * yet.
 *
 * Returns: whether it is known; if not, @n_files is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_n_in_flight(ProcviewSocket *socket, guint *n_files)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_IN_FLIGHT) != 0;
	if (n_files != NULL)
		*n_files = known ? socket->in_flight : 0;
	return known;
}

/**
 * procview_socket_get_cookie:
 * @socket: a socket
 *
 * The number that the kernel has given to the socket (`SO_COOKIE`), and that ss(8) shows as `sk` in
 * hexadecimal: it tells it apart from all others since boot. The kernel gives it when it is asked
 * for the first time.
 *
 * Returns: a number; 0 if it is unknown
 *
 * Since: 0.1
 */
guint64
procview_socket_get_cookie(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, 0);

	return socket->cookie;
}

/**
 * procview_socket_get_network_namespace:
 * @socket: a socket
 *
 * The network namespace that the socket is in, which need not be that of the processes which have
 * it: the inode number of `/proc/PID/ns/net`.
 *
 * Returns: a number; 0 if it is unknown
 *
 * Since: 0.1
 */
guint64
procview_socket_get_network_namespace(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, 0);

	return (socket->known & PV_SOCKET_NETNS) != 0 ? socket->netns : 0;
}

/**
 * procview_socket_get_peer_inode:
 * @socket: a socket
 *
 * The inode number of the socket at the other end of a Unix socket. Of a datagram socket, whom it
 * was connected to; that one need not be connected back.
 *
 * Returns: a number; 0 if there is none, or it is unknown
 *
 * Since: 0.1
 */
guint64
procview_socket_get_peer_inode(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, 0);

	return socket->peer_ino;
}

/**
 * procview_socket_get_listener_inode:
 * @socket: a socket
 *
 * The inode number of the listener at which the connection of a Unix socket waits to be accepted:
 * as long as it does, its other end has no inode.
 *
 * Returns: a number; 0 if there is none, or it is unknown
 *
 * Since: 0.1
 */
guint64
procview_socket_get_listener_inode(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, 0);

	return socket->listener_ino;
}
