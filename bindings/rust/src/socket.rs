// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// What a file of kind socket is. Numbers are the kernel's; words are there for those that have one.

use std::fmt;

use crate::{ffi, text, Shutdown};

part! {
    /// Family, addresses, state, queues and peer of a socket (`Collect::SOCKETS`).
    Socket
}

fn known(number: u64) -> Option<u64> {
    (number != 0).then_some(number)
}

impl<'s> Socket<'s> {
    /// Its inode number: the one in `socket:[812]`.
    pub fn inode(self) -> u64 {
        get!(self.procview_socket_get_inode())
    }

    /// `AF_*`.
    pub fn family(self) -> Option<i32> {
        told!(self.procview_socket_get_family() -> i32)
    }

    /// `SOCK_*`.
    pub fn socket_type(self) -> Option<i32> {
        told!(self.procview_socket_get_socket_type() -> i32)
    }

    /// `IPPROTO_*`, `NETLINK_*`, …, by the family.
    pub fn protocol(self) -> Option<i32> {
        told!(self.procview_socket_get_protocol() -> i32)
    }

    /// `TCP_*` of `<netinet/tcp.h>`, for all families.
    pub fn state(self) -> Option<i32> {
        told!(self.procview_socket_get_state() -> i32)
    }

    /// The family as a word: `inet`, `unix`, …
    pub fn family_name(self) -> Option<&'s str> {
        word!(self.procview_socket_get_family_name())
    }

    /// The type as a word: `stream`, `dgram`, …
    pub fn type_name(self) -> Option<&'s str> {
        word!(self.procview_socket_get_type_name())
    }

    /// The protocol as a word: `tcp`, `udp`, …
    pub fn protocol_name(self) -> Option<&'s str> {
        word!(self.procview_socket_get_protocol_name())
    }

    /// The state as a word: `LISTEN`, `ESTABLISHED`, …
    pub fn state_name(self) -> Option<&'s str> {
        word!(self.procview_socket_get_state_name())
    }

    /// Whether it is known to listen.
    pub fn is_listening(self) -> bool {
        get!(self.procview_socket_is_listening()) != 0
    }

    /// Its own address, for people.
    pub fn local(self) -> Option<String> {
        let text = get!(self.procview_socket_dup_local());
        // SAFETY: the text is new, and the caller's.
        unsafe { text::take(text) }
    }

    /// The address of the other end, for people.
    pub fn remote(self) -> Option<String> {
        let text = get!(self.procview_socket_dup_remote());
        // SAFETY: the text is new, and the caller's.
        unsafe { text::take(text) }
    }

    fn bytes(
        self,
        get: unsafe extern "C" fn(*mut ffi::Socket, *mut usize) -> *const u8,
    ) -> Option<&'s [u8]> {
        let mut length = 0;
        // SAFETY: all functions of this type return bytes that are in the snapshot, which is borrowed,
        // and set how many there are; or NULL.
        unsafe {
            let bytes = get(self.raw.as_ptr(), &mut length);
            (!bytes.is_null()).then(|| std::slice::from_raw_parts(bytes, length))
        }
    }

    /// Its own address as bytes, in network order.
    pub fn local_address(self) -> Option<&'s [u8]> {
        self.bytes(ffi::procview_socket_get_local_address)
    }

    /// The address of the other end as bytes, in network order.
    pub fn remote_address(self) -> Option<&'s [u8]> {
        self.bytes(ffi::procview_socket_get_remote_address)
    }

    /// Its own port.
    pub fn local_port(self) -> Option<u32> {
        told!(self.procview_socket_get_local_port() -> u32)
    }

    /// The port of the other end.
    pub fn remote_port(self) -> Option<u32> {
        told!(self.procview_socket_get_remote_port() -> u32)
    }

    /// Its own vsock context id.
    pub fn local_cid(self) -> Option<u32> {
        told!(self.procview_socket_get_local_cid() -> u32)
    }

    /// The vsock context id of the other end.
    pub fn remote_cid(self) -> Option<u32> {
        told!(self.procview_socket_get_remote_cid() -> u32)
    }

    /// What a Unix socket is bound to: bytes, NUL among them if it is abstract.
    pub fn name(self) -> Option<&'s [u8]> {
        self.bytes(ffi::procview_socket_get_name)
    }

    /// Whether its name is abstract, and no path.
    pub fn is_abstract(self) -> bool {
        get!(self.procview_socket_is_abstract()) != 0
    }

    /// What has arrived and nobody has read: bytes, or connections of one that listens.
    pub fn receive_queue(self) -> Option<u32> {
        told!(self.procview_socket_get_receive_queue() -> u32)
    }

    /// What was sent and not acknowledged or read: bytes, or connections of one that listens.
    pub fn send_queue(self) -> Option<u32> {
        told!(self.procview_socket_get_send_queue() -> u32)
    }

    /// How many connections may wait to be accepted.
    pub fn backlog(self) -> Option<u32> {
        told!(self.procview_socket_get_backlog() -> u32)
    }

    /// The network interface that it is bound to; 0: any.
    pub fn interface(self) -> Option<u32> {
        told!(self.procview_socket_get_interface() -> u32)
    }

    /// The multicast groups of a netlink socket: bit n - 1 is group n.
    pub fn groups(self) -> Option<u64> {
        told!(self.procview_socket_get_groups() -> u64)
    }

    /// Which directions were ended.
    pub fn shutdown(self) -> Option<Shutdown> {
        told!(self.procview_socket_get_shutdown() -> u32).map(Shutdown)
    }

    /// The user who made it.
    pub fn uid(self) -> Option<u32> {
        told!(self.procview_socket_get_uid() -> u32)
    }

    /// Who was at the other end of a Unix socket when it was connected.
    pub fn peer_pid(self) -> Option<i32> {
        told!(self.procview_socket_get_peer_pid() -> i32)
    }

    /// How many files lie in the receive queue of a Unix socket.
    pub fn n_in_flight(self) -> Option<u32> {
        told!(self.procview_socket_get_n_in_flight() -> u32)
    }

    /// `SO_COOKIE`.
    pub fn cookie(self) -> Option<u64> {
        known(get!(self.procview_socket_get_cookie()))
    }

    /// The inode number of its network namespace.
    pub fn network_namespace(self) -> Option<u64> {
        known(get!(self.procview_socket_get_network_namespace()))
    }

    /// The inode number of the other end of a Unix socket.
    pub fn peer_inode(self) -> Option<u64> {
        known(get!(self.procview_socket_get_peer_inode()))
    }

    /// The inode number of the listener at which the connection waits to be accepted.
    pub fn listener_inode(self) -> Option<u64> {
        known(get!(self.procview_socket_get_listener_inode()))
    }
}

impl fmt::Debug for Socket<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = || "-".to_string();
        write!(
            f,
            "Socket({} {} {} {} {})",
            self.inode(),
            self.family_name().unwrap_or("-"),
            self.state_name().unwrap_or("-"),
            self.local().unwrap_or_else(unknown),
            self.remote().unwrap_or_else(unknown)
        )
    }
}
