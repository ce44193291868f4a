/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A kernel of a few tasks, which answers kcmp(2) as the real one does, and whose tasks unshare and
 * exit at a given call.
 */
#pragma once

#include "grouping/group.h"

#define WORLD_TASKS 4096

typedef struct {
	guint64 table[WORLD_TASKS]; /* by tid: its files_struct's address; 0: none */
	gboolean denied[WORLD_TASKS];
	gboolean gone[WORLD_TASKS];
	gboolean unordered; /* kcmp(2) gives no order: 3 */
	/* At call number "when" the task's table becomes "then"; PV_GONE: it exits. */
	guint64 when;
	gint32 who;
	guint64 then;
	guint64 key;
	guint64 n_calls;
	PvStore *store;
	PvKcmp kcmp;
} World;

#define WORLD_GONE G_MAXUINT64

World *world_new(void);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* A process whose threads have these tables, the leader's first; returns its pid. */
gint32 world_add_process(World *world, guint n_threads, const guint64 *tables);
/* Groups all tasks and checks what has to hold whatever happened. */
void world_group(World *world, PvGrouper *grouper, gboolean usable);
/* The group that a task went to, or PV_NONE. */
guint32 world_group_of(const World *world, gint32 tid);
