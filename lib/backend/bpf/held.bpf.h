/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * Files that a file holds, and perhaps no descriptor: those that were sent over a unix socket and
 * that nobody has received yet, and those that are registered with an io_uring.
 *
 * What lies in a queue may be received at any moment, and its memory be another's: a step is only
 * taken along a link that leads back, before and after what lies there was looked at. Paths are
 * followed name by name (walk.bpf.h).
 *
 * What it cannot see: what waits in the queue of a connection that nobody has accepted.
 */
#pragma once

#include "socket.bpf.h"
#include "walk.bpf.h"

enum {
	MAX_QUEUE_STEPS = 16384,
	MAX_FILES_OF_MESSAGE = 253, /* SCM_MAX_FD */
	SOCK_DGRAM = 2,
};

struct held_walk {
	struct sk_buff *head;
	struct sk_buff *message;
	struct scm_fp_list *files;
	void *slots; /* of a ring */
	u64 bytes;
	u64 first_bytes;
	u32 index;
	u32 at;
	u32 n_files;
	u32 n_held;
	u32 cut; /* not bool: the verifier does not know that one is 0 or 1 */
	u32 done;
};

static __always_inline s64
count_all_refs(struct file *file)
{
	struct file___until_6_12 *old = (void *)file;

	if (bpf_core_field_exists(struct file, f_ref))
		return BPF_CORE_READ(file, f_ref.refcnt.counter) + 1;
	return BPF_CORE_READ(old, f_count.counter);
}

/* Not inlined, as what follows a path is called from the same place: 512 bytes of stack for both. */
static __noinline bool
take_held_file(struct file *file, struct pv_wire_held *record)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct super_block *sb = BPF_CORE_READ(inode, i_sb);
	struct mount *mount = holder(BPF_CORE_READ(file, f_path.mnt), mount, mnt);

	record->refs = count_all_refs(file);
	if (!inode || !sb || record->refs < 1)
		return false;
	record->file = (u64)file;
	record->flags = BPF_CORE_READ(file, f_flags);
	record->pos = BPF_CORE_READ(file, f_pos);
	record->ino = BPF_CORE_READ(inode, i_ino);
	record->mode = BPF_CORE_READ(inode, i_mode);
	record->bytes = BPF_CORE_READ(inode, i_size);
	record->rdev = BPF_CORE_READ(inode, i_rdev);
	record->dev = BPF_CORE_READ(sb, s_dev);
	record->magic = BPF_CORE_READ(sb, s_magic);
	record->mount_id = BPF_CORE_READ(mount, mnt_id);
	record->marks = BPF_CORE_READ(inode, i_nlink) == 0 ? PV_WIRE_UNLINKED : 0;
	return true;
}

/* Those of sockets and of pipes are their inode number. */
static __always_inline void
take_held_name(struct file *file, u32 index, struct pv_wire_held *record)
{
	struct path_buffer *path = bpf_map_lookup_elem(&path_buffers, &index);
	u64 length;

	record->length = 0;
	record->path_marks = PV_WIRE_PATH_CUT;
	if (!path || record->magic == SOCKFS_MAGIC || record->magic == PIPEFS_MAGIC)
		return;
	path->record.length = 0;
	path->record.marks = 0;
	follow((u64)BPF_CORE_READ(file, f_path.dentry), (u64)BPF_CORE_READ(file, f_path.mnt),
	       index);
	length = path->record.length;
	barrier_var(length);
	if (length > PV_WIRE_MAX_PATH ||
	    (length > 0 && bpf_probe_read_kernel(record + 1, length, path->names)))
		return;
	record->path_marks = path->record.marks;
	record->length = length;
}

/* A function of its own: the verifier looks at it once. Not 0: there is no room. */
__noinline int
put_held(u64 address, u32 index, u32 fixed, u32 slot)
{
	struct detail_buffer *buffer = details_at(index);
	struct pv_wire_held *record = buffer ? next_record(buffer) : NULL;
	struct file *file = (void *)address;
	u32 size;

	if (!record)
		return 1;
	if (!file || !take_held_file(file, record))
		return 0;
	record->fixed = fixed;
	record->slot = slot;
	take_held_name(file, index, record);
	size = sizeof(*record) + ((record->length + 7) & ~7U);
	if (buffer->used + size > DETAIL_LIMIT)
		return 1;
	keep_record(buffer, &record->head, PV_WIRE_HELD, size);
	return 0;
}

/* On to the next message: its bytes, and where its files are. Not inlined, as above. */
static __noinline void
next_message(struct held_walk *walk)
{
	struct sk_buff *message = walk->message;
	struct sk_buff *next = BPF_CORE_READ(message, next);
	struct unix_skb_parms *parms = behind(next, sk_buff, cb);
	struct scm_fp_list *files;
	u32 bytes;

	if (next == walk->head) {
		walk->done = true;
		return;
	}
	if (!next || BPF_CORE_READ(next, prev) != message) {
		walk->cut = true;
		return;
	}
	bytes = BPF_CORE_READ(next, len) - BPF_CORE_READ(parms, consumed);
	if (message == walk->head)
		walk->first_bytes = bytes;
	walk->bytes += bytes;
	files = BPF_CORE_READ(parms, fp);
	walk->files = files;
	walk->n_files = files ? BPF_CORE_READ(files, count) : 0;
	walk->at = 0;
	walk->message = next;
	if (BPF_CORE_READ(next, prev) != message || walk->n_files > MAX_FILES_OF_MESSAGE)
		walk->cut = true;
}

static long
walk_queue(u32 step, struct held_walk *walk)
{
	struct file *file = NULL;

	if (walk->at >= walk->n_files) {
		next_message(walk);
		return ends_loop(walk->done | walk->cut);
	}
	bpf_probe_read_kernel(&file, sizeof(file),
			      behind(walk->files, scm_fp_list, fp) + walk->at * sizeof(file));
	walk->at++;
	return ends_loop(put_held((u64)file, walk->index, false, walk->n_held++));
}

/*
 * The queue of a unix socket: how many bytes wait in it, and which files. The socket's own record is
 * the first of those that are here. A listener's queue has connections in it.
 */
__noinline int
tell_queue(u64 address, u32 index)
{
	struct detail_buffer *buffer = details_at(index);
	struct sock *sk = sock_of((void *)address);
	struct unix_sock *unix_sk = (void *)sk;
	struct held_walk walk = {.index = index};
	struct pv_wire_socket *record;
	u64 began;

	if (!buffer || !sk)
		return 0;
	began = buffer->used;
	record = (void *)buffer->bytes;
	if (record->state == TCP_LISTEN)
		return 0;
	record->send_queue = BPF_CORE_READ(sk, sk_wmem_alloc.refs.counter) - 1;
	record->marks |= PV_WIRE_SOCKET_QUEUES;
	if (BPF_CORE_READ(sk, sk_receive_queue.qlen) == 0)
		return 0;
	if (bpf_core_field_exists(struct unix_sock, inq_len) && record->type == SOCK_STREAM &&
	    record->in_flight == 0) {
		record->receive_queue = BPF_CORE_READ(unix_sk, inq_len);
		return 0;
	}
	walk.head = walk.message = behind(sk, sock, sk_receive_queue);
	walk.at = walk.n_files = opaque_zero(buffer);
	bpf_loop(MAX_QUEUE_STEPS, walk_queue, &walk, 0);
	record->receive_queue = record->type == SOCK_DGRAM ? walk.first_bytes : walk.bytes;
	if (walk.done && !walk.cut)
		return 0;
	if (record->type != SOCK_DGRAM)
		record->marks &= ~PV_WIRE_SOCKET_QUEUES;
	/* For want of room: what is there is right. It moved: who knows. */
	if (record->in_flight)
		cut_list(buffer, walk.cut ? began : buffer->used, PV_WIRE_HELD);
	return 0;
}
