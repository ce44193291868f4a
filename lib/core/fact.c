/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Facts as words. Names are those of fdinfo and of the kernel's structures where they have one.
 */
#include "core/fact.h"

static const struct {
	const char *group;
	const char *name;
	PvFactType type;
} facts[PV_N_FACTS] = {
	[PV_FACT_PIPE_USED_BYTES] = {"pipe", "used_bytes", PV_FACT_NUMBER},
	[PV_FACT_PIPE_CAPACITY_BYTES] = {"pipe", "capacity_bytes", PV_FACT_NUMBER},
	[PV_FACT_PIPE_READERS] = {"pipe", "readers", PV_FACT_NUMBER},
	[PV_FACT_PIPE_WRITERS] = {"pipe", "writers", PV_FACT_NUMBER},
	[PV_FACT_EVENTFD_COUNT] = {"eventfd", "count", PV_FACT_NUMBER},
	[PV_FACT_EVENTFD_ID] = {"eventfd", "id", PV_FACT_NUMBER},
	[PV_FACT_EVENTFD_SEMAPHORE] = {"eventfd", "semaphore", PV_FACT_FLAG},
	[PV_FACT_TIMERFD_CLOCK] = {"timerfd", "clock", PV_FACT_NUMBER},
	[PV_FACT_TIMERFD_TICKS] = {"timerfd", "ticks", PV_FACT_NUMBER},
	[PV_FACT_TIMERFD_FLAGS] = {"timerfd", "flags", PV_FACT_BITS},
	[PV_FACT_TIMERFD_REMAINING_NS] = {"timerfd", "remaining_ns", PV_FACT_NUMBER},
	[PV_FACT_TIMERFD_INTERVAL_NS] = {"timerfd", "interval_ns", PV_FACT_NUMBER},
	[PV_FACT_SIGNALFD_MASK] = {"signalfd", "mask", PV_FACT_BITS},
	[PV_FACT_FANOTIFY_FLAGS] = {"fanotify", "flags", PV_FACT_BITS},
	[PV_FACT_FANOTIFY_EVENT_FLAGS] = {"fanotify", "event_flags", PV_FACT_BITS},
	[PV_FACT_PIDFD_PID] = {"pidfd", "pid", PV_FACT_NUMBER},
	[PV_FACT_PIDFD_NSPID] = {"pidfd", "nspid", PV_FACT_TEXT},
	[PV_FACT_IO_URING_SQ_ENTRIES] = {"io_uring", "sq_entries", PV_FACT_NUMBER},
	[PV_FACT_IO_URING_CQ_ENTRIES] = {"io_uring", "cq_entries", PV_FACT_NUMBER},
	[PV_FACT_IO_URING_N_FILES] = {"io_uring", "n_files", PV_FACT_NUMBER},
	[PV_FACT_IO_URING_N_BUFFERS] = {"io_uring", "n_buffers", PV_FACT_NUMBER},
	[PV_FACT_BPF_ID] = {"bpf", "id", PV_FACT_NUMBER},
	[PV_FACT_BPF_TYPE] = {"bpf", "type", PV_FACT_NUMBER},
	[PV_FACT_BPF_TYPE_NAME] = {"bpf", "type_name", PV_FACT_TEXT},
	[PV_FACT_BPF_NAME] = {"bpf", "name", PV_FACT_TEXT},
	[PV_FACT_BPF_KEY_SIZE_BYTES] = {"bpf", "key_size_bytes", PV_FACT_NUMBER},
	[PV_FACT_BPF_VALUE_SIZE_BYTES] = {"bpf", "value_size_bytes", PV_FACT_NUMBER},
	[PV_FACT_BPF_MAX_ENTRIES] = {"bpf", "max_entries", PV_FACT_NUMBER},
	[PV_FACT_BPF_TAG] = {"bpf", "tag", PV_FACT_TEXT},
	[PV_FACT_BPF_PROG_ID] = {"bpf", "prog_id", PV_FACT_NUMBER},
	[PV_FACT_USERFAULTFD_FEATURES] = {"userfaultfd", "features", PV_FACT_BITS},
	[PV_FACT_USERFAULTFD_FLAGS] = {"userfaultfd", "flags", PV_FACT_BITS},
	[PV_FACT_USERFAULTFD_PENDING] = {"userfaultfd", "pending", PV_FACT_NUMBER},
	[PV_FACT_PERF_TYPE] = {"perf_event", "type", PV_FACT_NUMBER},
	[PV_FACT_PERF_CONFIG] = {"perf_event", "config", PV_FACT_BITS},
	[PV_FACT_MEMFD_NAME] = {"memfd", "name", PV_FACT_TEXT},
	[PV_FACT_MEMFD_SEALS] = {"memfd", "seals", PV_FACT_BITS},
	[PV_FACT_MQUEUE_N_MESSAGES] = {"mqueue", "n_messages", PV_FACT_NUMBER},
	[PV_FACT_MQUEUE_MAX_MESSAGES] = {"mqueue", "max_messages", PV_FACT_NUMBER},
	[PV_FACT_MQUEUE_MESSAGE_SIZE_BYTES] = {"mqueue", "message_size_bytes", PV_FACT_NUMBER},
	[PV_FACT_MQUEUE_SIZE_BYTES] = {"mqueue", "size_bytes", PV_FACT_NUMBER},
	[PV_FACT_NAMESPACE_TYPE] = {"nsfs", "type", PV_FACT_TEXT},
	[PV_FACT_TUN_INTERFACE] = {"tun", "interface", PV_FACT_TEXT},
	[PV_FACT_PTY_INDEX] = {"pty", "index", PV_FACT_NUMBER},
	[PV_FACT_DRIVER] = {"device", "driver", PV_FACT_TEXT},
	[PV_FACT_DEVICE_NAME] = {"device", "name", PV_FACT_TEXT},
	[PV_FACT_DMABUF_EXPORTER] = {"dmabuf", "exporter", PV_FACT_TEXT},
	[PV_FACT_DMABUF_SIZE_BYTES] = {"dmabuf", "size_bytes", PV_FACT_NUMBER},
	[PV_FACT_DRM_DRIVER] = {"drm", "driver", PV_FACT_TEXT},
	[PV_FACT_DRM_CLIENT_ID] = {"drm", "client_id", PV_FACT_NUMBER},
	[PV_FACT_DRM_PDEV] = {"drm", "pdev", PV_FACT_TEXT},
	[PV_FACT_PTY_DEV] = {"pty", "dev", PV_FACT_NUMBER},
	[PV_FACT_INCOMPLETE] = {"details", "incomplete", PV_FACT_FLAG},
};

const char *
pv_fact_name(guint fact)
{
	return fact < PV_N_FACTS ? facts[fact].name : NULL;
}

const char *
pv_fact_group(guint fact)
{
	return fact < PV_N_FACTS ? facts[fact].group : NULL;
}

PvFactType
pv_fact_type(guint fact)
{
	return fact < PV_N_FACTS ? facts[fact].type : PV_FACT_NUMBER;
}
