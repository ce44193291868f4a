/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/version-macros.h>

G_BEGIN_DECLS

/**
 * ProcviewBackend:
 * @PROCVIEW_BACKEND_AUTO: The best that works here, step by step.
 * @PROCVIEW_BACKEND_PROCFS: `fd` and `fdinfo` of one living task of each table. Any kernel, no
 *   privilege for the caller's own processes; two procfs objects a descriptor.
 * @PROCVIEW_BACKEND_PIDFD: pidfd_getfd(2) through a pidfd of one living task of each table. Linux
 *   5.9 and ptrace attach rights; no procfs object per descriptor; cannot see close-on-exec.
 * @PROCVIEW_BACKEND_BPF: BPF iterators over tasks and their files. Linux 6.1 with BTF, CAP_BPF and
 *   CAP_PERFMON when the scanner is made and nothing after that; no procfs object at all. Sees the
 *   tasks of all users, whatever the caller has dropped since: see
 *   %PROCVIEW_SCANNER_OWN_VIEW.
 *
 * Where a scanner takes its facts from.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_BACKEND_AUTO = 0,
	PROCVIEW_BACKEND_PROCFS = 1,
	PROCVIEW_BACKEND_PIDFD = 2,
	PROCVIEW_BACKEND_BPF = 3,
} ProcviewBackend;

/**
 * ProcviewStep:
 * @PROCVIEW_STEP_TASKS: Listing processes and threads.
 * @PROCVIEW_STEP_GROUPING: Finding out which tasks share a descriptor table.
 * @PROCVIEW_STEP_FILES: Reading the descriptors of each table.
 *
 * The steps of a scan; each may be served by another kernel interface.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_STEP_TASKS = 0,
	PROCVIEW_STEP_GROUPING = 1,
	PROCVIEW_STEP_FILES = 2,
} ProcviewStep;

/**
 * ProcviewStatus:
 * @PROCVIEW_STATUS_OK: Read whole.
 * @PROCVIEW_STATUS_PARTIAL: Some of it is here; the reason says why not all.
 * @PROCVIEW_STATUS_DENIED: The caller may not read it.
 * @PROCVIEW_STATUS_GONE: Its last task exited before it could be read.
 *
 * How much of a table is in the snapshot.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_STATUS_OK = 0,
	PROCVIEW_STATUS_PARTIAL = 1,
	PROCVIEW_STATUS_DENIED = 2,
	PROCVIEW_STATUS_GONE = 3,
} ProcviewStatus;

/**
 * ProcviewReason:
 * @PROCVIEW_REASON_NONE: Nothing is missing.
 * @PROCVIEW_REASON_DENIED: The kernel refused access (`EPERM`, `EACCES`).
 * @PROCVIEW_REASON_EXITED: The last task that had the table exited while it was read.
 * @PROCVIEW_REASON_CHANGED: The tasks changed their tables faster than could be read.
 * @PROCVIEW_REASON_NO_DESCRIPTORS: The calling process, or the machine, ran out of descriptors
 *   (`EMFILE`, `ENFILE`).
 * @PROCVIEW_REASON_FAILED: The kernel failed in a way that the library has no word for.
 *
 * Why a table is not whole.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_REASON_NONE = 0,
	PROCVIEW_REASON_DENIED = 1,
	PROCVIEW_REASON_EXITED = 2,
	PROCVIEW_REASON_CHANGED = 3,
	PROCVIEW_REASON_NO_DESCRIPTORS = 4,
	PROCVIEW_REASON_FAILED = 5,
} ProcviewReason;

/**
 * ProcviewProof:
 * @PROCVIEW_PROOF_ASSUMED: kcmp(2) is missing or was refused: the threads of one process are
 *   taken to share one table.
 * @PROCVIEW_PROOF_KCMP: kcmp(2) said that these tasks share, and that no others do.
 * @PROCVIEW_PROOF_KERNEL: The kernel's own pointers were seen to be equal.
 *
 * How the library knows which tasks share a table.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_PROOF_ASSUMED = 0,
	PROCVIEW_PROOF_KCMP = 1,
	PROCVIEW_PROOF_KERNEL = 2,
} ProcviewProof;

/**
 * ProcviewKind:
 * @PROCVIEW_KIND_UNKNOWN: Could not be examined, or is of no kind known here.
 * @PROCVIEW_KIND_REGULAR: Regular file.
 * @PROCVIEW_KIND_DIRECTORY: Directory.
 * @PROCVIEW_KIND_SYMLINK: A symbolic link itself, opened with `O_PATH`.
 * @PROCVIEW_KIND_CHARDEV: Character device.
 * @PROCVIEW_KIND_BLOCKDEV: Block device.
 * @PROCVIEW_KIND_PIPE: Pipe without a name.
 * @PROCVIEW_KIND_FIFO: Pipe with a name.
 * @PROCVIEW_KIND_SOCKET: Socket.
 * @PROCVIEW_KIND_EVENTFD: eventfd(2).
 * @PROCVIEW_KIND_EVENTPOLL: epoll_create(2).
 * @PROCVIEW_KIND_TIMERFD: timerfd_create(2).
 * @PROCVIEW_KIND_SIGNALFD: signalfd(2).
 * @PROCVIEW_KIND_INOTIFY: inotify_init(2).
 * @PROCVIEW_KIND_FANOTIFY: fanotify_init(2).
 * @PROCVIEW_KIND_PIDFD: pidfd_open(2), in any of the shapes that kernels have given it.
 * @PROCVIEW_KIND_IO_URING: io_uring_setup(2).
 * @PROCVIEW_KIND_BPF_MAP: BPF map.
 * @PROCVIEW_KIND_BPF_PROG: BPF program.
 * @PROCVIEW_KIND_BPF_LINK: BPF link.
 * @PROCVIEW_KIND_USERFAULTFD: userfaultfd(2).
 * @PROCVIEW_KIND_PERF_EVENT: perf_event_open(2).
 * @PROCVIEW_KIND_MEMFD: memfd_create(2).
 * @PROCVIEW_KIND_MQUEUE: POSIX message queue.
 * @PROCVIEW_KIND_NSFS: Namespace.
 * @PROCVIEW_KIND_ANON_INODE: Another anonymous inode; the path names it.
 * @PROCVIEW_KIND_SECRETMEM: memfd_secret(2).
 *
 * What a file is. More may come.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_KIND_UNKNOWN = 0,
	PROCVIEW_KIND_REGULAR = 1,
	PROCVIEW_KIND_DIRECTORY = 2,
	PROCVIEW_KIND_SYMLINK = 3,
	PROCVIEW_KIND_CHARDEV = 4,
	PROCVIEW_KIND_BLOCKDEV = 5,
	PROCVIEW_KIND_PIPE = 6,
	PROCVIEW_KIND_FIFO = 7,
	PROCVIEW_KIND_SOCKET = 8,
	PROCVIEW_KIND_EVENTFD = 9,
	PROCVIEW_KIND_EVENTPOLL = 10,
	PROCVIEW_KIND_TIMERFD = 11,
	PROCVIEW_KIND_SIGNALFD = 12,
	PROCVIEW_KIND_INOTIFY = 13,
	PROCVIEW_KIND_FANOTIFY = 14,
	PROCVIEW_KIND_PIDFD = 15,
	PROCVIEW_KIND_IO_URING = 16,
	PROCVIEW_KIND_BPF_MAP = 17,
	PROCVIEW_KIND_BPF_PROG = 18,
	PROCVIEW_KIND_BPF_LINK = 19,
	PROCVIEW_KIND_USERFAULTFD = 20,
	PROCVIEW_KIND_PERF_EVENT = 21,
	PROCVIEW_KIND_MEMFD = 22,
	PROCVIEW_KIND_MQUEUE = 23,
	PROCVIEW_KIND_NSFS = 24,
	PROCVIEW_KIND_ANON_INODE = 25,
	PROCVIEW_KIND_SECRETMEM = 26,
} ProcviewKind;

/**
 * ProcviewAccess:
 * @PROCVIEW_ACCESS_NONE: Neither: `O_PATH`, or the access mode 3 of some device drivers.
 * @PROCVIEW_ACCESS_READ: Open for reading.
 * @PROCVIEW_ACCESS_WRITE: Open for writing.
 *
 * Mode of access of an open file description.
 *
 * Since: 0.1
 */
typedef enum /*< flags >*/ {
	PROCVIEW_ACCESS_NONE = 0,
	PROCVIEW_ACCESS_READ = 1 << 0,
	PROCVIEW_ACCESS_WRITE = 1 << 1,
} ProcviewAccess;

PROCVIEW_AVAILABLE_IN_0_1
const char *procview_kind_to_string(ProcviewKind kind);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_status_to_string(ProcviewStatus status);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_reason_to_string(ProcviewReason reason);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_proof_to_string(ProcviewProof proof);

G_END_DECLS
