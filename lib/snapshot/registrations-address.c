/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * BPF tells which open file description a set waits for, whatever number it has, or had. The file
 * with that address is the target if it is the same inode, too: addresses are used again.
 *
 * What it cannot see: a file that was closed, and another one of the same inode opened at the same
 * address, between the reading of its table and of the set's.
 */
#include "snapshot/registrations-address.h"

#include "core/error.h"
#include "snapshot/addresses.h"

static gboolean
has_addresses(const PvArray *registrations)
{
	for (guint i = 0; i < registrations->n; i++) {
		if (pv_array_at(registrations, PvRegistration, i)->address != 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_target(const PvFile *file, const PvRegistration *registration)
{
	return file->ino == registration->ino && file->dev == registration->dev;
}

static guint32
find_target(const PvStore *store, const PvAddressIndex *index, const PvRegistration *registration)
{
	const PvAddress *found = pv_addresses_find(index, registration->address);

	for (; found != NULL && found < index->entries + index->n &&
	       found->address == registration->address;
	     found++) {
		if (is_target(pv_store_file(store, found->file), registration))
			return found->file;
	}
	return PV_NONE;
}

gboolean
pv_registrations_resolve_by_address(PvEnrichment *step, GError **error)
{
	PvArray *registrations = &step->store->details.registrations;
	g_auto(PvAddressIndex) index = {0};

	if (!has_addresses(registrations))
		return TRUE;
	if (!pv_addresses_index(step, &index))
		return pv_error_no_memory(error);
	for (guint i = 0; i < registrations->n; i++) {
		PvRegistration *registration = pv_array_at(registrations, PvRegistration, i);

		if (registration->address != 0)
			registration->target = find_target(step->store, &index, registration);
		registration->address = 0;
	}
	return TRUE;
}
