/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A kernel of a few tasks in the place of the bpf backend: lists of tasks are made by the test, and
 * tables are read and asked for here. Tasks exit, leave their table or are replaced in between.
 */
#pragma once

#include "backend/bpf/bpf.h"
#include "grouping/kcmp.h"

#define BPF_WORLD_TASKS	 256
#define BPF_WORLD_TABLES 64

typedef struct {
	guint64 key; /* of its table, below BPF_WORLD_TABLES; 0: none, or no such task */
	guint64 identity;
	guint64 start_time_ns; /* 0: no such task */
} BpfWorldTask;

typedef struct {
	PvStore *store;
	BpfWorldTask tasks[BPF_WORLD_TASKS]; /* by tid */
	guint32 n_open[BPF_WORLD_TABLES];    /* descriptors, by key */
	guint n_missed[BPF_WORLD_TABLES];    /* readings of it that miss one, from now on */
	guint n_reads;
	guint n_checks;
	guint n_tables_read;
	gboolean whole;			  /* the last reading */
	gboolean denied[BPF_WORLD_TASKS]; /* kcmp(2) may not look into it */
	PvKcmp kcmp;
	/* A pass over everything finds nothing through this task. */
	gint32 invisible;
	/* Called before each reading, and before each check. */
	void (*before_read)(gpointer user_data);
	void (*before_check)(gpointer user_data);
	gpointer user_data;
} BpfWorld;

BpfWorld *bpf_world_new(void);
void bpf_world_free(BpfWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BpfWorld, bpf_world_free)

/* A process whose tasks have these keys, listed as they are now; returns its first tid. */
gint32 bpf_world_add_process(BpfWorld *world, guint32 n_tasks, guint32 leader, const guint64 *keys);
void bpf_world_exit(BpfWorld *world, gint32 tid);
