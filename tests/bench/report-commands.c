/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What whole commands took: as rows of text, as JSON, and as a table for the pages.
 */
#include "report.h"

gboolean
report_has_commands(const Bench *bench)
{
	for (guint stage = 0; stage < N_STAGES; stage++)
		for (guint i = 0; i < N_COMMANDS; i++)
			if (bench->commands[stage][i].n_runs > 0)
				return TRUE;
	return FALSE;
}

void
report_add_commands(GString *text, const Bench *bench)
{
	if (!report_has_commands(bench))
		return;
	g_string_append_printf(text, "\nwhole commands\n  %-6s %-24s %9s %9s %9s %9s %8s\n", "", "",
			       "ms", "min", "max", "cpu ms", "x ptree");
	for (guint stage = 0; stage < N_STAGES; stage++) {
		for (guint i = 0; i < N_COMMANDS; i++) {
			const CommandResult *r = &bench->commands[stage][i];
			const CommandResult *ours = &bench->commands[stage][command_of_ours(i)];

			if (r->n_runs == 0 && r->why != NULL)
				g_string_append_printf(text, "  %-6s %-24s left out: %s\n",
						       stage_names[stage], commands[i].title,
						       r->why);
			if (r->n_runs == 0)
				continue;
			g_string_append_printf(text, "  %-6s %-24s %9.2f %9.2f %9.2f %9.2f",
					       stage_names[stage], commands[i].title, r->wall_ms,
					       r->wall_min_ms, r->wall_max_ms, r->cpu_ms);
			if (ours->n_runs > 0)
				g_string_append_printf(text, " %8.1f", r->wall_ms / ours->wall_ms);
			g_string_append_c(text, '\n');
		}
	}
}

static void
add_cell(GString *text, const CommandResult *result, const CommandResult *ours)
{
	if (result->n_runs == 0) {
		g_string_append(text, " |");
		return;
	}
	g_string_append_printf(text, result->wall_ms < 100 ? " %.1f" : " %.0f", result->wall_ms);
	if (result != ours && ours->n_runs > 0)
		g_string_append_printf(text, " (%.1f×)", result->wall_ms / ours->wall_ms);
	g_string_append(text, " |");
}

void
report_add_commands_markdown(GString *text, const Bench *bench)
{
	if (!report_has_commands(bench))
		return;
	g_string_append(text, "\n| the whole command, ms |");
	for (guint stage = 0; stage < N_STAGES; stage++)
		g_string_append_printf(text, " %s |", stage_names[stage]);
	g_string_append(text, "\n|---|");
	for (guint stage = 0; stage < N_STAGES; stage++)
		g_string_append(text, "---:|");
	g_string_append_c(text, '\n');
	for (guint i = 0; i < N_COMMANDS; i++) {
		g_string_append_printf(text, "| `%s` |", commands[i].title);
		for (guint stage = 0; stage < N_STAGES; stage++)
			add_cell(text, &bench->commands[stage][i],
				 &bench->commands[stage][command_of_ours(i)]);
		g_string_append_c(text, '\n');
	}
}
