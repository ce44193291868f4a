/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * The facts of files without a place: from what private_data points to. Which kind it is tells the
 * name of the dentry, of anonymous inodes as of those that have one of their own.
 *
 * What it cannot see: faults that wait at a userfaultfd.
 */
#pragma once

#include "epoll.bpf.h"
#include "mark.bpf.h"

#define UFFD_INITIALIZED (1U << 31)

enum {
	EFD_SEMAPHORE = 1,
	TFD_TIMER_ABSTIME = 1,
	CLOCK_REALTIME = 0,
	CLOCK_MONOTONIC = 1,
	CLOCK_BOOTTIME = 7,
	CLOCK_REALTIME_ALARM = 8,
	CLOCK_BOOTTIME_ALARM = 9,
};

static __always_inline void
tell_eventfd(struct eventfd_ctx *context, u32 index)
{
	put_fact(index, PV_WIRE_EVENTFD_COUNT, BPF_CORE_READ(context, count));
	put_fact(index, PV_WIRE_EVENTFD_ID, BPF_CORE_READ(context, id));
	put_fact(index, PV_WIRE_EVENTFD_SEMAPHORE,
		 BPF_CORE_READ(context, flags) & EFD_SEMAPHORE ? 1 : 0);
}

/*
 * The clock of the day is not to be had here: what is left by it the library reckons. But a timer
 * that was set to so much from now on does not follow it when somebody sets it: the kernel keeps it
 * by the clock that only ever grows.
 */
static __always_inline void
tell_timerfd(struct timerfd_ctx *context, u32 index)
{
	u16 flags = BPF_CORE_READ(context, settime_flags);
	u32 clock = BPF_CORE_READ(context, clockid);
	bool is_relative = clock == CLOCK_REALTIME && !(flags & TFD_TIMER_ABSTIME);
	s64 expires = BPF_CORE_READ(context, t.tmr.node.expires);

	if (clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM)
		expires = BPF_CORE_READ(context, t.alarm.node.expires);
	if (clock == CLOCK_MONOTONIC || is_relative)
		expires -= bpf_ktime_get_ns();
	else if (clock == CLOCK_BOOTTIME || clock == CLOCK_BOOTTIME_ALARM)
		expires -= bpf_ktime_get_boot_ns();
	put_fact(index, PV_WIRE_TIMERFD_CLOCK, clock);
	put_fact(index, PV_WIRE_TIMERFD_TICKS, BPF_CORE_READ(context, ticks));
	put_fact(index, PV_WIRE_TIMERFD_FLAGS, flags);
	put_fact(index, PV_WIRE_TIMERFD_INTERVAL_NS, BPF_CORE_READ(context, tintv));
	if ((clock == CLOCK_REALTIME && !is_relative) || clock == CLOCK_REALTIME_ALARM)
		put_fact(index, PV_WIRE_TIMERFD_EXPIRES_NS, expires);
	else
		put_fact(index, PV_WIRE_TIMERFD_REMAINING_NS, expires > 0 ? expires : 0);
}

static __always_inline void
tell_bpf_map(struct bpf_map *map, u32 index)
{
	put_fact(index, PV_WIRE_BPF_ID, BPF_CORE_READ(map, id));
	put_fact(index, PV_WIRE_BPF_TYPE, BPF_CORE_READ(map, map_type));
	put_fact(index, PV_WIRE_BPF_KEY_SIZE, BPF_CORE_READ(map, key_size));
	put_fact(index, PV_WIRE_BPF_VALUE_SIZE, BPF_CORE_READ(map, value_size));
	put_fact(index, PV_WIRE_BPF_MAX_ENTRIES, BPF_CORE_READ(map, max_entries));
	put_text(index, PV_WIRE_BPF_NAME, (u64)behind(map, bpf_map, name));
}

static __always_inline void
tell_bpf_prog(struct bpf_prog *prog, u32 index)
{
	struct bpf_prog_aux *aux = BPF_CORE_READ(prog, aux);
	struct detail_buffer *buffer = details_at(index);
	struct pv_wire_text *record = buffer ? next_record(buffer) : NULL;

	if (record) {
		bpf_probe_read_kernel(record + 1, 8, behind(prog, bpf_prog, tag));
		record->fact = PV_WIRE_BPF_TAG;
		record->length = 8;
		record->reserved = 0;
		keep_record(buffer, &record->head, PV_WIRE_TEXT, sizeof(*record) + 8);
	}
	put_fact(index, PV_WIRE_BPF_ID, BPF_CORE_READ(aux, id));
	put_fact(index, PV_WIRE_BPF_TYPE, BPF_CORE_READ(prog, type));
	put_text(index, PV_WIRE_BPF_NAME, (u64)behind(aux, bpf_prog_aux, name));
}

static __always_inline void
tell_bpf_link(struct bpf_link *link, u32 index)
{
	struct bpf_prog *prog = BPF_CORE_READ(link, prog);

	put_fact(index, PV_WIRE_BPF_ID, BPF_CORE_READ(link, id));
	put_fact(index, PV_WIRE_BPF_TYPE, BPF_CORE_READ(link, type));
	if (prog)
		put_fact(index, PV_WIRE_BPF_PROG_ID, BPF_CORE_READ(prog, aux, id));
}

static __always_inline void
tell_ring(struct io_ring_ctx *ring, u32 index)
{
	struct io_ring_ctx___until_6_12 *old = (void *)ring;

	if (!bpf_core_type_exists(struct io_ring_ctx))
		return;
	put_fact(index, PV_WIRE_IO_URING_SQ_ENTRIES, BPF_CORE_READ(ring, sq_entries));
	put_fact(index, PV_WIRE_IO_URING_CQ_ENTRIES, BPF_CORE_READ(ring, cq_entries));
	if (bpf_core_field_exists(struct io_ring_ctx, buf_table)) {
		put_fact(index, PV_WIRE_IO_URING_N_FILES, BPF_CORE_READ(ring, file_table.data.nr));
		put_fact(index, PV_WIRE_IO_URING_N_BUFFERS, BPF_CORE_READ(ring, buf_table.nr));
	} else if (bpf_core_field_exists(struct io_ring_ctx___until_6_12, nr_user_files)) {
		put_fact(index, PV_WIRE_IO_URING_N_FILES, BPF_CORE_READ(old, nr_user_files));
		put_fact(index, PV_WIRE_IO_URING_N_BUFFERS, BPF_CORE_READ(old, nr_user_bufs));
	}
}

static __always_inline void
tell_userfaultfd(struct userfaultfd_ctx *context, u32 index)
{
	if (!bpf_core_type_exists(struct userfaultfd_ctx))
		return;
	/* Without what the kernel notes there for itself. */
	put_fact(index, PV_WIRE_USERFAULTFD_FEATURES,
		 BPF_CORE_READ(context, features) & ~UFFD_INITIALIZED);
	put_fact(index, PV_WIRE_USERFAULTFD_FLAGS, BPF_CORE_READ(context, flags));
}

static __always_inline void
tell_perf(struct perf_event *event, u32 index)
{
	put_fact(index, PV_WIRE_PERF_TYPE, BPF_CORE_READ(event, attr.type));
	put_fact(index, PV_WIRE_PERF_CONFIG, BPF_CORE_READ(event, attr.config));
}

static __always_inline void
tell_fanotify(struct fsnotify_group *group, u32 index)
{
	if (!bpf_core_field_exists(struct fsnotify_group, fanotify_data))
		return;
	put_fact(index, PV_WIRE_FANOTIFY_FLAGS, BPF_CORE_READ(group, fanotify_data.flags));
	put_fact(index, PV_WIRE_FANOTIFY_EVENT_FLAGS, BPF_CORE_READ(group, fanotify_data.f_flags));
	tell_marks((u64)group, index, false);
}

/* As fdinfo: -1 when the process is gone, 0 where the reader has no number for it. */
__noinline int
tell_pidfd(u64 address, u32 index, u32 level, u64 ns)
{
	struct pid *pid = (void *)address;
	struct pid___more *more = (void *)pid;
	struct detail_buffer *buffer = details_at(index);
	struct pv_wire_text *record;
	u32 last;
	u32 n = 0;
	int *numbers;

	if (!pid)
		return 0;
	if (!BPF_CORE_READ(more, tasks[0].first)) {
		put_fact(index, PV_WIRE_PIDFD_PID, -1LL);
		return 0;
	}
	put_fact(index, PV_WIRE_PIDFD_PID, (s64)number_at((u64)pid, level, ns));
	record = buffer ? next_record(buffer) : NULL;
	last = BPF_CORE_READ(pid, level);
	if (!record || last < level || last - level >= PV_WIRE_MAX_NUMBERS)
		return 0;
	numbers = (int *)(record + 1);
	for (u32 i = 0; i < PV_WIRE_MAX_NUMBERS; i++) {
		struct upid *upid = upid_at(pid, level + i);

		if (level + i > last)
			break;
		numbers[i] = BPF_CORE_READ(upid, nr);
		n++;
	}
	record->fact = PV_WIRE_PIDFD_NSPID;
	record->length = n;
	record->reserved = 0;
	keep_record(buffer, &record->head, PV_WIRE_NUMBERS, sizeof(*record) + (n + n % 2) * 4);
	return 0;
}

#define is_named(name, wanted) (__builtin_memcmp((name), (wanted), 8) == 0)

/* Eight characters tell them apart. TRUE: it may hold files. */
static __always_inline bool
tell_anonymous(struct file *file, u32 index, u32 level, u64 ns)
{
	struct file___more *more = (void *)file;
	void *private = BPF_CORE_READ(more, private_data);
	struct signalfd_ctx *signals = private;
	char name[8] = {};

	if (!private)
		return false;
	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(file, f_path.dentry, d_name.name));
	if (is_named(name, "[eventf"))
		tell_eventfd(private, index);
	else if (is_named(name, "[timerf"))
		tell_timerfd(private, index);
	else if (is_named(name, "[signal"))
		put_fact(index, PV_WIRE_SIGNALFD_MASK, ~BPF_CORE_READ(signals, sigmask.sig[0]));
	else if (is_named(name, "[eventp"))
		tell_targets((u64) private, index);
	else if (is_named(name, "inotify"))
		tell_marks((u64) private, index, true);
	else if (is_named(name, "[fanoti"))
		tell_fanotify(private, index);
	else if (is_named(name, "[io_uri"))
		tell_ring(private, index);
	else if (is_named(name, "bpf-map"))
		tell_bpf_map(private, index);
	else if (is_named(name, "bpf-pro"))
		tell_bpf_prog(private, index);
	else if (is_named(name, "bpf_lin") || is_named(name, "bpf-lin"))
		tell_bpf_link(private, index);
	else if (is_named(name, "[userfa"))
		tell_userfaultfd(private, index);
	else if (is_named(name, "[perf_e"))
		tell_perf(private, index);
	else if (is_named(name, "[pidfd]"))
		tell_pidfd((u64) private, index, level, ns);
	return is_named(name, "[io_uri");
}
