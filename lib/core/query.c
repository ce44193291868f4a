/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scan is asked for.
 */
#include "core/query.h"

#include <stdlib.h>

#include "util/order.h"

PvQuery *
pv_query_new(void)
{
	PvQuery *query = g_new0(PvQuery, 1);

	g_atomic_ref_count_init(&query->refs);
	query->collect = PV_COLLECT_ALL;
	query->pids = g_array_new(FALSE, FALSE, sizeof(gint32));
	query->uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	query->inodes = g_array_new(FALSE, FALSE, sizeof(guint64));
	query->ports = g_array_new(FALSE, FALSE, sizeof(guint16));
	return query;
}

PvQuery *
pv_query_ref(PvQuery *query)
{
	g_atomic_ref_count_inc(&query->refs);
	return query;
}

void
pv_query_unref(PvQuery *query)
{
	if (!g_atomic_ref_count_dec(&query->refs))
		return;
	g_array_unref(query->pids);
	g_array_unref(query->uids);
	g_array_unref(query->inodes);
	g_array_unref(query->ports);
	g_clear_pointer(&query->files_of, g_array_unref);
	g_free(query);
}

static void
copy_values(GArray *to, const GArray *from)
{
	if (from->len > 0)
		g_array_append_vals(to, from->data, from->len);
}

PvQuery *
pv_query_copy(const PvQuery *query)
{
	PvQuery *copy = pv_query_new();

	copy->collect = query->collect;
	copy->relatives = query->relatives;
	copy->nobody = query->nobody;
	copy_values(copy->pids, query->pids);
	copy_values(copy->uids, query->uids);
	copy_values(copy->inodes, query->inodes);
	copy_values(copy->ports, query->ports);
	if (query->files_of != NULL)
		copy->files_of = g_array_copy(query->files_of);
	return copy;
}

/* An array of GLib ends the program where memory does, so it is asked for in another way first. */
static gboolean
set_numbers(GArray *array, const gint32 *numbers, guint n)
{
	gint32 *room = g_try_new(gint32, MAX((gsize)n * 2, 1));

	g_free(room);
	if (room == NULL)
		return FALSE;
	g_array_set_size(array, 0);
	if (n > 0)
		g_array_append_vals(array, numbers, n);
	return TRUE;
}

gboolean
pv_query_set_pids(PvQuery *query, const gint32 *pids, guint n)
{
	if (!set_numbers(query->pids, pids, n))
		return FALSE;
	query->nobody = n == 0;
	return TRUE;
}

gboolean
pv_query_set_files_of(PvQuery *query, const gint32 *pids, guint n)
{
	if (query->files_of == NULL)
		query->files_of = g_array_new(FALSE, FALSE, sizeof(gint32));
	if (!set_numbers(query->files_of, pids, n))
		return FALSE;
	g_array_sort(query->files_of, pv_compare_i32);
	return TRUE;
}

gboolean
pv_query_wants_files(const PvQuery *query, gint32 pid)
{
	const GArray *files_of = query->files_of;

	return files_of == NULL ||
	       (files_of->len > 0 &&
		bsearch(&pid, files_of->data, files_of->len, sizeof(pid), pv_compare_i32) != NULL);
}

void
pv_query_set_collect(PvQuery *query, guint collect)
{
	collect &= PV_COLLECT_MASK;
	if (collect & PV_COLLECT_PEERS)
		collect |= PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS | PV_COLLECT_DESCRIPTIONS;
	if (collect & PV_COLLECT_MAPPINGS)
		collect |= PV_COLLECT_PLACES;
	if (collect & PV_COLLECT_OF_DESCRIPTORS)
		collect |= PV_COLLECT_DESCRIPTORS;
	if (collect & PV_COLLECT_DESCRIPTORS)
		collect |= PV_COLLECT_TABLES;
	query->collect = collect;
}

gboolean
pv_query_wants_user(const PvQuery *query, guint32 uid, guint32 euid)
{
	if (query->uids->len == 0)
		return TRUE;
	for (guint i = 0; i < query->uids->len; i++) {
		guint32 wanted = g_array_index(query->uids, guint32, i);

		if (wanted == uid || wanted == euid)
			return TRUE;
	}
	return FALSE;
}
