/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What an agent pays that looks once a second: as rows of text, and as a table for the pages.
 */
#include "report.h"

static gboolean
was_measured(const Bench *bench)
{
	for (guint i = 0; i < N_AGENT_BACKENDS; i++)
		for (guint scan = 0; scan < N_AGENT_SCANS; scan++)
			if (bench->agent[i][scan].n_runs > 0)
				return TRUE;
	return FALSE;
}

static void
add_row(GString *text, const AgentCost *cost, const char *name)
{
	if (cost->n_runs == 0)
		return;
	g_string_append_printf(text, "  %-8s %-12s %9.2f %9.2f %9.2f %9.2f %10u %12u\n",
			       contestants[cost->contestant].name, name, cost->median_ms,
			       cost->min_ms, cost->max_ms, cost->median_ms / 10,
			       cost->last.n_processes, cost->last.n_descriptors);
}

void
report_add_agent(GString *text, const Bench *bench)
{
	if (!was_measured(bench))
		return;
	g_string_append(text, "\nan agent that looks once a second, processor time\n");
	g_string_append_printf(text, "  %-8s %-12s %9s %9s %9s %9s %10s %12s\n", "", "", "ms",
			       "min", "max", "% of one", "processes", "descriptors");
	for (guint i = 0; i < N_AGENT_BACKENDS; i++)
		for (guint scan = 0; scan < N_AGENT_SCANS; scan++)
			add_row(text, &bench->agent[i][scan], agent_names[scan]);
}

static void
add_markdown_row(GString *text, const AgentCost row[N_AGENT_SCANS])
{
	g_string_append_printf(text, "| `%s` |", contestants[row[0].contestant].name);
	for (guint scan = 0; scan < N_AGENT_SCANS; scan++) {
		double ms = row[scan].median_ms;

		g_string_append_printf(text, ms < 100 ? " %.1f |" : " %.0f |", ms);
	}
	g_string_append_c(text, '\n');
}

void
report_add_agent_markdown(GString *text, const Bench *bench)
{
	g_autofree char *title = scene_dup_title(&scene_infos[MANY], bench->quick);

	if (!was_measured(bench))
		return;
	g_string_append_printf(
		text, "\n| what a scan once a second takes, ms of processor time: %s |", title);
	for (guint scan = 0; scan < N_AGENT_SCANS; scan++)
		g_string_append_printf(text, " %s |", agent_names[scan]);
	g_string_append(text, "\n|---|");
	for (guint scan = 0; scan < N_AGENT_SCANS; scan++)
		g_string_append(text, "---:|");
	g_string_append_c(text, '\n');
	for (guint i = 0; i < N_AGENT_BACKENDS; i++)
		if (bench->agent[i][0].n_runs > 0)
			add_markdown_row(text, bench->agent[i]);
}
