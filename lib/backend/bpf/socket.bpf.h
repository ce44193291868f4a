/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What a socket is, from struct sock and what its family makes of it.
 *
 * The file is held, and so is its socket: it is copied in one load.
 */
#pragma once

#include "socket-inet.bpf.h"
#include "socket-unix.bpf.h"

static __always_inline void
take_common(struct detail_buffer *buffer, struct pv_wire_socket *record)
{
	struct net *net = of_sock(__sk_common.skc_net.net);

	record->family = of_sock(__sk_common.skc_family);
	record->state = of_sock(__sk_common.skc_state);
	record->type = of_sock(sk_type);
	record->protocol = of_sock(sk_protocol);
	record->shutdown = of_sock(sk_shutdown);
	record->cookie = of_sock(__sk_common.skc_cookie.counter);
	record->netns = BPF_CORE_READ(net, ns.inum);
	record->uid = of_sock(sk_uid.val);
	record->interface = of_sock(__sk_common.skc_bound_dev_if);
	if (record->state == TCP_LISTEN)
		take_backlog(of_sock(sk_ack_backlog), of_sock(sk_max_ack_backlog), record);
}

static __always_inline void
take_family(struct sock *sk, struct detail_buffer *buffer, struct pv_wire_socket *record)
{
	if (record->family == AF_UNIX)
		take_unix(sk, record);
	else if (record->family == AF_INET || record->family == AF_INET6)
		take_inet(sk, buffer, record);
	else if (record->family == AF_NETLINK)
		take_netlink(sk, buffer, record);
	else if (record->family == AF_PACKET)
		take_packet(sk, buffer, record);
	else if (record->family == AF_VSOCK)
		take_vsock(sk, record);
	else
		take_memory(buffer, record);
}

static __always_inline struct sock *
sock_of(struct inode *inode)
{
	struct socket_alloc *both = holder(inode, socket_alloc, vfs_inode);

	return BPF_CORE_READ(both, socket.sk);
}

/* A function of its own: the verifier looks at it once. */
__noinline int
tell_socket(u64 inode, u32 index, u32 level, u64 ns)
{
	struct detail_buffer *buffer = details_at(index);
	struct sock *sk = sock_of((void *)inode);
	u32 size = bpf_core_type_size(struct sock);
	struct pv_wire_socket *record;
	struct pid *peer;

	if (!buffer || !sk)
		return 0;
	record = next_record(buffer);
	if (!record || size > COPY_BYTES || bpf_probe_read_kernel(buffer->copy, size, sk))
		return 0;
	*record = (struct pv_wire_socket){};
	take_common(buffer, record);
	take_family(sk, buffer, record);
	peer = of_sock(sk_peer_pid);
	if (peer && record->family == AF_UNIX && record->state != TCP_LISTEN)
		record->peer_pid = number_at((u64)peer, level, ns);
	keep_record(buffer, &record->head, PV_WIRE_SOCKET,
		    sizeof(*record) + ((record->name_length + 7) & ~7U));
	return record->family;
}
