/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The enriching step: what is known of files, tasks and sockets beyond their tables.
 */
#pragma once

#include "grouping/kcmp.h"
#include "snapshot/builder.h"

typedef struct {
	const PvPlan *plan;
	const PvQuery *query;
	const PvWatch *watch;
	PvStore *store;
	PvKcmp *kcmp;
	/* For each table the tid by which kcmp(2) can name its descriptors; 0: none. */
	const gint32 *speakers;
	/* guint64: address of the open file description of each file, with 1 added where several
	 * refer to it; 0, or too short: unknown. Only where BPF told. Held files come behind. */
	PvArray *addresses;
} PvEnrichment;

/* When descriptors have their last place, and before they share files. */
gboolean pv_enrich_arranged(PvStore *store, GError **error);
gboolean pv_enrich(PvEnrichment *step, GError **error);
