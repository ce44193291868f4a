/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What each group of facts adds to a plain scan: as rows of text, and as a table for the pages.
 */
#include "report.h"

static gboolean
was_measured(const Bench *bench)
{
	for (guint i = 0; i < N_COST_SCENES; i++)
		for (guint j = 0; j < 3; j++)
			if (bench->costs[i][j].n_runs > 0)
				return TRUE;
	return FALSE;
}

/* Less than nothing is noise. */
static double
added_ms(const Cost *cost, guint group)
{
	return group == COST_PLAIN ? cost->ms[group]
				   : MAX(cost->ms[group] - cost->ms[COST_PLAIN], 0);
}

static void
add_row(GString *text, const Cost *cost)
{
	g_string_append_printf(text, "  %-12s %-8s", scene_infos[cost->scene].name,
			       contestants[cost->contestant].name);
	for (guint group = 0; group < N_COSTS; group++)
		g_string_append_printf(text, " %9.2f", added_ms(cost, group));
	g_string_append_c(text, '\n');
}

void
report_add_costs(GString *text, const Bench *bench)
{
	if (!was_measured(bench))
		return;
	g_string_append_printf(text, "\nwhat groups of facts add to a plain scan, ms\n  %-12s %-8s",
			       "", "");
	for (guint group = 0; group < N_COSTS; group++)
		g_string_append_printf(text, " %9s", cost_names[group]);
	g_string_append_c(text, '\n');
	for (guint i = 0; i < N_COST_SCENES; i++)
		for (guint j = 0; j < 3; j++)
			if (bench->costs[i][j].n_runs > 0)
				add_row(text, &bench->costs[i][j]);
}

/* With as many digits as say something. */
static void
add_cell(GString *text, double ms)
{
	g_string_append_printf(text, ms < 10 ? " %.2f |" : ms < 100 ? " %.1f |" : " %.0f |", ms);
}

static void
add_markdown_row(GString *text, const Bench *bench, const Cost *cost)
{
	g_autofree char *title = scene_dup_title(&scene_infos[cost->scene], bench->quick);

	g_string_append_printf(text, "| %s | `%s` |", title, contestants[cost->contestant].name);
	for (guint group = 0; group < N_COSTS; group++)
		add_cell(text, added_ms(cost, group));
	g_string_append_c(text, '\n');
}

void
report_add_costs_markdown(GString *text, const Bench *bench)
{
	if (!was_measured(bench))
		return;
	g_string_append(text, "\n| what each group of facts adds, ms | backend |");
	for (guint group = 0; group < N_COSTS; group++)
		g_string_append_printf(text, " %s |", cost_names[group]);
	g_string_append(text, "\n|---|---|");
	for (guint group = 0; group < N_COSTS; group++)
		g_string_append(text, "---:|");
	g_string_append_c(text, '\n');
	for (guint i = 0; i < N_COST_SCENES; i++)
		for (guint j = 0; j < 3; j++)
			if (bench->costs[i][j].n_runs > 0)
				add_markdown_row(text, bench, &bench->costs[i][j]);
}
