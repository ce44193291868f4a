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
/*
 * The same of a single process, whose number is not a thread's, if the query wants its user. It is
 * appended whatever its number is: the caller puts processes in order again. That there is no such
 * process is no error.
 */
gboolean pv_procfs_list_one(const PvContext *context, const PvQuery *query, gint32 pid,
			    PvStore *store, GError **error);
