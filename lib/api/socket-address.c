/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where a socket is bound, and where the other end is.
 */
#include <sys/socket.h>

#include "api/private.h"
#include "core/socket-names.h"

/**
 * procview_socket_dup_local:
 * @socket: a socket
 *
 * The own address as people write it, always numeric: `0.0.0.0:80`, `[::1]:53`, `/run/x.sock`,
 * `@abstract`, `route:1234` (protocol and port id of netlink), `arp%2` (protocol and interface
 * index of packet), `2:1024` (vsock). Raw sockets have an address without a port.
 *
 * It is printable UTF-8: a byte of the name of a Unix socket that is not is written as `\xNN`, and
 * a backslash as two. [method@Procview.Socket.get_name] gives the bytes.
 *
 * Returns: (transfer full) (nullable): text; %NULL if it is not bound, or unknown
 *
 * Since: 0.1
 */
char *
procview_socket_dup_local(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, NULL);

	return pv_socket_local_text(pv_store_of(socket), socket);
}

/**
 * procview_socket_dup_remote:
 * @socket: a socket
 *
 * The address of the other end, in the form of [method@Procview.Socket.dup_local]. Of a Unix socket
 * it is the name of the peer, or of the listener at which its connection waits, if the snapshot has
 * that.
 *
 * Returns: (transfer full) (nullable): text; %NULL if it is not connected, or unknown
 *
 * Since: 0.1
 */
char *
procview_socket_dup_remote(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, NULL);

	return pv_socket_remote_text(pv_store_of(socket), socket);
}

static const guint8 *
tell_address(const PvSocket *socket, guint known, const guint8 *address, gsize *length)
{
	gsize n = pv_socket_address_length(socket, known);

	if (length != NULL)
		*length = n;
	return n == 0 ? NULL : address;
}

/**
 * procview_socket_get_local_address:
 * @socket: a socket
 * @length: (out) (optional): 4, 16, or 0 where there is none
 *
 * The own address of an `inet` or `inet6` socket, in network order, as inet_ntop(3) wants it. All
 * zeros: any.
 *
 * Returns: (array length=length) (nullable) (transfer none): bytes, borrowed from the snapshot;
 *   %NULL if it is unknown, or the family has no such address
 *
 * Since: 0.1
 */
const guint8 *
procview_socket_get_local_address(ProcviewSocket *socket, gsize *length)
{
	g_return_val_if_fail(socket != NULL, NULL);

	return tell_address(socket, PV_SOCKET_LOCAL, socket->local, length);
}

/**
 * procview_socket_get_remote_address:
 * @socket: a socket
 * @length: (out) (optional): 4, 16, or 0 where there is none
 *
 * The other end's address of an `inet` or `inet6` socket, in network order, as inet_ntop(3) wants
 * it. All zeros: is not connected.
 *
 * Returns: (array length=length) (nullable) (transfer none): bytes, borrowed from the snapshot;
 *   %NULL if it is unknown, or the family has no such address
 *
 * Since: 0.1
 */
const guint8 *
procview_socket_get_remote_address(ProcviewSocket *socket, gsize *length)
{
	g_return_val_if_fail(socket != NULL, NULL);

	return tell_address(socket, PV_SOCKET_REMOTE, socket->remote, length);
}

/**
 * procview_socket_get_local_port:
 * @socket: a socket
 * @port: (out) (optional): a port, in host order
 *
 * The own port of an `inet`, `inet6` or `vsock` socket, and the own port id of a `netlink` one. 0:
 * is not bound.
 *
 * Returns: whether it is known, and the socket has ports; if not, @port is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_local_port(ProcviewSocket *socket, guint *port)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_LOCAL) != 0 && pv_socket_has_ports(socket);
	if (port != NULL)
		*port = known ? socket->local_port : 0;
	return known;
}

/**
 * procview_socket_get_remote_port:
 * @socket: a socket
 * @port: (out) (optional): a port, in host order
 *
 * The other end's port of an `inet`, `inet6` or `vsock` socket, and the other end's port id of a
 * `netlink` one. 0: is not connected; of netlink: the kernel.
 *
 * Returns: whether it is known, and the socket has ports; if not, @port is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_remote_port(ProcviewSocket *socket, guint *port)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_REMOTE) != 0 && pv_socket_has_ports(socket);
	if (port != NULL)
		*port = known ? socket->remote_port : 0;
	return known;
}

/**
 * procview_socket_get_local_cid:
 * @socket: a socket
 * @cid: (out) (optional): a context id; 4294967295: any
 *
 * The own context id of a `vsock` socket.
 *
 * Returns: whether it is known, and the socket has one; if not, @cid is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_local_cid(ProcviewSocket *socket, guint *cid)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_LOCAL) != 0 && socket->family == AF_VSOCK;
	if (cid != NULL)
		*cid = known ? socket->local_cid : 0;
	return known;
}

/**
 * procview_socket_get_remote_cid:
 * @socket: a socket
 * @cid: (out) (optional): a context id; 4294967295: any
 *
 * The other end's context id of a `vsock` socket.
 *
 * Returns: whether it is known, and the socket has one; if not, @cid is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_remote_cid(ProcviewSocket *socket, guint *cid)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, FALSE);

	known = (socket->known & PV_SOCKET_REMOTE) != 0 && socket->family == AF_VSOCK;
	if (cid != NULL)
		*cid = known ? socket->remote_cid : 0;
	return known;
}

/**
 * procview_socket_get_name:
 * @socket: a socket
 * @length: (out) (optional): how many bytes the name has
 *
 * The name that a Unix socket is bound to: a path, as the process gave it to bind(2), relative ones
 * from its working directory of then; or an abstract name without the NUL that comes before it.
 *
 * Raw bytes: abstract names may hold NULs.
 *
 * Returns: (array length=length) (nullable) (transfer none): bytes, borrowed from the snapshot,
 *   with a NUL after them that is not counted; %NULL if it has no name, or it is unknown
 *
 * Since: 0.1
 */
const guint8 *
procview_socket_get_name(ProcviewSocket *socket, gsize *length)
{
	gboolean known;

	g_return_val_if_fail(socket != NULL, NULL);

	known = (socket->known & PV_SOCKET_NAME) != 0 && socket->name != 0;
	if (length != NULL)
		*length = known ? socket->name_len : 0;
	return known ? (const guint8 *)pv_store_string(pv_store_of(socket), socket->name) : NULL;
}

/**
 * procview_socket_is_abstract:
 * @socket: a socket
 *
 * Whether the name of a Unix socket is an abstract one, which no file stands for; see unix(7).
 *
 * Returns: whether it is known to be
 *
 * Since: 0.1
 */
gboolean
procview_socket_is_abstract(ProcviewSocket *socket)
{
	g_return_val_if_fail(socket != NULL, FALSE);

	return (socket->known & PV_SOCKET_NAME) != 0 && socket->name_is_abstract != 0;
}

/**
 * procview_socket_get_file:
 * @socket: a socket
 * @inode: (out) (optional): inode number
 * @major: (out) (optional): major number of the device
 * @minor: (out) (optional): minor number of the device
 *
 * The file that a Unix socket was bound to by its path: it may have been removed since, or another
 * file may have the name now, so this tells better than the name who listens behind a file.
 *
 * The device is the kernel's own, which is not always that of stat(2). Where the socket was found
 * by sock_diag(7), which has 32 bits for it, the inode number is cut to these.
 *
 * Returns: whether it is known
 *
 * Since: 0.1
 */
gboolean
procview_socket_get_file(ProcviewSocket *socket, guint64 *inode, guint *major, guint *minor)
{
	g_return_val_if_fail(socket != NULL, FALSE);

	if (inode != NULL)
		*inode = socket->file_ino;
	if (major != NULL)
		*major = pv_dev_major(socket->file_dev);
	if (minor != NULL)
		*minor = pv_dev_minor(socket->file_dev);
	return socket->file_ino != 0;
}
