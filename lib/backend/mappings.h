/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The mapped files of one memory, gathered range by range.
 */
#pragma once

#include "core/store.h"

/* One range of addresses that a file is mapped to. */
typedef struct {
	guint64 ino;
	guint64 bytes;
	guint32 dev;
	guint32 flags; /* PV_MAPPING_* */
	const char *path;
	gsize path_len; /* 0: unknown */
} PvRange;

/* Of the memory whose mappings are the last of all. FALSE: out of memory. */
gboolean pv_mappings_add(PvStore *store, PvMemory *memory, const PvRange *range);
/* All of its ranges are there: makes one record a file. */
void pv_mappings_settle(PvStore *store, PvMemory *memory);
/* Drops them, to be read again. */
void pv_mappings_rewind(PvStore *store, PvMemory *memory);
/* The length of a path without the word that the kernel adds to one that was removed. */
gsize pv_mappings_trim_deleted(const char *path, gsize length);
