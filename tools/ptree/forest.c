/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who descends from whom?
 *
 * Every process names its parent, but a snapshot is not taken in one instant: a parent may have
 * ended and its number may be another's by now, may be hidden, and two numbers that were reused in
 * the meantime may even name each other. A process whose parent cannot be right stands at the
 * root. Chains may be as long as there are processes: nothing here recurses.
 */
#include "forest.h"

static guint
find_parent(const struct forest *forest, ProcviewSnapshot *snapshot, guint place)
{
	ProcviewProcess *process = forest->branches[place].process;
	int ppid = procview_process_get_ppid(process);
	ProcviewProcess *parent = ppid > 0 ? procview_snapshot_find_process(snapshot, ppid) : NULL;

	if (parent == NULL || parent == process)
		return forest->n_branches;
	if (procview_process_get_start_time_ns(parent) >
	    procview_process_get_start_time_ns(process))
		return forest->n_branches;
	return forest_find(forest, parent);
}

/* Follows the parents from each place once; a walk that meets itself has found a ring. */
static void
break_rings(struct forest *forest)
{
	g_autofree guint *walk_of = g_new0(guint, forest->n_branches + 1);

	walk_of[forest->n_branches] = FOREST_NONE;
	for (guint i = 0; i < forest->n_branches; i++) {
		guint place = i;

		while (walk_of[place] == 0) {
			guint parent = forest->branches[place].parent;

			walk_of[place] = i + 1;
			if (walk_of[parent] == i + 1)
				forest->branches[place].parent = forest->n_branches;
			place = forest->branches[place].parent;
		}
	}
}

static void
add_child(struct forest *forest, guint place)
{
	struct branch *parent = &forest->branches[forest->branches[place].parent];

	if (parent->last_child == FOREST_NONE)
		parent->first_child = place;
	else
		forest->branches[parent->last_child].next_sibling = place;
	parent->last_child = place;
}

/* Once each has its parent. */
static void
link_children(struct forest *forest)
{
	for (guint i = 0; i <= forest->n_branches; i++) {
		struct branch *branch = &forest->branches[i];

		branch->first_child = FOREST_NONE;
		branch->last_child = FOREST_NONE;
		branch->next_sibling = FOREST_NONE;
	}
	for (guint i = 0; i < forest->n_branches; i++)
		add_child(forest, i);
}

struct forest *
forest_new(ProcviewSnapshot *snapshot)
{
	struct forest *forest = g_new0(struct forest, 1);
	guint n = procview_snapshot_get_n_processes(snapshot);

	forest->n_branches = n;
	forest->branches = g_new0(struct branch, (gsize)n + 1);
	forest->places = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < n; i++) {
		ProcviewProcess *process = procview_snapshot_get_process(snapshot, i);

		forest->branches[i].process = process;
		g_hash_table_insert(forest->places, process, GUINT_TO_POINTER(i));
	}
	forest->branches[n].parent = FOREST_NONE;
	for (guint i = 0; i < n; i++)
		forest->branches[i].parent = find_parent(forest, snapshot, i);
	break_rings(forest);
	link_children(forest);
	return forest;
}

void
forest_free(struct forest *forest)
{
	if (forest == NULL)
		return;
	g_hash_table_unref(forest->places);
	g_free(forest->branches);
	g_free(forest);
}

guint
forest_find(const struct forest *forest, ProcviewProcess *process)
{
	gpointer place;

	if (!g_hash_table_lookup_extended(forest->places, process, NULL, &place))
		return FOREST_NONE;
	return GPOINTER_TO_UINT(place);
}

guint
forest_skip(const struct forest *forest, guint place, guint top)
{
	while (place != top && place != FOREST_NONE) {
		const struct branch *branch = &forest->branches[place];

		if (branch->next_sibling != FOREST_NONE)
			return branch->next_sibling;
		place = branch->parent;
	}
	return FOREST_NONE;
}

guint
forest_next(const struct forest *forest, guint place, guint top)
{
	guint child = forest->branches[place].first_child;

	return child != FOREST_NONE ? child : forest_skip(forest, place, top);
}

static void
mark_ancestors(struct forest *forest, guint place)
{
	guint parent = forest->branches[place].parent;

	while (parent != forest->n_branches && forest->branches[parent].role == ROLE_NONE) {
		forest->branches[parent].role = ROLE_ANCESTOR;
		parent = forest->branches[parent].parent;
	}
}

/* Each part of the forest is walked once, however many that match lie above one another. */
static void
mark_descendants(struct forest *forest, guint top)
{
	guint place = forest->branches[top].first_child;

	while (place != FOREST_NONE) {
		struct branch *branch = &forest->branches[place];
		gboolean walked = branch->below_matched;

		branch->below_matched = TRUE;
		if (branch->role != ROLE_MATCHED)
			branch->role = ROLE_DESCENDANT;
		place = walked ? forest_skip(forest, place, top) : forest_next(forest, place, top);
	}
}

void
forest_mark_relatives(struct forest *forest)
{
	for (guint i = 0; i < forest->n_branches; i++) {
		if (forest->branches[i].role == ROLE_MATCHED)
			mark_ancestors(forest, i);
	}
	for (guint i = 0; i < forest->n_branches; i++) {
		if (forest->branches[i].role == ROLE_MATCHED)
			mark_descendants(forest, i);
	}
}

/* By process id, as they all are; those that live first. The branches and the leaves get their new
 * places. */
static struct branch *
merge(const struct forest *forest, const GArray *leaves, guint *new_places, GHashTable *of_leaves)
{
	guint n = forest->n_branches + leaves->len;
	struct branch *branches = g_new0(struct branch, (gsize)n + 1);
	guint old = 0, next = 0;

	for (guint i = 0; i < n; i++) {
		const struct leaf *leaf = &g_array_index(leaves, struct leaf, next);
		gboolean lives = old < forest->n_branches;

		if (lives && next < leaves->len)
			lives = procview_process_get_pid(forest->branches[old].process) <=
				procview_process_get_pid(leaf->process);
		if (lives) {
			new_places[old] = i;
			branches[i] = forest->branches[old++];
			continue;
		}
		g_hash_table_insert(of_leaves, leaf->process, GUINT_TO_POINTER(i));
		branches[i].process = leaf->process;
		branches[i].role = leaf->role;
		branches[i].gone = TRUE;
		next++;
	}
	new_places[forest->n_branches] = n;
	branches[n].parent = FOREST_NONE;
	return branches;
}

static guint
find_parent_of_leaf(const struct forest *forest, const struct leaf *leaf, const guint *new_places,
		    GHashTable *of_leaves)
{
	guint place = forest_find(forest, leaf->parent);
	gpointer of_leaf;

	if (place != FOREST_NONE)
		return new_places[place];
	if (g_hash_table_lookup_extended(of_leaves, leaf->parent, NULL, &of_leaf))
		return GPOINTER_TO_UINT(of_leaf);
	return new_places[forest->n_branches];
}

static void
take_branches(struct forest *forest, struct branch *branches, guint n)
{
	g_free(forest->branches);
	forest->branches = branches;
	forest->n_branches = n;
	for (guint i = 0; i < n; i++)
		g_hash_table_insert(forest->places, branches[i].process, GUINT_TO_POINTER(i));
}

void
forest_insert_gone(struct forest *forest, const GArray *leaves)
{
	g_autofree guint *new_places = g_new(guint, (gsize)forest->n_branches + 1);
	g_autoptr(GHashTable) of_leaves = g_hash_table_new(NULL, NULL);
	struct branch *branches = merge(forest, leaves, new_places, of_leaves);

	for (guint i = 0; i < forest->n_branches; i++)
		branches[new_places[i]].parent = new_places[forest->branches[i].parent];
	for (guint i = 0; i < leaves->len; i++) {
		const struct leaf *leaf = &g_array_index(leaves, struct leaf, i);
		gpointer place = g_hash_table_lookup(of_leaves, leaf->process);

		branches[GPOINTER_TO_UINT(place)].parent =
			find_parent_of_leaf(forest, leaf, new_places, of_leaves);
	}
	take_branches(forest, branches, forest->n_branches + leaves->len);
	link_children(forest);
	for (guint i = 0; i < forest->n_branches; i++) {
		if (forest->branches[i].gone)
			mark_ancestors(forest, i);
	}
}
