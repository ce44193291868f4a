// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task: executable, working directory and root of processes, name by name.
 *
 * bpf_d_path() would take them, but nothing pins what they lead to: a chdir(2) or exit(2) on
 * another processor may free it meanwhile. So the dentries are followed one by one (walk.bpf.h).
 * That the task has the same mm, file or directory when the end is reached tells that it was all
 * there from the beginning.
 */
#include "walk.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

/* Where a path begins: read as numbers, to be compared when it has been followed. */
struct start {
	u64 holder; /* mm, or fs */
	u64 dentry;
	u64 mnt;
};

static __always_inline void
find_start(struct task_struct *task, u32 what, struct start *start)
{
	struct mm_struct *mm;
	struct fs_struct *fs;

	if (what == PV_WIRE_EXE) {
		mm = BPF_CORE_READ(task, mm);
		start->holder = (u64)mm;
		start->dentry = (u64)BPF_CORE_READ(mm, exe_file, f_path.dentry);
		start->mnt = (u64)BPF_CORE_READ(mm, exe_file, f_path.mnt);
		return;
	}
	fs = BPF_CORE_READ(task, fs);
	start->holder = (u64)fs;
	start->dentry = what == PV_WIRE_ROOT ? (u64)BPF_CORE_READ(fs, root.dentry)
					     : (u64)BPF_CORE_READ(fs, pwd.dentry);
	start->mnt = what == PV_WIRE_ROOT ? (u64)BPF_CORE_READ(fs, root.mnt)
					  : (u64)BPF_CORE_READ(fs, pwd.mnt);
}

static __always_inline void
show(struct seq_file *seq, struct task_struct *task, u32 what, struct path_buffer *buffer,
     u32 buffer_index)
{
	struct pv_wire_path *record = &buffer->record;
	struct start before = {};
	struct start after = {};
	u64 size;

	record->what = what;
	record->marks = 0;
	record->length = 0;
	find_start(task, what, &before);
	if (!before.holder || !before.dentry)
		record->marks = PV_WIRE_PATH_ABSENT;
	else
		follow(before.dentry, before.mnt, buffer_index);
	find_start(task, what, &after);
	if (after.holder != before.holder || after.dentry != before.dentry ||
	    after.mnt != before.mnt)
		record->marks |= PV_WIRE_PATH_CUT;
	size = sizeof(*record) + ((record->length + 7) & ~7ULL);
	record->size = size;
	barrier_var(size);
	if (size <= sizeof(*record) + PATH_BYTES)
		bpf_seq_write(seq, record, size);
}

SEC("iter/task")
int
places(struct bpf_iter__task *ctx)
{
	struct task_struct *shown = given(ctx->task);
	struct path_buffer *buffer;
	struct task_struct *task;
	struct reader reader;
	u32 index;

	if (!shown)
		return 0;
	task = plain(task_struct, shown);
	if (task->pid != task->tgid)
		return 0;
	find_reader(&reader);
	buffer = take_buffer(path_buffers, &index);
	if (!buffer)
		return 0;
	buffer->record.tid = tid_for(&reader, task);
	buffer->record.start_time = start_time(task);
	for (u32 what = PV_WIRE_EXE; what <= PV_WIRE_ROOT; what++)
		show(ctx->meta->seq, task, what, buffer, index);
	give_back(&buffer->busy);
	return 0;
}
