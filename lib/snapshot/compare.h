/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "core/change.h"

/*
 * What became different from one snapshot to the other, by pid, tid and descriptor. NULL, with an
 * error: out of memory.
 */
PvChanges *pv_compare(PvStore *before, PvStore *after, GError **error);
