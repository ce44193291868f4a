/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Processes and threads from a listing of /proc.
 */
#pragma once

#include "backend/backend.h"

/* Appends processes by pid, and the tasks of each by tid. */
gboolean pv_procfs_list(const PvContext *context, const PvQuery *query, PvStore *store,
			const PvWatch *watch, GError **error);
/* Whether the task has a descriptor table: FDSize in its status is 0 for those that have none. */
gboolean pv_procfs_has_table(const PvContext *context, gint32 pid, gint32 tid);
/* 0: no such task, or cannot tell. */
guint64 pv_procfs_start_time_ns(const PvContext *context, gint32 tid);
