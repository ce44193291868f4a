/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The end of a scan: the index by tid is made, and the arrays are closed.
 */
#include "snapshot/store.h"

#include <stdlib.h>

static int
compare_tasks(const void *a, const void *b, void *user_data)
{
	const PvStore *store = user_data;
	guint32 first = *(const guint32 *)a;
	guint32 second = *(const guint32 *)b;
	gint32 first_tid = pv_store_task(store, first)->tid;
	gint32 second_tid = pv_store_task(store, second)->tid;

	if (first_tid != second_tid)
		return first_tid < second_tid ? -1 : 1;
	return first < second ? -1 : first > second;
}

static gboolean
index_by_tid(PvStore *store)
{
	PvArray *by_tid = &store->by_tid;

	pv_array_truncate(by_tid, 0);
	if (!pv_array_reserve(by_tid, store->tasks.n))
		return FALSE;
	for (guint32 i = 0; i < store->tasks.n; i++)
		*(guint32 *)pv_array_append(by_tid) = i;
	/* Of the C library: GLib's sort aborts where its scratch memory is not to be had. */
	if (by_tid->n > 1)
		qsort_r(by_tid->data, by_tid->n, sizeof(guint32), compare_tasks, store);
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
