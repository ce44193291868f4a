/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * Lists that others may change while they are walked.
 *
 * Nothing is locked here, but all loads are safe, and a step is only taken along a link that leads
 * back. What does not fit into the buffer, or moves, is marked as cut, and none of it is told: procfs
 * has it.
 *
 * What it cannot see: a change that begins and ends within the few microseconds of a walk.
 */
#pragma once

#include "detail.bpf.h"

enum {
	MAX_ENTRIES = 4096,
};

struct list_walk {
	struct list_head *head;
	struct list_head *entry;
	u64 files; /* of locks: the two that may be the owner */
	u64 file;
	u64 pids;
	u32 index;
	u32 what; /* inotify, or which list of locks */
	u32 done;
};

/* Along a link that leads back. NULL: there is none. */
static __always_inline struct list_head *
advance(struct list_walk *walk)
{
	struct list_head *entry = walk->entry;
	struct list_head *next = BPF_CORE_READ(entry, next);

	if (!next || BPF_CORE_READ(next, prev) != entry)
		return NULL;
	walk->entry = next;
	if (next != walk->head)
		return next;
	walk->done = 1;
	return NULL;
}
