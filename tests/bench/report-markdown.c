/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The report as tables for README.md: the time of each scene, with how many times as long as the
 * best of the library's backends, and what a look leaves behind.
 */
#include "report.h"

static const guint columns[] = {BPF, PIDFD, PROCFS, LSOF, LSFD, FUSER, PSUTIL};
/* Where all sockets are asked for. */
static const guint socket_columns[] = {BPF_SOCKETS, PIDFD_SOCKETS, PROCFS_SOCKETS,
				       SS,	    LSOF_SOCKETS,  LSFD_SOCKETS};

/* Where counts are asked for, each backend has a contestant of its own for them. */
static const Result *
result_of(const Bench *bench, guint scene, guint contestant)
{
	if (scene_infos[scene].asks == ASKS_COUNTS && contestant <= PROCFS)
		contestant += BPF_COUNTS - BPF;
	if (scene_infos[scene].asks == ASKS_SOCKETS && contestant <= PROCFS)
		contestant += BPF_SOCKETS - BPF;
	return &bench->results[scene][contestant];
}

static const Result *
best_of(const Bench *bench, guint scene)
{
	for (guint i = BPF; i <= PROCFS; i++)
		if (result_of(bench, scene, i)->n_runs > 0)
			return result_of(bench, scene, i);
	return NULL;
}

/* With as many digits as say something. */
static char *
dup_ms(double ms)
{
	return g_strdup_printf(ms < 10 ? "%.2f" : ms < 100 ? "%.1f" : "%.0f", ms);
}

/* Peers look through the leader, where it has left the table or has none. */
static gboolean
sees_less(guint scene, guint contestant)
{
	return (scene == LEADER_UNSHARED || scene == ZOMBIE_LEADER) && contestant > PTREE;
}

static void
add_cell(GString *text, const Bench *bench, guint scene, guint contestant)
{
	const Result *result = result_of(bench, scene, contestant), *best = best_of(bench, scene);
	g_autofree char *ms = dup_ms(result->wall_ms);

	if (result->n_runs == 0)
		g_string_append(text, " |");
	else if (best == NULL || result == best)
		g_string_append_printf(text, " **%s** |", ms);
	else
		g_string_append_printf(
			text, " %s (%.*f×)%s |", ms, result->wall_ms < 10 * best->wall_ms ? 1 : 0,
			result->wall_ms / best->wall_ms, sees_less(scene, contestant) ? " ¹" : "");
}

/* The floor of a scene: the names of all files, if they are asked for, and the tasks. */
static void
add_floor(GString *text, const Bench *bench, guint scene)
{
	const Result *names = &bench->results[scene][NAMES], *tasks = &bench->results[scene][TASKS];
	g_autofree char *ms = dup_ms(names->wall_ms + tasks->wall_ms);

	if (names->n_runs + tasks->n_runs > 0)
		g_string_append_printf(text, " %s |", ms);
	else
		g_string_append(text, " |");
}

static gboolean
has_times(const Bench *bench)
{
	for (guint scene = 0; scene < SOCKETS; scene++)
		if (report_was_run(bench, scene))
			return TRUE;
	return FALSE;
}

static void
add_times(GString *text, const Bench *bench)
{
	if (!has_times(bench))
		return;
	g_string_append(text, "| milliseconds |");
	for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
		g_string_append_printf(text, " `%s` |", contestants[columns[i]].name);
	g_string_append(text, " iterators alone |\n|---|");
	for (guint i = 0; i <= G_N_ELEMENTS(columns); i++)
		g_string_append(text, "---:|");
	g_string_append_c(text, '\n');
	for (guint scene = 0; scene < N_SCENES; scene++) {
		g_autofree char *title = scene_dup_title(&scene_infos[scene], bench->quick);

		if (scene == SOCKETS || !report_was_run(bench, scene))
			continue;
		g_string_append_printf(text, "| %s |", title);
		for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
			add_cell(text, bench, scene, columns[i]);
		add_floor(text, bench, scene);
		g_string_append_c(text, '\n');
	}
}

/* Who looks at sockets is not who looks at files, and has a table of his own. */
static void
add_sockets(GString *text, const Bench *bench)
{
	g_autofree char *title = scene_dup_title(&scene_infos[SOCKETS], bench->quick);

	if (!report_was_run(bench, SOCKETS))
		return;
	g_string_append(text, "\n| milliseconds |");
	for (guint i = 0; i < G_N_ELEMENTS(socket_columns); i++)
		g_string_append_printf(text, " `%s` |", contestants[socket_columns[i]].name);
	g_string_append(text, "\n|---|");
	for (guint i = 0; i < G_N_ELEMENTS(socket_columns); i++)
		g_string_append(text, "---:|");
	g_string_append_printf(text, "\n| %s |", title);
	for (guint i = 0; i < G_N_ELEMENTS(socket_columns); i++)
		add_cell(text, bench, SOCKETS, socket_columns[i]);
	g_string_append_c(text, '\n');
}

static void
add_after(GString *text, const Bench *bench, const Death *death)
{
	const Result *r;
	g_autofree char *title = scene_dup_title(&scene_infos[death->scene], bench->quick);
	g_autofree char *ms = dup_ms(death->ms);

	if (death->after == NOBODY) {
		g_string_append_printf(text, "| *%s* | | | %s |\n", title, ms);
		return;
	}
	r = &bench->results[death->scene][death->after];
	if (r->n_runs == 0)
		return;
	g_string_append_printf(text, "| `%s` | ", contestants[death->after].name);
	if (r->inodes != INODES_UNKNOWN)
		g_string_append_printf(text, "%" G_GINT64_FORMAT, r->inodes);
	g_string_append_printf(text, " | %.1f | %s |\n", (double)r->rss_kib / 1024, ms);
}

static void
add_left_behind(GString *text, const Bench *bench)
{
	g_string_append(text,
			"\n| after a look by | procfs inodes left in the kernel | its memory, "
			"MiB | the process dies in, ms |\n|---|---:|---:|---:|\n");
	for (guint i = 0; i < N_DEATHS; i++)
		if (bench->deaths[i].n_runs > 0)
			add_after(text, bench, &bench->deaths[i]);
}

static void
add_footnote(GString *text, const Bench *bench)
{
	if (report_was_run(bench, LEADER_UNSHARED) || report_was_run(bench, ZOMBIE_LEADER))
		g_string_append(text, "\n¹ Without the files that the other threads have open: it "
				      "looks through the leader alone.\n");
}

/* The one that lists every thread's copy is in a scene of its own. */
static void
add_threads(GString *text, const Bench *bench)
{
	const Result *lsof = &bench->results[SMALL_SEED][LSOF_THREADS];
	const Result *best = best_of(bench, SMALL_SEED);
	g_autofree char *title = scene_dup_title(&scene_infos[SMALL_SEED], bench->quick);

	if (lsof->n_runs > 0 && best != NULL)
		g_string_append_printf(text,
				       "\n`lsof -nP`, which lists the files of each thread, takes "
				       "%.0f ms for %s: %.0f times as long.\n",
				       lsof->wall_ms, title, lsof->wall_ms / best->wall_ms);
}

static void
add_contestants(GString *text, const Bench *bench)
{
	g_autofree char *machine = report_machine();

	g_string_append_printf(text, "%s, root; medians of %u runs.", machine, bench->n_runs);
	for (guint i = 0; i < N_CONTESTANTS; i++) {
		const char *why = report_left_out(bench, i);

		if (why != NULL)
			g_string_append_printf(text, " Left out: `%s` (%s).", contestants[i].name,
					       why);
		else if (bench->versions[i] != NULL)
			g_string_append_printf(text, " `%s` %s.", contestants[i].name,
					       bench->versions[i]);
	}
	g_string_append(text, "\n\n");
}

char *
report_markdown(const Bench *bench)
{
	g_autoptr(GString) text = g_string_new(NULL);

	add_contestants(text, bench);
	add_times(text, bench);
	add_footnote(text, bench);
	add_threads(text, bench);
	add_sockets(text, bench);
	if (bench_find_death(bench, SEED, NOBODY) != NULL)
		add_left_behind(text, bench);
	report_add_costs_markdown(text, bench);
	report_add_commands_markdown(text, bench);
	report_add_agent_markdown(text, bench);
	return g_string_free(g_steal_pointer(&text), FALSE);
}
