// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task: working directory, root and umask of each fs_struct, and the executable of each
 * mm_struct, with the inodes behind them.
 *
 * A thread that has what its leader has is passed over. What processes share is shown by each of
 * them: a record tells the address of the object, and the library keeps the first. Nothing pins
 * what a path leads to; that the object leads to the same at the end of the walk as at its
 * beginning tells that it was there meanwhile (places.bpf.c).
 */
#include "walk.bpf.h"
#include "wire-places.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

/* Members that are read here alone. */
struct fs_struct___umask {
	int umask;
} __attribute__((preserve_access_index));

struct dentry___inode {
	struct inode *d_inode;
} __attribute__((preserve_access_index));

/* Read as numbers, to be compared when the path has been followed. */
struct place {
	u64 holder;
	u64 dentry;
	u64 mnt;
};

static __always_inline void
find_place(struct task_struct *task, u32 what, struct place *place)
{
	struct mm_struct *mm;
	struct fs_struct *fs;

	if (what == PV_WIRE_EXE) {
		mm = BPF_CORE_READ(task, mm);
		place->holder = (u64)mm;
		place->dentry = (u64)BPF_CORE_READ(mm, exe_file, f_path.dentry);
		place->mnt = (u64)BPF_CORE_READ(mm, exe_file, f_path.mnt);
		return;
	}
	fs = BPF_CORE_READ(task, fs);
	place->holder = (u64)fs;
	place->dentry = what == PV_WIRE_ROOT ? (u64)BPF_CORE_READ(fs, root.dentry)
					     : (u64)BPF_CORE_READ(fs, pwd.dentry);
	place->mnt = what == PV_WIRE_ROOT ? (u64)BPF_CORE_READ(fs, root.mnt)
					  : (u64)BPF_CORE_READ(fs, pwd.mnt);
}

static __always_inline void
find_inode(u64 address, struct pv_wire_place *record)
{
	struct dentry___inode *dentry = (void *)address;
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);

	record->ino = BPF_CORE_READ(inode, i_ino);
	record->dev = BPF_CORE_READ(inode, i_sb, s_dev);
}

static __always_inline void
write_place(struct seq_file *seq, struct pv_wire_place *record, struct path_buffer *buffer)
{
	u64 length = (buffer->record.length + 7) & ~7ULL;

	barrier_var(length);
	if (length > PATH_BYTES)
		return;
	record->length = buffer->record.length;
	record->size = sizeof(*record) + length;
	bpf_seq_write(seq, record, sizeof(*record));
	if (length > 0)
		bpf_seq_write(seq, buffer->names, length);
}

/* Not inlined three times: what it is given are numbers, and pointers that it may have. */
static __always_inline void
show(struct seq_file *seq, struct task_struct *task, int tid, u32 what, struct path_buffer *buffer,
     u32 buffer_index)
{
	struct pv_wire_place record = {.tid = tid, .what = what};
	struct fs_struct___umask *fs;
	struct place before = {};
	struct place after = {};

	find_place(task, what, &before);
	if (!before.holder)
		return;
	buffer->record.marks = 0;
	buffer->record.length = 0;
	if (before.dentry) {
		follow(before.dentry, before.mnt, buffer_index);
		find_inode(before.dentry, &record);
	}
	if (what == PV_WIRE_CWD) {
		fs = (void *)before.holder;
		record.umask = BPF_CORE_READ(fs, umask);
	}
	find_place(task, what, &after);
	record.holder = before.holder;
	record.marks = before.dentry ? buffer->record.marks : PV_WIRE_PATH_ABSENT;
	if (after.holder != before.holder || after.dentry != before.dentry ||
	    after.mnt != before.mnt)
		record.marks |= PV_WIRE_PATH_CUT;
	write_place(seq, &record, buffer);
}

SEC("iter/task")
int
contexts(struct bpf_iter__task *ctx)
{
	struct task_struct *shown = given(ctx->task);
	bool has_fs = true, has_memory = true;
	struct task_struct *task, *leader;
	struct path_buffer *buffer;
	struct reader reader;
	u32 index;
	int tid;

	if (!shown)
		return 0;
	task = plain(task_struct, shown);
	if (task->pid != task->tgid) {
		leader = BPF_CORE_READ(task, group_leader);
		has_fs = BPF_CORE_READ(leader, fs) != BPF_CORE_READ(task, fs);
		has_memory = BPF_CORE_READ(leader, mm) != BPF_CORE_READ(task, mm);
	}
	if (task->flags & PF_KTHREAD)
		has_memory = false;
	if (!has_fs && !has_memory)
		return 0;
	find_reader(&reader);
	buffer = take_buffer(path_buffers, &index);
	if (!buffer)
		return 0;
	tid = tid_for(&reader, task);
	for (u32 what = PV_WIRE_EXE; what <= PV_WIRE_ROOT; what++) {
		if (what == PV_WIRE_EXE ? has_memory : has_fs)
			show(ctx->meta->seq, task, tid, what, buffer, index);
	}
	give_back(&buffer->busy);
	return 0;
}
