// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import "unsafe"

// Socket is family, addresses, state, queues and peer of a socket (CollectSockets). Numbers are the
// kernel's; words are there for those that have one.
type Socket struct {
	s *Snapshot
	c *C.ProcviewSocket
}

// Snapshot is the snapshot that the socket is part of.
func (k Socket) Snapshot() *Snapshot { return k.s }

// Inode is its inode number: the one in socket:[812].
func (k Socket) Inode() uint64 {
	k.s.use()
	defer k.s.leave()
	return uint64(C.procview_socket_get_inode(k.c))
}

// Family is AF_*.
func (k Socket) Family() (int, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.int
	known := C.procview_socket_get_family(k.c, &value)
	return told[int](known, value)
}

// Type is SOCK_*.
func (k Socket) Type() (int, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.int
	known := C.procview_socket_get_socket_type(k.c, &value)
	return told[int](known, value)
}

// Protocol is IPPROTO_*, NETLINK_*, …, by the family.
func (k Socket) Protocol() (int, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.int
	known := C.procview_socket_get_protocol(k.c, &value)
	return told[int](known, value)
}

// State is TCP_* of <netinet/tcp.h>, for all families.
func (k Socket) State() (int, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.int
	known := C.procview_socket_get_state(k.c, &value)
	return told[int](known, value)
}

// FamilyName is the family as a word: inet, unix, …
func (k Socket) FamilyName() string {
	k.s.use()
	defer k.s.leave()
	return C.GoString(C.procview_socket_get_family_name(k.c))
}

// TypeName is the type as a word: stream, dgram, …
func (k Socket) TypeName() string {
	k.s.use()
	defer k.s.leave()
	return C.GoString(C.procview_socket_get_type_name(k.c))
}

// ProtocolName is the protocol as a word: tcp, udp, …
func (k Socket) ProtocolName() string {
	k.s.use()
	defer k.s.leave()
	return C.GoString(C.procview_socket_get_protocol_name(k.c))
}

// StateName is the state as a word: LISTEN, ESTABLISHED, …
func (k Socket) StateName() string {
	k.s.use()
	defer k.s.leave()
	return C.GoString(C.procview_socket_get_state_name(k.c))
}

// IsListening tells whether it is known to listen.
func (k Socket) IsListening() bool {
	k.s.use()
	defer k.s.leave()
	return C.procview_socket_is_listening(k.c) != 0
}

// Local is its own address, for people.
func (k Socket) Local() string {
	k.s.use()
	defer k.s.leave()
	return owned(C.procview_socket_dup_local(k.c))
}

// Remote is the address of the other end, for people.
func (k Socket) Remote() string {
	k.s.use()
	defer k.s.leave()
	return owned(C.procview_socket_dup_remote(k.c))
}

// LocalAddress is its own address in network order, as net.IP has it.
func (k Socket) LocalAddress() []byte {
	k.s.use()
	defer k.s.leave()
	var length C.gsize
	bytes := C.procview_socket_get_local_address(k.c, &length)
	return C.GoBytes(unsafe.Pointer(bytes), C.int(length))
}

// RemoteAddress is the address of the other end in network order.
func (k Socket) RemoteAddress() []byte {
	k.s.use()
	defer k.s.leave()
	var length C.gsize
	bytes := C.procview_socket_get_remote_address(k.c, &length)
	return C.GoBytes(unsafe.Pointer(bytes), C.int(length))
}

// LocalPort is its own port.
func (k Socket) LocalPort() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_local_port(k.c, &value)
	return told[uint32](known, value)
}

// RemotePort is the port of the other end.
func (k Socket) RemotePort() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_remote_port(k.c, &value)
	return told[uint32](known, value)
}

// LocalCid is its own vsock context id.
func (k Socket) LocalCid() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_local_cid(k.c, &value)
	return told[uint32](known, value)
}

// RemoteCid is the vsock context id of the other end.
func (k Socket) RemoteCid() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_remote_cid(k.c, &value)
	return told[uint32](known, value)
}

// Name is what a Unix socket is bound to: bytes, NUL among them if it is abstract.
func (k Socket) Name() []byte {
	k.s.use()
	defer k.s.leave()
	var length C.gsize
	bytes := C.procview_socket_get_name(k.c, &length)
	return C.GoBytes(unsafe.Pointer(bytes), C.int(length))
}

// IsAbstract tells whether its name is abstract, and no path.
func (k Socket) IsAbstract() bool {
	k.s.use()
	defer k.s.leave()
	return C.procview_socket_is_abstract(k.c) != 0
}

// ReceiveQueue is what has arrived and nobody has read: bytes, or connections of one that
// listens.
func (k Socket) ReceiveQueue() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_receive_queue(k.c, &value)
	return told[uint32](known, value)
}

// SendQueue is what was sent and not acknowledged or read: bytes, or connections of one that
// listens.
func (k Socket) SendQueue() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_send_queue(k.c, &value)
	return told[uint32](known, value)
}

// Backlog is how many connections may wait to be accepted.
func (k Socket) Backlog() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_backlog(k.c, &value)
	return told[uint32](known, value)
}

// Interface is the network interface that it is bound to; 0: any.
func (k Socket) Interface() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_interface(k.c, &value)
	return told[uint32](known, value)
}

// Groups are the multicast groups of a netlink socket: bit n - 1 is group n.
func (k Socket) Groups() (uint64, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint64
	known := C.procview_socket_get_groups(k.c, &value)
	return told[uint64](known, value)
}

// Shutdown is which directions were ended.
func (k Socket) Shutdown() (Shutdown, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.ProcviewShutdown
	known := C.procview_socket_get_shutdown(k.c, &value)
	return told[Shutdown](known, value)
}

// Uid is the user who made it.
func (k Socket) Uid() (uint32, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_uid(k.c, &value)
	return told[uint32](known, value)
}

// PeerPid is who was at the other end of a Unix socket when it was connected.
func (k Socket) PeerPid() (int, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.int
	known := C.procview_socket_get_peer_pid(k.c, &value)
	return told[int](known, value)
}

// InFlight is how many files lie in the receive queue of a Unix socket.
func (k Socket) InFlight() (int, bool) {
	k.s.use()
	defer k.s.leave()
	var value C.guint
	known := C.procview_socket_get_n_in_flight(k.c, &value)
	return told[int](known, value)
}

// Cookie is SO_COOKIE.
func (k Socket) Cookie() (uint64, bool) {
	k.s.use()
	defer k.s.leave()
	return unless0(C.procview_socket_get_cookie(k.c))
}

// NetworkNamespace is the inode number of its network namespace.
func (k Socket) NetworkNamespace() (uint64, bool) {
	k.s.use()
	defer k.s.leave()
	return unless0(C.procview_socket_get_network_namespace(k.c))
}

// PeerInode is the inode number of the other end of a Unix socket.
func (k Socket) PeerInode() (uint64, bool) {
	k.s.use()
	defer k.s.leave()
	return unless0(C.procview_socket_get_peer_inode(k.c))
}

// ListenerInode is that of the listener at which the connection waits to be accepted.
func (k Socket) ListenerInode() (uint64, bool) {
	k.s.use()
	defer k.s.leave()
	return unless0(C.procview_socket_get_listener_inode(k.c))
}
