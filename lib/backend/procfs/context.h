/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where a process stands: its working directory and root, its namespaces, its cgroup.
 */
#pragma once

#include "backend/backend.h"
#include "util/fd.h"

/*
 * Of the process whose directory this is. What cannot be had stays unknown. 0, or a negative errno
 * that ends the scan: out of memory.
 */
int pv_procfs_read_context(const PvContext *context, PvStore *store, PvProcess *process,
			   int process_dir, PvBuffer *text);
/*
 * The same by number, for one that was listed elsewhere, and takes PV_PROCESS_LONG_CONTEXT away;
 * other errnos: the process is not there any more.
 */
int pv_procfs_look_up_context(const PvContext *context, PvStore *store, PvProcess *process);
