/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * An epoll set shows the number under which a file was registered. The file stays registered for as
 * long as anything holds it open: after dup(2) and close(2) the number may be free, or name another
 * file, or the set was inherited by a process that has other files there. kcmp(KCMP_EPOLL_TFD),
 * since 4.13, compares a descriptor with what really is registered; so:
 *
 *   a socket with the inode number that fdinfo tells (4.13)     ──► it is that one: a socket has one
 *                                                                   open file description, always
 *   the descriptor with the same number, in the set's table     ──► one call, the usual case
 *   all files with the same inode number, in the kernel's order ──► a search: log2(n) calls
 *
 * The descriptor that a candidate was read from may lead elsewhere by now, as with all that is
 * compared by number; inode numbers of sockets, pipes and anonymous inodes are checked beforehand.
 *
 * What it cannot see: a file that no descriptor here leads to (it is in flight, in a ring, or in a
 * table that was not read). Its target stays unknown. So does, if its number was given away, that
 * on a file system whose stat(2) tells other inode numbers than the kernel uses (overlayfs).
 */
#include "snapshot/registrations-kcmp.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/error.h"
#include "core/kind.h"
#include "grouping/kcmp-tree.h"
#include "util/order.h"

/* About a second; thousands of anonymous inodes have one inode number. */
#define MAX_CALLS (G_GUINT64_CONSTANT(1) << 20)
/*
 * The kernel walks through the set at each call, some 20 ns a step. What is left when these are used
 * up stays unknown; no set uses up what others may need.
 */
#define MAX_STEPS	 (G_GUINT64_CONSTANT(1) << 27)
#define MAX_STEPS_OF_SET (G_GUINT64_CONSTANT(1) << 25)

/* The descriptor through which a set, or what it may wait for, is named. */
typedef struct {
	guint64 ino;
	guint32 file;
	guint32 table;
	gint32 tid; /* 0: nobody speaks for the table */
	gint32 fd;
	guint32 n; /* of a set: registrations */
	guint64 n_steps;
} Place;

typedef struct {
	PvEnrichment *step;
	PvStore *store;
	guint64 calls_before;
	guint64 n_steps;
	PvArray sets;	    /* Place: one or more for each set, by file */
	PvArray open;	    /* guint32: registrations whose target is still looked for, by inode */
	PvArray candidates; /* Place, by inode */
	guint32 *ordinals;  /* of each registration among those of its set with its number */
} Search;

static PvRegistration *
registration_at(const Search *search, guint32 i)
{
	return pv_array_at(&search->store->details.registrations, PvRegistration, i);
}

/* A set that somebody speaks for comes before the same one in a table that is gone. */
static int
compare_sets(const void *a, const void *b)
{
	const Place *x = a;
	const Place *y = b;
	int order = pv_order_u64(x->file, y->file);

	return order != 0 ? order : (x->tid == 0) - (y->tid == 0);
}

static int
compare_candidates(const void *a, const void *b)
{
	const Place *x = a;
	const Place *y = b;
	int order = pv_order_u64(x->ino, y->ino);

	return order != 0 ? order : pv_order_u64(x->file, y->file);
}

/* Indices of registrations: those of one set with one number lie together, in their order. */
static int
compare_slots(const void *a, const void *b, void *user_data)
{
	guint32 i = *(const guint32 *)a;
	guint32 j = *(const guint32 *)b;
	const PvRegistration *x = registration_at(user_data, i);
	const PvRegistration *y = registration_at(user_data, j);
	int order = pv_order_u64(x->file, y->file);

	if (order == 0)
		order = (x->fd > y->fd) - (x->fd < y->fd);
	return order != 0 ? order : pv_order_u64(i, j);
}

static int
compare_inodes(const void *a, const void *b, void *user_data)
{
	return pv_order_u64(registration_at(user_data, *(const guint32 *)a)->ino,
			    registration_at(user_data, *(const guint32 *)b)->ino);
}

static gboolean
may_ask(const Search *search)
{
	return search->step->plan->kcmp_errno == 0 && search->n_steps < MAX_STEPS &&
	       search->step->kcmp->n_calls - search->calls_before < MAX_CALLS &&
	       !pv_watch_cancelled(search->step->watch);
}

/* Device and inode number of these are the same for stat(2) and inside of the kernel. */
static gboolean
has_plain_inode(const PvFile *file)
{
	guint type = file->mode & S_IFMT;

	return (file->known & PV_FILE_INODE) &&
	       (type == S_IFSOCK || type == 0 || file->kind == PV_KIND_PIPE);
}

static gboolean
may_be_target(const PvRegistration *registration, const PvFile *file)
{
	if (file->flags & O_PATH)
		return FALSE;
	return registration->ino == 0 || !has_plain_inode(file) ||
	       (registration->ino == file->ino && registration->dev == file->dev);
}

static gboolean
is_target_socket(const PvRegistration *registration, const PvFile *file)
{
	return registration->ino != 0 && file->kind == PV_KIND_SOCKET && has_plain_inode(file) &&
	       may_be_target(registration, file);
}

/* The first place of a set. NULL: no descriptor leads to it. */
static Place *
find_set(const Search *search, guint32 file)
{
	guint low = 0;
	guint high = search->sets.n;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (pv_array_at(&search->sets, Place, middle)->file < file)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == search->sets.n || pv_array_at(&search->sets, Place, low)->file != file)
		return NULL;
	return pv_array_at(&search->sets, Place, low);
}

/* Calls take for each descriptor of the snapshot. FALSE: out of memory. */
static gboolean
each_descriptor(Search *search,
		gboolean (*take)(Search *search, const PvFile *file, const Place *place))
{
	PvStore *store = search->store;

	for (guint32 i = 0; i < store->tables.n; i++) {
		const PvTable *table = pv_store_table(store, i);

		for (guint32 j = 0; j < table->n_descriptors; j++) {
			const PvDescriptor *descriptor =
				pv_store_descriptor(store, table->first_descriptor + j);
			const PvFile *file = pv_store_file(store, descriptor->file);
			const Place place = {
				.ino = file->ino,
				.file = file->index,
				.table = i,
				.tid = search->step->speakers[i],
				.fd = descriptor->fd,
			};

			if (!take(search, file, &place))
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean
keep_place(PvArray *places, const Place *place)
{
	Place *kept = pv_array_append(places);

	if (kept != NULL)
		*kept = *place;
	return kept != NULL;
}

static gboolean
take_set(Search *search, const PvFile *file, const Place *place)
{
	return file->kind != PV_KIND_EVENTPOLL || keep_place(&search->sets, place);
}

static gboolean
is_wanted(const Search *search, guint64 ino)
{
	guint low = 0;
	guint high = search->open.n;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		guint32 i = *pv_array_at(&search->open, guint32, middle);

		if (registration_at(search, i)->ino < ino)
			low = middle + 1;
		else
			high = middle;
	}
	return low < search->open.n &&
	       registration_at(search, *pv_array_at(&search->open, guint32, low))->ino == ino;
}

static gboolean
take_candidate(Search *search, const PvFile *file, const Place *place)
{
	return !is_wanted(search, file->ino) || keep_place(&search->candidates, place);
}

/* Which of those with its number each one is; and how many each set has. FALSE: out of memory. */
static gboolean
number_slots(Search *search)
{
	guint n = search->store->details.registrations.n;
	g_autofree guint32 *order = g_try_new(guint32, MAX(n, 1));

	search->ordinals = g_try_new0(guint32, MAX(n, 1));
	if (order == NULL || search->ordinals == NULL)
		return FALSE;
	for (guint32 i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof(guint32), compare_slots, search);
	for (guint32 i = 0; i < n; i++) {
		const PvRegistration *here = registration_at(search, order[i]);
		const PvRegistration *before = i == 0 ? NULL
						      : registration_at(search, order[i - 1]);
		Place *set = find_set(search, here->file);

		if (set != NULL)
			set->n++;
		if (before != NULL && before->file == here->file && before->fd == here->fd)
			search->ordinals[order[i]] = search->ordinals[order[i - 1]] + 1;
	}
	return TRUE;
}

/* How the file of a place compares with the target of a registration. */
static PvOrder
compare_with_target(Search *search, const Place *place, guint32 i)
{
	const PvRegistration *registration = registration_at(search, i);
	Place *set = find_set(search, registration->file);
	PvEpollSlot slot;

	if (set == NULL || set->tid == 0 || place->tid == 0 || !may_ask(search) ||
	    set->n_steps > MAX_STEPS_OF_SET)
		return PV_ORDER_UNORDERED;
	slot = (PvEpollSlot){set->tid, set->fd, registration->fd, search->ordinals[i]};
	set->n_steps += set->n;
	search->n_steps += set->n;
	return pv_kcmp_epoll_target(search->step->kcmp, place->tid, place->fd, &slot);
}

static void
resolve_by_number(Search *search, guint32 i)
{
	PvRegistration *registration = registration_at(search, i);
	const Place *set = find_set(search, registration->file);
	const PvDescriptor *descriptor =
		set == NULL ? NULL
			    : pv_store_find_descriptor(search->store,
						       pv_store_table(search->store, set->table),
						       registration->fd);
	const PvFile *file;
	Place place;

	if (descriptor == NULL)
		return;
	file = pv_store_file(search->store, descriptor->file);
	place = *set;
	place.fd = registration->fd;
	if (may_be_target(registration, file) &&
	    (is_target_socket(registration, file) ||
	     compare_with_target(search, &place, i) == PV_ORDER_EQUAL))
		registration->target = file->index;
}

static PvOrder
compare_places(guint32 item, guint32 other, gpointer user_data)
{
	Search *search = user_data;
	const Place *x = pv_array_at(&search->candidates, Place, item);
	const Place *y = pv_array_at(&search->candidates, Place, other);

	if (!may_ask(search))
		return PV_ORDER_UNORDERED;
	return pv_kcmp_files(search->step->kcmp, x->tid, x->fd, y->tid, y->fd);
}

/* Puts the candidates from first on, of one inode number, in the kernel's order. */
static gboolean
plant(Search *search, PvKcmpTree *tree, guint first, guint n)
{
	for (guint32 i = first; i < first + n; i++) {
		const Place *place = pv_array_at(&search->candidates, Place, i);

		/* One descriptor of a file is enough, and it must be there still. */
		if (place->tid == 0 ||
		    (i > first &&
		     place->file == pv_array_at(&search->candidates, Place, i - 1)->file))
			continue;
		if (compare_places(i, i, search) == PV_ORDER_EQUAL &&
		    pv_kcmp_tree_insert(tree, i).no_memory)
			return FALSE;
	}
	return TRUE;
}

typedef struct {
	Search *search;
	guint32 registration;
} Wanted;

/* The target's place beside an item: the other way round than the kernel is asked. */
static PvOrder
compare_target(guint32 item, gpointer user_data)
{
	Wanted *wanted = user_data;
	const Place *place = pv_array_at(&wanted->search->candidates, Place, item);
	PvOrder order = compare_with_target(wanted->search, place, wanted->registration);

	if (order == PV_ORDER_LESS)
		return PV_ORDER_GREATER;
	return order == PV_ORDER_GREATER ? PV_ORDER_LESS : order;
}

static void
find_in_tree(Search *search, PvKcmpTree *tree, guint32 i)
{
	Wanted wanted = {search, i};

	/* As many as have been closed since they were read: all of a process that has ended, perhaps. */
	for (;;) {
		PvKcmpTreePlace place = pv_kcmp_tree_find(tree, compare_target, &wanted);

		if (place.order == PV_ORDER_EQUAL)
			registration_at(search, i)->target =
				pv_array_at(&search->candidates, Place, place.item)->file;
		if (place.order != PV_ORDER_ERROR ||
		    compare_places(place.item, place.item, search) == PV_ORDER_EQUAL)
			return;
		/* What was there has been closed since. */
		pv_kcmp_tree_remove(tree, place.node);
	}
}

/* The only one with this inode number: sockets have one file system. PV_NONE: none has it. */
static guint32
find_socket(const Search *search, guint first, guint n)
{
	for (guint i = first; i < first + n; i++) {
		const Place *place = pv_array_at(&search->candidates, Place, i);
		const PvFile *file = pv_store_file(search->store, place->file);

		if (file->kind == PV_KIND_SOCKET && !(file->flags & O_PATH))
			return place->file;
	}
	return PV_NONE;
}

/* All that are looked for under one inode number: open from first on, n of them. */
static gboolean
resolve_inode(Search *search, guint first, guint n, guint first_candidate, guint n_candidates)
{
	guint32 socket = find_socket(search, first_candidate, n_candidates);
	PvKcmpTree tree;
	gboolean planted = FALSE;
	gboolean done = TRUE;

	pv_kcmp_tree_init(&tree, compare_places, search);
	for (guint j = first; j < first + n && done; j++) {
		guint32 i = *pv_array_at(&search->open, guint32, j);

		if (socket != PV_NONE && is_target_socket(registration_at(search, i),
							  pv_store_file(search->store, socket))) {
			registration_at(search, i)->target = socket;
			continue;
		}
		if (!planted)
			done = plant(search, &tree, first_candidate, n_candidates);
		planted = TRUE;
		find_in_tree(search, &tree, i);
	}
	pv_kcmp_tree_clear(&tree);
	return done;
}

static guint
count_open(const Search *search, guint first, guint64 ino)
{
	guint n = 0;

	while (first + n < search->open.n &&
	       registration_at(search, *pv_array_at(&search->open, guint32, first + n))->ino == ino)
		n++;
	return n;
}

static gboolean
resolve_by_inode(Search *search)
{
	guint at = 0;

	for (guint first = 0; first < search->open.n;) {
		guint64 ino =
			registration_at(search, *pv_array_at(&search->open, guint32, first))->ino;
		guint n = count_open(search, first, ino);
		guint n_candidates = 0;

		while (at < search->candidates.n &&
		       pv_array_at(&search->candidates, Place, at)->ino < ino)
			at++;
		while (at + n_candidates < search->candidates.n &&
		       pv_array_at(&search->candidates, Place, at + n_candidates)->ino == ino)
			n_candidates++;
		if (!resolve_inode(search, first, n, at, n_candidates))
			return FALSE;
		first += n;
		at += n_candidates;
	}
	return TRUE;
}

static gboolean
list_open(Search *search)
{
	for (guint32 i = 0; i < search->store->details.registrations.n; i++) {
		const PvRegistration *registration = registration_at(search, i);
		guint32 *added;

		if (registration->target != PV_NONE || registration->ino == 0)
			continue;
		added = pv_array_append(&search->open);
		if (added == NULL)
			return FALSE;
		*added = i;
	}
	if (search->open.n > 1)
		qsort_r(search->open.data, search->open.n, sizeof(guint32), compare_inodes, search);
	return TRUE;
}

static void
sort(PvArray *array, int (*compare)(const void *, const void *))
{
	if (array->n > 1)
		qsort(array->data, array->n, array->size, compare);
}

static gboolean
run(Search *search)
{
	if (!each_descriptor(search, take_set))
		return FALSE;
	sort(&search->sets, compare_sets);
	if (!number_slots(search))
		return FALSE;
	for (guint32 i = 0; i < search->store->details.registrations.n; i++) {
		if (registration_at(search, i)->target == PV_NONE)
			resolve_by_number(search, i);
	}
	if (!list_open(search))
		return FALSE;
	if (search->open.n == 0)
		return TRUE;
	if (!each_descriptor(search, take_candidate))
		return FALSE;
	sort(&search->candidates, compare_candidates);
	return resolve_by_inode(search);
}

gboolean
pv_registrations_resolve_by_kcmp(PvEnrichment *step, GError **error)
{
	Search search = {
		.step = step,
		.store = step->store,
		.calls_before = step->kcmp->n_calls,
	};
	gboolean done;

	if (step->store->details.registrations.n == 0)
		return TRUE;
	pv_array_init(&search.sets, sizeof(Place));
	pv_array_init(&search.open, sizeof(guint32));
	pv_array_init(&search.candidates, sizeof(Place));
	done = run(&search);
	pv_array_clear(&search.sets);
	pv_array_clear(&search.open);
	pv_array_clear(&search.candidates);
	g_free(search.ordinals);
	if (!done)
		return pv_error_no_memory(error);
	return !pv_watch_cancelled(step->watch) || pv_watch_stop(error);
}
