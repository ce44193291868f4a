/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is known of files beyond what all files have: records in arrays of their own, so that a
 * file that has nothing more to tell costs nothing more.
 *
 * While tables are read, backends append in any order, and name a file by its index; several
 * descriptors of one open file description bring the same facts several times. pv_details_settle()
 * puts all in order when files have found their last place: sorted, each once.
 */
#pragma once

#include "core/array.h"
#include "core/fact.h"
#include "core/record.h"
#include "core/socket.h"

typedef struct _ProcviewRegistration PvRegistration;
typedef struct _ProcviewMark PvMark;
typedef struct _ProcviewLock PvLock;
typedef struct _ProcviewMount PvMount;
typedef struct _ProcviewHolding PvHolding;
typedef struct _ProcviewFsContext PvFsContext;
typedef struct _ProcviewMemory PvMemory;
typedef struct _ProcviewMapping PvMapping;

/* epoll: what a set waits for. */
struct _ProcviewRegistration {
	guint32 index;
	guint32 file;	/* the eventpoll */
	gint32 fd;	/* the number that was registered; may name another file by now */
	guint32 events; /* EPOLL* */
	guint64 data;
	guint64 ino;	/* of the target, as fdinfo or the kernel has it; 0: unknown */
	guint32 dev;	/* kernel's s_dev of the target, as pv_dev() */
	guint32 target; /* file; PV_NONE: not in this snapshot, or unknown */
	/* While the scan lasts, where BPF tells: address of the target's open file description. */
	guint64 address;
};

enum {
	PV_MARK_INODE,
	PV_MARK_MOUNT,
	PV_MARK_FILE_SYSTEM,
};

/* inotify and fanotify: what is watched. */
struct _ProcviewMark {
	guint32 index;
	guint32 file;
	guint32 type;	  /* PV_MARK_* */
	gint32 wd;	  /* inotify's watch descriptor; -1: none */
	guint64 ino;	  /* 0: none, or unknown */
	guint32 dev;	  /* kernel's s_dev, as pv_dev() */
	guint32 mount_id; /* of PV_MARK_MOUNT */
	guint64 mask;	  /* IN_*, FAN_* */
	guint64 ignored_mask;
};

enum {
	PV_LOCK_POSIX, /* of a table */
	PV_LOCK_OFD,   /* of an open file description */
	PV_LOCK_FLOCK,
	PV_LOCK_LEASE,
	PV_LOCK_DELEGATION,
};

struct _ProcviewLock {
	guint32 index;
	guint32 descriptor; /* while tables are read: the index of its file */
	guint8 type;	    /* PV_LOCK_* */
	guint8 write;	    /* exclusive; else shared */
	guint8 breaking;    /* of a lease */
	gint32 pid;	    /* who took it, as the kernel tells; 0: nobody (OFD), or unknown */
	guint64 start; /* in bytes; end is the last byte, G_MAXUINT64: to the end of the file */
	guint64 end;
};

/* A mount that files of the snapshot lie on. */
struct _ProcviewMount {
	guint32 index;
	guint32 mount_id;
	guint32 dev;   /* of its file system, as mountinfo tells: not always what stat(2) says */
	guint32 known; /* reserved */
	PvString type;
	PvString source;
	PvString root;	/* the directory of the file system that is mounted */
	PvString point; /* as a process that was asked sees it */
};

enum {
	PV_HELD_IN_FLIGHT, /* sent over a unix socket, and not received yet */
	PV_HELD_FIXED,	   /* registered with an io_uring */
};

/* A file that something holds, and no descriptor. */
struct _ProcviewHolding {
	guint32 index;
	guint32 holder; /* file: the socket in whose queue it lies, or the ring */
	guint32 file;	/* what is held: behind those that descriptors lead to, or one of them */
	guint32 slot;	/* of the ring; order in the queue */
	guint8 how;	/* PV_HELD_* */
	/* While the scan lasts: address of what is held, with 1 added where several refer to it. */
	guint64 address;
};

/* A list that BPF could not carry: to be had from procfs. While the scan lasts. */
typedef struct {
	guint32 file;
	guint32 group;	 /* PV_COLLECT_* that it belongs to */
	gboolean locked; /* who asks procfs might wait for somebody else */
} PvCutList;

/* One fs_struct: directories and umask of the tasks that share it. */
struct _ProcviewFsContext {
	guint32 index;
	guint32 first_member; /* into fs_members: tasks */
	guint32 n_members;
	guint32 umask; /* PV_NONE: unknown */
	PvString cwd;
	PvString root;
	guint64 cwd_ino; /* 0: unknown */
	guint64 root_ino;
	guint32 cwd_dev;
	guint32 root_dev;
	guint8 status; /* PV_STATUS_* */
	guint8 reason;
	guint8 proof;
	guint8 needs;
	const char *backend; /* static string, NULL: not read */
};

/* One mm_struct: what the processes that share it have mapped. */
struct _ProcviewMemory {
	guint32 index;
	guint32 first_member; /* into memory_members: processes */
	guint32 n_members;
	guint32 first_mapping;
	guint32 n_mappings;
	guint32 exe_dev;
	guint64 exe_ino; /* 0: unknown */
	PvString exe;
	guint8 status;
	guint8 reason;
	guint8 proof;
	guint8 needs;
	const char *backend; /* static string, NULL: not read */
};

enum {
	PV_MAPPING_READ = 1 << 0,
	PV_MAPPING_WRITE = 1 << 1,
	PV_MAPPING_EXECUTE = 1 << 2,
	PV_MAPPING_SHARED = 1 << 3,
	PV_MAPPING_DELETED = 1 << 4,
};

/* One file in one memory, however often it is mapped there. */
struct _ProcviewMapping {
	guint32 index;
	guint32 dev;
	guint64 ino;
	guint64 size_bytes; /* of all its ranges */
	PvString path;
	guint32 n_ranges;
	guint32 flags; /* PV_MAPPING_*, of any of them */
};

/* By what two ends find each other: files with equal channel and the opposite role. */
typedef struct {
	guint64 channel[2];
	guint32 role;
	guint32 file;
} PvEnd;

typedef struct {
	PvArray facts;		/* PvFact */
	PvArray registrations;	/* PvRegistration */
	PvArray marks;		/* PvMark */
	PvArray locks;		/* PvLock */
	PvArray sockets;	/* PvSocket */
	PvArray mounts;		/* PvMount */
	PvArray holdings;	/* PvHolding */
	PvArray cut_lists;	/* PvCutList */
	PvArray held_files;	/* PvFile, as long as tables are read: PvHolding.file names them */
	PvArray fs_contexts;	/* PvFsContext */
	PvArray fs_members;	/* guint32 */
	PvArray fs_context_of;	/* guint32, by task; empty: not asked for */
	PvArray memories;	/* PvMemory */
	PvArray memory_members; /* guint32 */
	PvArray memory_of;	/* guint32, by process; empty: not asked for */
	PvArray mappings;	/* PvMapping */
	PvArray ends;		/* PvEnd */
	PvArray by_file;	/* guint32: descriptors, by the index of their file */
} PvDetails;

void pv_details_init(PvDetails *details);
void pv_details_clear(PvDetails *details);
void pv_details_seal(PvDetails *details, gpointer owner);
gsize pv_details_memory(const PvDetails *details);
/* Drops all that files from index first_file on brought; for backends that read a table again. */
void pv_details_rewind(PvDetails *details, guint32 first_file);

/* FALSE: out of memory. */
gboolean pv_details_add_number(PvDetails *details, guint32 file, guint fact, guint64 value);
PvRegistration *pv_details_add_registration(PvDetails *details, guint32 file);
PvMark *pv_details_add_mark(PvDetails *details, guint32 file);
PvLock *pv_details_add_lock(PvDetails *details, guint32 file);
/*
 * Files were renumbered: moved has the new index of each, PV_NONE where it was dropped, and so are
 * its facts, registrations and marks.
 */
void pv_details_move_files(PvDetails *details, const guint32 *moved, guint32 n);
/* Locks name files until now: gives them the descriptor of each, before descriptors share files. */
void pv_details_move_locks(PvDetails *details, const guint32 *descriptor_of, guint32 n);
/* Sorts facts, registrations, marks, locks and sockets, drops duplicates and numbers all. */
void pv_details_settle(PvDetails *details);

/* After settling. NULL: unknown. */
const PvFact *pv_details_find_fact(const PvDetails *details, guint32 file, guint fact);
const PvFact *pv_details_facts_of(const PvDetails *details, guint32 file, guint *n);
PvRegistration *pv_details_registrations_of(const PvDetails *details, guint32 file, guint *n);
PvMark *pv_details_marks_of(const PvDetails *details, guint32 file, guint *n);
PvLock *pv_details_locks_of(const PvDetails *details, guint32 descriptor, guint *n);
PvSocket *pv_details_find_socket(const PvDetails *details, guint64 ino);
PvMount *pv_details_find_mount(const PvDetails *details, guint32 mount_id);
