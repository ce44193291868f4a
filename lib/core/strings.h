/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Interned strings: each distinct run of bytes is kept once, NUL-terminated, and is named by its
 * offset. Offset 0 is the absent string. The index that finds duplicates is dropped on sealing.
 *
 * The bytes are anybody's: whoever may create a file chooses what is hashed here, so the hash is
 * keyed, and nobody can make names that all fall together.
 */
#pragma once

#include "core/record.h"

typedef struct {
	PvString string; /* 0: free */
	guint32 length;
	guint32 hash;
} PvStringSlot;

typedef struct {
	char *bytes;
	gsize used; /* at most 4 GiB */
	gsize allocated;
	PvStringSlot *slots; /* open addressing; a power of two of them */
	guint32 n_slots;
	guint32 n_strings;
	guint64 key[2];
} PvStrings;

void pv_strings_init(PvStrings *strings);
void pv_strings_clear(PvStrings *strings);
/*
 * The bytes may hold NULs, and may be none: "" is a string and not the absent one. They must not
 * be bytes of these strings themselves. 0: out of memory, or more than 4 GiB of text.
 */
PvString pv_strings_intern(PvStrings *strings, const char *bytes, gsize length);
/* Nothing is interned after this. */
void pv_strings_seal(PvStrings *strings);
gsize pv_strings_memory(const PvStrings *strings);

static inline const char *
pv_strings_get(const PvStrings *strings, PvString string)
{
	return string == 0 ? NULL : strings->bytes + string;
}
