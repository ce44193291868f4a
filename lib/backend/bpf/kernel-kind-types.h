/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What the kinds of files are made of; included by kernel-detail-types.h, whose types they need.
 */
#pragma once

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pipe_buffer {
	unsigned int len;
};

struct pipe_inode_info {
	unsigned int head;
	unsigned int tail;
	unsigned int max_usage;
	unsigned int ring_size;
	unsigned int readers;
	unsigned int writers;
	struct pipe_buffer *bufs;
};

struct eventfd_ctx {
	u64 count;
	unsigned int flags;
	int id;
};

struct timerqueue_node {
	s64 expires;
};

struct hrtimer {
	struct timerqueue_node node;
};

struct alarm {
	struct timerqueue_node node;
};

struct timerfd_ctx {
	union {
		struct hrtimer tmr;
		struct alarm alarm;
	} t;
	s64 tintv;
	u64 ticks;
	int clockid;
	u16 settime_flags;
};

typedef struct {
	unsigned long sig[1];
} sigset_t;

struct signalfd_ctx {
	sigset_t sigmask;
};

struct io_rsrc_node {
	unsigned long file_ptr;
};

struct io_rsrc_data {
	unsigned int nr;
	struct io_rsrc_node **nodes; /* 6.13 */
};

struct io_fixed_file {
	unsigned long file_ptr;
};

struct io_file_table {
	struct io_rsrc_data data; /* 6.13 */
};

struct io_file_table___until_6_12 {
	struct io_fixed_file *files;
};

struct io_ring_ctx {
	unsigned int sq_entries;
	unsigned int cq_entries;
	struct io_file_table file_table;
	struct io_rsrc_data buf_table; /* 6.13 */
};

struct io_ring_ctx___until_6_12 {
	struct io_file_table___until_6_12 file_table;
	unsigned int nr_user_files;
	unsigned int nr_user_bufs;
};

enum bpf_prog_type {
	BPF_PROG_TYPE_TRACING = 26,
};

enum bpf_link_type {
	BPF_LINK_TYPE_ITER = 4,
};

struct bpf_map {
	enum bpf_map_type map_type;
	u32 key_size;
	u32 value_size;
	u32 max_entries;
	u32 id;
	char name[16];
};

struct bpf_prog_aux {
	u32 id;
	char name[16];
};

struct bpf_prog {
	enum bpf_prog_type type;
	u8 tag[8];
	struct bpf_prog_aux *aux;
};

struct bpf_link {
	u32 id;
	enum bpf_link_type type;
	struct bpf_prog *prog;
};

struct userfaultfd_ctx {
	unsigned int flags;
	unsigned int features;
};

struct perf_event_attr {
	u32 type;
	u64 config;
};

struct perf_event {
	struct perf_event_attr attr;
};

struct mq_attr {
	long mq_maxmsg;
	long mq_msgsize;
	long mq_curmsgs;
};

struct mqueue_inode_info {
	struct inode vfs_inode;
	struct mq_attr attr;
	unsigned long qsize;
};

struct shmem_inode_info {
	unsigned int seals;
	struct inode vfs_inode;
};

struct tty_struct {
	int index;
	struct tty_struct *link;
	void *driver_data;
};

struct tty_file_private {
	struct tty_struct *tty;
};

struct net_device {
	char name[16];
};

struct tun_struct {
	struct net_device *dev;
};

struct tun_file {
	struct tun_struct *tun;
};

struct dma_buf {
	unsigned long size;
	const char *exp_name;
};

#pragma clang attribute pop
