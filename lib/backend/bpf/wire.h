/* SPDX-License-Identifier: LGPL-2.1-or-later OR (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What the programs write into an iterator's buffer, and what the library decodes: one record
 * behind the other, each beginning with its own size, a multiple of eight bytes. Byte order and
 * layout are the machine's; the two sides are built together.
 *
 * Included by programs and library, so it stands on no other header.
 */
#pragma once

/* Numbers of a task, from the reader's pid namespace down: MAX_PID_NS_LEVEL is 32. */
#define PV_WIRE_MAX_NUMBERS 33
#define PV_WIRE_MAX_PATH    4096
/* Names that a pass remembers, from 1. */
#define PV_WIRE_MAX_NAMES 1024
/* An iterator's buffer holds 32 KiB, and a record must fit in. */
#define PV_WIRE_MAX_COMMAND 24576

/* In the order of PV_NAMESPACE_*. */
#define PV_WIRE_N_NAMESPACES 8

/* Those numbers are as the reader's pid namespace has them, 0 where it has none. */
struct pv_wire_task {
	unsigned int size;
	int tid;
	int pid;
	unsigned int flags; /* task_struct.flags: PF_* */
	unsigned int state;
	unsigned int exit_state;
	unsigned long long files; /* addresses: identities, hashed before they are kept */
	unsigned long long fs;
	unsigned long long mm;
	unsigned long long identity;   /* inode number on pidfs; 0 before 6.9 */
	unsigned long long start_time; /* ns since boot, in the reader's time namespace */
	unsigned int uid;
	unsigned int euid;
	unsigned int gid;
	unsigned int egid;
	unsigned int n_open;	/* bits in the table's bitmap; ~0: not counted */
	unsigned int max_fds;	/* slots of the table */
	unsigned int n_numbers; /* behind the record, int each; only where there are two or more */
	unsigned char comm[16];
	unsigned int reserved;
	/* From here on, of leaders only. */
	int ppid;
	int pgid;
	int sid;
	unsigned int n_threads;
	unsigned long long limit_soft; /* RLIMIT_NOFILE */
	unsigned long long limit_hard;
	unsigned long long cgroup; /* id in the v2 hierarchy */
	unsigned int namespaces[PV_WIRE_N_NAMESPACES];
};

/* Who has which table now: what is asked again when tables have been read. */
struct pv_wire_owner {
	unsigned int size;
	int tid;
	unsigned long long files;
	unsigned long long identity;
	unsigned long long start_time;
};

enum {
	PV_WIRE_CLOEXEC = 1 << 0,
	PV_WIRE_UNLINKED = 1 << 1, /* i_nlink is 0 */
	PV_WIRE_MISSED = 1 << 2,   /* could not be looked at: nothing but tid and fd is set */
};

struct pv_wire_file {
	unsigned int size;
	int tid;
	unsigned long long files;
	unsigned long long file; /* address of the open file description */
	unsigned long long ino;
	long long pos;
	unsigned long long bytes; /* i_size */
	long long refs;		  /* references to the description, without the iterator's own */
	unsigned int fd;
	unsigned int flags; /* f_flags */
	unsigned int dev;
	unsigned int rdev;
	unsigned int mount_id;
	unsigned int magic; /* of the file system */
	unsigned short mode;
	unsigned short marks;
	unsigned int path_size; /* behind the record, with its NUL; 0: is not here */
	/*
	 * 0, or the place that the name is remembered at: if it is here, for later records of this
	 * pass; if not, from an earlier one.
	 */
	unsigned int name_id;
	unsigned int reserved;
};

enum {
	PV_WIRE_TITLE = 1 << 0, /* up to the first NUL only: written over by setproctitle(3) */
	PV_WIRE_CUT = 1 << 1,	/* could not be had, or not all of it: ask procfs */
	PV_WIRE_BUSY = 1 << 2,	/* somebody holds the lock of its memory: ask again */
};

struct pv_wire_command {
	unsigned int size;
	int tid;
	unsigned long long start_time;
	unsigned int marks;
	unsigned int length; /* bytes behind the record */
};

enum {
	PV_WIRE_EXE,
	PV_WIRE_CWD,
	PV_WIRE_ROOT,
};

enum {
	PV_WIRE_PATH_CUT = 1 << 0,     /* too long, or changed while it was followed */
	PV_WIRE_PATH_DELETED = 1 << 1, /* no name leads there any more */
	PV_WIRE_PATH_ABSENT = 1 << 2,  /* the task has none: a zombie, a kernel thread */
};

/* A path as its names, the last one first, a NUL behind each. */
struct pv_wire_path {
	unsigned int size;
	int tid;
	unsigned long long start_time;
	unsigned int what;
	unsigned int marks;
	unsigned int length; /* bytes behind the record */
	unsigned int reserved;
};
