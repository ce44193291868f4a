/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * iter/task: the record of a task, of a process in full and of its other threads in short, for all
 * programs that write one.
 *
 * Descriptors are counted here too, in the bitmap of the table: once a table as far as can be told,
 * since a thread that shares with its leader is not counted again.
 *
 * Nothing is pinned but the task itself. A pointer that is followed further may lead to memory that
 * has been freed since it was read, and what is found there would be wrong, though never fatal:
 * tables are asked for again when they have been read (owners), the rest are facts of the moment.
 */
#pragma once

#include "common.bpf.h"

#define WORDS_PER_STEP 8

struct count {
	unsigned long *bits;
	u32 n_words;
	u32 n_open;
};

static __always_inline u32
bits_of(u64 x)
{
	x -= (x >> 1) & 0x5555555555555555;
	x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (x * 0x0101010101010101) >> 56;
}

static long
count_words(u32 step, struct count *count)
{
	u64 words[WORDS_PER_STEP] = {};
	u32 at = step * WORDS_PER_STEP;
	u32 n = count->n_words - at;

	if (at >= count->n_words)
		return 1;
	if (n > WORDS_PER_STEP)
		n = WORDS_PER_STEP;
	if (bpf_probe_read_kernel(words, n * sizeof(u64), count->bits + at))
		return 1;
	for (u32 i = 0; i < WORDS_PER_STEP; i++) {
		if (i >= n)
			break;
		count->n_open += bits_of(words[i]);
	}
	return 0;
}

/* Like number_at(): looked at once. */
__noinline u32
count_open(u64 bits, u32 n_words)
{
	struct count count = {.bits = (void *)bits, .n_words = n_words};

	bpf_loop((n_words + WORDS_PER_STEP - 1) / WORDS_PER_STEP, count_words, &count, 0);
	return count.n_open;
}

/* Of a small table, as most are: without a loop of the kernel's, and with one load that may fail. */
static __always_inline u32
count_few(struct fdtable *table, u32 n_words)
{
	u64 words[WORDS_PER_STEP] = {};
	u32 n_bytes = n_words * sizeof(u64);
	u32 n_open = 0;

	/* For the verifier, which has to see that this very number is small. */
	barrier_var(n_bytes);
	if (n_bytes > sizeof(words) || bpf_probe_read_kernel(words, n_bytes, table->open_fds))
		return 0;
	for (u32 i = 0; i < WORDS_PER_STEP; i++) {
		if (i >= n_words)
			break;
		n_open += bits_of(words[i]);
	}
	return n_open;
}

static __always_inline void
take_table(struct files_struct *files, struct pv_wire_task *record)
{
	struct fdtable *table = files->fdt;
	u32 n_words;

	record->max_fds = table->max_fds;
	n_words = record->max_fds / 64;
	if (n_words <= WORDS_PER_STEP)
		record->n_open = count_few(table, n_words);
	else
		record->n_open = count_open((u64)BPF_CORE_READ(table, open_fds), n_words);
}

static __always_inline u32
pid_namespace_of(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct upid *upid = upid_at(pid, BPF_CORE_READ(pid, level));

	return BPF_CORE_READ(upid, ns, ns.inum);
}

/* What lies apart from the rest, and is seldom asked for: each is memory to be fetched. */
static __always_inline void
take_context(struct task_struct *task, struct pv_wire_task *record)
{
	struct nsproxy *proxy = task->nsproxy;
	struct pid *pid = task->thread_pid;

	record->cgroup = task->cgroups->dfl_cgrp->kn->id;
	record->namespaces[4] = pid->level == 0 ? pid->numbers[0].ns->ns.inum
						: pid_namespace_of(task);
	if (!proxy)
		return;
	record->namespaces[0] = proxy->cgroup_ns->ns.inum;
	record->namespaces[1] = proxy->ipc_ns->ns.inum;
	record->namespaces[2] = proxy->mnt_ns->ns.inum;
	record->namespaces[3] = proxy->net_ns->ns.inum;
	if (bpf_core_field_exists(struct nsproxy, time_ns))
		record->namespaces[5] = proxy->time_ns->ns.inum;
	record->namespaces[7] = proxy->uts_ns->ns.inum;
}

static __always_inline void
take_process(struct task_struct *task, const struct reader *reader, struct pv_wire_task *record)
{
	struct signal_struct *signal = task->signal;

	record->ppid = pid_for(reader, task->real_parent);
	if (reader->level == 0) {
		record->pgid = signal->pids[PIDTYPE_PGID]->numbers[0].nr;
		record->sid = signal->pids[PIDTYPE_SID]->numbers[0].nr;
	} else {
		record->pgid = number_for(reader, signal, pids[PIDTYPE_PGID]);
		record->sid = number_for(reader, signal, pids[PIDTYPE_SID]);
	}
	record->n_threads = signal->nr_threads;
	record->limit_soft = signal->rlim[RLIMIT_NOFILE].rlim_cur;
	record->limit_hard = signal->rlim[RLIMIT_NOFILE].rlim_max;
	/* Always: by it the library knows whether it may use the numbers of users. */
	record->namespaces[6] = task->real_cred->user_ns->ns.inum;
}

static __always_inline void
take_task(struct task_struct *task, const struct reader *reader, struct pv_wire_task *record)
{
	struct task_struct *leader = task->group_leader;
	struct files_struct *files = task->files;
	struct pid *pid = task->thread_pid;
	const struct cred *cred = task->real_cred;

	record->tid = tid_for(reader, task);
	record->pid = pid_for(reader, task);
	record->flags = task->flags;
	record->state = task->__state;
	record->exit_state = task->exit_state;
	record->files = (u64)files;
	record->fs = (u64)task->fs;
	record->mm = (u64)task->mm;
	if (bpf_core_field_exists(struct pid, ino))
		record->identity = pid->ino;
	record->start_time = start_time(task);
	record->uid = cred->uid.val;
	record->euid = cred->euid.val;
	record->gid = cred->gid.val;
	record->egid = cred->egid.val;
	for (u32 i = 0; i < sizeof(record->comm) / sizeof(u32); i++)
		((u32 *)record->comm)[i] = ((const u32 *)task->comm)[i];
	record->n_open = ~0U;
	if (files && (leader == task || leader->files != files))
		take_table(files, record);
}

static __always_inline void
write_numbers(struct seq_file *seq, struct task_struct *task, u32 first, u32 n)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);

	for (u32 i = 0; i < PV_WIRE_MAX_NUMBERS; i++) {
		struct upid *upid = upid_at(pid, first + i);
		int number;

		if (i >= n)
			break;
		number = BPF_CORE_READ(upid, nr);
		bpf_seq_write(seq, &number, sizeof(number));
	}
	if (n % 2) {
		int filler = 0;

		bpf_seq_write(seq, &filler, sizeof(filler));
	}
}

static __always_inline int
tell_task(struct bpf_iter__task *ctx, bool with_context)
{
	struct task_struct *shown = given(ctx->task);
	struct seq_file *seq = ctx->meta->seq;
	struct pv_wire_task record = {};
	struct task_struct *task;
	struct reader reader;
	u32 level;
	u32 n = 0;

	if (!shown)
		return 0;
	task = plain(task_struct, shown);
	find_reader(&reader);
	take_task(task, &reader, &record);
	/* A thread that is about to become the leader, by execve(2), belongs to nobody for a moment. */
	if (!record.tid || !record.pid)
		return 0;
	level = task->thread_pid->level;
	if (level > reader.level)
		n = level - reader.level + 1;
	if (n > PV_WIRE_MAX_NUMBERS)
		n = 0;
	record.n_numbers = n;
	record.size = __builtin_offsetof(struct pv_wire_task, ppid) + (n + n % 2) * sizeof(int);
	if (record.tid == record.pid) {
		take_process(task, &reader, &record);
		if (with_context)
			take_context(task, &record);
		record.size += sizeof(record) - __builtin_offsetof(struct pv_wire_task, ppid);
		bpf_seq_write(seq, &record, sizeof(record));
	} else {
		bpf_seq_write(seq, &record, __builtin_offsetof(struct pv_wire_task, ppid));
	}
	if (n)
		write_numbers(seq, task, reader.level, n);
	return 0;
}
