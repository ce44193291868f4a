/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became of a table of an old snapshot.
 */
#pragma once

#include "snapshot/builder.h"

gboolean pv_revalidate(const PvPlan *plan, const PvTable *table, const PvWatch *watch,
		       guint8 *memberships, guint *content, GError **error);
