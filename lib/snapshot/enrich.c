/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Each group of facts that was asked for, in an order in which later ones may stand on earlier ones:
 *
 *   held files ──► epoll targets ──► devices ──► sockets ──► settled: sorted, each once
 *                                                              └──► file systems, places, other ends
 */
#include "snapshot/enrich.h"

#include "core/error.h"
#include "snapshot/cut-lists.h"
#include "snapshot/devices.h"
#include "snapshot/file-systems.h"
#include "snapshot/holdings.h"
#include "snapshot/peers.h"
#include "snapshot/places.h"
#include "snapshot/registrations.h"
#include "snapshot/sockets.h"

/* Each file has one descriptor as yet. */
gboolean
pv_enrich_arranged(PvStore *store, GError **error)
{
	g_autofree guint32 *descriptor_of = NULL;

	if (store->details.locks.n == 0)
		return TRUE;
	descriptor_of = g_try_new(guint32, MAX(store->files.n, 1));
	if (descriptor_of == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < store->files.n; i++)
		descriptor_of[i] = PV_NONE;
	for (guint32 i = 0; i < store->descriptors.n; i++)
		descriptor_of[pv_store_descriptor(store, i)->file] = i;
	pv_details_move_locks(&store->details, descriptor_of, store->files.n);
	return TRUE;
}

gboolean
pv_enrich(PvEnrichment *step, GError **error)
{
	guint collect = step->query->collect;

	if (!pv_cut_lists_complete(step, error))
		return FALSE;
	if ((collect & PV_COLLECT_HOLDINGS) && !pv_holdings_settle(step, error))
		return FALSE;
	if ((collect & PV_COLLECT_DETAILS) && !pv_registrations_resolve(step, error))
		return FALSE;
	if ((collect & PV_COLLECT_DETAILS) && !pv_devices_note(step, error))
		return FALSE;
	if ((collect & PV_COLLECT_SOCKETS) && !pv_sockets_complete(step, error))
		return FALSE;
	pv_details_settle(&step->store->details);
	if ((collect & PV_COLLECT_MOUNTS) && !pv_file_systems_note(step, error))
		return FALSE;
	if ((collect & PV_COLLECT_PLACES) && !pv_places_note(step, error))
		return FALSE;
	return !(collect & (PV_COLLECT_PEERS | PV_COLLECT_HOLDINGS)) || pv_peers_index(step, error);
}
