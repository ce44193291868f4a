/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A contestant that is ready to run, again and again.
 */
#pragma once

#include "contestants.h"

/* What one run took. */
typedef struct {
	double wall_ms;
	double cpu_ms;
	guint64 rss_kib; /* peak until then */
	/* As far as the contestant knows them, else 0. */
	guint n_processes;
	guint n_threads;
	guint n_tables;
	guint n_descriptors;
} Sample;

/* What descriptors take in the memory of the library; none: unknown. */
typedef struct {
	guint64 bytes; /* more than without them */
	guint64 n_descriptors;
	guint64 name_bytes; /* in distinct names */
} MemoryUse;

typedef struct _Runner Runner;

/* pid 0: over the whole machine. NULL: cannot take part; why says the reason, to be freed. */
Runner *runner_start(const Contestant *contestant, int pid, char **why);
void runner_end(Runner *runner);
/* Asks a command for its version; NULL: not known. */
char *runner_dup_version(Runner *runner);
/* How long it took to become ready; 0 for commands, which begin anew each time. */
double runner_get_open_ms(Runner *runner);
/* Makes the next run find its program where it was, after caches were dropped. */
void runner_warm(Runner *runner);
gboolean runner_run(Runner *runner, Sample *sample, char **why);
/* Of the library: the same, with that to collect. */
gboolean runner_run_with(Runner *runner, guint collect, Sample *sample, char **why);
MemoryUse runner_memory(Runner *runner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Runner, runner_end)
