/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Arrays that are appended to in any order, and put in order once.
 */
#include "core/detail.h"

#include <stdlib.h>
#include <string.h>

#include "util/order.h"

typedef int (*Compare)(const void *a, const void *b);

static const struct {
	gsize offset;
	guint size;
} arrays[] = {
	{G_STRUCT_OFFSET(PvDetails, facts), sizeof(PvFact)},
	{G_STRUCT_OFFSET(PvDetails, registrations), sizeof(PvRegistration)},
	{G_STRUCT_OFFSET(PvDetails, marks), sizeof(PvMark)},
	{G_STRUCT_OFFSET(PvDetails, locks), sizeof(PvLock)},
	{G_STRUCT_OFFSET(PvDetails, sockets), sizeof(PvSocket)},
	{G_STRUCT_OFFSET(PvDetails, mounts), sizeof(PvMount)},
	{G_STRUCT_OFFSET(PvDetails, holdings), sizeof(PvHolding)},
	{G_STRUCT_OFFSET(PvDetails, cut_lists), sizeof(PvCutList)},
	{G_STRUCT_OFFSET(PvDetails, held_files), sizeof(PvFile)},
	{G_STRUCT_OFFSET(PvDetails, fs_contexts), sizeof(PvFsContext)},
	{G_STRUCT_OFFSET(PvDetails, fs_members), sizeof(guint32)},
	{G_STRUCT_OFFSET(PvDetails, fs_context_of), sizeof(guint32)},
	{G_STRUCT_OFFSET(PvDetails, memories), sizeof(PvMemory)},
	{G_STRUCT_OFFSET(PvDetails, memory_members), sizeof(guint32)},
	{G_STRUCT_OFFSET(PvDetails, memory_of), sizeof(guint32)},
	{G_STRUCT_OFFSET(PvDetails, mappings), sizeof(PvMapping)},
	{G_STRUCT_OFFSET(PvDetails, ends), sizeof(PvEnd)},
	{G_STRUCT_OFFSET(PvDetails, by_file), sizeof(guint32)},
};

static PvArray *
array_at(PvDetails *details, guint i)
{
	return (PvArray *)((char *)details + arrays[i].offset);
}

void
pv_details_init(PvDetails *details)
{
	for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
		pv_array_init(array_at(details, i), arrays[i].size);
}

void
pv_details_clear(PvDetails *details)
{
	for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
		pv_array_clear(array_at(details, i));
}

void
pv_details_seal(PvDetails *details, gpointer owner)
{
	for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
		pv_array_seal(array_at(details, i), owner);
}

gsize
pv_details_memory(const PvDetails *details)
{
	gsize bytes = 0;

	for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
		bytes += pv_array_memory(array_at((PvDetails *)details, i));
	return bytes;
}

/* Files are read in the order of their numbers, so what they brought lies at the end. */
#define rewind_array(array, Type, member, first)                                                   \
	while ((array)->n > 0 && pv_array_at(array, Type, (array)->n - 1)->member >= (first))      \
	pv_array_truncate(array, (array)->n - 1)

void
pv_details_rewind(PvDetails *details, guint32 first_file)
{
	rewind_array(&details->facts, PvFact, file, first_file);
	rewind_array(&details->registrations, PvRegistration, file, first_file);
	rewind_array(&details->marks, PvMark, file, first_file);
	rewind_array(&details->locks, PvLock, descriptor, first_file);
	rewind_array(&details->holdings, PvHolding, holder, first_file);
	rewind_array(&details->cut_lists, PvCutList, file, first_file);
}

gboolean
pv_details_add_number(PvDetails *details, guint32 file, guint fact, guint64 value)
{
	PvFact *added = pv_array_append(&details->facts);

	if (added == NULL)
		return FALSE;
	*added = (PvFact){file, fact, value};
	return TRUE;
}

PvRegistration *
pv_details_add_registration(PvDetails *details, guint32 file)
{
	PvRegistration *added = pv_array_append(&details->registrations);

	if (added == NULL)
		return NULL;
	added->file = file;
	added->target = PV_NONE;
	return added;
}

PvMark *
pv_details_add_mark(PvDetails *details, guint32 file)
{
	PvMark *added = pv_array_append(&details->marks);

	if (added == NULL)
		return NULL;
	added->file = file;
	added->wd = -1;
	return added;
}

PvLock *
pv_details_add_lock(PvDetails *details, guint32 file)
{
	PvLock *added = pv_array_append(&details->locks);

	if (added == NULL)
		return NULL;
	added->descriptor = file;
	return added;
}

/* Where an index leads now; PV_NONE stays what it is. */
static guint32
lead(const guint32 *moved, guint32 n, guint32 old)
{
	return old < n ? moved[old] : PV_NONE;
}

/* Gives records their new index, and drops those whose file is gone. */
#define move_array(array, Type, member, moved, n_moved)                                            \
	({                                                                                         \
		guint kept = 0;                                                                    \
                                                                                                   \
		for (guint i = 0; i < (array)->n; i++) {                                           \
			Type record = *pv_array_at(array, Type, i);                                \
                                                                                                   \
			record.member = lead(moved, n_moved, record.member);                       \
			if (record.member != PV_NONE)                                              \
				*pv_array_at(array, Type, kept++) = record;                        \
		}                                                                                  \
		pv_array_truncate(array, kept);                                                    \
	})

void
pv_details_move_files(PvDetails *details, const guint32 *moved, guint32 n)
{
	move_array(&details->facts, PvFact, file, moved, n);
	move_array(&details->registrations, PvRegistration, file, moved, n);
	move_array(&details->marks, PvMark, file, moved, n);
	move_array(&details->holdings, PvHolding, holder, moved, n);
	move_array(&details->cut_lists, PvCutList, file, moved, n);
	for (guint i = 0; i < details->registrations.n; i++) {
		PvRegistration *record = pv_array_at(&details->registrations, PvRegistration, i);

		record->target = lead(moved, n, record->target);
	}
}

void
pv_details_move_locks(PvDetails *details, const guint32 *descriptor_of, guint32 n)
{
	move_array(&details->locks, PvLock, descriptor, descriptor_of, n);
}

static int
compare_facts(const void *a, const void *b)
{
	const PvFact *x = a;
	const PvFact *y = b;
	int order = pv_order_u64(x->file, y->file);

	return order != 0 ? order : pv_order_u64(x->fact, y->fact);
}

/* The kernel's order in a set is kept by the running number, see number(). */
static int
compare_registrations(const void *a, const void *b)
{
	const PvRegistration *x = a;
	const PvRegistration *y = b;
	int order = pv_order_u64(x->file, y->file);

	return order != 0 ? order : pv_order_u64(x->index, y->index);
}

static int
compare_marks(const void *a, const void *b)
{
	const PvMark *x = a;
	const PvMark *y = b;
	int order = pv_order_u64(x->file, y->file);

	return order != 0 ? order : pv_order_u64(x->index, y->index);
}

static int
compare_locks(const void *a, const void *b)
{
	const PvLock *x = a;
	const PvLock *y = b;
	int order = pv_order_u64(x->descriptor, y->descriptor);

	if (order == 0)
		order = pv_order_u64(x->type, y->type);
	return order != 0 ? order : pv_order_u64(x->start, y->start);
}

/* Of two records of one socket the one that knows more comes first. */
static int
compare_sockets(const void *a, const void *b)
{
	const PvSocket *x = a;
	const PvSocket *y = b;
	int order = pv_order_u64(x->ino, y->ino);

	return order != 0
		       ? order
		       : pv_order_u64(__builtin_popcount(y->known), __builtin_popcount(x->known));
}

static int
compare_mounts(const void *a, const void *b)
{
	return pv_order_u64(((const PvMount *)a)->mount_id, ((const PvMount *)b)->mount_id);
}

/* Not GLib's sort, which aborts where there is no memory for its merging. */
static void
sort(PvArray *array, Compare compare)
{
	if (array->n > 1)
		qsort(array->data, array->n, array->size, compare);
}

static void
drop_duplicates(PvArray *array, Compare compare)
{
	char *data = array->data;
	guint kept = MIN(array->n, 1);

	for (guint i = 1; i < array->n; i++) {
		if (compare(data + (gsize)(kept - 1) * array->size,
			    data + (gsize)i * array->size) == 0)
			continue;
		memmove(data + (gsize)kept * array->size, data + (gsize)i * array->size,
			array->size);
		kept++;
	}
	pv_array_truncate(array, kept);
}

static int
compare_inodes(const void *a, const void *b)
{
	return pv_order_u64(((const PvSocket *)a)->ino, ((const PvSocket *)b)->ino);
}

/* The record that knows most has the say, and the others fill in what it does not know. */
static void
merge_sockets(PvArray *sockets)
{
	guint kept = MIN(sockets->n, 1);

	for (guint i = 1; i < sockets->n; i++) {
		PvSocket *last = pv_array_at(sockets, PvSocket, kept - 1);
		const PvSocket *next = pv_array_at(sockets, PvSocket, i);

		if (last->ino == next->ino)
			pv_socket_merge(last, next);
		else
			*pv_array_at(sockets, PvSocket, kept++) = *next;
	}
	pv_array_truncate(sockets, kept);
}

#define number(array, Type)                                                                        \
	for (guint i = 0; i < (array)->n; i++)                                                     \
	pv_array_at(array, Type, i)->index = i

void
pv_details_settle(PvDetails *details)
{
	number(&details->registrations, PvRegistration);
	number(&details->marks, PvMark);
	sort(&details->facts, compare_facts);
	sort(&details->registrations, compare_registrations);
	sort(&details->marks, compare_marks);
	sort(&details->locks, compare_locks);
	sort(&details->sockets, compare_sockets);
	sort(&details->mounts, compare_mounts);
	drop_duplicates(&details->facts, compare_facts);
	merge_sockets(&details->sockets);
	drop_duplicates(&details->mounts, compare_mounts);
	number(&details->registrations, PvRegistration);
	number(&details->marks, PvMark);
	number(&details->locks, PvLock);
	number(&details->sockets, PvSocket);
	number(&details->mounts, PvMount);
	number(&details->holdings, PvHolding);
}

/* The first record whose first member, an index, is not below the key. */
static guint
lower_bound(const PvArray *array, gsize offset, guint32 key)
{
	guint low = 0;
	guint high = array->n;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const char *record = (const char *)array->data + (gsize)middle * array->size;

		if (*(const guint32 *)(record + offset) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static gpointer
run_of(const PvArray *array, gsize offset, guint32 key, guint *n)
{
	guint first = lower_bound(array, offset, key);

	*n = lower_bound(array, offset, key + 1) - first;
	return *n == 0 ? NULL : (char *)array->data + (gsize)first * array->size;
}

const PvFact *
pv_details_facts_of(const PvDetails *details, guint32 file, guint *n)
{
	return run_of(&details->facts, G_STRUCT_OFFSET(PvFact, file), file, n);
}

const PvFact *
pv_details_find_fact(const PvDetails *details, guint32 file, guint fact)
{
	const PvArray *facts = &details->facts;
	guint first = lower_bound(facts, G_STRUCT_OFFSET(PvFact, file), file);

	for (guint i = first; i < facts->n; i++) {
		const PvFact *found = pv_array_at(facts, PvFact, i);

		if (found->file != file)
			return NULL;
		if (found->fact == fact)
			return found;
	}
	return NULL;
}

PvRegistration *
pv_details_registrations_of(const PvDetails *details, guint32 file, guint *n)
{
	return run_of(&details->registrations, G_STRUCT_OFFSET(PvRegistration, file), file, n);
}

PvMark *
pv_details_marks_of(const PvDetails *details, guint32 file, guint *n)
{
	return run_of(&details->marks, G_STRUCT_OFFSET(PvMark, file), file, n);
}

PvLock *
pv_details_locks_of(const PvDetails *details, guint32 descriptor, guint *n)
{
	return run_of(&details->locks, G_STRUCT_OFFSET(PvLock, descriptor), descriptor, n);
}

PvSocket *
pv_details_find_socket(const PvDetails *details, guint64 ino)
{
	const PvSocket wanted = {.ino = ino};

	if (details->sockets.n == 0)
		return NULL;
	return bsearch(&wanted, details->sockets.data, details->sockets.n, sizeof(PvSocket),
		       compare_inodes);
}

PvMount *
pv_details_find_mount(const PvDetails *details, guint32 mount_id)
{
	const PvMount wanted = {.mount_id = mount_id};

	if (details->mounts.n == 0)
		return NULL;
	return bsearch(&wanted, details->mounts.data, details->mounts.n, sizeof(PvMount),
		       compare_mounts);
}
