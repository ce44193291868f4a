/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How long a process takes to die after somebody has looked at it: for each entry that /proc has
 * of a thread, and that is still cached, the kernel has to find and throw away what hangs on it.
 *
 * A process dies but once, so each run has one of its own: caches dropped, process started, one
 * look, SIGKILL, and the time until its parent has reaped it.
 */
#include "measure.h"
#include "slab.h"

#define MAX_DEATHS 9

static const struct {
	guint scene;
	gint after;
} trials[N_DEATHS] = {
	{SEED, NOBODY}, {SEED, BPF},  {SEED, PIDFD},	    {SEED, PROCFS},
	{SEED, LSOF},	{SEED, LSFD}, {SMALL_SEED, NOBODY}, {SMALL_SEED, LSOF_THREADS},
};

/* FALSE: could not look. */
static gboolean
look(gint after)
{
	g_autofree char *why = NULL;
	g_autoptr(Runner) runner = NULL;
	Sample sample;

	if (after == NOBODY)
		return TRUE;
	runner = runner_start(&contestants[after], 0, &why);
	return runner != NULL && runner_run(runner, &sample, &why);
}

/* In milliseconds; less than 0: no such thing here. */
static double
time_death(guint scene, gint after, gboolean quick)
{
	g_autoptr(PvTestScene) running = NULL;
	GPtrArray *said;

	if (!quick)
		pv_slab_drop();
	running = scene_start(&scene_infos[scene], quick);
	if (running == NULL || !look(after))
		return -1;
	pv_test_scene_step(running, "end");
	said = pv_test_scene_all(running, "died_ns");
	g_assert_cmpuint(said->len, ==, 1);
	return g_ascii_strtod(g_ptr_array_index(said, 0), NULL) / 1e6;
}

void
measure_deaths(Bench *bench)
{
	double times[N_DEATHS][MAX_DEATHS];
	guint n_runs = MIN(bench->n_runs, MAX_DEATHS);

	for (guint round = 0; round < n_runs; round++) {
		for (guint i = 0; i < N_DEATHS; i++) {
			guint trial = (round + i) % N_DEATHS;
			Death *death = &bench->deaths[trial];
			double ms =
				time_death(trials[trial].scene, trials[trial].after, bench->quick);

			death->scene = trials[trial].scene;
			death->after = trials[trial].after;
			if (ms >= 0)
				times[trial][death->n_runs++] = ms;
		}
	}
	for (guint i = 0; i < N_DEATHS; i++) {
		Death *death = &bench->deaths[i];

		if (death->n_runs == 0)
			continue;
		death->ms = median(times[i], death->n_runs);
		death->min_ms = times[i][0];
		death->max_ms = times[i][death->n_runs - 1];
	}
}

const Death *
bench_find_death(const Bench *bench, guint scene, gint after)
{
	for (guint i = 0; i < N_DEATHS; i++)
		if (bench->deaths[i].n_runs > 0 && bench->deaths[i].scene == scene &&
		    bench->deaths[i].after == after)
			return &bench->deaths[i];
	return NULL;
}
