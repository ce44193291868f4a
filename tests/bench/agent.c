/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What an agent pays that looks once a second: processor time of scans by a scanner that is kept,
 * with a second of rest in between, in which others have the processor and its caches to
 * themselves. Ten milliseconds are one per cent of a processor.
 *
 * With counts alone (what bindings/collectd asks for), with the descriptors for their kinds, with
 * the states of sockets, and with all that lsof tells.
 */
#include "measure.h"

#define COUNTS	 (PROCVIEW_COLLECT_TABLES | PROCVIEW_COLLECT_LIMITS)
#define MAX_RUNS 99
#define PAUSE_US G_USEC_PER_SEC
/* Few would be a matter of luck: others have the processor, too. */
#define MIN_RUNS    10
#define ENOUGH_RUNS 3
#define PATIENCE_MS 2000

const char *const agent_names[N_AGENT_SCANS] = {
	[AGENT_COUNTS] = "counts",
	[AGENT_KINDS] = "kinds",
	[AGENT_SOCKETS] = "sockets",
	[AGENT_TABLES] = "full tables",
};

static const guint collects[N_AGENT_SCANS] = {
	[AGENT_COUNTS] = COUNTS,
	[AGENT_KINDS] = COUNTS | PROCVIEW_COLLECT_DESCRIPTORS,
	[AGENT_SOCKETS] = COUNTS | PROCVIEW_COLLECT_SOCKETS,
	[AGENT_TABLES] =
		PROCVIEW_COLLECT_ALL & ~PROCVIEW_COLLECT_DESCRIPTIONS & ~PROCVIEW_COLLECT_THREADS,
};

static void
measure_scan(Bench *bench, AgentCost *cost, guint scan, Runner *runner)
{
	guint n_runs = bench->quick ? 1 : CLAMP(bench->n_runs, MIN_RUNS, MAX_RUNS);
	double spent_ms = 0;
	double times[MAX_RUNS];
	g_autofree char *why = NULL;
	Sample sample;
	guint n = 0;

	/* The first is not counted: it is the one that gets its memory from the kernel. */
	if (!runner_run_with(runner, collects[scan], &sample, &why))
		return;
	/* Whoever takes long is not measured as exactly. */
	for (; n < n_runs && (n < ENOUGH_RUNS || spent_ms < PATIENCE_MS); n++) {
		g_usleep(bench->quick ? 0 : PAUSE_US);
		if (!runner_run_with(runner, collects[scan], &sample, &why))
			return;
		times[n] = sample.cpu_ms;
		spent_ms += sample.wall_ms;
	}
	cost->median_ms = median(times, n);
	cost->min_ms = times[0];
	cost->max_ms = times[n - 1];
	cost->n_runs = n;
	cost->last = sample;
}

void
measure_agent(Bench *bench)
{
	static const guint by[N_AGENT_BACKENDS] = {BPF, PIDFD, PROCFS};
	g_autoptr(PvTestScene) scene = scene_start(&scene_infos[MANY], bench->quick);

	for (guint i = 0; scene != NULL && i < N_AGENT_BACKENDS; i++) {
		g_autofree char *why = NULL;
		g_autoptr(Runner) runner = runner_start(&contestants[by[i]], 0, &why);

		for (guint scan = 0; runner != NULL && scan < N_AGENT_SCANS; scan++) {
			AgentCost *cost = &bench->agent[i][scan];

			cost->contestant = by[i];
			measure_scan(bench, cost, scan, runner);
		}
	}
}
