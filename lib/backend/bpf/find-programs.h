/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The programs that pv_bpf_find() runs, and what they write.
 */
#pragma once

#include "backend/bpf/assembler.h"
#include "backend/bpf/layout.h"

/* Of a task, or one of its files or ranges. */
enum {
	PV_FOUND_HOLDS = 1 << 0,    /* one of the inodes or ports */
	PV_FOUND_CONCEALS = 1 << 1, /* a queue or a ring with files in it */
	PV_FOUND_TABLE = 1 << 2,    /* a leader, or a thread with another table than its leader's */
	PV_FOUND_MEMORY = 1 << 3,   /* a leader with a memory; a thread where the leader has none */
	PV_FOUND_ASLEEP = 1 << 4,   /* not to be interrupted, and has a memory */
};

/* Framed as the records of wire.h; numbers are those of the first pid namespace. */
typedef struct {
	guint32 size;
	gint32 pid;
	gint32 tid;
	guint32 marks;
	guint64 files; /* addresses; of tasks alone */
	guint64 memory;
	guint32 n_users; /* of the table; only where its owners are asked for */
	guint32 padding;
} PvFoundRecord;

/* Sorted, each once. */
typedef struct {
	const guint64 *inodes;
	const guint64 *ports;
	guint n_inodes;
	guint n_ports;
	gboolean in_places;
	gboolean tables; /* who has which is told */
	int inode_map;	 /* which has them; -1: they are to be written into the program */
} PvFindText;

/* For iter/task_file: files and sockets among those, queues and rings. */
void pv_find_write_files(PvAssembler *to, const PvLayout *layout, const PvFindText *text);
/* For iter/task: everybody, with places if wanted. */
void pv_find_write_tasks(PvAssembler *to, const PvLayout *layout, const PvFindText *text);
/* For iter/task: who has which table, and how many have it. */
void pv_find_write_owners(PvAssembler *to, const PvLayout *layout, const PvFindText *text);
/* For iter/task_vma: what is mapped. */
void pv_find_write_ranges(PvAssembler *to, const PvLayout *layout, const PvFindText *text);
