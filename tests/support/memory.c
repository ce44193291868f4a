/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A program's own malloc(3) takes the place of the C library's in all its libraries; that one is
 * reached by its other name, __libc_malloc. Likewise g_try_malloc(): the library calls it through
 * the table of symbols, whereas GLib's own calls stay inside of GLib.
 */
#include "memory.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#undef g_try_malloc
#undef g_try_malloc0
#undef g_try_realloc
#undef g_try_malloc_n
#undef g_try_malloc0_n
#undef g_try_realloc_n

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZER_HAS_MALLOC
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define SANITIZER_HAS_MALLOC
#endif

static guint fail_at, n_calls, n_failed;
static gboolean fail_after;
static gsize limit_bytes;
static gint64 n_blocks;

void
pv_test_memory_fail(guint nth, gboolean and_all_after)
{
	__atomic_store_n(&fail_at, nth, __ATOMIC_SEQ_CST);
	__atomic_store_n(&fail_after, and_all_after, __ATOMIC_SEQ_CST);
	__atomic_store_n(&n_calls, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&n_failed, 0, __ATOMIC_SEQ_CST);
}

guint
pv_test_memory_n_calls(void)
{
	return __atomic_load_n(&n_calls, __ATOMIC_SEQ_CST);
}

guint
pv_test_memory_n_failed(void)
{
	return __atomic_load_n(&n_failed, __ATOMIC_SEQ_CST);
}

gboolean
pv_test_memory_limit(gsize size_bytes)
{
	__atomic_store_n(&limit_bytes, size_bytes, __ATOMIC_SEQ_CST);
#ifdef SANITIZER_HAS_MALLOC
	return FALSE;
#else
	return TRUE;
#endif
}

gint64
pv_test_memory_n_blocks(void)
{
	return __atomic_load_n(&n_blocks, __ATOMIC_SEQ_CST);
}

/* Counts the call, and tells whether it has to fail. */
static gboolean
fails_now(void)
{
	guint nth = __atomic_add_fetch(&n_calls, 1, __ATOMIC_SEQ_CST);
	guint first = __atomic_load_n(&fail_at, __ATOMIC_SEQ_CST);

	if (first == 0 || nth < first || (nth > first && !fail_after))
		return FALSE;
	__atomic_add_fetch(&n_failed, 1, __ATOMIC_SEQ_CST);
	return TRUE;
}

gpointer
g_try_malloc(gsize n_bytes)
{
	return n_bytes == 0 || fails_now() ? NULL : malloc(n_bytes);
}

gpointer
g_try_malloc0(gsize n_bytes)
{
	return n_bytes == 0 || fails_now() ? NULL : calloc(1, n_bytes);
}

gpointer
g_try_realloc(gpointer mem, gsize n_bytes)
{
	if (n_bytes == 0) {
		free(mem);
		return NULL;
	}
	return fails_now() ? NULL : realloc(mem, n_bytes);
}

gpointer
g_try_malloc_n(gsize n, gsize size)
{
	gsize n_bytes;

	return __builtin_mul_overflow(n, size, &n_bytes) ? NULL : g_try_malloc(n_bytes);
}

gpointer
g_try_malloc0_n(gsize n, gsize size)
{
	gsize n_bytes;

	return __builtin_mul_overflow(n, size, &n_bytes) ? NULL : g_try_malloc0(n_bytes);
}

gpointer
g_try_realloc_n(gpointer mem, gsize n, gsize size)
{
	gsize n_bytes;

	return __builtin_mul_overflow(n, size, &n_bytes) ? NULL : g_try_realloc(mem, n_bytes);
}

#ifndef SANITIZER_HAS_MALLOC

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static gboolean
is_too_large(gsize size)
{
	gsize limit = __atomic_load_n(&limit_bytes, __ATOMIC_RELAXED);

	if (limit == 0 || size < limit)
		return FALSE;
	errno = ENOMEM;
	return TRUE;
}

static void *
count(void *block)
{
	if (block != NULL)
		__atomic_add_fetch(&n_blocks, 1, __ATOMIC_RELAXED);
	return block;
}

void *
malloc(size_t size)
{
	return is_too_large(size) ? NULL : count(__libc_malloc(size));
}

void *
calloc(size_t n, size_t size)
{
	gsize whole;

	if (__builtin_mul_overflow(n, size, &whole) || is_too_large(whole))
		return NULL;
	return count(__libc_calloc(n, size));
}

void *
realloc(void *block, size_t size)
{
	if (is_too_large(size))
		return NULL;
	if (block == NULL)
		return count(__libc_realloc(NULL, size));
	if (size == 0)
		__atomic_sub_fetch(&n_blocks, 1, __ATOMIC_RELAXED);
	return __libc_realloc(block, size);
}

void *
memalign(size_t alignment, size_t size)
{
	return is_too_large(size) ? NULL : count(__libc_memalign(alignment, size));
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int
posix_memalign(void **block, size_t alignment, size_t size)
{
	*block = memalign(alignment, size);
	return *block == NULL ? ENOMEM : 0;
}

void
free(void *block)
{
	if (block != NULL)
		__atomic_sub_fetch(&n_blocks, 1, __ATOMIC_RELAXED);
	__libc_free(block);
}

#endif
