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
