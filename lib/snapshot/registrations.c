/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which file an epoll set waits for.
 */
#include "snapshot/registrations.h"

#include "snapshot/registrations-address.h"
#include "snapshot/registrations-kcmp.h"

/* Those of lists that BPF could not carry came from procfs. */
static gboolean
has_others(const PvArray *registrations)
{
	for (guint i = 0; i < registrations->n; i++) {
		if (pv_array_at(registrations, PvRegistration, i)->address == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean
pv_registrations_resolve(PvEnrichment *step, GError **error)
{
	gboolean by_kcmp = has_others(&step->store->details.registrations);

	if (!pv_registrations_resolve_by_address(step, error))
		return FALSE;
	return !by_kcmp || pv_registrations_resolve_by_kcmp(step, error);
}
