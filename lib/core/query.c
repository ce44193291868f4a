/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scan is asked for.
 */
#include "core/query.h"

PvQuery *
pv_query_new(void)
{
	PvQuery *query = g_new0(PvQuery, 1);

	g_atomic_ref_count_init(&query->refs);
	query->collect = PV_COLLECT_ALL;
	query->pids = g_array_new(FALSE, FALSE, sizeof(gint32));
	query->uids = g_array_new(FALSE, FALSE, sizeof(guint32));
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
	g_free(query);
}

void
pv_query_set_collect(PvQuery *query, guint collect)
{
	collect &= PV_COLLECT_MASK;
	if (collect & PV_COLLECT_PEERS)
		collect |= PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS | PV_COLLECT_DESCRIPTIONS;
	if (collect & PV_COLLECT_MAPPINGS)
		collect |= PV_COLLECT_PLACES;
	if (collect &
	    (PV_COLLECT_PATHS | PV_COLLECT_DESCRIPTIONS | PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS |
	     PV_COLLECT_LOCKS | PV_COLLECT_MOUNTS | PV_COLLECT_HOLDINGS))
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
