/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a snapshot is made of: plain records in arrays, one array a noun.
 *
 * Records refer to each other by index, and to text by PvString. Each record knows its own index,
 * from which the head of its array, and so the store that it belongs to, is found: a handle needs
 * no memory of its own, and a reference on any record is a reference on its store.
 *
 * A descriptor and the file behind it are 64 bytes together (a static assertion holds them to it).
 */
#pragma once

#include <glib.h>

#define PV_NONE G_MAXUINT32
/* Of a task that has a table, or may have one, and has not been grouped yet. */
#define PV_PENDING (G_MAXUINT32 - 1)

/* Offset of a NUL-terminated string in the store's strings; 0 is "unknown". */
typedef guint32 PvString;

typedef struct _ProcviewProcess PvProcess;
typedef struct _ProcviewTask PvTask;
typedef struct _ProcviewFdTable PvTable;
typedef struct _ProcviewDescriptor PvDescriptor;
typedef struct _ProcviewFile PvFile;

/* Which fields of a record are known. */
enum {
	PV_TASK_DETAILS = 1 << 0, /* comm, state, flags, credentials, start time, ns_tids */
	PV_TASK_LEADER = 1 << 1,
	PV_TASK_KTHREAD = 1 << 2,
	PV_TASK_HAD_TABLE = 1 << 3, /* when it was listed */
	PV_TASK_DENIED = 1 << 4,    /* the caller could not look into it by himself */
};

struct _ProcviewTask {
	guint64 identity;      /* pidfs inode number of its pidfd, 6.9; 0: unknown */
	guint64 start_time_ns; /* stat field 22: since boot, in clock ticks of 1/100 s */
	/*
	 * Keyed hashes of the kernel's pointers to files_struct, fs_struct and mm_struct; 0: has
	 * none, or unknown. They compare within one snapshot, and between those of one scanner.
	 */
	guint64 files_key;
	guint64 fs_key;
	guint64 mm_key;
	guint32 index;
	gint32 tid;
	guint32 process;
	guint32 table; /* PV_NONE: has none (zombie), or was not asked for */
	guint32 n_open; /* descriptors in its table, as counted with the task; PV_NONE: not counted */
	PvString comm; /* stat field 2: raw bytes */
	guint32 uid;   /* status, line Uid: real, effective */
	guint32 euid;
	guint32 gid;
	guint32 egid;
	guint32 first_ns_tid; /* into ns_tids: status, line NSpid, outermost first */
	guint16 n_ns_tids;
	guint8 known;
	char state; /* stat field 3 */
};

enum {
	PV_PROCESS_LIMITS = 1 << 0,
	PV_PROCESS_COMMAND = 1 << 1,
	/* BPF could not carry it whole: to be had from procfs. */
	PV_PROCESS_LONG_COMMAND = 1 << 2,
	PV_PROCESS_LONG_EXE = 1 << 3,
	PV_PROCESS_LONG_CONTEXT = 1 << 4,
	PV_PROCESS_BUSY_COMMAND = 1 << 5, /* to be asked for again */
};

/* The values of ProcviewNamespace. */
enum {
	PV_NAMESPACE_CGROUP,
	PV_NAMESPACE_IPC,
	PV_NAMESPACE_MNT,
	PV_NAMESPACE_NET,
	PV_NAMESPACE_PID,
	PV_NAMESPACE_TIME,
	PV_NAMESPACE_USER,
	PV_NAMESPACE_UTS,
	PV_N_NAMESPACES,
};

struct _ProcviewProcess {
	guint64 fd_limit_soft; /* prlimit(2), RLIMIT_NOFILE */
	guint64 fd_limit_hard;
	guint32 index;
	gint32 pid;
	gint32 ppid; /* stat fields 4 to 6 */
	gint32 pgid;
	gint32 sid;
	guint32 first_task; /* into tasks, which are in the order of their tids */
	guint32 leader;
	guint32 n_tasks;
	PvString exe;	  /* readlink of /proc/PID/exe */
	PvString cmdline; /* /proc/PID/cmdline: arguments, each ended by a NUL */
	guint32 cmdline_len;
	guint32 n_arguments;
	guint32 known;
	/* Of the leader, if PV_COLLECT_CONTEXT was asked for. */
	PvString cwd; /* readlink of /proc/PID/cwd and root */
	PvString root;
	guint64 cgroup_id;		     /* in the cgroup v2 hierarchy; 0: unknown */
	guint32 namespaces[PV_N_NAMESPACES]; /* inode numbers of /proc/PID/ns/...; 0: unknown */
};

struct _ProcviewFdTable {
	guint32 index;
	guint32 owner;	      /* process of its first task */
	guint32 first_member; /* into members: tasks, by tgid and tid */
	guint32 n_members;
	guint32 first_descriptor;
	guint32 n_descriptors; /* records that are here */
	guint32 open_count;    /* what the kernel counts; PV_NONE: unknown */
	guint32 rank;	  /* place in the kernel's order of all tables here, from 1; 0: unknown */
	gboolean counted; /* and no more, whatever else was collected */
	guint8 status;	  /* ProcviewStatus */
	guint8 reason;	  /* ProcviewReason */
	guint8 proof;	  /* ProcviewProof */
	guint8 needs;	  /* PvNeed */
	const char *backend; /* static string, NULL: not read */
	guint64 key;	     /* files_key of its tasks; 0: unknown */
};

enum {
	PV_CLOEXEC_UNKNOWN = 0,
	PV_CLOEXEC_OFF = 1,
	PV_CLOEXEC_ON = 2,
};

struct _ProcviewDescriptor {
	guint32 index;
	gint32 fd;
	guint32 file : 30;
	guint32 cloexec : 2;
};

enum {
	PV_FILE_FLAGS = 1 << 0,
	PV_FILE_POS = 1 << 1,
	PV_FILE_INODE = 1 << 2, /* ino, dev, mode */
	PV_FILE_SIZE = 1 << 3,	/* extent holds a size in bytes */
	PV_FILE_RDEV = 1 << 4,	/* extent holds a device number */
	PV_FILE_MOUNT = 1 << 5,
	PV_FILE_DELETED = 1 << 6,   /* the inode has no link left */
	PV_FILE_DESCRIBED = 1 << 7, /* compared by kcmp(KCMP_FILE): index is its identity */
};

struct _ProcviewFile {
	guint64 ino;
	gint64 pos;
	guint64 extent; /* size of a regular file or directory, device number of a device */
	guint32 index;
	guint32 dev;   /* pv_dev() */
	guint32 flags; /* as F_GETFL: kernel's values, without O_CLOEXEC */
	guint32 mount_id;
	PvString path;
	guint16 mode; /* st_mode */
	guint8 kind;  /* ProcviewKind */
	guint8 known;
};

G_STATIC_ASSERT(sizeof(PvDescriptor) + sizeof(PvFile) <= 64);

/* Device numbers as the kernel has them inside: 12 bits of major, 20 of minor. */
static inline guint32
pv_dev(guint32 major, guint32 minor)
{
	return major << 20 | (minor & 0xfffff);
}

static inline guint32
pv_dev_major(guint32 dev)
{
	return dev >> 20;
}

static inline guint32
pv_dev_minor(guint32 dev)
{
	return dev & 0xfffff;
}
