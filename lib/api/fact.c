/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Facts of files as words. The values are those of core/detail.h; api/enums.c holds the two
 * together.
 */
#include "api/private.h"
#include "core/detail.h"

#define SAME(name)	   G_STATIC_ASSERT((int)PROCVIEW_##name == (int)PV_##name)
#define ALIKE(public, own) G_STATIC_ASSERT((int)PROCVIEW_##public == (int)PV_##own)

SAME(FACT_PIPE_USED_BYTES);
SAME(FACT_PIPE_CAPACITY_BYTES);
SAME(FACT_PIPE_READERS);
SAME(FACT_PIPE_WRITERS);
SAME(FACT_EVENTFD_COUNT);
SAME(FACT_EVENTFD_ID);
SAME(FACT_EVENTFD_SEMAPHORE);
SAME(FACT_TIMERFD_CLOCK);
SAME(FACT_TIMERFD_TICKS);
SAME(FACT_TIMERFD_FLAGS);
SAME(FACT_TIMERFD_REMAINING_NS);
SAME(FACT_TIMERFD_INTERVAL_NS);
SAME(FACT_SIGNALFD_MASK);
SAME(FACT_FANOTIFY_FLAGS);
SAME(FACT_FANOTIFY_EVENT_FLAGS);
SAME(FACT_PIDFD_PID);
SAME(FACT_PIDFD_NSPID);
SAME(FACT_IO_URING_SQ_ENTRIES);
SAME(FACT_IO_URING_CQ_ENTRIES);
SAME(FACT_IO_URING_N_FILES);
SAME(FACT_IO_URING_N_BUFFERS);
SAME(FACT_BPF_ID);
SAME(FACT_BPF_TYPE);
SAME(FACT_BPF_TYPE_NAME);
SAME(FACT_BPF_NAME);
SAME(FACT_BPF_KEY_SIZE_BYTES);
SAME(FACT_BPF_VALUE_SIZE_BYTES);
SAME(FACT_BPF_MAX_ENTRIES);
SAME(FACT_BPF_TAG);
SAME(FACT_BPF_PROG_ID);
SAME(FACT_USERFAULTFD_FEATURES);
SAME(FACT_USERFAULTFD_FLAGS);
SAME(FACT_USERFAULTFD_PENDING);
SAME(FACT_PERF_TYPE);
SAME(FACT_PERF_CONFIG);
SAME(FACT_MEMFD_NAME);
SAME(FACT_MEMFD_SEALS);
SAME(FACT_MQUEUE_N_MESSAGES);
SAME(FACT_MQUEUE_MAX_MESSAGES);
SAME(FACT_MQUEUE_MESSAGE_SIZE_BYTES);
SAME(FACT_MQUEUE_SIZE_BYTES);
SAME(FACT_NAMESPACE_TYPE);
SAME(FACT_TUN_INTERFACE);
SAME(FACT_PTY_INDEX);
SAME(FACT_DRIVER);
SAME(FACT_DEVICE_NAME);
SAME(FACT_DMABUF_EXPORTER);
SAME(FACT_DMABUF_SIZE_BYTES);
SAME(FACT_DRM_DRIVER);
SAME(FACT_DRM_CLIENT_ID);
SAME(FACT_DRM_PDEV);
SAME(FACT_PTY_DEV);
SAME(FACT_INCOMPLETE);
ALIKE(FACT_TYPE_NUMBER, FACT_NUMBER);
ALIKE(FACT_TYPE_TEXT, FACT_TEXT);
ALIKE(FACT_TYPE_FLAG, FACT_FLAG);
ALIKE(FACT_TYPE_BITS, FACT_BITS);
ALIKE(MARK_TYPE_INODE, MARK_INODE);
ALIKE(MARK_TYPE_MOUNT, MARK_MOUNT);
ALIKE(MARK_TYPE_FILE_SYSTEM, MARK_FILE_SYSTEM);
ALIKE(LOCK_TYPE_POSIX, LOCK_POSIX);
ALIKE(LOCK_TYPE_OFD, LOCK_OFD);
ALIKE(LOCK_TYPE_FLOCK, LOCK_FLOCK);
ALIKE(LOCK_TYPE_LEASE, LOCK_LEASE);
ALIKE(LOCK_TYPE_DELEGATION, LOCK_DELEGATION);
ALIKE(HELD_BY_QUEUE, HELD_IN_FLIGHT);
ALIKE(HELD_BY_RING, HELD_FIXED);
G_STATIC_ASSERT((int)PROCVIEW_FACT_INCOMPLETE == (int)PV_N_FACTS - 1);

/**
 * procview_fact_to_string:
 * @fact: a fact
 *
 * The word for a fact in JSON, in the object that [func@Procview.fact_get_group] names: `count`,
 * `used_bytes`, …
 *
 * Returns: (transfer none) (nullable): a word; %NULL for a value that this release does not know
 *
 * Since: 0.1
 */
const char *
procview_fact_to_string(ProcviewFact fact)
{
	return pv_fact_name(fact);
}

/**
 * procview_fact_get_group:
 * @fact: a fact
 *
 * The word for the group that a fact belongs to: `eventfd`, `pipe`, … In JSON it is the name of the
 * object that holds the facts of the group.
 *
 * Returns: (transfer none) (nullable): a word; %NULL for a value that this release does not know
 *
 * Since: 0.1
 */
const char *
procview_fact_get_group(ProcviewFact fact)
{
	return pv_fact_group(fact);
}

/**
 * procview_fact_get_fact_type:
 * @fact: a fact
 *
 * How a fact is told: those of %PROCVIEW_FACT_TYPE_TEXT by [method@Procview.File.get_text], all
 * others by [method@Procview.File.get_number].
 *
 * Returns: a type; %PROCVIEW_FACT_TYPE_NUMBER for a value that this release does not know
 *
 * Since: 0.1
 */
ProcviewFactType
procview_fact_get_fact_type(ProcviewFact fact)
{
	return (ProcviewFactType)pv_fact_type(fact);
}
