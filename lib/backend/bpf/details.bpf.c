// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task_file: the record of a descriptor, and behind it all that the kernel knows of the file.
 *
 * A program of its own, so that a pass that is not asked for details does not pay for them. What is
 * told of one file comes in one piece: what does not fit into the kernel's buffer comes again as a
 * whole, with the next read.
 */
#include "detail.bpf.h"
#include "kind.bpf.h"
#include "lock.bpf.h"
#include "ring.bpf.h"
#include "socket.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

static __always_inline void
tell(struct bpf_iter__task_file *ctx, const struct pv_wire_file *record, u32 index)
{
	struct task_struct *shown = given(ctx->task);
	struct file *file = (void *)record->file;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct file_lock_context *locks = locks_of(inode);
	struct task_struct *task;
	struct reader reader;
	u64 pids;

	if (!shown)
		return;
	task = plain(task_struct, shown);
	find_reader(&reader);
	if ((record->mode & S_IFMT) == S_IFSOCK && record->magic == SOCKFS_MAGIC) {
		if (tell_socket((u64)inode, index, reader.level, (u64)reader.ns) == AF_UNIX)
			tell_queue((u64)inode, index);
	} else if (tell_kind(record->file, index, reader.level, (u64)reader.ns)) {
		tell_slots(record->file, index);
	}
	if (!locks)
		return;
	pids = (u32)task->tgid | (u64)(u32)pid_for(&reader, task) << 32;
	tell_locks((u64)locks, index, record->files, record->file, pids);
}

static __always_inline void
write_details(struct bpf_iter__task_file *ctx, struct detail_buffer *buffer, struct shown *shown)
{
	u64 used = buffer->used;

	barrier_var(used);
	/* No more is asked: "above 0" would be one comparison with this, and the verifier lost. */
	if (used <= DETAIL_LIMIT + DETAIL_MAX_ONE &&
	    bpf_seq_write(ctx->meta->seq, buffer->bytes, used) && shown->fresh)
		shown->fresh->pass = 0;
}

SEC("iter/task_file")
int
detailed_files(struct bpf_iter__task_file *ctx)
{
	struct detail_buffer *details;
	struct shown shown;

	if (!take_shown(ctx, true, &shown))
		return 0;
	details = details_at(shown.index);
	if (details) {
		details->used = 0;
		tell(ctx, &shown.buffer->record, shown.index);
	}
	write_shown(ctx, &shown);
	if (details)
		write_details(ctx, details, &shown);
	give_back(&shown.buffer->busy);
	return 0;
}
