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
/*
 * The same by address: one guint64 for each file of the store, with 1 added where the kernel counts
 * more than one reference. They follow the files.
 */
gboolean pv_describe_by_address(PvStore *store, PvArray *addresses, GError **error);
/*
 * Drops the files that no descriptor names, and puts the rest in the order of the descriptors.
 * addresses: of the files, one guint64 each, which follow them; may be NULL, or too short.
 */
gboolean pv_files_compact(PvStore *store, PvArray *addresses);
/* By what two descriptors of one open file description have in common: 0, if they may be such. */
int pv_files_compare(const PvFile *x, const PvFile *y);
