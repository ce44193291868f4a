/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Identity of open file descriptions by the address of struct file.
 *
 * Tables are read one after the other. A file that is closed when its table has been read may give
 * its memory to one that is opened before the next table is, and the two would have one address.
 * So an address is not enough: both must be the same inode in the same mode of access, and have
 * been referred to more than once at the moment when each was looked at, for a description that is
 * met twice has two references at least. Where only one of the two had, it may have been passed on
 * in between, or be another: those are left without identity.
 *
 * What it cannot see: a description with several references that is closed by all, and another one
 * of the same inode that is opened at the same address and passed on, between two readings.
 */
#include "core/error.h"
#include "grouping/describe.h"

typedef struct {
	guint64 address; /* 0: free */
	guint32 file;
} Slot;

static Slot *
find(Slot *slots, guint32 mask, guint64 address)
{
	guint32 i = (guint32)((address >> 6) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> 32) & mask;

	while (slots[i].address != 0 && slots[i].address != address)
		i = (i + 1) & mask;
	return &slots[i];
}

static guint64
address_of(const PvArray *addresses, guint32 file)
{
	return *pv_array_at(addresses, guint64, file) & ~G_GUINT64_CONSTANT(1);
}

static gboolean
is_shared(const PvArray *addresses, guint32 file)
{
	return *pv_array_at(addresses, guint64, file) & 1;
}

/* A file with an address that was met before: is it the one that was met? */
static void
meet(PvStore *store, const PvArray *addresses, PvDescriptor *descriptor, Slot *slot)
{
	PvFile *file = pv_store_file(store, descriptor->file);
	PvFile *other = pv_store_file(store, slot->file);
	gboolean shared = is_shared(addresses, descriptor->file);

	if (pv_files_compare(file, other) != 0 || (!shared && !is_shared(addresses, slot->file))) {
		slot->file = descriptor->file;
		return;
	}
	if (shared && is_shared(addresses, slot->file)) {
		descriptor->file = slot->file;
		return;
	}
	file->known &= ~PV_FILE_DESCRIBED;
	other->known &= ~PV_FILE_DESCRIBED;
}

gboolean
pv_describe_by_address(PvStore *store, PvArray *addresses, GError **error)
{
	guint32 n_slots = 16;
	Slot *slots;

	while (n_slots / 2 < store->descriptors.n && n_slots < 1u << 31)
		n_slots *= 2;
	slots = g_try_new0(Slot, n_slots);
	if (slots == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < store->descriptors.n; i++) {
		PvDescriptor *descriptor = pv_store_descriptor(store, i);
		guint64 address = 0;
		Slot *slot;

		/* Those that were read in another way have none. */
		if (descriptor->file < addresses->n)
			address = address_of(addresses, descriptor->file);
		if (address == 0)
			continue;
		pv_store_file(store, descriptor->file)->known |= PV_FILE_DESCRIBED;
		slot = find(slots, n_slots - 1, address);
		if (slot->address != 0) {
			meet(store, addresses, descriptor, slot);
			continue;
		}
		*slot = (Slot){address, descriptor->file};
	}
	g_free(slots);
	return pv_files_compact(store, addresses) || pv_error_no_memory(error);
}
