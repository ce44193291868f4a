/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a process was started with: its arguments, its program, its limit on descriptors.
 */
#pragma once

#include "backend/backend.h"
#include "util/fd.h"

enum {
	PV_COMMAND_ARGUMENTS = 1 << 0,
	PV_COMMAND_EXE = 1 << 1,
	PV_COMMAND_ALL = (1 << 2) - 1,
};

/*
 * Of the process whose directory this is. What cannot be read is left as it is. 0, or a negative
 * errno that ends the scan: out of memory or descriptors.
 */
int pv_procfs_read_command(PvStore *store, PvProcess *process, int process_dir, guint what,
			   PvBuffer *text);
int pv_procfs_read_limits(const PvContext *context, PvProcess *process, int process_dir,
			  PvBuffer *text);
/*
 * Reads what PV_PROCESS_LONG_COMMAND and PV_PROCESS_LONG_EXE say is not here yet, by number, and
 * takes these marks away where it succeeds; other errnos: the process is not
 * there any more.
 */
int pv_procfs_look_up_command(const PvContext *context, PvStore *store, PvProcess *process);
