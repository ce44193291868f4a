/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the files of the API share.
 *
 * A handle is the record itself: ProcviewTask is PvTask, ProcviewSnapshot is PvStore, and a
 * reference on any record is a reference on the store that it lies in. So nothing is allocated for
 * a handle, and two handles on one table are the same pointer.
 */
#pragma once

#include <procview/procview.h>

#include "core/query.h"
#include "core/store.h"
#include "snapshot/rights.h"

/* A stream that JSON is written to: the data of pv_sink_write(). */
typedef struct {
	GOutputStream *stream;
	GCancellable *cancellable;
} PvSink;

gboolean pv_sink_write(gpointer sink, const char *bytes, gsize length, GError **error);
/* Takes the memberships, one for each task of the table; takes a reference on the table. NULL:
 * out of memory, and the memberships are freed. */
ProcviewRevalidation *pv_revalidation_new(ProcviewFdTable *table, guint8 *memberships,
					  guint content);
/* FALSE, with an error: the query asks for what cannot be. */
gboolean pv_query_check(const PvQuery *query, GError **error);
/* Takes what was found. */
ProcviewRights *pv_rights_new(PvRights *found);
