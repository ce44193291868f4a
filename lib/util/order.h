/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Order of numbers, as qsort(3) and bsearch(3) want it: a difference would not fit.
 */
#pragma once

#include <glib.h>

static inline int
pv_order_u64(guint64 x, guint64 y)
{
	return (x > y) - (x < y);
}

static inline int
pv_order_i32(gint32 x, gint32 y)
{
	return (x > y) - (x < y);
}

/* Of arrays that have nothing else, as numbers of inodes and of processes. */
static inline int
pv_compare_u64(const void *a, const void *b)
{
	return pv_order_u64(*(const guint64 *)a, *(const guint64 *)b);
}

static inline int
pv_compare_i32(const void *a, const void *b)
{
	return pv_order_i32(*(const gint32 *)a, *(const gint32 *)b);
}
