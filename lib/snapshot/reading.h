/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The reading step: each group's table, once, through one of its tasks.
 */
#pragma once

#include "backend/pidfd/worker.h"
#include "grouping/group.h"
#include "snapshot/builder.h"

/* What became of the table of a group. */
typedef struct {
	PvOutcome outcome;
	guint32 first_descriptor;
	guint32 n_descriptors;
	const char *backend; /* static; NULL: not read */
	gboolean counted;    /* and no more, though descriptors were asked for */
} PvReading;

typedef struct {
	const PvPlan *plan;
	const PvQuery *query;
	const PvWatch *watch;
	PvStore *store;
	PvGrouper *grouper;
	PvArray readings;	  /* PvReading, one for each group */
	const PvBackend *backend; /* the plan's, or what took its place */
} PvReadingStep;

/*
 * The thread that the backend wants to be run in, NULL for the caller's own. Where there is no
 * thread to be had, procfs takes the backend's place, unless it was asked for by name.
 */
gboolean pv_plan_start_worker(const PvPlan *plan, const PvBackend **backend, PvWorker **worker,
			      GError **error);
/* Runs the function in the worker, or here and now. */
void pv_plan_run_in(PvWorker *worker, void (*function)(gpointer), gpointer data);
/* Reads a table through a task, behind the descriptors that are there; the caller names the backend. */
void pv_reading_take(PvReadingStep *step, PvReader *reader, guint32 task, guint collect,
		     PvReading *reading);
/* Drops what a reading that is not good left behind, and nothing has come behind. */
void pv_reading_drop(PvStore *store, const PvReading *reading);
/* All of the group's tasks have exited. What was read before the last one did is kept. */
void pv_reading_note_exit(PvReading *reading);
gboolean pv_reading_run(PvReadingStep *step, GError **error);
