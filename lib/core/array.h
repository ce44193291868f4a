/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A growing array of records that remembers whom it belongs to.
 *
 * The head lies just before the first record, so that a record which knows its own index leads
 * back to its owner. Growth never aborts: FALSE means that memory ran out, and that the array is
 * as it was.
 */
#pragma once

#include <glib.h>

typedef struct {
	gpointer owner;
	gsize reserved; /* keeps the records aligned as malloc would */
} PvArrayHead;

typedef struct {
	gpointer data; /* the first record; NULL while empty */
	guint n;
	guint allocated;
	guint size; /* of a record, in bytes */
} PvArray;

void pv_array_init(PvArray *array, guint record_size);
void pv_array_clear(PvArray *array);
gboolean pv_array_reserve(PvArray *array, guint n_more);
gpointer pv_array_append(PvArray *array); /* zeroed; NULL: out of memory */
void pv_array_truncate(PvArray *array, guint n);
void pv_array_seal(PvArray *array, gpointer owner); /* gives back what is spare */
gsize pv_array_memory(const PvArray *array);

#define pv_array_at(array, type, i) (&((type *)(array)->data)[i])

static inline gpointer
pv_array_owner(gconstpointer first_record)
{
	return ((PvArrayHead *)first_record)[-1].owner;
}
