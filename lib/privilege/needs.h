/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which capability unlocks what: the one table of it. libprocview(7) prints the same.
 */
#pragma once

#include "core/store.h"
#include "privilege/privilege.h"

/* When the kernel asks. */
enum {
	PV_WHEN_OPENING,
	PV_WHEN_SCANNING,
	PV_WHEN_OWN_VIEW, /* at each scan, by a scanner that shows no more than the caller may see */
};

typedef struct {
	const char *backend; /* as snapshots name it */
	guint step;	     /* PV_STEP_*; PV_N_STEPS: all of them */
	guint when;	     /* PV_WHEN_* */
	guint capabilities;  /* PV_CAPABILITY_*, all of which it takes to see everything */
	const char *since;   /* Linux */
	const char *why;
} PvNeeds;

const PvNeeds *pv_needs_table(guint *n_rows);
/*
 * What it takes for this step of this backend to see everything, in all rows that fit. FALSE: there
 * is none, so nobody knows of anything that would do.
 */
gboolean pv_needs_find(const char *backend, guint step, guint when, guint *capabilities);
