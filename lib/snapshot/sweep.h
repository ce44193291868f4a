/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The reading step where the kernel's iterators do it.
 */
#pragma once

#include "snapshot/reading.h"

/* Reads each group's table; addresses: of the open file descriptions, one for each file. */
gboolean pv_sweep_run(PvReadingStep *step, PvArray *addresses, GError **error);
