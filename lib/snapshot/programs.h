/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scanner has of BPF: when it is opened, how much of it, and whether it serves a scan.
 */
#pragma once

#include "core/error.h"
#include "core/query.h"
#include "snapshot/builder.h"
#include "snapshot/scanner.h"

typedef struct {
	const PvScannerOptions *options;
	const PvContext *context; /* what the caller may do is looked up before each scan */
	gboolean once;		  /* what scans need is opened by them */
	gboolean waits;		  /* nothing was opened yet */
	PvBpf *bpf;
	char *refusal; /* why not, where it would be welcome */
} PvPrograms;

/* FALSE: BPF was asked for by name, and does not work. kcmp_errno is 0 where kcmp(2) works. */
gboolean pv_programs_open(PvPrograms *programs, int kcmp_errno, GError **error);
void pv_programs_close(PvPrograms *programs);
/* Whether a scan to come may open more. */
gboolean pv_programs_may_open(const PvPrograms *programs);

/* Before a scan. */
void pv_programs_open_what_pays(PvPrograms *programs, const PvQuery *query, const PvWatch *watch);
/* Before a table is looked at again. */
void pv_programs_open_files(PvPrograms *programs, const PvWatch *watch);
/*
 * After a scan that does not show all. FALSE: it cannot be had, or not by this caller any more,
 * which the snapshot is told.
 */
gboolean pv_programs_open_the_rest(PvPrograms *programs, const PvQuery *query, const PvWatch *watch,
				   PvStore *store);
/* Whether there is more to be had than what a scan was taken with. */
gboolean pv_programs_lack_parts(const PvPrograms *programs);

/*
 * Makes BPF part of the plan if it serves a scan that collects that (PV_COLLECT_*), in this thread.
 * FALSE: it was asked for by name, and does not.
 */
gboolean pv_programs_plan(const PvPrograms *programs, guint needs, PvPlan *plan, PvStore *refusals,
			  GError **error);
/* Of a snapshot that would have been better with BPF. */
void pv_programs_tell_refusal(PvStore *store, const char *why);
