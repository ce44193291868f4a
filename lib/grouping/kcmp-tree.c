/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A treap: a search tree by the kernel's order, kept shallow by random heap priorities.
 *
 *            (m)          left of a node: LESS, right of it: GREATER
 *           /   \         below a node: lower priority
 *         (c)   (t)       an insertion asks the kernel once a level: about 1.4 x log2(n)
 *           \             times for n different objects, whatever order they come in
 *           (f)
 *
 * A comparison may fail half-way down (the task at a node has exited, say). The search then ends
 * there with nothing changed, and the caller, who knows whose fault it was, removes that node or
 * gives it another task and tries again.
 */
#include "grouping/kcmp-tree.h"

typedef struct {
	guint32 item;
	guint32 priority;
	guint32 parent;
	guint32 child[2]; /* lesser, greater */
} Node;

#define node_at(tree, i) pv_array_at(&(tree)->nodes, Node, i)

void
pv_kcmp_tree_init(PvKcmpTree *tree,
		  PvOrder (*compare)(guint32 item, guint32 other, gpointer user_data),
		  gpointer user_data)
{
	tree->compare = compare;
	tree->user_data = user_data;
	tree->root = PV_NONE;
	pv_array_init(&tree->nodes, sizeof(Node));
}

void
pv_kcmp_tree_clear(PvKcmpTree *tree)
{
	pv_array_clear(&tree->nodes);
	tree->root = PV_NONE;
}

/* The same priorities in every run (a mixed-up ordinal): what a test saw can be seen again. */
static guint32
priority_of(guint32 ordinal)
{
	guint32 x = (ordinal + 1) * 0x9e3779b9u;

	x ^= x >> 16;
	x *= 0x85ebca6bu;
	x ^= x >> 13;
	x *= 0xc2b2ae35u;
	return x ^ x >> 16;
}

static void
put_child(PvKcmpTree *tree, guint32 parent, guint32 old, guint32 child)
{
	if (child != PV_NONE)
		node_at(tree, child)->parent = parent;
	if (parent == PV_NONE)
		tree->root = child;
	else
		node_at(tree, parent)->child[node_at(tree, parent)->child[1] == old] = child;
}

/* Moves a node up into its parent's place, the parent down to the other side. */
static void
rotate_up(PvKcmpTree *tree, guint32 index)
{
	Node *node = node_at(tree, index);
	guint32 above = node->parent;
	Node *parent = node_at(tree, above);
	guint side = parent->child[1] == index;
	guint32 inner = node->child[!side];

	put_child(tree, parent->parent, above, index);
	parent->child[side] = inner;
	if (inner != PV_NONE)
		node_at(tree, inner)->parent = above;
	node->child[!side] = above;
	parent->parent = index;
}

static gboolean
add_leaf(PvKcmpTree *tree, guint32 item, guint32 parent, guint side)
{
	guint32 index = tree->nodes.n;
	Node *leaf = pv_array_append(&tree->nodes);

	if (leaf == NULL)
		return FALSE;
	*leaf = (Node){item, priority_of(index), parent, {PV_NONE, PV_NONE}};
	if (parent == PV_NONE)
		tree->root = index;
	else
		node_at(tree, parent)->child[side] = index;
	while (leaf->parent != PV_NONE && node_at(tree, leaf->parent)->priority < leaf->priority)
		rotate_up(tree, index);
	return TRUE;
}

PvKcmpTreePlace
pv_kcmp_tree_insert(PvKcmpTree *tree, guint32 item)
{
	PvKcmpTreePlace place = {PV_ORDER_LESS, PV_NONE, item, FALSE};
	guint32 at = tree->root;
	guint32 parent = PV_NONE;

	while (at != PV_NONE) {
		place.node = at;
		place.item = node_at(tree, at)->item;
		place.order = tree->compare(item, place.item, tree->user_data);
		if (place.order != PV_ORDER_LESS && place.order != PV_ORDER_GREATER)
			return place;
		parent = at;
		at = node_at(tree, at)->child[place.order == PV_ORDER_GREATER];
	}
	place.node = tree->nodes.n;
	place.item = item;
	place.no_memory = !add_leaf(tree, item, parent, place.order == PV_ORDER_GREATER);
	return place;
}

PvKcmpTreePlace
pv_kcmp_tree_find(const PvKcmpTree *tree, PvOrder (*compare)(guint32 item, gpointer user_data),
		  gpointer user_data)
{
	PvKcmpTreePlace place = {PV_ORDER_LESS, PV_NONE, PV_NONE, FALSE};
	guint32 at = tree->root;

	while (at != PV_NONE) {
		place.node = at;
		place.item = node_at(tree, at)->item;
		place.order = compare(place.item, user_data);
		if (place.order != PV_ORDER_LESS && place.order != PV_ORDER_GREATER)
			return place;
		at = node_at(tree, at)->child[place.order == PV_ORDER_GREATER];
	}
	return place;
}

/* Sinks the node until it has one child at most, which takes its place. */
void
pv_kcmp_tree_remove(PvKcmpTree *tree, guint32 index)
{
	Node *node = node_at(tree, index);

	while (node->child[0] != PV_NONE && node->child[1] != PV_NONE) {
		Node *left = node_at(tree, node->child[0]);
		Node *right = node_at(tree, node->child[1]);

		rotate_up(tree, node->child[left->priority < right->priority]);
	}
	put_child(tree, node->parent, index, node->child[node->child[0] == PV_NONE]);
}

static guint32
leftmost(const PvKcmpTree *tree, guint32 at)
{
	while (at != PV_NONE && node_at(tree, at)->child[0] != PV_NONE)
		at = node_at(tree, at)->child[0];
	return at;
}

static guint32
next_in_order(const PvKcmpTree *tree, guint32 at)
{
	guint32 parent = node_at(tree, at)->parent;

	if (node_at(tree, at)->child[1] != PV_NONE)
		return leftmost(tree, node_at(tree, at)->child[1]);
	while (parent != PV_NONE && node_at(tree, parent)->child[1] == at) {
		at = parent;
		parent = node_at(tree, at)->parent;
	}
	return parent;
}

gboolean
pv_kcmp_tree_each(const PvKcmpTree *tree, gboolean (*visit)(guint32 item, gpointer user_data),
		  gpointer user_data)
{
	for (guint32 i = leftmost(tree, tree->root); i != PV_NONE; i = next_in_order(tree, i)) {
		if (!visit(node_at(tree, i)->item, user_data))
			return FALSE;
	}
	return TRUE;
}
