// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task: one record for each task, and a pass that says no more than who has which table.
 */
#include "task.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

SEC("iter/task")
int
tasks(struct bpf_iter__task *ctx)
{
	return tell_task(ctx, false);
}

SEC("iter/task")
int
owners(struct bpf_iter__task *ctx)
{
	struct task_struct *shown = given(ctx->task);
	struct pv_wire_owner record = {};
	struct task_struct *task;
	struct reader reader;
	struct pid *pid;

	if (!shown)
		return 0;
	task = plain(task_struct, shown);
	pid = task->thread_pid;
	find_reader(&reader);
	record.size = sizeof(record);
	record.tid = tid_for(&reader, task);
	record.files = (u64)task->files;
	if (bpf_core_field_exists(struct pid, ino))
		record.identity = pid->ino;
	record.start_time = start_time(task);
	if (record.tid)
		bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
