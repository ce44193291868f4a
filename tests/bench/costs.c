/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What each group of facts costs: scans of the whole machine with one group more than a plain one,
 * in turns with the plain ones. A group brings with it what it needs: other ends are found among
 * details, sockets and open file descriptions.
 *
 * Nothing is dropped from caches in between: what is compared are scans under equal conditions.
 */
#include "measure.h"

#define PLAIN	 (PROCVIEW_COLLECT_ALL & ~PROCVIEW_COLLECT_DESCRIPTIONS & ~PROCVIEW_COLLECT_THREADS)
#define MAX_RUNS 15

const char *const cost_names[N_COSTS] = {
	[COST_PLAIN] = "plain",	      [COST_DETAILS] = "details", [COST_SOCKETS] = "sockets",
	[COST_LOCKS] = "locks",	      [COST_MOUNTS] = "mounts",	  [COST_PLACES] = "places",
	[COST_MAPPINGS] = "mappings", [COST_PEERS] = "peers",	  [COST_HOLDINGS] = "holdings",
};

static const guint groups[N_COSTS] = {
	[COST_DETAILS] = PROCVIEW_COLLECT_DETAILS, [COST_SOCKETS] = PROCVIEW_COLLECT_SOCKETS,
	[COST_LOCKS] = PROCVIEW_COLLECT_LOCKS,	   [COST_MOUNTS] = PROCVIEW_COLLECT_MOUNTS,
	[COST_PLACES] = PROCVIEW_COLLECT_PLACES,   [COST_MAPPINGS] = PROCVIEW_COLLECT_MAPPINGS,
	[COST_PEERS] = PROCVIEW_COLLECT_PEERS,	   [COST_HOLDINGS] = PROCVIEW_COLLECT_HOLDINGS,
};

static const guint scenes[N_COST_SCENES] = {SEED, SOCKETS, DETAILS};

/* FALSE: the worker has ended. */
static gboolean
run_round(Runner *runner, Cost *cost, double (*times)[MAX_RUNS], guint round)
{
	g_autofree char *why = NULL;
	Sample sample;

	for (guint group = 0; group < N_COSTS; group++) {
		if (!runner_run_with(runner, PLAIN | groups[group], &sample, &why))
			return FALSE;
		times[group][round] = sample.wall_ms;
		if (group == COST_PLAIN)
			cost->n_descriptors = sample.n_descriptors;
	}
	return TRUE;
}

static void
measure_backend(Bench *bench, Cost *cost)
{
	double times[N_COSTS][MAX_RUNS];
	guint n_runs = MIN(bench->n_runs, MAX_RUNS);
	g_autofree char *why = NULL;
	g_autoptr(Runner) runner = runner_start(&contestants[cost->contestant], 0, &why);
	guint n = 0;

	/* The first round brings memory from the kernel, and is not counted. */
	if (runner == NULL || (!bench->quick && !run_round(runner, cost, times, 0)))
		return;
	while (n < n_runs && run_round(runner, cost, times, n))
		n++;
	for (guint group = 0; n > 0 && group < N_COSTS; group++)
		cost->ms[group] = median(times[group], n);
	cost->n_runs = n;
}

void
measure_costs(Bench *bench)
{
	for (guint i = 0; i < N_COST_SCENES; i++) {
		g_autoptr(PvTestScene) scene = scene_start(&scene_infos[scenes[i]], bench->quick);

		for (guint j = 0; scene != NULL && j < 3; j++) {
			Cost *cost = &bench->costs[i][j];

			cost->scene = scenes[i];
			cost->contestant = BPF + j;
			measure_backend(bench, cost);
		}
	}
}
