/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Memory that runs out when a test wants it to.
 *
 * Whoever links this has malloc(3) and its family, and g_try_malloc() and its family, from here,
 * for itself and for all libraries of the process. So what fails is what the library really calls.
 * Sanitizers have an allocator of their own, and look for leaks themselves: there malloc(3) stays
 * theirs, and only g_try_malloc() and its family can be made to fail.
 */
#pragma once

#include <glib.h>

/* From here on the n-th call of g_try_*() fails, alone or with all that follow; 0: none does. */
void pv_test_memory_fail(guint nth, gboolean and_all_after);
/* How many calls there were since then, and how many of them failed. */
guint pv_test_memory_n_calls(void);
guint pv_test_memory_n_failed(void);
/*
 * From here on no block of that size or more is to be had, by whichever call; 0: no such limit.
 * FALSE: a sanitizer has the allocator.
 */
gboolean pv_test_memory_limit(gsize size_bytes);
/* How many blocks are allocated in the process; 0, always, under a sanitizer. */
gint64 pv_test_memory_n_blocks(void);
