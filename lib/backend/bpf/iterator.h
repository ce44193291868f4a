/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One pass of a program over tasks or their files, record by record.
 */
#pragma once

#include "backend/bpf/bpf.h"
#include "util/fd.h"

typedef enum {
	PV_PROGRAM_TASKS,
	PV_PROGRAM_TASKS_IN_CONTEXT, /* with namespaces and cgroup, of leaders */
	PV_PROGRAM_OWNERS,
	PV_PROGRAM_FILES,
	PV_PROGRAM_NAMED_FILES,
	PV_PROGRAM_DETAILED_FILES,
	PV_PROGRAM_PLACES,
	PV_PROGRAM_COMMANDS,
	PV_PROGRAM_CONTEXTS,
	PV_PROGRAM_VMAS,
	PV_N_PROGRAMS,
} PvProgram;

typedef enum {
	PV_SCOPE_ALL,
	PV_SCOPE_PROCESS, /* all threads of a process */
	PV_SCOPE_TASK,
} PvScope;

struct _PvBpf {
	int programs[PV_N_PROGRAMS]; /* -1: not asked for, or the kernel did not take it */
	guint parts;		     /* PV_BPF_*: loaded, or refused by the kernel */
	guint64 key[2];		     /* of the hashes that stand for kernel addresses */
	/* Of the last pass over all tasks. */
	guint32 n_processes;
	guint32 n_tasks;
};

static inline gboolean
pv_bpf_has(const PvBpf *bpf, PvProgram program)
{
	return bpf->programs[program] >= 0;
}

/* What stands for an address outside of this folder. 0 stays 0. */
guint64 pv_bpf_key(const PvBpf *bpf, guint64 address);

/* An address, and what stands for it. */
typedef struct {
	guint64 address;
	guint64 key;
} PvKeyed;

static inline guint64
pv_bpf_key_again(const PvBpf *bpf, PvKeyed *last, guint64 address)
{
	if (address != last->address)
		*last = (PvKeyed){address, pv_bpf_key(bpf, address)};
	return last->key;
}

typedef struct {
	const PvBpf *bpf;
	int fd;
	PvBuffer text;
	gsize at;
	gsize taken;	/* size of the record that was handed out last */
	gboolean ended; /* the kernel has no more */
} PvIterator;

void pv_iterator_init(PvIterator *iterator, const PvBpf *bpf); /* NULL: for other programs */
void pv_iterator_clear(PvIterator *iterator);
/* Begins a pass, with the buffer of the one before. 0, or a negative errno. */
int pv_iterator_start(PvIterator *iterator, PvProgram program, PvScope scope, gint32 number);
/* The same, of a program that is none of the backend's. */
int pv_iterator_start_other(PvIterator *iterator, int program, PvScope scope, gint32 number);
/*
 * The next record: its size, 0 at the end, or a negative errno; -EPROTO: not a record. It lies in
 * the iterator's buffer, until the next call.
 */
gssize pv_iterator_next(PvIterator *iterator, const char **record);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvIterator, pv_iterator_clear)
