/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What the families make of struct sock, unix sockets apart.
 *
 * What it cannot see: the addresses of an SCTP association beyond the first, and its queues; the
 * names of TIPC and of Bluetooth.
 */
#pragma once

#include "detail.bpf.h"

enum {
	AF_UNIX = 1,
	AF_INET = 2,
	AF_INET6 = 10,
	AF_NETLINK = 16,
	AF_PACKET = 17,
	AF_VSOCK = 40,
	SOCK_STREAM = 1,
	SOCK_RAW = 3,
	IPPROTO_TCP = 6,
	IPPROTO_UDP = 17,
	IPPROTO_SCTP = 132,
	IPPROTO_UDPLITE = 136,
	IPPROTO_MPTCP = 262,
	TCP_ESTABLISHED = 1,
	TCP_LISTEN = 10,
};

/* A member of the socket that is told of, from the copy. */
#define of_sock(member) copied(buffer, sock, member)

static __always_inline u64
inode_of(struct socket *socket)
{
	struct socket_alloc *both = (void *)socket;

	return socket ? BPF_CORE_READ(both, vfs_inode.i_ino) : 0;
}

static __always_inline u16
host_order(u16 number)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap16(number);
#else
	return number;
#endif
}

static __always_inline void
take_memory(struct detail_buffer *buffer, struct pv_wire_socket *record)
{
	record->receive_queue = of_sock(sk_backlog.rmem_alloc.counter);
	record->send_queue = of_sock(sk_wmem_alloc.refs.counter) - 1;
	record->marks |= PV_WIRE_SOCKET_QUEUES;
}

/* Connections that wait, and how many may. */
static __always_inline void
take_backlog(u32 n_waiting, u32 max_waiting, struct pv_wire_socket *record)
{
	record->receive_queue = n_waiting;
	record->send_queue = max_waiting;
	record->backlog = record->send_queue;
	record->marks |= PV_WIRE_SOCKET_QUEUES;
}

static __always_inline void
take_tcp(struct sock *sk, struct pv_wire_socket *record)
{
	struct tcp_sock *tcp = (void *)sk;
	s32 received = BPF_CORE_READ(tcp, rcv_nxt) - BPF_CORE_READ(tcp, copied_seq);

	if (record->state == TCP_LISTEN)
		return;
	record->marks |= PV_WIRE_SOCKET_QUEUES;
	record->receive_queue = received > 0 ? received : 0;
	record->send_queue = BPF_CORE_READ(tcp, write_seq) - BPF_CORE_READ(tcp, snd_una);
}

struct address {
	u64 halves[2];
};

static __always_inline void
take_inet(struct sock *sk, struct detail_buffer *buffer, struct pv_wire_socket *record)
{
	struct udp_sock *udp = (void *)sk;
	struct mptcp_sock *mptcp = (void *)sk;

	if (record->family == AF_INET) {
		*(u32 *)record->local = of_sock(__sk_common.skc_rcv_saddr);
		*(u32 *)record->remote = of_sock(__sk_common.skc_daddr);
	} else {
		*(struct address *)record->local =
			*(struct address *)&of_sock(__sk_common.skc_v6_rcv_saddr);
		*(struct address *)record->remote =
			*(struct address *)&of_sock(__sk_common.skc_v6_daddr);
	}
	/* A raw socket keeps its protocol where others have the port. */
	if (record->type != SOCK_RAW) {
		record->local_port = of_sock(__sk_common.skc_num);
		record->remote_port = host_order(of_sock(__sk_common.skc_dport));
	}
	if (record->type == SOCK_STREAM && record->protocol == IPPROTO_TCP)
		return take_tcp(sk, record);
	if (record->protocol == IPPROTO_MPTCP && record->state == TCP_LISTEN &&
	    bpf_core_field_exists(struct mptcp_sock, first))
		return take_backlog(BPF_CORE_READ(mptcp, first, sk_ack_backlog),
				    BPF_CORE_READ(mptcp, first, sk_max_ack_backlog), record);
	if (record->protocol == IPPROTO_SCTP || record->state == TCP_LISTEN)
		return;
	take_memory(buffer, record);
	if (record->type != SOCK_RAW &&
	    (record->protocol == IPPROTO_UDP || record->protocol == IPPROTO_UDPLITE))
		record->receive_queue -= BPF_CORE_READ(udp, forward_deficit);
}

static __always_inline void
take_netlink(struct sock *sk, struct detail_buffer *buffer, struct pv_wire_socket *record)
{
	struct netlink_sock *netlink = (void *)sk;
	unsigned long *groups = BPF_CORE_READ(netlink, groups);
	u32 n = BPF_CORE_READ(netlink, ngroups);
	u64 mask = 0;

	record->local_port = BPF_CORE_READ(netlink, portid);
	record->remote_port = BPF_CORE_READ(netlink, dst_portid);
	if (groups && n && bpf_probe_read_kernel(&mask, sizeof(long), groups) == 0) {
		record->groups = mask;
		record->marks |= PV_WIRE_SOCKET_GROUPS;
	}
	take_memory(buffer, record);
}

static __always_inline void
take_vsock(struct sock *sk, struct pv_wire_socket *record)
{
	struct vsock_sock *vsock = (void *)sk;

	if (!bpf_core_type_exists(struct vsock_sock))
		return;
	record->local_cid = BPF_CORE_READ(vsock, local_addr.svm_cid);
	record->local_port = BPF_CORE_READ(vsock, local_addr.svm_port);
	record->remote_cid = BPF_CORE_READ(vsock, remote_addr.svm_cid);
	record->remote_port = BPF_CORE_READ(vsock, remote_addr.svm_port);
}

static __always_inline void
take_packet(struct sock *sk, struct detail_buffer *buffer, struct pv_wire_socket *record)
{
	struct packet_sock *packet = (void *)sk;

	if (!bpf_core_type_exists(struct packet_sock))
		return;
	record->protocol = host_order(BPF_CORE_READ(packet, num));
	record->interface = BPF_CORE_READ(packet, ifindex);
	take_memory(buffer, record);
}
