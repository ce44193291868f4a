/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The runs of one scene. Contestants take turns, each round beginning with another one, so that a
 * noisy minute is everybody's. Before each run the kernel is told to forget what it holds of /proc;
 * the program of a command is looked up again before the clock starts. A growth of the proc inode
 * cache below nothing is the work of others, and left out.
 */
#include "measure.h"

#include <stdlib.h>

#include "slab.h"

#define MAX_RUNS 99
/* Whoever is this slow gets no further turn, once it had some. */
#define PATIENCE_MS  15000
#define ENOUGH_TURNS 3

/* A contestant in one scene. */
typedef struct {
	Runner *runner; /* NULL: does not take part, or no longer */
	Result *result;
	double walls[MAX_RUNS];
	double cpus[MAX_RUNS];
	double growths[MAX_RUNS];
	guint n_runs;
	guint n_growths;
	double spent_ms;
} Entry;

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
median(double *values, guint n)
{
	qsort(values, n, sizeof(values[0]), by_value);
	return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* The first pass of a worker is not counted: it is the one that gets its memory from the kernel. */
static gboolean
rehearse(Entry *entry, const Contestant *contestant, gboolean quick)
{
	Sample sample;

	if (quick || contestant->kind == CONTESTANT_COMMAND)
		return TRUE;
	if (runner_run(entry->runner, &sample, &entry->result->why))
		return TRUE;
	g_clear_pointer(&entry->runner, runner_end);
	return FALSE;
}

static void
enter(Entry *entry, Bench *bench, guint index, int pid)
{
	Result *result = entry->result;

	result->inodes = result->inodes_min = INODES_UNKNOWN;
	entry->runner = runner_start(&contestants[index], pid, &result->why);
	if (entry->runner == NULL || !rehearse(entry, &contestants[index], bench->quick))
		return;
	result->open_ms = runner_get_open_ms(entry->runner);
	if (bench->versions[index] == NULL)
		bench->versions[index] = runner_dup_version(entry->runner);
}

static void
take_turn(Entry *entry, gboolean drop)
{
	gint64 before, after;
	Sample sample;

	if (entry->runner == NULL ||
	    (entry->n_runs >= ENOUGH_TURNS && entry->spent_ms > PATIENCE_MS))
		return;
	if (drop) {
		pv_slab_drop();
		runner_warm(entry->runner);
	}
	before = pv_slab_proc_inodes();
	if (!runner_run(entry->runner, &sample, &entry->result->why)) {
		g_clear_pointer(&entry->runner, runner_end);
		return;
	}
	after = pv_slab_proc_inodes();
	if (before >= 0 && after >= before)
		entry->growths[entry->n_growths++] = (double)(after - before);
	entry->walls[entry->n_runs] = sample.wall_ms;
	entry->cpus[entry->n_runs++] = sample.cpu_ms;
	entry->spent_ms += sample.wall_ms;
	entry->result->rss_kib = MAX(entry->result->rss_kib, sample.rss_kib);
	entry->result->last = sample;
}

static void
leave(Entry *entry)
{
	Result *result = entry->result;

	if (entry->runner != NULL && entry->n_runs > 0) {
		result->memory = runner_memory(entry->runner);
		result->wall_ms = median(entry->walls, entry->n_runs);
		result->wall_min_ms = entry->walls[0];
		result->wall_max_ms = entry->walls[entry->n_runs - 1];
		result->cpu_ms = median(entry->cpus, entry->n_runs);
		result->n_runs = entry->n_runs;
	}
	if (entry->n_growths > 0) {
		result->inodes = (gint64)median(entry->growths, entry->n_growths);
		result->inodes_min = (gint64)entry->growths[0];
	}
	g_clear_pointer(&entry->runner, runner_end);
}

void
bench_free(Bench *bench)
{
	for (guint i = 0; i < N_CONTESTANTS; i++) {
		g_free(bench->versions[i]);
		for (guint scene = 0; scene < N_SCENES; scene++)
			g_free(bench->results[scene][i].why);
	}
	for (guint stage = 0; stage < N_STAGES; stage++)
		for (guint i = 0; i < N_COMMANDS; i++)
			g_free(bench->commands[stage][i].why);
	g_free(bench);
}

void
measure_scene(Bench *bench, guint scene, int pid)
{
	const SceneInfo *info = &scene_infos[scene];
	g_autofree Entry *entries = g_new0(Entry, N_CONTESTANTS);
	guint n_runs = MIN(bench->n_runs, MAX_RUNS);

	for (guint i = 0; i < N_CONTESTANTS; i++) {
		entries[i].result = &bench->results[scene][i];
		if (contestants[i].asks & info->asks)
			enter(&entries[i], bench, i, info->asks == ASKS_ONE ? pid : 0);
	}
	if (bench->quick)
		pv_slab_drop();
	for (guint round = 0; round < n_runs; round++)
		for (guint i = 0; i < N_CONTESTANTS; i++)
			take_turn(&entries[(round + i) % N_CONTESTANTS], !bench->quick);
	for (guint i = 0; i < N_CONTESTANTS; i++)
		leave(&entries[i]);
}
