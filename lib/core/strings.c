/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Interned strings: bytes in one block, found again through a hash table of offsets.
 */
#include "core/strings.h"

#include <string.h>

#include "util/hash.h"

#define FIRST_BYTES 4096
#define FIRST_SLOTS 256
#define MAX_SLOTS   (1u << 31)
#define MAX_BYTES   ((guint64)G_MAXUINT32)

void
pv_strings_init(PvStrings *strings)
{
	*strings = (PvStrings){0};
	pv_hash_init(strings->key);
}

void
pv_strings_clear(PvStrings *strings)
{
	g_free(strings->bytes);
	g_free(strings->slots);
	*strings = (PvStrings){0};
}

static gboolean
grow_slots(PvStrings *strings)
{
	guint32 n = strings->n_slots == 0 ? FIRST_SLOTS : strings->n_slots * 2;
	PvStringSlot *slots;

	if (strings->n_slots >= MAX_SLOTS)
		return FALSE;
	slots = g_try_new0(PvStringSlot, n);
	if (slots == NULL)
		return FALSE;
	for (guint32 i = 0; i < strings->n_slots; i++) {
		const PvStringSlot *from = &strings->slots[i];
		guint32 to = from->hash & (n - 1);

		if (from->string == 0)
			continue;
		while (slots[to].string != 0)
			to = (to + 1) & (n - 1);
		slots[to] = *from;
	}
	g_free(strings->slots);
	strings->slots = slots;
	strings->n_slots = n;
	return TRUE;
}

static gboolean
reserve_bytes(PvStrings *strings, gsize n_more)
{
	guint64 wanted, allocated;
	char *bytes;

	if (n_more > MAX_BYTES - strings->used)
		return FALSE;
	wanted = (guint64)strings->used + n_more;
	if (wanted <= strings->allocated)
		return TRUE;
	allocated = MAX((guint64)strings->allocated * 2, FIRST_BYTES);
	allocated = MIN(MAX(allocated, wanted), MAX_BYTES);
	if (allocated > G_MAXSIZE)
		return FALSE;
	bytes = g_try_realloc(strings->bytes, (gsize)allocated);
	if (bytes == NULL)
		return FALSE;
	strings->bytes = bytes;
	strings->allocated = (gsize)allocated;
	return TRUE;
}

/* The slot that holds these bytes, or the free one where they belong. */
static PvStringSlot *
find_slot(const PvStrings *strings, const char *bytes, gsize length, guint32 hash)
{
	guint32 mask = strings->n_slots - 1;

	for (guint32 i = hash & mask;; i = (i + 1) & mask) {
		PvStringSlot *slot = &strings->slots[i];

		if (slot->string == 0)
			return slot;
		if (slot->hash == hash && slot->length == length &&
		    memcmp(strings->bytes + slot->string, bytes, length) == 0)
			return slot;
	}
}

PvString
pv_strings_intern(PvStrings *strings, const char *bytes, gsize length)
{
	gsize first = strings->used == 0 ? 1 : strings->used;
	PvStringSlot *slot;
	guint32 hash;

	/* No bytes may come as NULL, which memcmp() does not take. */
	if (length == 0)
		bytes = "";
	hash = pv_hash_fold(pv_hash_bytes(strings->key, bytes, length));
	/* A quarter of the slots stays free, so that a search ends soon. */
	if (strings->n_strings >= strings->n_slots / 4 * 3 && !grow_slots(strings))
		return 0;
	slot = find_slot(strings, bytes, length, hash);
	if (slot->string != 0)
		return slot->string;
	if (length > MAX_BYTES - 2 || !reserve_bytes(strings, first - strings->used + length + 1))
		return 0;
	strings->bytes[0] = '\0';
	memcpy(strings->bytes + first, bytes, length);
	strings->bytes[first + length] = '\0';
	strings->used = first + length + 1;
	strings->n_strings++;
	*slot = (PvStringSlot){(PvString)first, (guint32)length, hash};
	return slot->string;
}

void
pv_strings_seal(PvStrings *strings)
{
	char *bytes;

	g_clear_pointer(&strings->slots, g_free);
	strings->n_slots = 0;
	if (strings->used == strings->allocated)
		return;
	/* A block that cannot be made smaller still serves. */
	bytes = g_try_realloc(strings->bytes, strings->used);
	if (bytes == NULL)
		return;
	strings->bytes = bytes;
	strings->allocated = strings->used;
}

gsize
pv_strings_memory(const PvStrings *strings)
{
	return strings->allocated + (gsize)strings->n_slots * sizeof(PvStringSlot);
}
