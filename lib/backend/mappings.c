/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A program is mapped in four or five ranges, one for each access, and a database file in
 * thousands. What is kept is one record for each file of a memory: device, inode and name. A file
 * that is mapped by two of its names is there by both.
 *
 * The ranges of a file mostly follow each other, so they are added to the last record as they come;
 * sorting brings together those that do not.
 */
#include "backend/mappings.h"

#include <stdlib.h>
#include <string.h>

#define DELETED_SUFFIX " (deleted)"

static gboolean
is_same(const PvMapping *a, const PvMapping *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->path == b->path;
}

static void
merge(PvMapping *into, const PvMapping *from)
{
	into->size_bytes += from->size_bytes;
	into->n_ranges += from->n_ranges;
	into->flags |= from->flags;
}

gboolean
pv_mappings_add(PvStore *store, PvMemory *memory, const PvRange *range)
{
	PvArray *mappings = &store->details.mappings;
	PvMapping fresh = {
		.dev = range->dev,
		.ino = range->ino,
		.size_bytes = range->bytes,
		.n_ranges = 1,
		.flags = range->flags,
	};
	PvMapping *last, *added;

	if (range->path_len > 0) {
		fresh.path = pv_strings_intern(&store->strings, range->path, range->path_len);
		if (fresh.path == 0)
			return FALSE;
	}
	if (memory->n_mappings == 0)
		memory->first_mapping = mappings->n;
	last = memory->n_mappings > 0 ? pv_array_at(mappings, PvMapping, mappings->n - 1) : NULL;
	if (last != NULL && is_same(last, &fresh)) {
		merge(last, &fresh);
		return TRUE;
	}
	added = pv_array_append(mappings);
	if (added == NULL)
		return FALSE;
	*added = fresh;
	memory->n_mappings++;
	return TRUE;
}

static int
compare(const void *a, const void *b)
{
	const PvMapping *x = a;
	const PvMapping *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return (x->path > y->path) - (x->path < y->path);
}

void
pv_mappings_settle(PvStore *store, PvMemory *memory)
{
	PvArray *mappings = &store->details.mappings;
	PvMapping *first = pv_array_at(mappings, PvMapping, memory->first_mapping);
	guint32 kept = 0;

	if (memory->n_mappings == 0)
		return;
	qsort(first, memory->n_mappings, sizeof(*first), compare);
	for (guint32 i = 1; i < memory->n_mappings; i++) {
		if (is_same(&first[kept], &first[i]))
			merge(&first[kept], &first[i]);
		else
			first[++kept] = first[i];
	}
	memory->n_mappings = kept + 1;
	for (guint32 i = 0; i < memory->n_mappings; i++)
		first[i].index = memory->first_mapping + i;
	pv_array_truncate(mappings, memory->first_mapping + memory->n_mappings);
}

void
pv_mappings_rewind(PvStore *store, PvMemory *memory)
{
	if (memory->n_mappings > 0)
		pv_array_truncate(&store->details.mappings, memory->first_mapping);
	memory->n_mappings = 0;
}

gsize
pv_mappings_trim_deleted(const char *path, gsize length)
{
	gsize suffix = strlen(DELETED_SUFFIX);

	if (length > suffix && memcmp(path + length - suffix, DELETED_SUFFIX, suffix) == 0)
		return length - suffix;
	return length;
}
