/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/version-macros.h>

G_BEGIN_DECLS

/**
 * ProcviewFact:
 * @PROCVIEW_FACT_PIPE_USED_BYTES: Bytes in a pipe or fifo that nobody has read yet.
 * @PROCVIEW_FACT_PIPE_CAPACITY_BYTES: What a pipe or fifo can hold (`F_GETPIPE_SZ`).
 * @PROCVIEW_FACT_PIPE_READERS: Open file descriptions that can read from it.
 * @PROCVIEW_FACT_PIPE_WRITERS: Open file descriptions that can write to it.
 * @PROCVIEW_FACT_EVENTFD_COUNT: Counter of an eventfd(2).
 * @PROCVIEW_FACT_EVENTFD_ID: Number that the kernel gives to each eventfd, Linux 5.2.
 * @PROCVIEW_FACT_EVENTFD_SEMAPHORE: Whether it was made with `EFD_SEMAPHORE`.
 * @PROCVIEW_FACT_TIMERFD_CLOCK: Clock of a timerfd, as `CLOCK_*`.
 * @PROCVIEW_FACT_TIMERFD_TICKS: Expirations that nobody has read yet.
 * @PROCVIEW_FACT_TIMERFD_FLAGS: Flags of timerfd_settime(2).
 * @PROCVIEW_FACT_TIMERFD_REMAINING_NS: Time until it expires; 0: is not set.
 * @PROCVIEW_FACT_TIMERFD_INTERVAL_NS: Period; 0: expires once.
 * @PROCVIEW_FACT_SIGNALFD_MASK: Signals of a signalfd: bit n - 1 is signal n.
 * @PROCVIEW_FACT_FANOTIFY_FLAGS: Flags of fanotify_init(2).
 * @PROCVIEW_FACT_FANOTIFY_EVENT_FLAGS: Flags of the files that its events open.
 * @PROCVIEW_FACT_PIDFD_PID: Process, or thread, that a pidfd leads to, as the reader numbers it;
 *   -1 as a guint64 where it has ended.
 * @PROCVIEW_FACT_PIDFD_NSPID: Its numbers in nested pid namespaces, from the reader's on, with
 *   spaces between.
 * @PROCVIEW_FACT_IO_URING_SQ_ENTRIES: Size of the submission ring.
 * @PROCVIEW_FACT_IO_URING_CQ_ENTRIES: Size of the completion ring.
 * @PROCVIEW_FACT_IO_URING_N_FILES: Slots for registered files.
 * @PROCVIEW_FACT_IO_URING_N_BUFFERS: Registered buffers.
 * @PROCVIEW_FACT_BPF_ID: Number of a BPF map, program or link.
 * @PROCVIEW_FACT_BPF_TYPE: Its type, as `BPF_MAP_TYPE_*`, `BPF_PROG_TYPE_*`, `BPF_LINK_TYPE_*`.
 * @PROCVIEW_FACT_BPF_TYPE_NAME: The type as a word.
 * @PROCVIEW_FACT_BPF_NAME: Its name, as chosen by whoever loaded it.
 * @PROCVIEW_FACT_BPF_KEY_SIZE_BYTES: Size of the keys of a map.
 * @PROCVIEW_FACT_BPF_VALUE_SIZE_BYTES: Size of the values of a map.
 * @PROCVIEW_FACT_BPF_MAX_ENTRIES: Entries that a map may have.
 * @PROCVIEW_FACT_BPF_TAG: Hash of a program's instructions, in hexadecimal.
 * @PROCVIEW_FACT_BPF_PROG_ID: Program that a link has attached.
 * @PROCVIEW_FACT_USERFAULTFD_FEATURES: Features of a userfaultfd(2) that were asked for.
 * @PROCVIEW_FACT_USERFAULTFD_FLAGS: Its flags.
 * @PROCVIEW_FACT_USERFAULTFD_PENDING: Faults that nobody has read yet.
 * @PROCVIEW_FACT_PERF_TYPE: Type of a perf event, as `PERF_TYPE_*`.
 * @PROCVIEW_FACT_PERF_CONFIG: Its `config`.
 * @PROCVIEW_FACT_MEMFD_NAME: Name that memfd_create(2) was given.
 * @PROCVIEW_FACT_MEMFD_SEALS: Seals, as `F_SEAL_*`.
 * @PROCVIEW_FACT_MQUEUE_N_MESSAGES: Messages in a POSIX message queue.
 * @PROCVIEW_FACT_MQUEUE_MAX_MESSAGES: Messages that it can hold.
 * @PROCVIEW_FACT_MQUEUE_MESSAGE_SIZE_BYTES: Size that a message may have.
 * @PROCVIEW_FACT_MQUEUE_SIZE_BYTES: Bytes of all messages in it.
 * @PROCVIEW_FACT_NAMESPACE_TYPE: Type of a namespace: `net`, `mnt`, ...
 * @PROCVIEW_FACT_TUN_INTERFACE: Network interface behind a descriptor of `/dev/net/tun`.
 * @PROCVIEW_FACT_PTY_INDEX: Number of a pseudoterminal in its devpts.
 * @PROCVIEW_FACT_DRIVER: Name under which a device's driver has registered.
 * @PROCVIEW_FACT_DEVICE_NAME: Name of the device: of a disk or partition, of a miscellaneous
 *   device.
 * @PROCVIEW_FACT_DMABUF_EXPORTER: Who made a DMA buffer.
 * @PROCVIEW_FACT_DMABUF_SIZE_BYTES: Its size.
 * @PROCVIEW_FACT_DRM_DRIVER: Driver behind a graphics device.
 * @PROCVIEW_FACT_DRM_CLIENT_ID: Number of the client there.
 * @PROCVIEW_FACT_DRM_PDEV: Address of the device on its bus.
 * @PROCVIEW_FACT_PTY_DEV: Device number of the devpts that a pseudoterminal lies on, as the kernel
 *   has it inside: the major number times 2^20, and the minor. The file of a master may lie
 *   elsewhere.
 * @PROCVIEW_FACT_INCOMPLETE: Of any kind of file: something that was asked for could not be had.
 *   Facts, what an epoll set waits for, watches, locks, or files that it holds are missing: a long
 *   list of them was more than BPF can carry, and procfs did not let the caller see it.
 *
 * What is known of a file beyond what all files have. Which of them a file has depends on its kind;
 * which are known depends on the backend and on the kernel. More may come.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_FACT_PIPE_USED_BYTES = 0,
	PROCVIEW_FACT_PIPE_CAPACITY_BYTES = 1,
	PROCVIEW_FACT_PIPE_READERS = 2,
	PROCVIEW_FACT_PIPE_WRITERS = 3,
	PROCVIEW_FACT_EVENTFD_COUNT = 4,
	PROCVIEW_FACT_EVENTFD_ID = 5,
	PROCVIEW_FACT_EVENTFD_SEMAPHORE = 6,
	PROCVIEW_FACT_TIMERFD_CLOCK = 7,
	PROCVIEW_FACT_TIMERFD_TICKS = 8,
	PROCVIEW_FACT_TIMERFD_FLAGS = 9,
	PROCVIEW_FACT_TIMERFD_REMAINING_NS = 10,
	PROCVIEW_FACT_TIMERFD_INTERVAL_NS = 11,
	PROCVIEW_FACT_SIGNALFD_MASK = 12,
	PROCVIEW_FACT_FANOTIFY_FLAGS = 13,
	PROCVIEW_FACT_FANOTIFY_EVENT_FLAGS = 14,
	PROCVIEW_FACT_PIDFD_PID = 15,
	PROCVIEW_FACT_PIDFD_NSPID = 16,
	PROCVIEW_FACT_IO_URING_SQ_ENTRIES = 17,
	PROCVIEW_FACT_IO_URING_CQ_ENTRIES = 18,
	PROCVIEW_FACT_IO_URING_N_FILES = 19,
	PROCVIEW_FACT_IO_URING_N_BUFFERS = 20,
	PROCVIEW_FACT_BPF_ID = 21,
	PROCVIEW_FACT_BPF_TYPE = 22,
	PROCVIEW_FACT_BPF_TYPE_NAME = 23,
	PROCVIEW_FACT_BPF_NAME = 24,
	PROCVIEW_FACT_BPF_KEY_SIZE_BYTES = 25,
	PROCVIEW_FACT_BPF_VALUE_SIZE_BYTES = 26,
	PROCVIEW_FACT_BPF_MAX_ENTRIES = 27,
	PROCVIEW_FACT_BPF_TAG = 28,
	PROCVIEW_FACT_BPF_PROG_ID = 29,
	PROCVIEW_FACT_USERFAULTFD_FEATURES = 30,
	PROCVIEW_FACT_USERFAULTFD_FLAGS = 31,
	PROCVIEW_FACT_USERFAULTFD_PENDING = 32,
	PROCVIEW_FACT_PERF_TYPE = 33,
	PROCVIEW_FACT_PERF_CONFIG = 34,
	PROCVIEW_FACT_MEMFD_NAME = 35,
	PROCVIEW_FACT_MEMFD_SEALS = 36,
	PROCVIEW_FACT_MQUEUE_N_MESSAGES = 37,
	PROCVIEW_FACT_MQUEUE_MAX_MESSAGES = 38,
	PROCVIEW_FACT_MQUEUE_MESSAGE_SIZE_BYTES = 39,
	PROCVIEW_FACT_MQUEUE_SIZE_BYTES = 40,
	PROCVIEW_FACT_NAMESPACE_TYPE = 41,
	PROCVIEW_FACT_TUN_INTERFACE = 42,
	PROCVIEW_FACT_PTY_INDEX = 43,
	PROCVIEW_FACT_DRIVER = 44,
	PROCVIEW_FACT_DEVICE_NAME = 45,
	PROCVIEW_FACT_DMABUF_EXPORTER = 46,
	PROCVIEW_FACT_DMABUF_SIZE_BYTES = 47,
	PROCVIEW_FACT_DRM_DRIVER = 48,
	PROCVIEW_FACT_DRM_CLIENT_ID = 49,
	PROCVIEW_FACT_DRM_PDEV = 50,
	PROCVIEW_FACT_PTY_DEV = 51,
	PROCVIEW_FACT_INCOMPLETE = 52,
} ProcviewFact;

/**
 * ProcviewFactType:
 * @PROCVIEW_FACT_TYPE_NUMBER: A number.
 * @PROCVIEW_FACT_TYPE_TEXT: Text: bytes that anybody may have chosen.
 * @PROCVIEW_FACT_TYPE_FLAG: 0 or 1.
 * @PROCVIEW_FACT_TYPE_BITS: A number that is read bit by bit.
 *
 * How a fact is told.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_FACT_TYPE_NUMBER = 0,
	PROCVIEW_FACT_TYPE_TEXT = 1,
	PROCVIEW_FACT_TYPE_FLAG = 2,
	PROCVIEW_FACT_TYPE_BITS = 3,
} ProcviewFactType;

PROCVIEW_AVAILABLE_IN_0_1
const char *procview_fact_to_string(ProcviewFact fact);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_fact_get_group(ProcviewFact fact);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFactType procview_fact_get_fact_type(ProcviewFact fact);

G_END_DECLS
