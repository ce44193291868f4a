/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Whether a task can still have the table that it had, told by tables that cannot have changed.
 */
#pragma once

#include "backend/backend.h"
#include "grouping/kcmp.h"

typedef struct _PvWitnesses PvWitnesses;

PvWitnesses *pv_witnesses_new(const PvContext *context, PvKcmp *kcmp, const PvTable *table);
void pv_witnesses_free(PvWitnesses *witnesses);
/* TRUE: the table that the task has now is certainly another one. */
gboolean pv_witnesses_exclude(PvWitnesses *witnesses, PvKcmp *kcmp, gint32 tid);
