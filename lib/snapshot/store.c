/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The end of a scan: the index by tid is made, and the arrays are closed.
 */
#include "snapshot/store.h"

#include <string.h>

#define DIGIT_BITS 11 /* two digits for the numbers that Linux gives, PID_MAX_LIMIT being 2^22 */

/* One step of a radix sort: tasks of the same digit stay in the order in which they come. */
static void
sort_by_digit(const PvStore *store, const guint32 *from, guint32 *to, guint shift)
{
	guint32 places[1 << DIGIT_BITS] = {0};
	guint32 mask = (1 << DIGIT_BITS) - 1;
	guint32 place = 0;

	for (guint32 i = 0; i < store->tasks.n; i++)
		places[(guint32)pv_store_task(store, i)->tid >> shift & mask]++;
	for (guint32 digit = 0; digit <= mask; digit++) {
		guint32 n = places[digit];

		places[digit] = place;
		place += n;
	}
	for (guint32 i = 0; i < store->tasks.n; i++)
		to[places[(guint32)pv_store_task(store, from[i])->tid >> shift & mask]++] = from[i];
}

/*
 * Sorted in time proportional to the tasks, since scans that only count do little else than this;
 * and not by a sort of GLib's, which aborts where its scratch memory is not to be had.
 */
static gboolean
index_by_tid(PvStore *store)
{
	PvArray *by_tid = &store->by_tid;
	guint32 *from, *to, *scratch;
	guint32 highest = 0;

	pv_array_truncate(by_tid, 0);
	if (store->tasks.n == 0)
		return TRUE;
	scratch = g_try_new(guint32, store->tasks.n);
	if (scratch == NULL || !pv_array_reserve(by_tid, store->tasks.n)) {
		g_free(scratch);
		return FALSE;
	}
	from = by_tid->data;
	to = scratch;
	by_tid->n = store->tasks.n;
	for (guint32 i = 0; i < store->tasks.n; i++) {
		from[i] = i;
		highest = MAX(highest, (guint32)pv_store_task(store, i)->tid);
	}
	for (guint shift = 0; shift < 32 && highest >> shift != 0; shift += DIGIT_BITS) {
		guint32 *sorted = to;

		sort_by_digit(store, from, to, shift);
		to = from;
		from = sorted;
	}
	if (from == scratch)
		memcpy(by_tid->data, scratch, store->tasks.n * sizeof(guint32));
	g_free(scratch);
	return TRUE;
}

gboolean
pv_store_seal(PvStore *store, GError **error)
{
	if (!index_by_tid(store))
		return pv_error_no_memory(error);
	pv_array_seal(&store->processes, store);
	pv_array_seal(&store->tasks, store);
	pv_array_seal(&store->tables, store);
	pv_array_seal(&store->members, store);
	pv_array_seal(&store->descriptors, store);
	pv_array_seal(&store->files, store);
	pv_array_seal(&store->ns_tids, store);
	pv_array_seal(&store->by_tid, store);
	pv_details_seal(&store->details, store);
	pv_strings_seal(&store->strings);
	return TRUE;
}
