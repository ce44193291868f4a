/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which processes look alike?  A hundred workers with one name that are connected with the same
 * others in the same way are one box that says how many: the picture has room for what differs.
 *
 * Alike are those of which everything that would be drawn is the same: name, emphasis, each line
 * with its label. All of it is written into one string for each process, and equal strings are
 * found by a table, so that it costs no more than the lines themselves. What lies in a frame, or
 * has several tables, is drawn by itself.
 */
#include <string.h>

#include "graph-model.h"

static gboolean
has_one_table(ProcviewProcess *process)
{
	guint n = procview_process_get_n_tasks(process);
	ProcviewFdTable *first = NULL;

	for (guint i = 0; i < n; i++) {
		ProcviewFdTable *table =
			procview_task_get_fd_table(procview_process_get_task(process, i));

		if (table != NULL && first != NULL && table != first)
			return FALSE;
		first = table != NULL ? table : first;
	}
	return TRUE;
}

static gboolean
may_fold(const struct spot *spot)
{
	return spot->kind == SPOT_PROCESS && spot->shown && spot->cluster == SPOT_NONE &&
	       has_one_table(spot->process);
}

static GPtrArray *
describe_spots(const struct graph *graph)
{
	GPtrArray *looks = g_ptr_array_new();

	for (guint i = 0; i < graph->spots->len; i++) {
		const struct spot *spot = graph_get_spot(graph, i);
		GString *look = NULL;

		if (may_fold(spot)) {
			ProcviewTask *leader = procview_process_get_leader(spot->process);
			const char *comm = procview_task_get_comm(leader);

			look = g_string_new(NULL);
			comm = comm == NULL ? "" : comm;
			g_string_printf(look, "%d %u %s\n", spot->matched, (guint)strlen(comm),
					comm);
		}
		g_ptr_array_add(looks, look);
	}
	return looks;
}

static void
describe_end(GPtrArray *looks, guint end, guint other, char way, const struct edge *edge)
{
	GString *look = g_ptr_array_index(looks, end);

	if (look == NULL)
		return;
	g_string_append_printf(look, "%c%u %d %d %u", way, other, edge->sort, edge->directed,
			       edge->labels.n_more);
	for (guint i = 0; i < edge->labels.n; i++)
		g_string_append_printf(look, " %u %s\n%s\n", edge->labels.counts[i],
				       edge->labels.texts[i],
				       edge->labels.names[i] == NULL ? "" : edge->labels.names[i]);
}

static void
describe_lines(const struct graph *graph, GPtrArray *looks)
{
	for (guint i = 0; i < graph->edges->len; i++) {
		const struct edge *edge = g_ptr_array_index(graph->edges, i);

		describe_end(looks, edge->from, edge->to, '>', edge);
		describe_end(looks, edge->to, edge->from, '<', edge);
	}
	for (guint i = 0; i < graph->hubs->len; i++) {
		const struct hub *hub = g_ptr_array_index(graph->hubs, i);

		for (guint j = 0; j < hub->members->len; j++) {
			const struct member *member =
				&g_array_index(hub->members, struct member, j);
			GString *look = g_ptr_array_index(looks, member->spot);

			if (look != NULL)
				g_string_append_printf(look, "m%u %u %u %d %d\n", i, member->parts,
						       member->n, member->sent_by,
						       member->received_by);
		}
	}
}

/* Each one becomes the first that looks like it. */
static void
find_alike(const struct graph *graph, const GPtrArray *looks)
{
	g_autoptr(GHashTable) firsts = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < looks->len; i++) {
		const GString *look = g_ptr_array_index(looks, i);
		gpointer first;

		if (look == NULL)
			continue;
		if (g_hash_table_lookup_extended(firsts, look->str, NULL, &first)) {
			graph_get_spot(graph, i)->shown = FALSE;
			graph_get_spot(graph, GPOINTER_TO_UINT(first))->n_alike++;
			continue;
		}
		graph_get_spot(graph, i)->n_alike = 1;
		g_hash_table_insert(firsts, look->str, GUINT_TO_POINTER(i));
	}
}

void
graph_fold(struct graph *graph)
{
	GPtrArray *looks = describe_spots(graph);

	describe_lines(graph, looks);
	find_alike(graph, looks);
	for (guint i = 0; i < looks->len; i++) {
		GString *look = g_ptr_array_index(looks, i);

		if (look != NULL)
			g_string_free(look, TRUE);
	}
	g_ptr_array_unref(looks);
}
