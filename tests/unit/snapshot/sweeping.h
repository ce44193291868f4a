/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A sweep over the tables of a made-up kernel, and what came of it.
 */
#pragma once

#include "bpf-world.h"
#include "snapshot/sweep.h"

/* Tables. */
#define A     1
#define B     2
#define C     3
#define FRESH 40 /* the first that nobody has yet */

#define ZOMBIE G_MAXUINT64

typedef enum {
	BEFORE_READ,
	BEFORE_CHECK,  /* the first one after the reading */
	BEFORE_SEARCH, /* those that look for somebody who has the table still */
} Moment;

typedef struct {
	Moment moment;
	guint round; /* from 1 */
	gint32 tid;
	guint64 key;	  /* the table that it has from now on; 0: it exits; or ZOMBIE */
	guint64 identity; /* of the task that has its number now; 0: the same task */
} Event;

typedef struct {
	BpfWorld *world;
	const Event *events;
	guint n_events;
	guint n_checks; /* in this round */
	gboolean own_view;
	guint collect;
	PvGrouper grouper;
	PvArray addresses;
	PvReadingStep step;
} Run;

/* Table k has k + 3 descriptors. */
Run run_new(void);
void run_clear(Run *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* Groups and reads, and checks what has to hold whatever happened. */
void run_sweep(Run *run, const Event *events, guint n_events);
/* Of the table that a task was found to have. */
const PvReading *run_reading_of(const Run *run, gint32 tid);
/* It was read whole, and is the table with that key. */
void run_check_table(const Run *run, gint32 tid, guint64 key);
void run_check_outcome(const Run *run, gint32 tid, guint status, guint reason);
