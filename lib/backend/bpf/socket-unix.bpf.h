/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * Unix sockets: their names, and who is at the other end.
 *
 * The one at the other end is not held: it is read by loads that cannot fault, and asked again at the
 * end whether it still is the other end.
 */
#pragma once

#include "socket-inet.bpf.h"

/* A connection that nobody has accepted: it has no inode yet, but knows its listener. */
static __always_inline void
take_waiting(struct unix_sock *peer, struct pv_wire_socket *record)
{
	struct sock *listener;

	record->marks |= PV_WIRE_SOCKET_WAITING;
	record->peer_name_key = (u64)BPF_CORE_READ(peer, addr);
	if (!bpf_core_field_exists(struct unix_sock, listener))
		return;
	listener = BPF_CORE_READ(peer, listener);
	if (listener)
		record->listener_ino = inode_of(BPF_CORE_READ(listener, sk_socket));
}

static __always_inline void
take_unix_peer(struct unix_sock *sk, struct pv_wire_socket *record)
{
	struct unix_sock *peer = (void *)BPF_CORE_READ(sk, peer);
	struct sock *peer_sk = (void *)peer;
	struct socket *socket;

	if (!peer)
		return;
	socket = BPF_CORE_READ(peer_sk, sk_socket);
	record->peer_ino = inode_of(socket);
	/* One that is closed has no inode either, but another state. */
	if (!socket && BPF_CORE_READ(peer_sk, __sk_common.skc_state) == TCP_ESTABLISHED)
		take_waiting(peer, record);
	if (BPF_CORE_READ(sk, peer) != peer_sk) {
		record->marks &= ~PV_WIRE_SOCKET_WAITING;
		record->peer_ino = record->listener_ino = record->peer_name_key = 0;
	}
}

/* Its place in the file system, if it is bound to one. */
static __always_inline void
take_unix_file(struct unix_sock *sk, struct pv_wire_socket *record)
{
	struct dentry___more *more = (void *)BPF_CORE_READ(sk, path.dentry);

	if (!more)
		return;
	record->file_ino = BPF_CORE_READ(more, d_inode, i_ino);
	record->file_dev = BPF_CORE_READ(more, d_sb, s_dev);
}

static __always_inline void
take_unix(struct sock *generic, struct pv_wire_socket *record)
{
	struct unix_sock *sk = (void *)generic;
	struct unix_address *addr = BPF_CORE_READ(sk, addr);
	u64 length = addr ? BPF_CORE_READ(addr, len) - sizeof(u16) : 0;

	record->in_flight = BPF_CORE_READ(sk, scm_stat.nr_fds.counter);
	record->marks |= PV_WIRE_SOCKET_IN_FLIGHT;
	if (record->state == TCP_LISTEN) {
		record->name_key = (u64)addr;
		/* Connections wait in the queue itself, and nobody counts them besides. */
		record->receive_queue = BPF_CORE_READ(generic, sk_receive_queue.qlen);
	}
	take_unix_file(sk, record);
	take_unix_peer(sk, record);
	barrier_var(length);
	/* A path of all 108 bytes has a NUL behind it. */
	if (length == 0 || length > PV_WIRE_MAX_NAME)
		return;
	/* Before 6.14 or so the verifier forgets that by the next line, but for the mask. */
	barrier_var(length);
	length &= 127;
	if (bpf_probe_read_kernel(record + 1, length,
				  behind(addr, unix_address, name) + sizeof(u16)) == 0)
		record->name_length = length;
}
