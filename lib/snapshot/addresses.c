/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A sorted array, made when something asks which file lies at an address, and thrown away
 * afterwards: no address outlives the scan.
 */
#include "snapshot/addresses.h"

#include <stdlib.h>

#include "util/order.h"

static int
compare_addresses(const void *a, const void *b)
{
	const PvAddress *x = a;
	const PvAddress *y = b;
	int order = pv_order_u64(x->address, y->address);

	return order != 0 ? order : pv_order_u64(x->file, y->file);
}

static void
add(PvAddressIndex *index, const PvArray *addresses, guint32 file)
{
	guint64 address = 0;

	if (file < addresses->n)
		address = *pv_array_at(addresses, guint64, file);
	if (address == 0)
		return;
	index->entries[index->n++] = (PvAddress){
		.address = address & ~G_GUINT64_CONSTANT(1),
		.file = file,
		.shared = address & 1,
	};
}

gboolean
pv_addresses_index(const PvEnrichment *step, PvAddressIndex *index)
{
	const PvStore *store = step->store;
	const PvArray *holdings = &store->details.holdings;
	gsize n = (gsize)store->descriptors.n + holdings->n;

	*index = (PvAddressIndex){0};
	if (step->addresses == NULL || step->addresses->n == 0)
		return TRUE;
	index->entries = g_try_new(PvAddress, MAX(n, 1));
	if (index->entries == NULL)
		return FALSE;
	for (guint32 i = 0; i < store->descriptors.n; i++)
		add(index, step->addresses, pv_store_descriptor(store, i)->file);
	/* Not yet in the store: they are no files of it. */
	for (guint32 i = 0; i < holdings->n && store->details.held_files.n == 0; i++)
		add(index, step->addresses, pv_array_at(holdings, PvHolding, i)->file);
	if (index->n > 1)
		qsort(index->entries, index->n, sizeof(PvAddress), compare_addresses);
	return TRUE;
}

void
pv_addresses_clear(PvAddressIndex *index)
{
	g_free(index->entries);
}

const PvAddress *
pv_addresses_find(const PvAddressIndex *index, guint64 address)
{
	guint32 low = 0;
	guint32 high = index->n;

	address &= ~G_GUINT64_CONSTANT(1);
	while (low < high) {
		guint32 middle = low + (high - low) / 2;

		if (index->entries[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (address == 0 || low == index->n || index->entries[low].address != address)
		return NULL;
	return &index->entries[low];
}
