/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Makes memory run out on purpose, where the sanitizers let it.
 */
#pragma once

#include <glib.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_LIMIT_WORKS FALSE
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define MEMORY_LIMIT_WORKS FALSE
#else
#define MEMORY_LIMIT_WORKS TRUE
#endif
#else
#define MEMORY_LIMIT_WORKS TRUE
#endif

/* Lets this process grow by that much and no further; returns what memory_limit_lift() takes. */
static inline struct rlimit
memory_limit_set(gsize n_more_bytes)
{
	struct rlimit before, now;
	gulong pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	g_assert_nonnull(file);
	g_assert_cmpint(fscanf(file, "%lu", &pages), ==, 1);
	fclose(file);
	g_assert_cmpint(getrlimit(RLIMIT_AS, &before), ==, 0);
	now = before;
	now.rlim_cur = pages * (gulong)sysconf(_SC_PAGESIZE) + n_more_bytes;
	g_assert_cmpint(setrlimit(RLIMIT_AS, &now), ==, 0);
	return before;
}

static inline void
memory_limit_lift(struct rlimit before)
{
	g_assert_cmpint(setrlimit(RLIMIT_AS, &before), ==, 0);
}
