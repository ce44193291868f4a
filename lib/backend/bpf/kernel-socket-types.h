/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * Those of the kernel's structures that sockets are made of; included by kernel-detail-types.h,
 * whose types they need.
 */
#pragma once

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	u8 bytes[16]; /* by address alone: the kernel has a union here */
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	u32 skc_daddr;
	u32 skc_rcv_saddr;
	u16 skc_dport;
	u16 skc_num;
	u16 skc_family;
	u8 skc_state;
	int skc_bound_dev_if;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
};

struct sk_buff_head {
	struct sk_buff *next;
	u32 qlen;
};

struct sk_buff {
	struct sk_buff *next;
	struct sk_buff *prev;
	char cb[48];
	u32 len;
};

struct sock {
	struct sock_common __sk_common;
	struct sk_buff_head sk_receive_queue;
	struct {
		atomic_t rmem_alloc;
	} sk_backlog;
	refcount_t sk_wmem_alloc;
	u8 sk_shutdown;
	u16 sk_type;
	u16 sk_protocol;
	u32 sk_ack_backlog;
	u32 sk_max_ack_backlog;
	kuid_t sk_uid;
	struct pid *sk_peer_pid;
	struct socket *sk_socket;
};

struct socket {
	struct sock *sk;
};

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};

struct tcp_sock {
	u32 rcv_nxt;
	u32 copied_seq;
	u32 write_seq;
	u32 snd_una;
};

struct mptcp_sock {
	struct sock *first; /* subflow; a listener has one */
};

struct udp_sock {
	int forward_deficit;
};

struct sockaddr_un {
	u16 sun_family;
};

struct unix_address {
	int len;
	struct sockaddr_un name[1];
};

struct scm_stat {
	atomic_t nr_fds;
};

struct unix_sock {
	struct unix_address *addr;
	struct path path;
	struct sock *peer;
	struct sock *listener; /* 6.10 */
	struct scm_stat scm_stat;
	int inq_len; /* 6.17 */
};

struct scm_fp_list {
	short count;
	short max;
	struct file *fp[1];
};

struct unix_skb_parms {
	struct scm_fp_list *fp;
	u32 consumed;
};

struct netlink_sock {
	u32 portid;
	u32 dst_portid;
	u32 ngroups;
	unsigned long *groups;
};

struct packet_sock {
	int ifindex;
	u16 num;
};

struct sockaddr_vm {
	unsigned int svm_port;
	unsigned int svm_cid;
};

struct vsock_sock {
	struct sockaddr_vm local_addr;
	struct sockaddr_vm remote_addr;
};

#pragma clang attribute pop
