/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A growing array of records: by doubling, in one block with its head in front.
 */
#include "core/array.h"

#include <string.h>

#define FIRST_ALLOCATION 16

/* Every record may hold 64-bit numbers. */
G_STATIC_ASSERT(sizeof(PvArrayHead) % 8 == 0);

void
pv_array_init(PvArray *array, guint record_size)
{
	*array = (PvArray){.size = record_size};
}

static gpointer
block_of(const PvArray *array)
{
	return array->data == NULL ? NULL : (PvArrayHead *)array->data - 1;
}

void
pv_array_clear(PvArray *array)
{
	g_free(block_of(array));
	pv_array_init(array, array->size);
}

static gboolean
resize(PvArray *array, guint allocated)
{
	PvArrayHead *head;

	if (allocated > (G_MAXSIZE - sizeof(PvArrayHead)) / array->size)
		return FALSE;
	head = g_try_realloc(block_of(array), sizeof(PvArrayHead) + (gsize)allocated * array->size);
	if (head == NULL)
		return FALSE;
	if (array->data == NULL)
		*head = (PvArrayHead){NULL, 0};
	array->data = head + 1;
	array->allocated = allocated;
	return TRUE;
}

gboolean
pv_array_reserve(PvArray *array, guint n_more)
{
	guint wanted, doubled;

	if (n_more <= array->allocated - array->n)
		return TRUE;
	/* PV_NONE is no index. */
	if (n_more >= G_MAXUINT - array->n)
		return FALSE;
	wanted = MAX(array->n + n_more, FIRST_ALLOCATION);
	doubled = array->allocated > G_MAXUINT / 2 ? G_MAXUINT : array->allocated * 2;
	/* Where twice as much is not to be had, just enough may be. */
	return resize(array, MAX(wanted, doubled)) || (wanted < doubled && resize(array, wanted));
}

gpointer
pv_array_append(PvArray *array)
{
	char *record;

	if (!pv_array_reserve(array, 1))
		return NULL;
	record = (char *)array->data + (gsize)array->n * array->size;
	memset(record, 0, array->size);
	array->n++;
	return record;
}

void
pv_array_truncate(PvArray *array, guint n)
{
	array->n = MIN(array->n, n);
}

void
pv_array_seal(PvArray *array, gpointer owner)
{
	if (array->n == 0) {
		pv_array_clear(array);
		return;
	}
	/* A block that cannot be made smaller still serves. */
	if (array->n < array->allocated)
		resize(array, array->n);
	((PvArrayHead *)array->data)[-1].owner = owner;
}

gsize
pv_array_memory(const PvArray *array)
{
	if (array->data == NULL)
		return 0;
	return sizeof(PvArrayHead) + (gsize)array->allocated * array->size;
}
