/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who talks to whom, as a picture that Graphviz draws.
 *
 * The way through: graph-spots.c says where a line can end, graph-media.c, graph-sockets.c and
 * graph-hosts.c find by what processes talk, each looking at every descriptor once, graph-edges.c
 * chooses what is drawn of it, graph-fold.c makes one of what looks alike, and graph-dot.c writes
 * it. Each pipe, listener or file is one medium with members, not a pair for each two of them:
 * thousands may have one, and none of it may cost more than what there is.
 */
#include "graph.h"

#include "graph-model.h"
#include "names.h"

ProcviewCollect
graph_get_needs(void)
{
	return PROCVIEW_COLLECT_TABLES | PROCVIEW_COLLECT_PATHS | PROCVIEW_COLLECT_PEERS;
}

static void
free_medium(gpointer data)
{
	struct medium *medium = data;

	g_array_unref(medium->members);
	g_free(medium->label);
	g_free(medium->name);
	g_free(medium);
}

static void
clear_spot(gpointer data)
{
	g_free(((struct spot *)data)->host);
}

static void
init(struct graph *graph, const struct scan *scan)
{
	*graph = (struct graph){
		.selection = scan->selection,
		.snapshot = scan->snapshot,
		.utf8 = names_are_utf8(),
		.spots = g_array_new(FALSE, FALSE, sizeof(struct spot)),
		.of_process = g_hash_table_new(NULL, NULL),
		.of_table = g_hash_table_new(NULL, NULL),
		.ends = g_array_new(FALSE, FALSE, sizeof(struct end)),
		.media = g_ptr_array_new_with_free_func(free_medium),
		.by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.edges = g_ptr_array_new_with_free_func(graph_free_edge),
		.hubs = g_ptr_array_new_with_free_func(graph_free_hub),
	};
	g_array_set_clear_func(graph->spots, clear_spot);
}

static void
clear(struct graph *graph)
{
	g_array_unref(graph->spots);
	g_hash_table_unref(graph->of_process);
	g_hash_table_unref(graph->of_table);
	g_array_unref(graph->ends);
	g_ptr_array_unref(graph->media);
	g_hash_table_unref(graph->by_key);
	g_ptr_array_unref(graph->edges);
	g_ptr_array_unref(graph->hubs);
}

/* Where nothing matched, an empty graph, which is a picture of nothing. */
void
graph_print(const struct scan *scan, const struct options *options)
{
	struct graph graph;

	init(&graph, scan);
	if (scan->selection->n_matched > 0) {
		graph_find_spots(&graph);
		graph_find_pipes(&graph);
		graph_find_peers(&graph);
		graph_find_hosts(&graph);
		graph_find_shared(&graph);
		graph_draw_edges(&graph);
		if (!options->unfold)
			graph_fold(&graph);
	}
	graph_write(&graph);
	clear(&graph);
}
