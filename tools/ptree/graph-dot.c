/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How is a graph written in the language of Graphviz, with names of anybody's choosing?
 *
 * A quoted string of DOT ends at a quote that has no backslash before it. What is drawn of it is
 * read once more: \N and \G stand for names, \l and \r end a line, and &quot; or &#10; is a
 * character. So names, which are fit for a terminal before they come here (names.c), have their
 * backslashes, quotes and ampersands escaped. Ids are made of numbers alone.
 */
#include <stdio.h>

#include "graph-model.h"

#define TABLES_NAMED 3

static const char header[] =
	"digraph ptree {\n"
	"\tgraph [charset=\"UTF-8\", rankdir=LR, compound=true, nodesep=0.15, ranksep=0.7,\n"
	"\t\tfontname=\"Helvetica,sans-serif\", fontsize=9, style=\"rounded,dashed\",\n"
	"\t\tcolor=\"#888888\", fontcolor=\"#555555\"];\n"
	"\tnode [fontname=\"Helvetica,sans-serif\", fontsize=10, shape=box, "
	"style=\"rounded,filled\",\n"
	"\t\tfillcolor=\"#ffffff\", color=\"#444444\", height=0.25, margin=\"0.08,0.03\"];\n"
	"\tedge [fontname=\"Helvetica,sans-serif\", fontsize=8, arrowsize=0.6];\n";

static const char *const colors[LINK_SORTS] = {
	[LINK_PIPE] = "#1b6ca8",    [LINK_FIFO] = "#1b6ca8",   [LINK_MQUEUE] = "#1b6ca8",
	[LINK_UNIX] = "#6a3d9a",    [LINK_INET] = "#b3501b",   [LINK_PTY] = "#4f7942",
	[LINK_EVENTFD] = "#777777", [LINK_SHARED] = "#777777",
};

/* Into a quoted string that is drawn as a label. */
static void
append_quoted(GString *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '&')
			g_string_append(out, "&amp;");
		else if (*p == '"' || *p == '\\')
			g_string_append_printf(out, "\\%c", *p);
		else
			g_string_append_c(out, *p);
	}
}

static void
append_labels(GString *out, const struct labels *labels, const char *times)
{
	for (guint i = 0; i < labels->n; i++) {
		if (i > 0)
			g_string_append(out, "\\n");
		append_quoted(out, labels->texts[i]);
		if (labels->counts[i] > 1)
			g_string_append_printf(out, " %s%u", times, labels->counts[i]);
	}
	if (labels->n_more > 0)
		g_string_append_printf(out, "\\n+%u", labels->n_more);
}

/* What was cut is there in full for whoever points at it. */
static void
append_tooltip(GString *out, const struct labels *labels, const char *attribute)
{
	gboolean cut = FALSE;

	for (guint i = 0; i < labels->n; i++) {
		if (labels->names[i] == NULL)
			continue;
		g_string_append_printf(out, cut ? "\\n" : ", %s=\"", attribute);
		append_quoted(out, labels->names[i]);
		cut = TRUE;
	}
	if (cut)
		g_string_append_c(out, '"');
}

static const char *
get_times(const struct graph *graph)
{
	return graph->utf8 ? "\303\227" : "x";
}

static void
append_id(GString *out, const struct graph *graph, guint i)
{
	const struct spot *spot = graph_get_spot(graph, i);

	if (spot->kind == SPOT_HOST)
		g_string_append_printf(out, "h%u", i);
	else
		g_string_append_printf(out, "p%d", procview_process_get_pid(spot->process));
}

/* The tables of a process, if it has several. */
static void
append_tables(GString *out, ProcviewProcess *process)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GString) tables = g_string_new(NULL);
	guint n = procview_process_get_n_tasks(process);

	for (guint i = 0; i < n; i++) {
		ProcviewFdTable *table =
			procview_task_get_fd_table(procview_process_get_task(process, i));

		if (table != NULL && g_hash_table_add(seen, table) &&
		    g_hash_table_size(seen) <= TABLES_NAMED)
			g_string_append_printf(tables, " #%u", procview_fd_table_get_id(table));
	}
	if (g_hash_table_size(seen) < 2)
		return;
	g_string_append_printf(out, "\\ntables%s", tables->str);
	if (g_hash_table_size(seen) > TABLES_NAMED)
		g_string_append_printf(out, " +%u", g_hash_table_size(seen) - TABLES_NAMED);
}

static void
append_process(GString *out, const struct graph *graph, const struct spot *spot)
{
	ProcviewTask *leader = procview_process_get_leader(spot->process);
	const char *comm = procview_task_get_comm(leader);
	g_autofree char *name = comm == NULL ? NULL : graph_dup_safe(graph, comm);

	g_string_append_printf(out, "%d", procview_process_get_pid(spot->process));
	if (spot->n_alike > 1)
		g_string_append_printf(out, "+ %u*[", spot->n_alike);
	else if (name != NULL)
		g_string_append_c(out, ' ');
	if (name != NULL)
		append_quoted(out, name);
	if (spot->n_alike > 1)
		g_string_append_c(out, ']');
	append_tables(out, spot->process);
}

static void
print_node(const struct graph *graph, guint i, const char *indent)
{
	const struct spot *spot = graph_get_spot(graph, i);
	g_autoptr(GString) line = g_string_new(indent);

	append_id(line, graph, i);
	g_string_append(line, " [label=\"");
	if (spot->kind == SPOT_HOST) {
		append_quoted(line, spot->host);
		g_string_append(line, "\", shape=ellipse, style=dashed");
	} else {
		append_process(line, graph, spot);
		g_string_append_c(line, '"');
		if (spot->matched && !graph->selection->everything)
			g_string_append(line, ", penwidth=2, fillcolor=\"#ffe08a\"");
	}
	printf("%s];\n", line->str);
}

static void
print_frames(const struct graph *graph)
{
	g_autofree guint *next = g_new0(guint, graph->spots->len + 1);
	g_autofree guint *first = g_new0(guint, graph->spots->len + 1);

	/* Chains of those in one frame, by place plus one, the last process first. */
	for (guint i = graph->spots->len; i-- > 0;) {
		const struct spot *spot = graph_get_spot(graph, i);

		if (spot->cluster == SPOT_NONE || !spot->shown)
			continue;
		next[i] = first[spot->cluster];
		first[spot->cluster] = i + 1;
	}
	for (guint i = 0; i < graph->spots->len; i++) {
		const struct spot *spot = graph_get_spot(graph, i);

		if (first[i] == 0)
			continue;
		printf("\tsubgraph cluster_%u {\n\t\tlabel=\"table #%u\";\n",
		       procview_fd_table_get_id(spot->table),
		       procview_fd_table_get_id(spot->table));
		for (guint place = first[i]; place != 0; place = next[place - 1])
			print_node(graph, place - 1, "\t\t");
		printf("\t}\n");
	}
}

static void
print_nodes(const struct graph *graph)
{
	for (guint i = 0; i < graph->spots->len; i++) {
		const struct spot *spot = graph_get_spot(graph, i);

		if (spot->shown && spot->kind != SPOT_TABLE && spot->cluster == SPOT_NONE)
			print_node(graph, i, "\t");
	}
}

/* A line that ends at a frame ends, for Graphviz, at a node in it, and is cut off at the frame. */
static void
append_frame(GString *out, const struct graph *graph, guint end, guint other, const char *attribute)
{
	const struct spot *spot = graph_get_spot(graph, end);

	if (spot->kind == SPOT_TABLE &&
	    (other == SPOT_NONE || graph_get_spot(graph, other)->cluster != end))
		g_string_append_printf(out, ", %s=cluster_%u", attribute,
				       procview_fd_table_get_id(spot->table));
}

static void
append_style(GString *out, enum link_sort sort)
{
	g_string_append_printf(out, "color=\"%s\", fontcolor=\"%s\"", colors[sort], colors[sort]);
	if (sort == LINK_SHARED || sort == LINK_EVENTFD)
		g_string_append(out, ", style=dashed, weight=0");
}

static void
print_edge(const struct graph *graph, const struct edge *edge)
{
	g_autoptr(GString) line = g_string_new("\t");

	append_id(line, graph, edge->from);
	g_string_append(line, " -> ");
	append_id(line, graph, edge->to);
	g_string_append(line, " [");
	append_style(line, edge->sort);
	if (!edge->directed)
		g_string_append(line, ", dir=none");
	append_frame(line, graph, edge->from, edge->to, "ltail");
	append_frame(line, graph, edge->to, edge->from, "lhead");
	g_string_append(line, ", label=\"");
	append_labels(line, &edge->labels, get_times(graph));
	g_string_append_c(line, '"');
	append_tooltip(line, &edge->labels, "labeltooltip");
	printf("%s];\n", line->str);
}

static void
print_spoke(const struct graph *graph, const struct hub *hub, guint number,
	    const struct member *member)
{
	g_autoptr(GString) line = g_string_new("\t");
	gboolean sends = (member->parts & ~(guint)PART_RECEIVES) != 0;
	gboolean both = sends && (member->parts & PART_RECEIVES) != 0;
	gboolean counts = hub->sort == LINK_UNIX || hub->sort == LINK_INET;

	if (sends)
		append_id(line, graph, member->spot);
	else
		g_string_append_printf(line, "m%u", number);
	g_string_append(line, " -> ");
	if (sends)
		g_string_append_printf(line, "m%u", number);
	else
		append_id(line, graph, member->spot);
	g_string_append(line, " [");
	append_style(line, hub->sort);
	if (!hub->directed || both)
		g_string_append_printf(line, ", dir=%s", hub->directed ? "both" : "none");
	append_frame(line, graph, member->spot, SPOT_NONE, sends ? "ltail" : "lhead");
	if (hub->sort == LINK_PIPE)
		g_string_append_printf(line, ", label=\"fd %d\"",
				       sends ? member->sent_by : member->received_by);
	else if (counts && sends && member->n > 1)
		g_string_append_printf(line, ", label=\"%s%u\"", get_times(graph), member->n);
	printf("%s];\n", line->str);
}

static void
print_hub(const struct graph *graph, guint number)
{
	const struct hub *hub = g_ptr_array_index(graph->hubs, number);
	gboolean is_file = hub->sort == LINK_SHARED;
	g_autoptr(GString) line = g_string_new(NULL);

	g_string_append_printf(line,
			       "\tm%u [shape=%s, style=\"%s\", fontsize=8, height=0.2, label=\"",
			       number, is_file ? "note" : "ellipse", is_file ? "dashed" : "solid");
	append_labels(line, &hub->labels, get_times(graph));
	g_string_append_printf(line, "\", color=\"%s\", fontcolor=\"%s\"", colors[hub->sort],
			       colors[hub->sort]);
	append_tooltip(line, &hub->labels, "tooltip");
	printf("%s];\n", line->str);
	for (guint i = 0; i < hub->members->len; i++) {
		const struct member *member = &g_array_index(hub->members, struct member, i);

		if (graph_get_spot(graph, member->spot)->shown)
			print_spoke(graph, hub, number, member);
	}
}

void
graph_write(const struct graph *graph)
{
	fputs(header, stdout);
	print_frames(graph);
	print_nodes(graph);
	for (guint i = 0; i < graph->edges->len; i++) {
		const struct edge *edge = g_ptr_array_index(graph->edges, i);

		if (graph_get_spot(graph, edge->from)->shown &&
		    graph_get_spot(graph, edge->to)->shown)
			print_edge(graph, edge);
	}
	for (guint i = 0; i < graph->hubs->len; i++)
		print_hub(graph, i);
	fputs("}\n", stdout);
}
