/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A scanner: probed once, it takes many snapshots, and looks again at tables of old ones.
 */
#pragma once

#include "core/error.h"
#include "core/query.h"
#include "core/store.h"
#include "core/watch.h"

/* The values of ProcviewBackend. */
enum {
	PV_BACKEND_AUTO,
	PV_BACKEND_PROCFS,
	PV_BACKEND_PIDFD,
	PV_BACKEND_BPF,
};

/* The values of ProcviewMembership. */
enum {
	PV_MEMBERSHIP_UNKNOWN,
	PV_MEMBERSHIP_SHARING,
	PV_MEMBERSHIP_LEFT,
	PV_MEMBERSHIP_EXITED,
	PV_MEMBERSHIP_REPLACED,
};

/* The values of ProcviewContent. */
enum {
	PV_CONTENT_UNKNOWN,
	PV_CONTENT_CURRENT,
	PV_CONTENT_CHANGED,
	PV_CONTENT_GONE,
};

typedef struct _PvScanner PvScanner;

typedef struct {
	guint backend;
	const char *proc_path; /* NULL: /proc; else a recorded tree, which only procfs can read */
	gboolean own_view;     /* PROCVIEW_SCANNER_OWN_VIEW */
	gboolean tables_only;  /* PROCVIEW_SCANNER_TABLES_ONLY */
	gboolean once;	       /* PROCVIEW_SCANNER_ONCE */
} PvScannerOptions;

PvScanner *pv_scanner_open(const PvScannerOptions *options, GError **error);
void pv_scanner_close(PvScanner *scanner);
/* The query may be NULL: everything. The snapshot returned is sealed. */
PvStore *pv_scanner_scan(PvScanner *scanner, const PvQuery *query, const PvWatch *watch,
			 GError **error);
/* What the caller had, PV_CAPABILITY_*, at the last call: to look takes as long as five tasks. */
guint pv_scanner_get_capabilities(const PvScanner *scanner);
/* Whether a scan to come may open BPF, which takes the capabilities for that. */
gboolean pv_scanner_may_open(const PvScanner *scanner);
/* Fills one PV_MEMBERSHIP_* for each member of the table, and what became of its content. */
gboolean pv_scanner_revalidate(PvScanner *scanner, const PvTable *table, const PvWatch *watch,
			       guint8 *memberships, guint *content, GError **error);
/*
 * What a scan of everything would use now, and what it could not: names of backends as a snapshot
 * has them, static, and the refusals, which go into a store that holds nothing else. If /proc keeps
 * processes from the caller (hidepid=), the store says that too: hidden.
 */
gboolean pv_scanner_plan_steps(PvScanner *scanner, const char *backends[PV_N_STEPS],
			       PvStore *refusals, GError **error);
