/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The report as text, and what all forms of it need to know.
 */
#include "report.h"

#include <sys/utsname.h>
#include <unistd.h>

char *
report_machine(void)
{
	struct utsname name;

	uname(&name);
	return g_strdup_printf("%s %s, %ld processors", name.sysname, name.release,
			       sysconf(_SC_NPROCESSORS_ONLN));
}

const Sample *
report_size(const Bench *bench, guint scene)
{
	for (guint i = 0; i < N_CONTESTANTS; i++)
		if (contestants[i].kind == CONTESTANT_LIBRARY &&
		    bench->results[scene][i].n_runs > 0)
			return &bench->results[scene][i].last;
	return NULL;
}

const char *
report_left_out(const Bench *bench, guint contestant)
{
	const char *why = NULL;

	for (guint i = 0; i < N_SCENES; i++) {
		if (bench->results[i][contestant].n_runs > 0)
			return NULL;
		if (bench->results[i][contestant].why != NULL)
			why = bench->results[i][contestant].why;
	}
	return why;
}

gboolean
report_was_run(const Bench *bench, guint scene)
{
	for (guint i = 0; i < N_CONTESTANTS; i++)
		if (bench->results[scene][i].n_runs > 0)
			return TRUE;
	return FALSE;
}

static void
add_ratio(GString *text, const Result *result, const Result *peer)
{
	if (result->n_runs > 0 && peer->n_runs > 0)
		g_string_append_printf(text, " %8.1f", peer->wall_ms / result->wall_ms);
	else
		g_string_append_printf(text, " %8s", "");
}

static void
add_row(GString *text, const Bench *bench, guint scene, guint contestant)
{
	const Result *results = bench->results[scene];
	const Result *r = &results[contestant];

	if (r->n_runs == 0)
		return;
	g_string_append_printf(text, "  %-20s %9.2f %9.2f %9.2f %9.2f",
			       contestants[contestant].name, r->wall_ms, r->wall_min_ms,
			       r->wall_max_ms, r->cpu_ms);
	g_string_append_printf(text, " %8.1f", (double)r->rss_kib / 1024);
	if (r->inodes != INODES_UNKNOWN)
		g_string_append_printf(text, " %9" G_GINT64_FORMAT, r->inodes);
	else
		g_string_append_printf(text, " %9s", "?");
	add_ratio(text, r, &results[LSOF]);
	add_ratio(text, r, &results[LSFD]);
	if (r->open_ms > 0)
		g_string_append_printf(text, " %8.1f", r->open_ms);
	g_string_append_c(text, '\n');
}

static void
add_scene(GString *text, const Bench *bench, guint scene)
{
	g_autofree char *title = scene_dup_title(&scene_infos[scene], bench->quick);
	const Sample *size = report_size(bench, scene);

	g_string_append_printf(text, "\n%s: %s\n", scene_infos[scene].name, title);
	if (size != NULL)
		g_string_append_printf(
			text, "  %u processes, %u threads, %u tables, %u descriptors\n",
			size->n_processes, size->n_threads, size->n_tables, size->n_descriptors);
	g_string_append_printf(text, "  %-20s %9s %9s %9s %9s %8s %9s %8s %8s %8s\n", "", "ms",
			       "min", "max", "cpu ms", "MiB", "inodes", "x lsof", "x lsfd",
			       "open ms");
	for (guint i = 0; i < N_CONTESTANTS; i++)
		add_row(text, bench, scene, i);
}

static void
add_deaths(GString *text, const Bench *bench)
{
	g_string_append_printf(text, "\ndeath of the process, after a look by\n");
	for (guint i = 0; i < N_DEATHS; i++) {
		const Death *d = &bench->deaths[i];

		if (d->n_runs > 0)
			g_string_append_printf(text, "  %-12s %-20s %9.2f %9.2f %9.2f\n",
					       scene_infos[d->scene].name,
					       d->after == NOBODY ? "nobody"
								  : contestants[d->after].name,
					       d->ms, d->min_ms, d->max_ms);
	}
}

static void
add_contestants(GString *text, const Bench *bench)
{
	for (guint i = 0; i < N_CONTESTANTS; i++) {
		const char *why = report_left_out(bench, i);

		if (why != NULL)
			g_string_append_printf(text, "left out: %s: %s\n", contestants[i].name,
					       why);
		else if (bench->versions[i] != NULL)
			g_string_append_printf(text, "%s: version %s\n", contestants[i].name,
					       bench->versions[i]);
	}
}

char *
report_text(const Bench *bench, GPtrArray *verdicts)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *machine = report_machine();

	g_string_append_printf(text, "%s; medians, runs of each: %u%s\n", machine, bench->n_runs,
			       bench->quick ? "; reduced scenes, which bounds are not for" : "");
	add_contestants(text, bench);
	for (guint i = 0; i < N_SCENES; i++)
		if (report_was_run(bench, i))
			add_scene(text, bench, i);
	if (bench_find_death(bench, SEED, NOBODY) != NULL)
		add_deaths(text, bench);
	report_add_costs(text, bench);
	report_add_commands(text, bench);
	report_add_agent(text, bench);
	g_string_append_c(text, '\n');
	for (guint i = 0; i < verdicts->len; i++) {
		const Verdict *verdict = g_ptr_array_index(verdicts, i);

		g_string_append_printf(text, "%-8s %s: %s\n", verdict_to_string(verdict->status),
				       verdict->bound, verdict->figures);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}
