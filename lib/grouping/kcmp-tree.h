/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * An ordered tree of kernel objects that can only be compared by asking the kernel.
 */
#pragma once

#include "core/array.h"
#include "core/record.h"
#include "grouping/kcmp.h"

typedef struct {
	PvOrder (*compare)(guint32 item, guint32 other, gpointer user_data);
	gpointer user_data;
	PvArray nodes;
	guint32 root;
} PvKcmpTree;

typedef struct {
	PvOrder order; /* EQUAL: found; LESS, GREATER: inserted; else neither */
	guint32 node;  /* of the equal item, of the new one, or where the search ended */
	guint32 item;  /* at that node */
	gboolean no_memory;
} PvKcmpTreePlace;

void pv_kcmp_tree_init(PvKcmpTree *tree,
		       PvOrder (*compare)(guint32 item, guint32 other, gpointer user_data),
		       gpointer user_data);
void pv_kcmp_tree_clear(PvKcmpTree *tree);
/* Finds the item's equal, or inserts it. */
PvKcmpTreePlace pv_kcmp_tree_insert(PvKcmpTree *tree, guint32 item);
/*
 * The same for what is no item, and changes nothing: compare says how it compares with an item.
 * order: EQUAL, or that of the last comparison; node is PV_NONE in an empty tree.
 */
PvKcmpTreePlace pv_kcmp_tree_find(const PvKcmpTree *tree,
				  PvOrder (*compare)(guint32 item, gpointer user_data),
				  gpointer user_data);
void pv_kcmp_tree_remove(PvKcmpTree *tree, guint32 node);
/* Calls visit for each item in order, until it returns FALSE. */
gboolean pv_kcmp_tree_each(const PvKcmpTree *tree,
			   gboolean (*visit)(guint32 item, gpointer user_data), gpointer user_data);
