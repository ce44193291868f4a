/* SPDX-License-Identifier: LGPL-2.1-or-later OR (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What the detailed pass writes behind the record of a file: records that say of which sort they
 * are, in the upper half of the word that holds the size of every record. Plain records have
 * nothing there.
 *
 * Included by programs and library, so it stands on no other header.
 */
#pragma once

enum {
	PV_WIRE_PLAIN,
	PV_WIRE_FACT,
	PV_WIRE_TEXT,
	PV_WIRE_NUMBERS,
	PV_WIRE_SOCKET,
	PV_WIRE_REGISTRATION,
	PV_WIRE_MARK,
	PV_WIRE_LOCK,
	PV_WIRE_HELD,
	PV_WIRE_LIST_CUT,
	PV_WIRE_N_SORTS,
};

#define PV_WIRE_SIZE_MASK	 0xffffU
#define PV_WIRE_SORT_SHIFT	 16
#define PV_WIRE_HEAD(sort, size) ((unsigned int)(size) | (unsigned int)(sort) << PV_WIRE_SORT_SHIFT)

#define PV_WIRE_MAX_TEXT 256 /* with its NUL */
#define PV_WIRE_MAX_NAME 112 /* of sockets */

/* Facts as the kernel's structures have them; what they mean to a caller the library knows. */
enum {
	PV_WIRE_PIPE_USED_BYTES,
	PV_WIRE_PIPE_SLOTS, /* of a page each */
	PV_WIRE_PIPE_READERS,
	PV_WIRE_PIPE_WRITERS,
	PV_WIRE_EVENTFD_COUNT,
	PV_WIRE_EVENTFD_ID,
	PV_WIRE_EVENTFD_SEMAPHORE,
	PV_WIRE_TIMERFD_CLOCK,
	PV_WIRE_TIMERFD_TICKS,
	PV_WIRE_TIMERFD_FLAGS,
	PV_WIRE_TIMERFD_REMAINING_NS,
	PV_WIRE_TIMERFD_EXPIRES_NS, /* by the clock of the day */
	PV_WIRE_TIMERFD_INTERVAL_NS,
	PV_WIRE_SIGNALFD_MASK,
	PV_WIRE_FANOTIFY_FLAGS,
	PV_WIRE_FANOTIFY_EVENT_FLAGS,
	PV_WIRE_PIDFD_PID,   /* s32; -1: has exited, 0: not in the reader's namespace */
	PV_WIRE_PIDFD_NSPID, /* numbers, from the reader's namespace down */
	PV_WIRE_IO_URING_SQ_ENTRIES,
	PV_WIRE_IO_URING_CQ_ENTRIES,
	PV_WIRE_IO_URING_N_FILES,
	PV_WIRE_IO_URING_N_BUFFERS,
	PV_WIRE_BPF_ID,
	PV_WIRE_BPF_TYPE,
	PV_WIRE_BPF_NAME,
	PV_WIRE_BPF_KEY_SIZE,
	PV_WIRE_BPF_VALUE_SIZE,
	PV_WIRE_BPF_MAX_ENTRIES,
	PV_WIRE_BPF_TAG, /* eight bytes */
	PV_WIRE_BPF_PROG_ID,
	PV_WIRE_USERFAULTFD_FEATURES,
	PV_WIRE_USERFAULTFD_FLAGS,
	PV_WIRE_PERF_TYPE,
	PV_WIRE_PERF_CONFIG,
	PV_WIRE_SHMEM_NAME, /* the dentry's: "memfd:" and the name */
	PV_WIRE_SHMEM_SEALS,
	PV_WIRE_MQUEUE_N_MESSAGES,
	PV_WIRE_MQUEUE_MAX_MESSAGES,
	PV_WIRE_MQUEUE_MESSAGE_SIZE,
	PV_WIRE_MQUEUE_SIZE,
	PV_WIRE_NAMESPACE_TYPE, /* CLONE_NEW* */
	PV_WIRE_TUN_INTERFACE,
	PV_WIRE_PTY_INDEX,
	PV_WIRE_PTY_DEV, /* s_dev of the devpts that the slave lies on */
	PV_WIRE_DMABUF_EXPORTER,
	PV_WIRE_DMABUF_SIZE,
	PV_WIRE_N_FACTS,
};

struct pv_wire_fact {
	unsigned int head;
	unsigned int fact;
	unsigned long long value;
};

struct pv_wire_text {
	unsigned int head;
	unsigned int fact;
	unsigned int length; /* of what is behind the record: bytes, or numbers (int) */
	unsigned int reserved;
};

enum {
	PV_WIRE_SOCKET_QUEUES = 1 << 0,	 /* are known */
	PV_WIRE_SOCKET_WAITING = 1 << 1, /* its peer has not been accepted: peer_name_key */
	PV_WIRE_SOCKET_GROUPS = 1 << 2,
	PV_WIRE_SOCKET_IN_FLIGHT = 1 << 3,
};

struct pv_wire_socket {
	unsigned int head;
	unsigned int marks;
	unsigned long long cookie; /* 0: nobody has asked yet */
	unsigned long long groups;
	unsigned long long peer_ino;
	unsigned long long listener_ino;
	/*
	 * Addresses of the names of unix sockets: a listener's, and that of a peer that waits to be
	 * accepted, who has his listener's. Before 6.10 that alone leads from one to the other.
	 */
	unsigned long long name_key;
	unsigned long long peer_name_key;
	unsigned long long file_ino; /* of the file that a unix socket is bound to */
	unsigned char local[16];
	unsigned char remote[16];
	unsigned int netns;
	unsigned int uid;
	unsigned int receive_queue;
	unsigned int send_queue;
	unsigned int backlog;
	unsigned int interface;
	unsigned int protocol;
	unsigned int local_port;
	unsigned int remote_port;
	unsigned int local_cid;
	unsigned int remote_cid;
	int peer_pid;
	unsigned int in_flight;
	unsigned short family;
	unsigned short name_length; /* of the name behind the record, as bind(2) took it */
	unsigned short type;
	unsigned char state;
	unsigned char shutdown;
	unsigned int file_dev;
};

struct pv_wire_registration {
	unsigned int head;
	int fd;
	unsigned long long file;
	unsigned long long data;
	unsigned long long ino;
	unsigned int dev;
	unsigned int events;
};

/* FSNOTIFY_OBJ_TYPE_* of the kernel. */
enum {
	PV_WIRE_MARK_INODE,
	PV_WIRE_MARK_MOUNT,
	PV_WIRE_MARK_FILE_SYSTEM,
};

struct pv_wire_mark {
	unsigned int head;
	unsigned int type;
	unsigned long long ino;
	unsigned int dev;
	unsigned int mount_id;
	unsigned int mask;
	unsigned int ignored_mask;
	int wd; /* -1: none */
	unsigned int flags;
};

enum {
	PV_WIRE_LOCK_POSIX,
	PV_WIRE_LOCK_FLOCK,
	PV_WIRE_LOCK_LEASE,
};

struct pv_wire_lock {
	unsigned int head;
	unsigned int list;  /* that it is in */
	unsigned int flags; /* FL_* */
	unsigned int type;  /* F_RDLCK, F_WRLCK */
	long long start;
	long long end;
	int pid; /* in the reader's pid namespace, of the task shown; 0: of another, or nobody's */
	unsigned int reserved;
};

/* A file that this one holds: the names of its path are behind the record, as in pv_wire_path. */
struct pv_wire_held {
	unsigned int head;
	unsigned int fixed; /* in a ring; else on its way */
	unsigned int slot;
	unsigned int length; /* of the names */
	unsigned int path_marks;
	unsigned int flags;
	unsigned long long file;
	unsigned long long ino;
	unsigned long long bytes;
	long long pos;
	long long refs;
	unsigned int dev;
	unsigned int rdev;
	unsigned int mount_id;
	unsigned int magic;
	unsigned int mode;
	unsigned int marks; /* PV_WIRE_UNLINKED */
};

/* In the sort of a list: whoever asks for it elsewhere may have to wait. */
#define PV_WIRE_LIST_LOCKED (1U << 16)

/* The list of that sort did not fit, or changed meanwhile: not all of it is here. */
struct pv_wire_list_cut {
	unsigned int head;
	unsigned int sort;
};
