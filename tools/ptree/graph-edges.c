/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is drawn of who talks to whom, so that it can still be read?
 *
 * What matched and whom it talks to, and no word of what these say among themselves. Where a few
 * take part there is a line from each to each, and all lines of one sort between the same two are
 * one. A hundred writers of a pipe, or a file that a hundred have inherited, would be thousands of
 * lines: these have a node of their own, and one line for each who takes part. What was inherited
 * together has the same members, and one node for all of it.
 */
#include <string.h>

#include "graph-model.h"

/* With more members, a medium has a node of its own. */
#define FEW	   4
#define FEW_SHARES 3

void
graph_free_edge(gpointer data)
{
	struct edge *edge = data;

	for (guint i = 0; i < edge->labels.n; i++) {
		g_free(edge->labels.texts[i]);
		g_free(edge->labels.names[i]);
	}
	g_free(edge);
}

void
graph_free_hub(gpointer data)
{
	struct hub *hub = data;

	for (guint i = 0; i < hub->labels.n; i++) {
		g_free(hub->labels.texts[i]);
		g_free(hub->labels.names[i]);
	}
	g_array_unref(hub->members);
	g_free(hub);
}

static void
add_label(struct labels *labels, const char *text, const char *name, guint count)
{
	for (guint i = 0; i < labels->n; i++) {
		if (strcmp(labels->texts[i], text) == 0) {
			labels->counts[i] += count;
			return;
		}
	}
	if (labels->n == LABELS_NAMED) {
		labels->n_more += count;
		return;
	}
	labels->texts[labels->n] = g_strdup(text);
	labels->names[labels->n] = g_strdup(name);
	labels->counts[labels->n] = count;
	labels->n++;
}

static struct member *
get_member(const struct medium *medium, guint i)
{
	return &g_array_index(medium->members, struct member, i);
}

static gboolean
is_matched(const struct graph *graph, const struct member *member)
{
	return graph_get_spot(graph, member->spot)->matched;
}

static int
compare_members(gconstpointer a, gconstpointer b)
{
	const struct member *x = a;
	const struct member *y = b;

	if (x->spot != y->spot)
		return x->spot < y->spot ? -1 : 1;
	if (x->sent_by != y->sent_by)
		return x->sent_by < y->sent_by ? -1 : 1;
	return (x->received_by > y->received_by) - (x->received_by < y->received_by);
}

static void
join(struct member *one, const struct member *other)
{
	one->parts |= other->parts;
	one->n += other->n;
	if (one->sent_by < 0)
		one->sent_by = other->sent_by;
	if (one->received_by < 0)
		one->received_by = other->received_by;
}

/* Each member once. */
static void
join_members(struct medium *medium)
{
	guint kept = 0;

	g_array_sort(medium->members, compare_members);
	for (guint i = 0; i < medium->members->len; i++) {
		const struct member member = *get_member(medium, i);

		if (kept > 0 && get_member(medium, kept - 1)->spot == member.spot)
			join(get_member(medium, kept - 1), &member);
		else
			*get_member(medium, kept++) = member;
	}
	g_array_set_size(medium->members, kept);
}

/* The parts that are played by what matched. */
static guint
find_matched_parts(const struct graph *graph, const struct medium *medium)
{
	guint parts = 0;

	for (guint i = 0; i < medium->members->len; i++) {
		if (is_matched(graph, get_member(medium, i)))
			parts |= get_member(medium, i)->parts;
	}
	return parts;
}

static gboolean
faces(guint parts, guint others)
{
	return ((parts & PART_SENDS) != 0 && (others & PART_RECEIVES) != 0) ||
	       ((parts & PART_RECEIVES) != 0 && (others & PART_SENDS) != 0) ||
	       (parts & others & PART_SHARES) != 0;
}

static void
drop_strangers(const struct graph *graph, struct medium *medium)
{
	guint matched = find_matched_parts(graph, medium);
	guint kept = 0;

	for (guint i = 0; i < medium->members->len; i++) {
		const struct member member = *get_member(medium, i);

		if (is_matched(graph, &member) || faces(member.parts, matched))
			*get_member(medium, kept++) = member;
	}
	g_array_set_size(medium->members, kept);
}

static struct edge *
find_edge(struct graph *graph, GHashTable *edges, guint from, guint to, const struct medium *medium)
{
	g_autofree char *key =
		g_strdup_printf("%u %u %d %d", from, to, medium->sort, medium->directed);
	struct edge *edge = g_hash_table_lookup(edges, key);

	if (edge != NULL)
		return edge;
	edge = g_new0(struct edge, 1);
	edge->from = from;
	edge->to = to;
	edge->sort = medium->sort;
	edge->directed = medium->directed;
	g_ptr_array_add(graph->edges, edge);
	g_hash_table_insert(edges, g_steal_pointer(&key), edge);
	return edge;
}

static void
draw_edge(struct graph *graph, GHashTable *edges, const struct medium *medium,
	  const struct member *from, const struct member *to)
{
	gboolean counts = medium->sort == LINK_UNIX || medium->sort == LINK_INET;
	const char *arrow = medium->directed ? "\342\206\222" : "\342\200\223";
	g_autofree char *text = NULL;
	struct edge *edge;

	if (!graph->utf8)
		arrow = medium->directed ? "->" : "-";
	if (medium->label == NULL)
		text = g_strdup_printf("fd %d %s fd %d", from->sent_by, arrow, to->received_by);
	edge = find_edge(graph, edges, from->spot, to->spot, medium);
	add_label(&edge->labels, text != NULL ? text : medium->label, medium->name,
		  counts ? from->n : 1);
	graph_get_spot(graph, from->spot)->shown = TRUE;
	graph_get_spot(graph, to->spot)->shown = TRUE;
}

static gboolean
is_drawn(const struct graph *graph, const struct member *from, const struct member *to)
{
	return from->spot != to->spot && (is_matched(graph, from) || is_matched(graph, to));
}

static void
draw_each(struct graph *graph, GHashTable *edges, const struct medium *medium)
{
	for (guint i = 0; i < medium->members->len; i++) {
		const struct member *from = get_member(medium, i);

		for (guint j = 0; j < medium->members->len; j++) {
			const struct member *to = get_member(medium, j);
			gboolean sends =
				(from->parts & PART_SENDS) != 0 && (to->parts & PART_RECEIVES) != 0;
			gboolean shares = (from->parts & to->parts & PART_SHARES) != 0 && i < j;

			if ((sends || shares) && is_drawn(graph, from, to))
				draw_edge(graph, edges, medium, from, to);
		}
	}
}

static const char *
word_of_sort(enum link_sort sort)
{
	static const char *const words[LINK_SORTS] = {
		[LINK_PIPE] = "pipe",	    [LINK_FIFO] = "fifo",     [LINK_MQUEUE] = "mqueue",
		[LINK_UNIX] = "unix",	    [LINK_INET] = "inet",     [LINK_PTY] = "pty",
		[LINK_EVENTFD] = "eventfd", [LINK_SHARED] = "shared",
	};

	return words[sort];
}

/* Connections are counted at each line, so those of two listeners stay apart. */
static char *
sign(const struct graph *graph, const struct medium *medium)
{
	GString *key = g_string_new(NULL);

	g_string_printf(key, "%d", medium->sort);
	if (medium->sort == LINK_UNIX || medium->sort == LINK_INET)
		g_string_append_printf(key, " %u", graph->hubs->len);
	for (guint i = 0; i < medium->members->len; i++) {
		const struct member *member = get_member(medium, i);

		g_string_append_printf(key, " %u:%u", member->spot, member->parts);
	}
	return g_string_free(key, FALSE);
}

static void
draw_hub(struct graph *graph, GHashTable *hubs, struct medium *medium)
{
	g_autofree char *key = sign(graph, medium);
	struct hub *hub = g_hash_table_lookup(hubs, key);

	if (hub == NULL) {
		hub = g_new0(struct hub, 1);
		hub->sort = medium->sort;
		hub->directed = medium->directed;
		hub->members = g_array_ref(medium->members);
		g_ptr_array_add(graph->hubs, hub);
		g_hash_table_insert(hubs, g_steal_pointer(&key), hub);
	}
	add_label(&hub->labels, medium->label != NULL ? medium->label : word_of_sort(hub->sort),
		  medium->name, 1);
	for (guint i = 0; i < medium->members->len; i++)
		graph_get_spot(graph, get_member(medium, i)->spot)->shown = TRUE;
}

/* All but what speaks to itself. */
static gboolean
connects(const struct medium *medium)
{
	guint parts = 0;

	for (guint i = 0; i < medium->members->len; i++)
		parts |= get_member(medium, i)->parts;
	return (parts & PART_SHARES) != 0 || faces(parts, parts);
}

static int
compare_edges(gconstpointer a, gconstpointer b)
{
	const struct edge *x = *(struct edge *const *)a;
	const struct edge *y = *(struct edge *const *)b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	if (x->sort != y->sort)
		return x->sort < y->sort ? -1 : 1;
	return (y->directed != 0) - (x->directed != 0);
}

/* Whoever shares a table with what matched is its neighbour too. */
static void
show_matched(struct graph *graph)
{
	for (guint i = 0; i < graph->spots->len; i++) {
		struct spot *spot = graph_get_spot(graph, i);

		if (spot->kind == SPOT_PROCESS)
			spot->shown |= spot->matched && !graph->selection->everything;
		else if (spot->kind == SPOT_TABLE && spot->n_members >= 2)
			spot->shown |= spot->matched;
	}
	for (guint i = 0; i < graph->spots->len; i++) {
		struct spot *spot = graph_get_spot(graph, i);

		if (spot->cluster != SPOT_NONE)
			spot->shown = graph_get_spot(graph, spot->cluster)->shown |= spot->shown;
	}
	for (guint i = 0; i < graph->spots->len; i++) {
		struct spot *spot = graph_get_spot(graph, i);

		if (spot->cluster != SPOT_NONE)
			spot->shown = graph_get_spot(graph, spot->cluster)->shown;
	}
}

void
graph_draw_edges(struct graph *graph)
{
	g_autoptr(GHashTable) edges = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) hubs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < graph->media->len; i++) {
		struct medium *medium = g_ptr_array_index(graph->media, i);
		gboolean shares = medium->sort == LINK_SHARED || medium->sort == LINK_EVENTFD;

		join_members(medium);
		drop_strangers(graph, medium);
		if (medium->members->len <= (shares ? FEW_SHARES : FEW))
			draw_each(graph, edges, medium);
		else if (connects(medium))
			draw_hub(graph, hubs, medium);
	}
	g_ptr_array_sort(graph->edges, compare_edges);
	show_matched(graph);
}
