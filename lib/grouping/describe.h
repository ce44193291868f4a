/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which descriptors lead to the same open file description.
 */
#pragma once

#include "core/store.h"
#include "core/watch.h"
#include "grouping/kcmp.h"

/*
 * speakers: for each table, the task to be asked about it. Descriptors found to share get the same
 * file; files that nobody refers to any more are dropped, and the rest put in order.
 */
gboolean pv_describe(PvStore *store, PvKcmp *kcmp, const gint32 *speakers, const PvWatch *watch,
		     GError **error);
