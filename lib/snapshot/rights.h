/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scanner may see now, what would unlock the rest, and which capabilities it still uses.
 */
#pragma once

#include "privilege/privilege.h"
#include "snapshot/scanner.h"

typedef struct {
	PvStore *refusals; /* of better backends; nothing else is in there */
	const char *backends[PV_N_STEPS];
	gboolean sees_all[PV_N_STEPS];
	guint needs[PV_N_STEPS]; /* PV_CAPABILITY_* that would help a scan */
	guint opening_needs;	 /* that would help to open a better one */
	guint uses;		 /* that scans make use of, whether the caller has them or not */
} PvRights;

/* The capabilities in effect when the scanner was opened, and now. */
typedef struct {
	guint at_opening;
	guint now;
} PvRightsHeld;

gboolean pv_rights_look(PvRights *rights, PvScanner *scanner, const PvScannerOptions *options,
			guint at_opening, GError **error);
/* The backends and refusals being known: fills the rest. */
void pv_rights_judge(PvRights *rights, const PvScannerOptions *options, const PvRightsHeld *held);
void pv_rights_clear(PvRights *rights);
