/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A keyed hash.
 */
#pragma once

#include <glib.h>

void pv_hash_init(guint64 key[2]);
guint64 pv_hash_bytes(const guint64 key[2], const char *bytes, gsize length);

static inline guint32
pv_hash_fold(guint64 hash)
{
	return (guint32)(hash ^ hash >> 32);
}
