/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Files by the address of their open file description, as long as a scan lasts and BPF told it.
 */
#pragma once

#include "snapshot/enrich.h"

typedef struct {
	guint64 address;
	guint32 file;
	gboolean shared; /* several references to it were counted */
} PvAddress;

typedef struct {
	PvAddress *entries; /* by address, and then by file */
	guint32 n;
} PvAddressIndex;

/* Of files that a descriptor or a holding leads to. FALSE: out of memory. */
gboolean pv_addresses_index(const PvEnrichment *step, PvAddressIndex *index);
void pv_addresses_clear(PvAddressIndex *index);
/* The first file with that address; NULL: none. The entries of others lie behind it. */
const PvAddress *pv_addresses_find(const PvAddressIndex *index, guint64 address);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvAddressIndex, pv_addresses_clear)
