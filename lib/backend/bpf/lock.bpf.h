/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * Locks and leases, from the lists of the inode: those that were taken through the file, by the
 * table of the task that is shown or for the file itself. fdinfo chooses in the same way.
 */
#pragma once

#include "list.bpf.h"

static __always_inline void
take_lock(struct file_lock *lock, struct pv_wire_lock *record)
{
	struct file_lock___until_6_8 *old = (void *)lock;

	if (bpf_core_field_exists(struct file_lock, c)) {
		record->flags = BPF_CORE_READ(lock, c.flc_flags);
		record->type = BPF_CORE_READ(lock, c.flc_type);
		record->pid = BPF_CORE_READ(lock, c.flc_pid);
		record->start = 0;
		record->end = -1ULL >> 1;
		if (record->list == PV_WIRE_LOCK_LEASE)
			return;
		record->start = BPF_CORE_READ(lock, fl_start);
		record->end = BPF_CORE_READ(lock, fl_end);
		return;
	}
	record->flags = BPF_CORE_READ(old, fl_flags);
	record->type = BPF_CORE_READ(old, fl_type);
	record->pid = BPF_CORE_READ(old, fl_pid);
	record->start = BPF_CORE_READ(old, fl_start);
	record->end = BPF_CORE_READ(old, fl_end);
}

/* Whose lock it is: it was taken through this file, by its table or for the file itself. */
static __always_inline bool
is_owned_by(struct file_lock *lock, u64 files, u64 wanted)
{
	struct file_lock___until_6_8 *old = (void *)lock;
	u64 owner;
	u64 file;

	if (bpf_core_field_exists(struct file_lock, c)) {
		owner = (u64)BPF_CORE_READ(lock, c.flc_owner);
		file = (u64)BPF_CORE_READ(lock, c.flc_file);
	} else {
		owner = (u64)BPF_CORE_READ(old, fl_owner);
		file = (u64)BPF_CORE_READ(old, fl_file);
	}
	return file == wanted && (owner == files || owner == wanted);
}

static __always_inline struct file_lock *
lock_of(struct list_head *entry)
{
	return bpf_core_field_exists(struct file_lock, c)
		       ? holder(entry, file_lock, c.flc_list)
		       : holder(entry, file_lock___until_6_8, fl_list);
}

/* what: the list, and above it the index of the buffer. */
__noinline int
put_lock(u64 address, u32 what, u64 files, u64 file, u64 pids)
{
	struct detail_buffer *buffer = details_at(what >> 8);
	struct pv_wire_lock *record = buffer ? next_record(buffer) : NULL;
	struct file_lock *lock = (void *)address;

	if (!is_owned_by(lock, files, file))
		return 0;
	if (!record)
		return 1;
	record->list = what & 0xff;
	record->reserved = 0;
	take_lock(lock, record);
	/* The kernel has numbers of the first pid namespace here. */
	record->pid = record->pid > 0 && record->pid == (int)pids ? pids >> 32 : 0;
	keep_record(buffer, &record->head, PV_WIRE_LOCK, sizeof(*record));
	return 0;
}

static long
walk_locks(u32 step, struct list_walk *walk)
{
	struct list_head *entry = advance(walk);

	if (!entry)
		return 1;
	return ends_loop(put_lock((u64)lock_of(entry), walk->what | walk->index << 8, walk->files,
				  walk->file, walk->pids));
}

/* Most files have none, so this is asked before the rest is called. */
static __always_inline struct file_lock_context *
locks_of(struct inode *inode)
{
	struct inode___more *more = (void *)inode;

	return bpf_core_field_exists(struct inode___more, i_flctx) ? BPF_CORE_READ(more, i_flctx)
								   : NULL;
}

static __always_inline void *
lock_list(struct file_lock_context *locks, u32 list)
{
	if (list == PV_WIRE_LOCK_POSIX)
		return behind(locks, file_lock_context, flc_posix);
	if (list == PV_WIRE_LOCK_FLOCK)
		return behind(locks, file_lock_context, flc_flock);
	return behind(locks, file_lock_context, flc_lease);
}

/* pids: the task's in the first pid namespace, and as the reader has it in the upper half. */
__noinline int
tell_locks(u64 locks, u32 index, u64 files, u64 file, u64 pids)
{
	struct detail_buffer *buffer = details_at(index);
	u64 began;

	if (!buffer)
		return 0;
	began = buffer->used;
	for (u32 list = PV_WIRE_LOCK_POSIX; list <= PV_WIRE_LOCK_LEASE; list++) {
		struct list_walk walk = {
			.index = index,
			.what = list,
			.files = files,
			.file = file,
			.pids = pids,
		};

		walk.head = walk.entry = lock_list((void *)locks, list);
		bpf_loop(MAX_ENTRIES, walk_locks, &walk, 0);
		if (!walk.done) {
			cut_list(buffer, began, PV_WIRE_LOCK);
			break;
		}
	}
	return 0;
}
