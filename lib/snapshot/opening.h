/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Is it worth opening BPF for one scan? Pure, but for the looks at how large it will be.
 */
#pragma once

#include "backend/backend.h"

/* Of the machine, as the kernel counts for itself: no process is looked at. */
typedef struct {
	guint64 n_processes;
	guint64 n_threads;
	guint64 n_files; /* open file descriptions */
} PvMachine;

/* What the kernel does not tell is taken to be very large. */
void pv_machine_look(PvMachine *machine);
/* Only so much of it as these processes are; none: all of it. */
void pv_machine_narrow(PvMachine *machine, const PvContext *context, const gint32 *pids, guint n);
/* FALSE: this is not what the kernel prints. */
gboolean pv_machine_parse(const char *loadavg, const char *file_nr, PvMachine *machine);

/*
 * Whether a scan that collects that, of n_pids processes or (0) of all, costs less altogether if
 * BPF is opened for it, with those parts (PV_BPF_*).
 */
gboolean pv_opening_pays(const PvMachine *machine, guint collect, guint n_pids, guint parts);
/*
 * Those parts: what shows something that procfs shows of few processes is left out where these are
 * few.
 */
guint pv_opening_parts(const PvMachine *machine, guint collect);
