/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What the programs have in common: who reads, how tasks are numbered for him, and the buffers that
 * are too large for the stack.
 *
 * Since 6.2 the pointers that an iterator hands to a program are "trusted", and for each member
 * that is read through one the verifier searches all of BTF: some 5 ms a member. Read through the
 * same pointer cast to a plain one they cost nothing. Either way a load that faults yields zero.
 */
#pragma once

#include "kernel-types.h"
#include "wire.h"

extern void *bpf_rdonly_cast(const void *object, u32 btf_id) __ksym __weak;

/* The function came with 6.2, as this map type did, and that can be asked for. */
#define has_cast() bpf_core_enum_value_exists(enum bpf_map_type, BPF_MAP_TYPE_CGRP_STORAGE)

#define plain(type, pointer)                                                                       \
	(has_cast()                                                                                \
		 ? (struct type *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(struct type)) \
		 : (struct type *)(pointer))

enum {
	PIDTYPE_PGID = 2,
	PIDTYPE_SID = 3,
	RLIMIT_NOFILE = 7,
	PF_KTHREAD = 0x00200000,
	EAGAIN = 11,
};

/* What an iterator hands over, in a register that holds what was checked and not what is read again. */
#define given(pointer)                                                                             \
	({                                                                                         \
		typeof(pointer) handed = (pointer);                                                \
                                                                                                   \
		barrier_var(handed);                                                               \
		handed;                                                                            \
	})

/*
 * A pointer that the verifier knows is not calculated with but to reach a member. What comes back
 * from the memory of a map is a number.
 */
#define number_of(pointer, memory)                                                                 \
	({                                                                                         \
		*(volatile u64 *)(memory) = (u64)(pointer);                                        \
		*(volatile u64 *)(memory);                                                         \
	})

/* Numbers are those of the pid namespace of whoever reads the iterator. */
struct reader {
	struct pid_namespace *ns; /* not asked for where it is the first */
	u32 level;
};

static __always_inline struct task_struct *
reading_task(void)
{
	return plain(task_struct, bpf_get_current_task_btf());
}

/* Of a pointer that was read as a number: what is unknown may not be added to any other. */
static __always_inline struct upid *
upid_at(struct pid *pid, u32 level)
{
	return (void *)pid + bpf_core_field_offset(struct pid, numbers) +
	       level * bpf_core_type_size(struct upid);
}

static __always_inline void
find_reader(struct reader *reader)
{
	struct task_struct *task = reading_task();
	struct upid *upid;
	struct pid *pid;

	reader->level = task->thread_pid->level;
	reader->ns = NULL;
	if (reader->level == 0)
		return;
	pid = BPF_CORE_READ(task, thread_pid);
	upid = upid_at(pid, reader->level);
	reader->ns = BPF_CORE_READ(upid, ns);
}

/* A function of its own, not inlined: the verifier looks at it once, and not at each call. */
__noinline int
number_at(u64 pid, u32 level, u64 ns)
{
	struct pid *known = (void *)pid;
	struct upid *upid = upid_at(known, level);

	if (level > 0 &&
	    (BPF_CORE_READ(known, level) < level || (u64)BPF_CORE_READ(upid, ns) != ns))
		return 0;
	return BPF_CORE_READ(upid, nr);
}

/* The pointer to struct pid, as a member of the one before, read as a number and not as a pointer. */
#define number_for(reader, from, ...)                                                              \
	number_at((u64)BPF_CORE_READ(from, __VA_ARGS__), (reader)->level, (u64)(reader)->ns)

/* The numbers of a task: in the first pid namespace it has them itself, and that is quick. */
static __always_inline int
tid_for(const struct reader *reader, struct task_struct *task)
{
	return reader->level == 0 ? task->pid : number_for(reader, task, thread_pid);
}

static __always_inline int
pid_for(const struct reader *reader, struct task_struct *task)
{
	return reader->level == 0 ? task->tgid : number_for(reader, task, group_leader, thread_pid);
}

/* As /proc/PID/stat has it: in the time namespace of the reader. */
static __always_inline u64
start_time(struct task_struct *task)
{
	struct nsproxy *proxy = reading_task()->nsproxy;
	u64 offset = 0;

	if (bpf_core_field_exists(struct nsproxy, time_ns) && proxy->time_ns)
		offset = proxy->time_ns->offsets.boottime.tv_sec * 1000000000ULL +
			 proxy->time_ns->offsets.boottime.tv_nsec;
	return task->start_boottime + offset;
}

/*
 * A scanner is used by one thread at a time, but after a fork(2) parent and child have the same
 * programs and maps: whoever finds a buffer taken uses the next.
 */
#define N_BUFFERS 4

static __always_inline u32
first_buffer(void)
{
	return bpf_get_smp_processor_id() % N_BUFFERS;
}

/* NULL: there is none. Its place in the map goes to *index. */
#define take_buffer(map, index)                                                                    \
	({                                                                                         \
		typeof(*(map).value) *found = NULL;                                                \
		u32 at = first_buffer();                                                           \
                                                                                                   \
		for (int i = 0; i < N_BUFFERS; i++) {                                              \
			u32 key = (at + i) % N_BUFFERS;                                            \
			typeof(*(map).value) *buffer = bpf_map_lookup_elem(&(map), &key);          \
                                                                                                   \
			if (buffer && __sync_val_compare_and_swap(&buffer->busy, 0, 1) == 0) {     \
				*(index) = key;                                                    \
				found = buffer;                                                    \
				break;                                                             \
			}                                                                          \
		}                                                                                  \
		found;                                                                             \
	})

static __always_inline void
give_back(u32 *busy)
{
	__sync_lock_test_and_set(busy, 0);
}
