/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Relatives of processes, without a look at everybody.
 */
#pragma once

#include "backend/backend.h"
#include "core/pid-set.h"

/* The process that a number belongs to, be it that of a thread; 0: there is none to be seen. */
gint32 pv_procfs_find_process(const PvContext *context, gint32 tid);
/* The numbers of all processes that are to be seen. */
gboolean pv_procfs_list_pids(const PvContext *context, PvPidSet *pids, GError **error);
/* Adds the ancestors and the descendants of all members. FALSE: the scan has to end. */
gboolean pv_procfs_add_family(const PvContext *context, PvPidSet *pids, const PvWatch *watch,
			      GError **error);
