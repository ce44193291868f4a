/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a listing by BPF leaves to procfs.
 */
#pragma once

#include "backend/backend.h"

/* Adds processes that the iterators did not show, though they were asked for or have children. */
gboolean pv_complement_listing(const PvContext *context, const PvQuery *query, PvStore *store,
			       GError **error);
/* Reads what was too long for the iterators, or changed while they read it. */
gboolean pv_complement_processes(const PvContext *context, PvStore *store, GError **error);
