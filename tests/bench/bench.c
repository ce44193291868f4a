/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What it costs, beside the peers and the kernel's own floor, in one run on one machine.
 *
 *   bench [--quick] [--runs N] [--scene NAME]... [--json FILE] [--markdown FILE] [--strict]
 *
 * The way through: scenes.c starts what is looked at; measure.c lets contestants.c take turns at
 * it, each through a runner (runner.c) that runs a command or asks a worker (worker.c); deaths.c
 * times deaths, costs.c what groups of facts add, commands.c whole commands, and agent.c scans once a
 * second; verdict.c judges and report*.c write. Exit status 1: something broke, or with --strict a
 * bound was not met; 77: it cannot be run here.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "slab.h"
#include "worker.h"

/* Of a whole run: lsof, with each thread's copy, sets the pace. */
#define LIMIT_SECONDS 1800

static struct {
	gboolean quick;
	gboolean strict;
	int n_runs;
	int worker;
	char *json;
	char *markdown;
	char **scenes;
} options = {.worker = -1};

static const GOptionEntry entries[] = {
	{"quick", 0, 0, G_OPTION_ARG_NONE, &options.quick, "Small scenes, one run", NULL},
	{"runs", 0, 0, G_OPTION_ARG_INT, &options.n_runs, "Runs of each contestant", "N"},
	{"scene", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.scenes,
	 "Only this, or deaths, or costs, or commands, or agent", "NAME"},
	{"json", 0, 0, G_OPTION_ARG_FILENAME, &options.json, "Write the figures there", "FILE"},
	{"markdown", 0, 0, G_OPTION_ARG_FILENAME, &options.markdown, "Write what README.md has",
	 "FILE"},
	{"strict", 0, 0, G_OPTION_ARG_NONE, &options.strict, "A missed bound is a failure", NULL},
	{"worker", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &options.worker, "Serve", "INDEX"},
	{0},
};

static gboolean
is_wanted(const char *name)
{
	return options.scenes == NULL || g_strv_contains((const char *const *)options.scenes, name);
}

static gboolean
is_known(const char *name)
{
	for (guint i = 0; i < N_SCENES; i++)
		if (strcmp(scene_infos[i].name, name) == 0)
			return TRUE;
	return strcmp(name, "deaths") == 0 || strcmp(name, "costs") == 0 ||
	       strcmp(name, "commands") == 0 || strcmp(name, "agent") == 0;
}

static gboolean
parse(int argc, char **argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		fprintf(stderr, "bench: %s\n", error->message);
		return FALSE;
	}
	for (guint i = 0; options.scenes != NULL && options.scenes[i] != NULL; i++) {
		if (!is_known(options.scenes[i])) {
			fprintf(stderr, "bench: no such scene: %s\n", options.scenes[i]);
			return FALSE;
		}
	}
	return argc == 1 && options.worker < N_CONTESTANTS;
}

static void
run_scenes(Bench *bench)
{
	PvTestScene *scene = NULL;

	for (guint i = 0; i < N_SCENES; i++) {
		const SceneInfo *info = &scene_infos[i];

		/* What runs for one scene may be looked at in the next, so it stays till then. */
		if (info->workload != NULL) {
			guint last = i;

			g_clear_pointer(&scene, pv_test_scene_end);
			while (last + 1 < N_SCENES && scene_infos[last + 1].workload == NULL &&
			       !is_wanted(scene_infos[last].name))
				last++;
			if (is_wanted(scene_infos[last].name) && info->asks != 0)
				scene = scene_start(info, bench->quick);
		}
		if (scene == NULL || !is_wanted(info->name) || info->asks == 0)
			continue;
		fprintf(stderr, "bench: %s\n", info->name);
		measure_scene(bench, i, scene_get_pid(scene));
	}
	g_clear_pointer(&scene, pv_test_scene_end);
}

static gboolean
write_report(const char *path, const char *text)
{
	g_autoptr(GError) error = NULL;

	if (path == NULL || g_file_set_contents(path, text, -1, &error))
		return TRUE;
	fprintf(stderr, "bench: %s\n", error->message);
	return FALSE;
}

static guint
count_missed(GPtrArray *verdicts)
{
	guint n = 0;

	for (guint i = 0; i < verdicts->len; i++)
		n += ((const Verdict *)g_ptr_array_index(verdicts, i))->status == VERDICT_NOT_MET;
	return n;
}

static int
run(void)
{
	g_autoptr(Bench) bench = g_new0(Bench, 1);
	g_autoptr(GPtrArray) verdicts = NULL;
	g_autofree char *text = NULL, *json = NULL, *markdown = NULL;

	bench->quick = options.quick;
	bench->partial = options.scenes != NULL;
	bench->n_runs = options.n_runs > 0 ? (guint)options.n_runs : options.quick ? 1 : 5;
	run_scenes(bench);
	if (is_wanted("deaths")) {
		fprintf(stderr, "bench: deaths\n");
		measure_deaths(bench);
	}
	if (is_wanted("costs")) {
		fprintf(stderr, "bench: costs\n");
		measure_costs(bench);
	}
	if (is_wanted("agent")) {
		fprintf(stderr, "bench: agent\n");
		measure_agent(bench);
	}
	if (is_wanted("commands")) {
		fprintf(stderr, "bench: commands\n");
		measure_commands(bench);
	}
	verdicts = bench_judge(bench);
	text = report_text(bench, verdicts);
	json = report_json(bench, verdicts);
	markdown = report_markdown(bench);
	fputs(text, stdout);
	if (!write_report(options.json, json) || !write_report(options.markdown, markdown))
		return 1;
	return options.strict && count_missed(verdicts) > 0 ? 1 : 0;
}

int
main(int argc, char **argv)
{
	if (!parse(argc, argv))
		return 2;
	if (options.worker >= 0)
		return worker_main(&contestants[options.worker]);
	if (geteuid() != 0 || pv_slab_proc_inodes() < 0) {
		printf("bench: needs root and a readable /proc/slabinfo\n");
		return 77;
	}
	g_setenv("PROCVIEW_TEST_WORKLOAD", BENCH_WORKLOAD, FALSE);
	/* A worker that ends early shows as one that does not answer. */
	signal(SIGPIPE, SIG_IGN);
	alarm(LIMIT_SECONDS);
	return run();
}
