/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * The facts of each kind of file: from what its private_data, or its inode, is a part of. Which kind
 * it is tell the type, the magic number of its file system, and of anonymous inodes the name.
 *
 * What it cannot see: what DRM counts for a client; the names of devices and of their drivers; before
 * 6.18 the type of a namespace that was opened by a path.
 */
#pragma once

#include "anonymous.bpf.h"

enum {
	S_IFCHR = 0020000,
	PIDFS_MAGIC = 0x50494446,
	NSFS_MAGIC = 0x6e736673,
	MQUEUE_MAGIC = 0x19800202,
	DMA_BUF_MAGIC = 0x444d4142,
	MAX_PIPE_SLOTS = 4096,
	PTMX_MAJOR = 5,
	PTMX_MINOR = 2,
	PTY_SLAVE_MAJOR = 136,
	PTY_SLAVE_LAST_MAJOR = 143,
	TUN_MAJOR = 10,
	TUN_MINOR = 200,
};

struct pipe_walk {
	struct pipe_buffer *buffers;
	u32 tail;
	u32 mask;
	u64 bytes;
};

static long
add_slot(u32 index, struct pipe_walk *walk)
{
	struct pipe_buffer *slot =
		(void *)walk->buffers +
		((walk->tail + index) & walk->mask) * bpf_core_type_size(struct pipe_buffer);

	walk->bytes += BPF_CORE_READ(slot, len);
	return 0;
}

/* A named one that was opened with O_PATH may have none. */
static __always_inline void
tell_pipe(struct inode *inode, u32 index)
{
	struct inode___more *more = (void *)inode;
	struct pipe_inode_info *pipe = BPF_CORE_READ(more, i_pipe);
	struct pipe_walk walk = {};
	u32 n_used;

	if (!pipe)
		return;
	walk.tail = BPF_CORE_READ(pipe, tail);
	walk.mask = BPF_CORE_READ(pipe, ring_size) - 1;
	walk.buffers = BPF_CORE_READ(pipe, bufs);
	n_used = BPF_CORE_READ(pipe, head) - walk.tail;
	if (n_used <= MAX_PIPE_SLOTS) {
		if (n_used)
			bpf_loop(n_used, add_slot, &walk, 0);
		put_fact(index, PV_WIRE_PIPE_USED_BYTES, walk.bytes);
	}
	put_fact(index, PV_WIRE_PIPE_SLOTS, BPF_CORE_READ(pipe, max_usage));
	put_fact(index, PV_WIRE_PIPE_READERS, BPF_CORE_READ(pipe, readers));
	put_fact(index, PV_WIRE_PIPE_WRITERS, BPF_CORE_READ(pipe, writers));
}

static __always_inline void
tell_mqueue(struct inode *inode, u32 index)
{
	struct mqueue_inode_info *queue = holder(inode, mqueue_inode_info, vfs_inode);

	if (!bpf_core_type_exists(struct mqueue_inode_info))
		return;
	put_fact(index, PV_WIRE_MQUEUE_N_MESSAGES, BPF_CORE_READ(queue, attr.mq_curmsgs));
	put_fact(index, PV_WIRE_MQUEUE_MAX_MESSAGES, BPF_CORE_READ(queue, attr.mq_maxmsg));
	put_fact(index, PV_WIRE_MQUEUE_MESSAGE_SIZE, BPF_CORE_READ(queue, attr.mq_msgsize));
	put_fact(index, PV_WIRE_MQUEUE_SIZE, BPF_CORE_READ(queue, qsize));
}

static __always_inline void
tell_memfd(struct file *file, struct inode *inode, u32 index)
{
	struct shmem_inode_info *shmem = holder(inode, shmem_inode_info, vfs_inode);

	put_fact(index, PV_WIRE_SHMEM_SEALS, BPF_CORE_READ(shmem, seals));
	put_text(index, PV_WIRE_SHMEM_NAME, (u64)BPF_CORE_READ(file, f_path.dentry, d_name.name));
}

static __always_inline void
tell_regular(struct file *file, struct inode *inode, const struct pv_wire_file *record, u32 index,
	     u32 level, u64 ns)
{
	struct inode___more *more = (void *)inode;
	struct ns_common___more *common;
	struct file___more *open = (void *)file;
	struct dma_buf *shared;

	switch (record->magic) {
	case PIDFS_MAGIC:
		tell_pidfd((u64)BPF_CORE_READ(more, i_private), index, level, ns);
		break;
	case NSFS_MAGIC:
		common = BPF_CORE_READ(more, i_private);
		if (bpf_core_field_exists(struct ns_common___more, ns_type))
			put_fact(index, PV_WIRE_NAMESPACE_TYPE, BPF_CORE_READ(common, ns_type));
		break;
	case MQUEUE_MAGIC:
		tell_mqueue(inode, index);
		break;
	case TMPFS_MAGIC:
		if (record->marks & PV_WIRE_UNLINKED)
			tell_memfd(file, inode, index);
		break;
	case DMA_BUF_MAGIC:
		shared = BPF_CORE_READ(open, private_data);
		if (!bpf_core_type_exists(struct dma_buf) || !shared)
			break;
		put_fact(index, PV_WIRE_DMABUF_SIZE, BPF_CORE_READ(shared, size));
		put_text(index, PV_WIRE_DMABUF_EXPORTER, (u64)BPF_CORE_READ(shared, exp_name));
		break;
	}
}

/* Master and slave have the same number; what the slave lies on is the devpts of both. */
static __always_inline void
tell_pty(struct file *file, u32 index, bool master)
{
	struct file___more *more = (void *)file;
	struct tty_file_private *private = BPF_CORE_READ(more, private_data);
	struct dentry___more *slave;
	struct tty_struct *tty;

	if (!private)
		return;
	tty = BPF_CORE_READ(private, tty);
	put_fact(index, PV_WIRE_PTY_INDEX, BPF_CORE_READ(tty, index));
	slave = master ? BPF_CORE_READ(tty, link, driver_data) : BPF_CORE_READ(tty, driver_data);
	if (slave)
		put_fact(index, PV_WIRE_PTY_DEV, BPF_CORE_READ(slave, d_sb, s_dev));
}

static __always_inline void
tell_character(struct file *file, u32 rdev, u32 index)
{
	struct file___more *more = (void *)file;
	struct tun_file *tun = BPF_CORE_READ(more, private_data);
	u32 major = rdev >> 20;
	u32 minor = rdev & 0xfffff;

	if (major == PTMX_MAJOR && minor == PTMX_MINOR)
		tell_pty(file, index, true);
	else if (major >= PTY_SLAVE_MAJOR && major <= PTY_SLAVE_LAST_MAJOR)
		tell_pty(file, index, false);
	else if (major == TUN_MAJOR && minor == TUN_MINOR &&
		 bpf_core_type_exists(struct tun_file) && tun && BPF_CORE_READ(tun, tun))
		put_text(index, PV_WIRE_TUN_INTERFACE,
			 (u64)behind(BPF_CORE_READ(tun, tun, dev), net_device, name));
}

/* A function of its own: the verifier looks at it once. Not 0: the file may hold others. */
__noinline int
tell_kind(u64 address, u32 index, u32 level, u64 ns)
{
	struct file_buffer *taken = bpf_map_lookup_elem(&file_buffers, &index);
	struct file *file = (void *)address;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	u32 type;

	if (!taken)
		return 0;
	type = taken->record.mode & S_IFMT;
	if (taken->record.magic == ANON_INODE_FS_MAGIC)
		return tell_anonymous(file, index, level, ns);
	if (type == S_IFIFO)
		tell_pipe(inode, index);
	else if (type == S_IFREG || type == 0)
		tell_regular(file, inode, &taken->record, index, level, ns);
	else if (type == S_IFCHR)
		tell_character(file, taken->record.rdev, index);
	return 0;
}
