/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The report as one JSON document. What is unknown is absent.
 *
 *	{"benchmark":1, "version":…, "machine":…, "quick":false, "runs":5,
 *	 "contestants":[{"name":…, "version":…} or {"name":…, "left_out":WHY}, …],
 *	 "scenes":[{"name":…, "title":…, "processes":…, "threads":…, "tables":…, "descriptors":…,
 *	   "results":[{"contestant":…, "runs":…, "wall_ms":…, …, "times_as_fast_as":{PEER:…, …}}, …]}, …],
 *	 "deaths":[{"scene":…, "after":…, "ms":…, "min_ms":…, "max_ms":…, "runs":…}, …],
 *	 "costs":[{"scene":…, "contestant":…, "runs":…, "descriptors":…, "ms":{"plain":…, …}}, …],
 *	 "commands":[{"scene":"idle", "command":…, "runs":…, "ms":…, "min_ms":…, …} or
 *	   {"scene":…, "command":…, "left_out":WHY}, …],
 *	 "agent":[{"contestant":…, "scan":"counts", "runs":…, "cpu_ms":…, "min_ms":…, "max_ms":…,
 *	   "processes":…, "descriptors":…}, …],
 *	 "verdicts":[{"bound":…, "verdict":"met", "figures":…}, …]}
 */
#include "report.h"

/* Opens an element: with a comma if it is not the first. */
static void
next(GString *json)
{
	char last = json->str[json->len - 1];

	if (last != '[' && last != '{')
		g_string_append_c(json, ',');
	if (json->len > 1)
		g_string_append_c(json, last == ']' || last == '}' ? '\n' : ' ');
}

static void
add_text(GString *json, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	g_string_append_c(json, '"');
	for (const char *p = valid; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_printf(json, "\\%c", *p);
		else if ((guchar)*p < ' ')
			g_string_append_printf(json, "\\u%04x", *p);
		else
			g_string_append_c(json, *p);
	}
	g_string_append_c(json, '"');
}

static void
key(GString *json, const char *name)
{
	next(json);
	add_text(json, name);
	g_string_append_c(json, ':');
}

static void
open_list(GString *json, const char *name)
{
	key(json, name);
	g_string_append_c(json, '[');
}

static void
open_item(GString *json)
{
	next(json);
	g_string_append_c(json, '{');
}

static void
string(GString *json, const char *name, const char *value)
{
	key(json, name);
	add_text(json, value);
}

static void
integer(GString *json, const char *name, gint64 value)
{
	key(json, name);
	g_string_append_printf(json, "%" G_GINT64_FORMAT, value);
}

static void
number(GString *json, const char *name, double value)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];

	key(json, name);
	g_string_append(json, g_ascii_formatd(buffer, sizeof(buffer), "%.6g", value));
}

static void
add_contestants(GString *json, const Bench *bench)
{
	open_list(json, "contestants");
	for (guint i = 0; i < N_CONTESTANTS; i++) {
		const char *why = report_left_out(bench, i);

		open_item(json);
		string(json, "name", contestants[i].name);
		if (why != NULL)
			string(json, "left_out", why);
		else if (bench->versions[i] != NULL)
			string(json, "version", bench->versions[i]);
		g_string_append_c(json, '}');
	}
	g_string_append_c(json, ']');
}

static void
add_ratios(GString *json, const Result *results, guint contestant)
{
	key(json, "times_as_fast_as");
	g_string_append_c(json, '{');
	for (guint i = 0; i < N_CONTESTANTS; i++)
		if (i != contestant && results[i].n_runs > 0 &&
		    contestants[i].kind != CONTESTANT_LIBRARY)
			number(json, contestants[i].name,
			       results[i].wall_ms / results[contestant].wall_ms);
	g_string_append_c(json, '}');
}

static void
add_result(GString *json, const Result *results, guint contestant)
{
	const Result *r = &results[contestant];

	open_item(json);
	string(json, "contestant", contestants[contestant].name);
	integer(json, "runs", r->n_runs);
	number(json, "wall_ms", r->wall_ms);
	number(json, "wall_min_ms", r->wall_min_ms);
	number(json, "wall_max_ms", r->wall_max_ms);
	number(json, "cpu_ms", r->cpu_ms);
	if (contestants[contestant].kind != CONTESTANT_COMMAND)
		number(json, "open_ms", r->open_ms);
	integer(json, "rss_kib", (gint64)r->rss_kib);
	if (r->inodes != INODES_UNKNOWN) {
		integer(json, "proc_inodes", r->inodes);
		integer(json, "proc_inodes_min", r->inodes_min);
	}
	if (r->memory.n_descriptors > 0) {
		number(json, "bytes_a_descriptor",
		       (double)r->memory.bytes / r->memory.n_descriptors);
		integer(json, "bytes_of_names", (gint64)r->memory.name_bytes);
	}
	add_ratios(json, results, contestant);
	g_string_append_c(json, '}');
}

static void
add_scene(GString *json, const Bench *bench, guint scene)
{
	g_autofree char *title = scene_dup_title(&scene_infos[scene], bench->quick);
	const Sample *size = report_size(bench, scene);

	open_item(json);
	string(json, "name", scene_infos[scene].name);
	string(json, "title", title);
	if (size != NULL) {
		integer(json, "processes", size->n_processes);
		integer(json, "threads", size->n_threads);
		integer(json, "tables", size->n_tables);
		integer(json, "descriptors", size->n_descriptors);
	}
	open_list(json, "results");
	for (guint i = 0; i < N_CONTESTANTS; i++)
		if (bench->results[scene][i].n_runs > 0)
			add_result(json, bench->results[scene], i);
	g_string_append(json, "]}");
}

static void
add_deaths(GString *json, const Bench *bench)
{
	open_list(json, "deaths");
	for (guint i = 0; i < N_DEATHS; i++) {
		const Death *d = &bench->deaths[i];

		if (d->n_runs == 0)
			continue;
		open_item(json);
		string(json, "scene", scene_infos[d->scene].name);
		string(json, "after", d->after == NOBODY ? "nobody" : contestants[d->after].name);
		integer(json, "runs", d->n_runs);
		number(json, "ms", d->ms);
		number(json, "min_ms", d->min_ms);
		number(json, "max_ms", d->max_ms);
		g_string_append_c(json, '}');
	}
	g_string_append_c(json, ']');
}

/* Whole scans: what a group adds is the difference to a plain one. */
static void
add_cost(GString *json, const Cost *cost)
{
	open_item(json);
	string(json, "scene", scene_infos[cost->scene].name);
	string(json, "contestant", contestants[cost->contestant].name);
	integer(json, "runs", cost->n_runs);
	integer(json, "descriptors", cost->n_descriptors);
	key(json, "ms");
	g_string_append_c(json, '{');
	for (guint group = 0; group < N_COSTS; group++)
		number(json, cost_names[group], cost->ms[group]);
	g_string_append(json, "}}");
}

static void
add_costs(GString *json, const Bench *bench)
{
	open_list(json, "costs");
	for (guint i = 0; i < N_COST_SCENES; i++)
		for (guint j = 0; j < 3; j++)
			if (bench->costs[i][j].n_runs > 0)
				add_cost(json, &bench->costs[i][j]);
	g_string_append_c(json, ']');
}

static void
add_agent(GString *json, const Bench *bench)
{
	open_list(json, "agent");
	for (guint i = 0; i < N_AGENT_BACKENDS * N_AGENT_SCANS; i++) {
		guint scan = i % N_AGENT_SCANS;
		const AgentCost *cost = &bench->agent[i / N_AGENT_SCANS][scan];

		if (cost->n_runs == 0)
			continue;
		open_item(json);
		string(json, "contestant", contestants[cost->contestant].name);
		string(json, "scan", agent_names[scan]);
		integer(json, "runs", cost->n_runs);
		number(json, "cpu_ms", cost->median_ms);
		number(json, "min_ms", cost->min_ms);
		number(json, "max_ms", cost->max_ms);
		integer(json, "processes", cost->last.n_processes);
		integer(json, "descriptors", cost->last.n_descriptors);
		g_string_append_c(json, '}');
	}
	g_string_append_c(json, ']');
}

static void
add_command(GString *json, guint stage, guint command, const CommandResult *result)
{
	open_item(json);
	string(json, "scene", stage_names[stage]);
	string(json, "command", commands[command].title);
	if (result->n_runs == 0) {
		string(json, "left_out", result->why != NULL ? result->why : "no run");
	} else {
		integer(json, "runs", result->n_runs);
		number(json, "ms", result->wall_ms);
		number(json, "min_ms", result->wall_min_ms);
		number(json, "max_ms", result->wall_max_ms);
		number(json, "cpu_ms", result->cpu_ms);
	}
	g_string_append_c(json, '}');
}

static void
add_commands(GString *json, const Bench *bench)
{
	open_list(json, "commands");
	for (guint stage = 0; report_has_commands(bench) && stage < N_STAGES; stage++)
		for (guint i = 0; i < N_COMMANDS; i++)
			add_command(json, stage, i, &bench->commands[stage][i]);
	g_string_append_c(json, ']');
}

static void
add_verdicts(GString *json, GPtrArray *verdicts)
{
	open_list(json, "verdicts");
	for (guint i = 0; i < verdicts->len; i++) {
		const Verdict *verdict = g_ptr_array_index(verdicts, i);

		open_item(json);
		string(json, "bound", verdict->bound);
		string(json, "verdict", verdict_to_string(verdict->status));
		string(json, "figures", verdict->figures);
		g_string_append_c(json, '}');
	}
	g_string_append_c(json, ']');
}

char *
report_json(const Bench *bench, GPtrArray *verdicts)
{
	g_autoptr(GString) json = g_string_new("{");
	g_autofree char *machine = report_machine();

	integer(json, "benchmark", 1);
	string(json, "version", PROCVIEW_VERSION_STRING);
	string(json, "machine", machine);
	key(json, "quick");
	g_string_append(json, bench->quick ? "true" : "false");
	integer(json, "runs", bench->n_runs);
	add_contestants(json, bench);
	open_list(json, "scenes");
	for (guint i = 0; i < N_SCENES; i++)
		if (report_was_run(bench, i))
			add_scene(json, bench, i);
	g_string_append_c(json, ']');
	add_deaths(json, bench);
	add_costs(json, bench);
	add_agent(json, bench);
	add_commands(json, bench);
	add_verdicts(json, verdicts);
	g_string_append(json, "}\n");
	return g_string_free(g_steal_pointer(&json), FALSE);
}
