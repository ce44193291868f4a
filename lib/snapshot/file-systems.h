/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Type and source of the file systems that files lie on.
 */
#pragma once

#include "snapshot/enrich.h"

gboolean pv_file_systems_note(PvEnrichment *step, GError **error);
