/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The other ends of pipes, sockets and the like: an index over what the steps before have found.
 * How it is made and asked is in core/ends.c, by what ends find each other in core/channel.c.
 */
#include "snapshot/peers.h"

#include "core/ends.h"
#include "core/error.h"

/* What a queue holds is told with a descriptor of the queue, so that needs a part of it, too. */
gboolean
pv_peers_index(PvEnrichment *step, GError **error)
{
	gboolean done = (step->query->collect & PV_COLLECT_PEERS) != 0
				? pv_ends_index(step->store)
				: pv_ends_index_descriptors(step->store);

	return done || pv_error_no_memory(error);
}
