/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A scan by BPF, limited to what the caller could see without it.
 */
#pragma once

#include "backend/backend.h"
#include "grouping/kcmp.h"

/* Whether the caller may not look into the task, or the task has ended. */
gboolean pv_own_view_denies(PvKcmp *kcmp, gint32 tid);
/* Marks tasks that are not the caller's to look into, and takes away what is not his to know. */
gboolean pv_own_view_apply(const PvContext *context, PvKcmp *kcmp, PvStore *store, GError **error);
