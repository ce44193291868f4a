/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Identity of open file descriptions by kcmp(KCMP_FILE), since 3.5.
 *
 * dup(2), fork(2) and SCM_RIGHTS make descriptors that share one open file description: its
 * offset, its flags, its locks. Only descriptors with the same device, inode, kind, and flags that
 * fcntl(2) cannot change can be such a pair, so descriptors are sorted by these first, and most
 * have no like to be compared with. Those that have are put into an ordered tree, one tree for
 * each set of likes.
 *
 * The offset takes no part in the sorting although it would thin the sets out: it moves between
 * the reading of one table and of the next, and a log file that a parent and its child write to
 * would be taken for two.
 *
 * A descriptor that was closed in between, or that nobody may be asked about, stays without
 * identity. One that was closed and opened again is another file from then on, and whoever comes
 * after it in the search may be sent the wrong way by it, and miss his like. So in the end neighbours
 * are compared once more: if the order holds, nobody was; if not, all is done anew.
 *
 * What it cannot see: one that was closed and opened again may be taken for a like of what it was.
 */
#include "grouping/describe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "grouping/kcmp-tree.h"
#include "util/order.h"

#define DESCRIPTORS_PER_LOOK 4096
#define MAX_FAILURES	     4
#define MAX_ATTEMPTS	     8
/* What F_SETFL may change while the file is open. */
#define CHANGEABLE_FLAGS (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME | O_ASYNC)

typedef struct {
	PvStore *store;
	PvKcmp *kcmp;
	const gint32 *speakers;
	guint32 *table_of; /* of a descriptor */
	guint32 *own_file; /* that it had when its table had been read */
	guint32 *order;	   /* descriptors, likes together */
} Describer;

static void
describer_clear(Describer *describer)
{
	g_free(describer->table_of);
	g_free(describer->own_file);
	g_free(describer->order);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Describer, describer_clear)

int
pv_files_compare(const PvFile *x, const PvFile *y)
{
	int order = pv_order_u64(x->ino, y->ino);

	if (order == 0)
		order = pv_order_u64(x->dev, y->dev);
	if (order == 0)
		order = pv_order_u64(x->kind, y->kind);
	if (order == 0)
		order = pv_order_u64(x->flags & ~CHANGEABLE_FLAGS, y->flags & ~CHANGEABLE_FLAGS);
	return order;
}

static int
compare_descriptors(gconstpointer a, gconstpointer b, gpointer user_data)
{
	const PvStore *store = user_data;
	guint32 x = *(const guint32 *)a;
	guint32 y = *(const guint32 *)b;
	int order = pv_files_compare(pv_store_file(store, pv_store_descriptor(store, x)->file),
				     pv_store_file(store, pv_store_descriptor(store, y)->file));

	return order != 0 ? order : pv_order_u64(x, y);
}

static PvOrder
compare_files(guint32 item, guint32 other, gpointer user_data)
{
	Describer *describer = user_data;

	return pv_kcmp_files(describer->kcmp, describer->speakers[describer->table_of[item]],
			     pv_store_descriptor(describer->store, item)->fd,
			     describer->speakers[describer->table_of[other]],
			     pv_store_descriptor(describer->store, other)->fd);
}

static PvFile *
file_of(const Describer *describer, guint32 descriptor)
{
	return pv_store_file(describer->store,
			     pv_store_descriptor(describer->store, descriptor)->file);
}

/* Still there, and may we ask? */
static gboolean
can_be_asked(Describer *describer, guint32 item)
{
	return compare_files(item, item, describer) == PV_ORDER_EQUAL;
}

/* Finds the descriptor's like in the tree. FALSE: out of memory. */
static gboolean
identify(Describer *describer, PvKcmpTree *tree, guint32 item)
{
	guint n_failures = 0;

	for (;;) {
		PvKcmpTreePlace place = pv_kcmp_tree_insert(tree, item);

		if (place.no_memory)
			return FALSE;
		if (place.order == PV_ORDER_EQUAL)
			pv_store_descriptor(describer->store, item)->file =
				pv_store_descriptor(describer->store, place.item)->file;
		if (place.order == PV_ORDER_UNORDERED ||
		    (place.order == PV_ORDER_ERROR && !can_be_asked(describer, item)))
			return TRUE;
		/* Closed and opened again in between: it was this one's fault all the same. */
		if (place.order == PV_ORDER_ERROR && can_be_asked(describer, place.item)) {
			if (++n_failures == MAX_FAILURES)
				return TRUE;
			continue;
		}
		if (place.order == PV_ORDER_ERROR) {
			file_of(describer, place.item)->known &= ~PV_FILE_DESCRIBED;
			pv_kcmp_tree_remove(tree, place.node);
			continue;
		}
		file_of(describer, item)->known |= PV_FILE_DESCRIBED;
		return TRUE;
	}
}

typedef struct {
	Describer *describer;
	guint32 before; /* PV_NONE: nothing yet */
} Neighbours;

/* Who cannot be asked any more is passed over: those on both sides of him have to be in order. */
static gboolean
comes_behind(guint32 item, gpointer user_data)
{
	Neighbours *neighbours = user_data;
	Describer *describer = neighbours->describer;
	PvOrder order = PV_ORDER_LESS;

	if (neighbours->before != PV_NONE)
		order = compare_files(neighbours->before, item, describer);
	if (order == PV_ORDER_ERROR && !can_be_asked(describer, item))
		return TRUE;
	if (order == PV_ORDER_ERROR && !can_be_asked(describer, neighbours->before))
		order = PV_ORDER_LESS;
	neighbours->before = item;
	return order == PV_ORDER_LESS || order == PV_ORDER_UNORDERED;
}

/* As before any of them was compared. */
static void
part_likes(Describer *describer, guint32 first, guint32 n)
{
	for (guint32 i = first; i < first + n; i++) {
		guint32 item = describer->order[i];

		pv_store_descriptor(describer->store, item)->file = describer->own_file[item];
		file_of(describer, item)->known &= ~PV_FILE_DESCRIBED;
	}
}

/* FALSE: out of memory. */
static gboolean
compare_likes(Describer *describer, guint32 first, guint32 n, gboolean *in_order)
{
	Neighbours neighbours = {describer, PV_NONE};
	PvKcmpTree tree;
	gboolean done = TRUE;

	pv_kcmp_tree_init(&tree, compare_files, describer);
	for (guint32 i = 0; i < n && done; i++)
		done = identify(describer, &tree, describer->order[first + i]);
	*in_order = done && pv_kcmp_tree_each(&tree, comes_behind, &neighbours);
	pv_kcmp_tree_clear(&tree);
	return done;
}

/* Where files change hands faster than they can be compared, which is which is not told. */
static gboolean
identify_likes(Describer *describer, guint32 first, guint32 n)
{
	gboolean in_order = FALSE;

	if (!(file_of(describer, describer->order[first])->known & PV_FILE_INODE))
		return TRUE;
	if (n == 1) {
		file_of(describer, describer->order[first])->known |= PV_FILE_DESCRIBED;
		return TRUE;
	}
	for (guint i = 0; i < MAX_ATTEMPTS && !in_order; i++) {
		if (!compare_likes(describer, first, n, &in_order))
			return FALSE;
		if (!in_order)
			part_likes(describer, first, n);
	}
	return TRUE;
}

static gboolean
describer_init(Describer *describer)
{
	PvStore *store = describer->store;
	guint n = MAX(store->descriptors.n, 1);

	describer->table_of = g_try_new(guint32, n);
	describer->own_file = g_try_new(guint32, n);
	describer->order = g_try_new(guint32, n);
	if (describer->table_of == NULL || describer->own_file == NULL || describer->order == NULL)
		return FALSE;
	for (guint32 i = 0; i < store->descriptors.n; i++) {
		describer->own_file[i] = pv_store_descriptor(store, i)->file;
		describer->order[i] = i;
	}
	for (guint32 i = 0; i < store->tables.n; i++) {
		const PvTable *table = pv_store_table(store, i);

		for (guint32 j = 0; j < table->n_descriptors; j++)
			describer->table_of[table->first_descriptor + j] = i;
	}
	/* Not GLib's sort, which aborts where there is no memory for its merging. */
	qsort_r(describer->order, store->descriptors.n, sizeof(guint32), compare_descriptors,
		store);
	return TRUE;
}

/* Where each file goes; PV_NONE: nobody refers to it. Descriptors are led there. NULL: no memory. */
static guint32 *
lead_to_new_places(PvStore *store, guint32 *n)
{
	guint32 *moved = g_try_new(guint32, MAX(store->files.n, 1));

	*n = 0;
	if (moved == NULL)
		return NULL;
	for (guint32 i = 0; i < store->files.n; i++)
		moved[i] = PV_NONE;
	for (guint32 i = 0; i < store->descriptors.n; i++) {
		PvDescriptor *descriptor = pv_store_descriptor(store, i);

		if (moved[descriptor->file] == PV_NONE)
			moved[descriptor->file] = (*n)++;
		descriptor->file = moved[descriptor->file];
	}
	return moved;
}

/* The first n_new records of the array that results are those that moved names. */
static gboolean
move_records(PvArray *array, const guint32 *moved, guint32 n_new)
{
	PvArray fresh;

	pv_array_init(&fresh, array->size);
	if (!pv_array_reserve(&fresh, n_new))
		return FALSE;
	for (guint32 i = 0; i < n_new; i++)
		pv_array_append(&fresh);
	for (guint32 i = 0; i < array->n; i++) {
		if (moved[i] != PV_NONE)
			memcpy((char *)fresh.data + (gsize)moved[i] * array->size,
			       (char *)array->data + (gsize)i * array->size, array->size);
	}
	pv_array_clear(array);
	*array = fresh;
	return TRUE;
}

gboolean
pv_files_compact(PvStore *store, PvArray *addresses)
{
	guint32 n_old = store->files.n;
	guint32 n_new;
	g_autofree guint32 *moved = lead_to_new_places(store, &n_new);

	if (moved == NULL || !move_records(&store->files, moved, n_new) ||
	    (addresses != NULL && !move_records(addresses, moved, n_new)))
		return FALSE;
	for (guint32 i = 0; i < n_new; i++)
		pv_store_file(store, i)->index = i;
	pv_details_move_files(&store->details, moved, n_old);
	return TRUE;
}

gboolean
pv_describe(PvStore *store, PvKcmp *kcmp, const gint32 *speakers, const PvWatch *watch,
	    GError **error)
{
	g_auto(Describer) describer = {.store = store, .kcmp = kcmp, .speakers = speakers};
	guint32 n_descriptors = store->descriptors.n;
	guint32 next_look = 0;
	guint32 n;

	if (!describer_init(&describer))
		return pv_error_no_memory(error);
	for (guint32 first = 0; first < n_descriptors; first += n) {
		const PvFile *file = file_of(&describer, describer.order[first]);

		for (n = 1; first + n < n_descriptors; n++) {
			if (pv_files_compare(file, file_of(&describer, describer.order[first + n])))
				break;
		}
		if (first >= next_look) {
			next_look = first + DESCRIPTORS_PER_LOOK;
			if (!pv_watch_step(watch, PV_STEP_FILES, first, n_descriptors, error))
				return FALSE;
		}
		if (!identify_likes(&describer, first, n))
			return pv_error_no_memory(error);
	}
	return pv_files_compact(store, NULL) || pv_error_no_memory(error);
}
