// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter.s/task: command lines, from the memory of the processes themselves.
 *
 * A sleepable program, since what is swapped out has to be brought back (bpf_copy_from_user_task,
 * 5.18). A process may have mapped a file over its arguments, on a file system that never answers,
 * and whoever touches that waits for ever. procfs reads anonymous memory alone (FOLL_ANON); here
 * the mapping is looked at first, and what is a file's is left to procfs. A process that maps one
 * between the look and the copy is the one that would still be waited for. Nor is the look one that
 * waits: where the lock of the memory is held, perhaps by a thread that maps a file whose server
 * does not answer, it fails with EBUSY.
 *
 * setproctitle(3): where the last byte is not NUL the program has written over its arguments, and
 * maybe past their end, and the kernel takes all up to the first NUL for the command line, within
 * one page.
 */
#include "common.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

#define TITLE_BYTES 4096

struct command_buffer {
	u32 busy;
	u32 reserved;
	struct pv_wire_command record;
	char text[PV_WIRE_MAX_COMMAND];
};

struct {
	u32 (*type)[BPF_MAP_TYPE_ARRAY];
	u32 (*max_entries)[N_BUFFERS];
	u32 *key;
	struct command_buffer *value;
} command_buffers SEC(".maps");

enum {
	EBUSY = 16,
};

struct look {
	bool anonymous;
};

static long
look_at_mapping(struct task_struct *task, struct vm_area_struct *vma, struct look *look)
{
	look->anonymous = !vma->vm_file;
	return 0;
}

/* 0: it may be copied; else what to mark. */
static __always_inline u32
look_at(struct task_struct *task, u64 address)
{
	struct look look = {};
	long status = bpf_find_vma(task, address, look_at_mapping, &look, 0);

	if (status == -EBUSY)
		return PV_WIRE_BUSY;
	return status == 0 && look.anonymous ? 0 : PV_WIRE_CUT;
}

static __always_inline void
take_title(struct task_struct *task, u64 start, struct command_buffer *buffer)
{
	struct pv_wire_command *record = &buffer->record;
	u32 marks = look_at(task, start + TITLE_BYTES - 1);

	if (!marks && bpf_copy_from_user_task(buffer->text, TITLE_BYTES, (void *)start, task, 0))
		marks = PV_WIRE_CUT;
	if (marks) {
		record->marks = marks;
		record->length = 0;
		return;
	}
	record->marks = PV_WIRE_TITLE;
	record->length = TITLE_BYTES;
}

static __always_inline void
take_command(struct task_struct *task, struct mm_struct *mm, struct command_buffer *buffer)
{
	struct pv_wire_command *record = &buffer->record;
	u64 start = BPF_CORE_READ(mm, arg_start);
	u64 end = BPF_CORE_READ(mm, arg_end);
	u64 length = end - start;
	u64 last = length - 1;

	if (start >= end)
		return;
	record->marks = look_at(task, start) | look_at(task, end - 1);
	if (record->marks)
		return;
	record->marks = PV_WIRE_CUT;
	barrier_var(length);
	if (length > PV_WIRE_MAX_COMMAND ||
	    bpf_copy_from_user_task(buffer->text, length, (void *)start, task, 0))
		return;
	record->marks = 0;
	record->length = length;
	barrier_var(last);
	if (last < PV_WIRE_MAX_COMMAND && buffer->text[last])
		take_title(task, start, buffer);
}

SEC("iter.s/task")
int
commands(struct bpf_iter__task *ctx)
{
	struct task_struct *shown = given(ctx->task);
	struct command_buffer *buffer;
	struct task_struct *task;
	struct mm_struct *mm;
	struct reader reader;
	u32 index;
	u64 size;

	if (!shown)
		return 0;
	task = plain(task_struct, shown);
	mm = task->mm;
	if (task->pid != task->tgid || (task->flags & PF_KTHREAD))
		return 0;
	buffer = take_buffer(command_buffers, &index);
	if (!buffer)
		return 0;
	find_reader(&reader);
	buffer->record = (struct pv_wire_command){
		.tid = tid_for(&reader, task),
		.start_time = start_time(task),
	};
	/* A zombie has no memory, and so no arguments. */
	if (mm)
		take_command(shown, mm, buffer);
	if (task->mm != mm)
		buffer->record.marks = PV_WIRE_CUT;
	size = sizeof(buffer->record) + ((buffer->record.length + 7) & ~7ULL);
	buffer->record.size = size;
	barrier_var(size);
	if (size <= sizeof(buffer->record) + PV_WIRE_MAX_COMMAND)
		bpf_seq_write(ctx->meta->seq, &buffer->record, size);
	give_back(&buffer->busy);
	return 0;
}
