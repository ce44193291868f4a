/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Running a contestant: caches of /proc emptied before each run, wall time, and growth of the proc
 * inode cache. The medians stand. A cache that others emptied meanwhile shows as a growth of less
 * than nothing, and is left out.
 */
#include "contest.h"

#include <stdlib.h>
#include <time.h>

#include "slab.h"

#define MAX_RUNS 15

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static gboolean
run_command(const char *command, Result *result)
{
	const char *argv[] = {"/bin/sh", "-c", command, NULL};
	g_autofree char *silent = g_strdup_printf("%s >/dev/null 2>&1", command);
	g_autoptr(GSubprocess) process = NULL;

	argv[2] = silent;
	process = g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_NONE, NULL);
	/* lsof ends with 1 where it could not see all. */
	return process != NULL && g_subprocess_wait(process, NULL, NULL) &&
	       g_subprocess_get_if_exited(process) && g_subprocess_get_exit_status(process) < 2;
}

static gboolean
run_library(ProcviewScanner *scanner, ProcviewQuery *query, Result *result)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = procview_scanner_scan(scanner, query, &error);

	if (snapshot == NULL) {
		g_printerr("%s\n", error->message);
		return FALSE;
	}
	result->n_threads = procview_snapshot_get_n_tasks(snapshot);
	result->n_processes = procview_snapshot_get_n_processes(snapshot);
	result->n_tables = procview_snapshot_get_n_fd_tables(snapshot);
	result->n_descriptors = procview_snapshot_get_n_descriptors(snapshot);
	result->memory_bytes = procview_snapshot_get_memory_bytes(snapshot);
	return TRUE;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static ProcviewQuery *
query_of(const Contestant *contestant, int pid)
{
	ProcviewQuery *query = procview_query_new();

	procview_query_set_collect(query, contestant->collect);
	if (pid != 0)
		procview_query_add_pid(query, pid);
	return query;
}

static double
median(double *values, guint n)
{
	qsort(values, n, sizeof(values[0]), by_value);
	return values[n / 2];
}

Result
contest_run(const Contestant *contestant, int pid, guint n_runs)
{
	g_autoptr(ProcviewQuery) query = query_of(contestant, pid);
	g_autoptr(ProcviewScanner) scanner = NULL;
	Result result = {.ran = TRUE, .inodes = G_MININT64};
	double times[MAX_RUNS], growths[MAX_RUNS];
	guint n_growths = 0;

	n_runs = MIN(n_runs, MAX_RUNS);
	if (contestant->command == NULL)
		scanner = procview_scanner_new_with_backend(contestant->backend, NULL);
	if (contestant->command == NULL && scanner == NULL)
		return (Result){0};
	for (guint i = 0; i < n_runs && result.ran; i++) {
		gint64 before, after;

		pv_slab_drop();
		before = pv_slab_proc_inodes();
		times[i] = now_ms();
		result.ran = contestant->command != NULL ? run_command(contestant->command, &result)
							 : run_library(scanner, query, &result);
		times[i] = now_ms() - times[i];
		after = pv_slab_proc_inodes();
		if (before >= 0 && after >= before)
			growths[n_growths++] = (double)(after - before);
	}
	result.ms = median(times, n_runs);
	if (n_growths > 0)
		result.inodes = (gint64)median(growths, n_growths);
	result.min_ms = times[0];
	result.max_ms = times[n_runs - 1];
	return result;
}
