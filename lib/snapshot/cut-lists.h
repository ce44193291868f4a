/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Lists that BPF could not carry.
 */
#pragma once

#include "snapshot/enrich.h"

gboolean pv_cut_lists_complete(PvEnrichment *step, GError **error);
