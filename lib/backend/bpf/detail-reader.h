/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the detailed pass tells of a file, put into a store.
 */
#pragma once

#include "core/error.h"
#include "core/query.h"
#include "core/store.h"

#define PV_COLLECT_DETAILED                                                                        \
	(PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS | PV_COLLECT_LOCKS | PV_COLLECT_HOLDINGS)

typedef struct {
	PvStore *store;
	guint collect;
	guint32 page_size;
	PvArray listeners; /* of unix sockets: by the address of the name */
	PvArray waiting;   /* connected to one of them, and not accepted */
} PvBpfDetails;

void pv_bpf_details_init(PvBpfDetails *details, PvStore *store, guint collect);
void pv_bpf_details_clear(PvBpfDetails *details);
/* One record, of a file that was added to the store. */
gboolean pv_bpf_details_take(PvBpfDetails *details, guint32 file, const char *record, gsize size,
			     GError **error);
/* Leaves all that the query asks for of a file to procfs. FALSE: out of memory. */
gboolean pv_bpf_details_leave(PvBpfDetails *details, guint32 file);
/* When all records of a pass have been taken. */
void pv_bpf_details_finish(PvBpfDetails *details);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvBpfDetails, pv_bpf_details_clear)
