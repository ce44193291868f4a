/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Files that something holds, and no descriptor.
 */
#pragma once

#include "snapshot/enrich.h"

gboolean pv_holdings_settle(PvEnrichment *step, GError **error);
