/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "core/store.h"

/* Whether both are one task. What one of the snapshots does not know is taken to be the same. */
gboolean pv_same_task(const PvTask *before, const PvTask *after);
/* Whether a process that is the same runs another program now. */
gboolean pv_same_process_executed(const PvProcess *before, const PvProcess *after);
/* Whether keys tell if both are one table: of one scanner, and known. */
gboolean pv_same_table_is_told(const PvTable *before, const PvTable *after);
/* Whether what these backends tell of inode and device of a file is one and the same. */
gboolean pv_same_numbers(const char *backend, const char *other);
/*
 * Whether a number that leads to one leads to the other now without having been replaced.
 * same_numbers: of the backends that read their tables.
 */
gboolean pv_same_file(const PvFile *before, const PvFile *after, gboolean same_numbers);
