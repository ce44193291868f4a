/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parser for what stands behind the head of /proc/PID/fdinfo/N: bytes in, records out. Pure.
 */
#pragma once

#include "core/query.h"
#include "core/store.h"

/*
 * The whole text, of a file of the store whose kind, mode and device are known. Of collect count
 * PV_COLLECT_DETAILS, SOCKETS, LOCKS and HOLDINGS. FALSE: out of memory.
 */
gboolean pv_fdinfo_detail_parse(const char *text, gsize length, PvStore *store, guint32 file,
				guint collect);
/* The lines of locks alone. */
gboolean pv_fdinfo_locks_parse(const char *text, gsize length, PvStore *store, guint32 file);
/* Whether there may be lines for this file that such a query asks for; locks apart. */
gboolean pv_fdinfo_has_details(const PvFile *file, guint collect);
