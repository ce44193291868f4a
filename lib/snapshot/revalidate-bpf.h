/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Revalidation by the scanner whose keys the table has.
 */
#pragma once

#include "snapshot/builder.h"

/* Whether the table was found by the very programs that would be asked. */
gboolean pv_revalidate_has_key(const PvPlan *plan, const PvTable *table);
/* Fills one PV_MEMBERSHIP_* for each member. */
gboolean pv_revalidate_members_by_key(const PvPlan *plan, const PvTable *table,
				      const PvWatch *watch, guint8 *memberships, GError **error);
/* Reads the table again through a task, into a store that is empty. */
gboolean pv_revalidate_read_by_bpf(const PvPlan *plan, const PvTable *table, const PvTask *task,
				   const PvWatch *watch, PvStore *fresh, PvOutcome *outcome,
				   GError **error);
