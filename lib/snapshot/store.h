/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The end of a scan: a store that was filled becomes one that nobody changes any more.
 */
#pragma once

#include "core/error.h"
#include "core/store.h"

/*
 * Makes the index by tid, gives back what the arrays have to spare, and lets records find their
 * store. Everything else must be in its place and order. A store that was not sealed, because
 * memory ran out, is of no use but to be dropped.
 */
gboolean pv_store_seal(PvStore *store, GError **error);
