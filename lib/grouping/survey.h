/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Is the grouping still true when it is done? And what that check needs of the grouping.
 */
#pragma once

#include "grouping/group.h"

/* Numbers the groups in order, and marks those of which it cannot be said. */
gboolean pv_grouper_is_settled(PvGrouper *grouper);

gboolean pv_grouper_prepare(PvGrouper *grouper, GError **error);
/* A new group of that task; PV_NONE: out of memory. The caller notes its number with the task. */
guint32 pv_grouper_add_group(PvGrouper *grouper, guint32 task);
void pv_grouper_join(PvGrouper *grouper, guint32 task, guint32 group);
gint32 pv_grouper_tid(const PvGrouper *grouper, guint32 task);
gboolean pv_grouper_has_table_now(PvGrouper *grouper, guint32 task);
/* The order of two groups, asked of their speakers. */
PvOrder pv_grouper_compare(guint32 item, guint32 other, gpointer grouper);
/* Lets the next member speak that has a table; FALSE: there is none. */
gboolean pv_grouper_replace_speaker(PvGrouper *grouper, guint32 group);
