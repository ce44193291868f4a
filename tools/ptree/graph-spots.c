/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where can a line of the graph end?
 *
 * What is open belongs to a table. Where one process has it, the line ends at the process; where
 * several have it, they lie in one frame and the line ends at that. A process can lie in one frame
 * only: that of its first thread's table, if this is shared, or else of the first that is. A table
 * with no frame of two or more is that of the process that owns it.
 *
 * This command itself is left out: that its output is read is no news of the machine. So is the
 * table of kernel threads, which all share and in which nothing is.
 */
#include <unistd.h>

#include "graph-model.h"

struct spot *
graph_get_spot(const struct graph *graph, guint spot)
{
	return &g_array_index(graph->spots, struct spot, spot);
}

static guint
find(GHashTable *places, gconstpointer key)
{
	gpointer place = g_hash_table_lookup(places, key);

	return place == NULL ? SPOT_NONE : GPOINTER_TO_UINT(place) - 1;
}

static guint
add(struct graph *graph, GHashTable *places, gpointer key, const struct spot *spot)
{
	g_array_append_val(graph->spots, *spot);
	if (places != NULL)
		g_hash_table_insert(places, key, GUINT_TO_POINTER(graph->spots->len));
	return graph->spots->len - 1;
}

guint
graph_find_table(const struct graph *graph, ProcviewFdTable *table)
{
	guint frame = find(graph->of_table, table);

	if (frame != SPOT_NONE && graph_get_spot(graph, frame)->n_members >= 2)
		return frame;
	return find(graph->of_process, procview_fd_table_get_owner(table));
}

guint
graph_add_host(struct graph *graph, const char *host)
{
	const struct spot spot = {.kind = SPOT_HOST, .host = g_strdup(host), .cluster = SPOT_NONE};

	return add(graph, NULL, NULL, &spot);
}

static void
add_processes(struct graph *graph)
{
	guint n = procview_snapshot_get_n_processes(graph->snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewProcess *process = procview_snapshot_get_process(graph->snapshot, i);
		struct spot spot = {.kind = SPOT_PROCESS, .process = process, .cluster = SPOT_NONE};

		if (procview_process_get_pid(process) == getpid())
			continue;
		spot.matched = selection_get_role(graph->selection, process) == ROLE_MATCHED;
		add(graph, graph->of_process, process, &spot);
	}
}

static gboolean
is_shared(const struct graph *graph, ProcviewFdTable *table)
{
	guint n = procview_fd_table_get_n_tasks(table);
	ProcviewProcess *first = procview_fd_table_get_owner(table);

	if (procview_process_is_kernel_thread(first) &&
	    procview_fd_table_get_n_descriptors(table) == 0)
		return FALSE;
	for (guint i = 0; i < n; i++) {
		ProcviewTask *task = procview_fd_table_get_task(table, i);

		if (procview_task_get_process(task) != first)
			return TRUE;
	}
	return FALSE;
}

static void
add_tables(struct graph *graph)
{
	guint n = procview_snapshot_get_n_fd_tables(graph->snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(graph->snapshot, i);
		struct spot spot = {.kind = SPOT_TABLE, .table = table, .cluster = SPOT_NONE};

		if (is_shared(graph, table))
			add(graph, graph->of_table, table, &spot);
	}
}

static guint
choose_frame(const struct graph *graph, ProcviewProcess *process)
{
	guint n = procview_process_get_n_tasks(process);
	ProcviewTask *leader = procview_process_get_leader(process);
	ProcviewFdTable *table = procview_task_get_fd_table(leader);
	guint frame = table == NULL ? SPOT_NONE : find(graph->of_table, table);

	for (guint i = 0; i < n && frame == SPOT_NONE; i++) {
		table = procview_task_get_fd_table(procview_process_get_task(process, i));
		frame = table == NULL ? SPOT_NONE : find(graph->of_table, table);
	}
	return frame;
}

static void
frame_processes(struct graph *graph)
{
	for (guint i = 0; i < graph->spots->len; i++) {
		struct spot *spot = graph_get_spot(graph, i);
		struct spot *frame;

		if (spot->kind != SPOT_PROCESS)
			continue;
		spot->cluster = choose_frame(graph, spot->process);
		if (spot->cluster == SPOT_NONE)
			continue;
		frame = graph_get_spot(graph, spot->cluster);
		if (frame->n_members++ == 0)
			frame->process = spot->process;
		frame->matched |= spot->matched;
	}
	for (guint i = 0; i < graph->spots->len; i++) {
		struct spot *spot = graph_get_spot(graph, i);

		if (spot->kind == SPOT_PROCESS && spot->cluster != SPOT_NONE &&
		    graph_get_spot(graph, spot->cluster)->n_members < 2)
			spot->cluster = SPOT_NONE;
	}
}

static int
compare_ends(gconstpointer a, gconstpointer b)
{
	const struct end *x = a;
	const struct end *y = b;

	if (x->description != y->description)
		return x->description < y->description ? -1 : 1;
	if (x->spot != y->spot)
		return x->spot < y->spot ? -1 : 1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

static void
add_ends(struct graph *graph, ProcviewFdTable *table)
{
	guint spot = graph_find_table(graph, table);
	guint n = procview_fd_table_get_n_descriptors(table);

	for (guint i = 0; i < n && spot != SPOT_NONE; i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		ProcviewFile *file = procview_descriptor_get_file(descriptor);
		const struct end end = {
			.file = file,
			.description = procview_file_get_description(file),
			.spot = spot,
			.fd = procview_descriptor_get_fd(descriptor),
		};

		g_array_append_val(graph->ends, end);
	}
}

void
graph_find_spots(struct graph *graph)
{
	guint n = procview_snapshot_get_n_fd_tables(graph->snapshot);

	add_processes(graph);
	add_tables(graph);
	frame_processes(graph);
	for (guint i = 0; i < n; i++)
		add_ends(graph, procview_snapshot_get_fd_table(graph->snapshot, i));
	g_array_sort(graph->ends, compare_ends);
}

struct end *
graph_get_end(const struct graph *graph, guint i)
{
	return &g_array_index(graph->ends, struct end, i);
}

guint
graph_measure_run(const struct graph *graph, guint first)
{
	guint i = first;

	while (i < graph->ends->len &&
	       graph_get_end(graph, i)->description == graph_get_end(graph, first)->description)
		i++;
	return i - first;
}

guint
graph_find_ends(const struct graph *graph, ProcviewFile *file, guint *n)
{
	guint description = procview_file_get_description(file);
	guint low = 0;
	guint high = graph->ends->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (graph_get_end(graph, middle)->description < description)
			low = middle + 1;
		else
			high = middle;
	}
	*n = 0;
	if (low < graph->ends->len && graph_get_end(graph, low)->description == description)
		*n = graph_measure_run(graph, low);
	return low;
}
