/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which processes does a query come down to, before any of them is scanned?
 */
#pragma once

#include "backend/backend.h"
#include "core/pid-set.h"
#include "core/query.h"

typedef struct {
	const PvContext *context;
	gboolean may_find; /* who has something may be sought, with programs of BPF or in /proc */
	/* A scan of everybody, that collects as much. */
	PvStore *(*look_over)(gpointer user_data, guint collect, const PvWatch *watch,
			      GError **error);
	gpointer user_data;
	const PvWatch *watch;
	PvPidSet *holders; /* gets those who were found to have what is sought; NULL: not asked */
} PvNarrowing;

/* Whether the query asks for relatives, or for who has something. */
gboolean pv_narrow_applies(const PvQuery *query);
/*
 * A copy of the query that names processes: those that have what it seeks, and their relatives. NULL
 * without an error: it stays as it is, because it asks for neither, or because that cannot be told
 * of fewer than all.
 */
PvQuery *pv_narrow(const PvNarrowing *narrowing, const PvQuery *query, GError **error);

/* Whether one of the holders had ended before the scan came to him: a child may have what he had. */
gboolean pv_narrow_has_lost(const PvStore *store, const PvPidSet *holders);
