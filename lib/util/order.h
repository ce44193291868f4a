/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Order of unsigned numbers, as qsort(3) and bsearch(3) want it: a difference would not fit.
 */
#pragma once

#include <glib.h>

static inline int
pv_order_u64(guint64 x, guint64 y)
{
	return (x > y) - (x < y);
}
