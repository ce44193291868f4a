/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What devices are called.
 */
#pragma once

#include "snapshot/enrich.h"

/* Adds facts to files that are devices; before facts are settled. */
gboolean pv_devices_note(PvEnrichment *step, GError **error);
