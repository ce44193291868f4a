/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "core/store.h"

/* Who of one snapshot is who in a later one. PV_NONE: not there, or not the same. */
typedef struct {
	const PvStore *before;
	const PvStore *after;
	guint32 *process_after; /* by the process before */
	guint32 *process_before;
	guint32 *task_after;
	guint32 *task_before;
	guint32 *table_after;
	guint32 *table_before;
	gboolean *executed; /* by the process after: it runs another program */
} PvPairs;

/* FALSE, with an error: out of memory. To be cleared in any case. */
gboolean pv_pairs_make(PvPairs *pairs, const PvStore *before, const PvStore *after, GError **error);
void pv_pairs_clear(PvPairs *pairs);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvPairs, pv_pairs_clear)

/* Whether it is known of the tasks of both tables who shares them, or which table is which. */
gboolean pv_pairs_are_proven(const PvTable *before, const PvTable *after);
