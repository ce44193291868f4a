/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * From groups in the order in which they were found to tables in the order in which they are shown.
 */
#pragma once

#include "snapshot/reading.h"

/*
 * Makes the store's tables, and their members and descriptors, in order. proof: PV_PROOF_*, of the
 * groups that are not just assumed.
 */
gboolean pv_arrange(PvStore *store, const PvGrouper *grouper, const PvArray *readings, guint proof,
		    GError **error);
