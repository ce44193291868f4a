/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Interned strings: equal bytes have one name, different bytes have two, whatever the bytes are.
 */
#include <string.h>

#include "../memory-limit.h"
#include "core/strings.h"

static PvString
intern(PvStrings *strings, const char *text)
{
	return pv_strings_intern(strings, text, strlen(text));
}

static void
test_same_bytes_same_name(void)
{
	PvStrings strings;
	PvString null, zero;
	gsize memory;

	pv_strings_init(&strings);
	null = intern(&strings, "/dev/null");
	zero = intern(&strings, "/dev/zero");
	g_assert_cmpuint(null, !=, 0);
	g_assert_cmpuint(zero, !=, 0);
	g_assert_cmpuint(null, !=, zero);
	memory = pv_strings_memory(&strings);
	for (guint i = 0; i < 100000; i++)
		g_assert_cmpuint(intern(&strings, "/dev/null"), ==, null);
	g_assert_cmpuint(pv_strings_memory(&strings), ==, memory);
	g_assert_cmpuint(strings.n_strings, ==, 2);
	g_assert_cmpstr(pv_strings_get(&strings, null), ==, "/dev/null");
	g_assert_cmpstr(pv_strings_get(&strings, zero), ==, "/dev/zero");
	g_assert_null(pv_strings_get(&strings, 0));
	pv_strings_clear(&strings);
}

/* "" is a name that something has; the absent string is none. */
static void
test_empty(void)
{
	PvStrings strings;
	PvString empty;

	pv_strings_init(&strings);
	empty = pv_strings_intern(&strings, "", 0);
	g_assert_cmpuint(empty, !=, 0);
	g_assert_cmpuint(pv_strings_intern(&strings, NULL, 0), ==, empty);
	g_assert_cmpstr(pv_strings_get(&strings, empty), ==, "");
	pv_strings_clear(&strings);
}

static void
test_any_bytes(void)
{
	PvStrings strings;
	PvString one, two, three;

	pv_strings_init(&strings);
	one = pv_strings_intern(&strings, "a\0b", 3);
	two = pv_strings_intern(&strings, "a\0c", 3);
	three = pv_strings_intern(&strings, "a", 1);
	g_assert_true(one != two && two != three && one != three);
	g_assert_cmpmem(pv_strings_get(&strings, one), 4, "a\0b", 4);
	g_assert_cmpmem(pv_strings_get(&strings, two), 4, "a\0c", 4);
	g_assert_cmpuint(pv_strings_intern(&strings, "a\0b", 3), ==, one);
	g_assert_cmpuint(pv_strings_intern(&strings, "a\0b\0", 4), !=, one);
	g_assert_cmpstr(pv_strings_get(&strings, intern(&strings, "\xff\x1b[2J\n")), ==,
			"\xff\x1b[2J\n");
	pv_strings_clear(&strings);
}

static void
test_many(void)
{
	enum {
		N = 200000
	};
	g_autofree PvString *names = g_new(PvString, N);
	PvStrings strings;
	char text[32];

	pv_strings_init(&strings);
	for (guint i = 0; i < N; i++) {
		g_snprintf(text, sizeof(text), "/tmp/%x", i * 2654435761u);
		names[i] = intern(&strings, text);
		g_assert_cmpuint(names[i], >, i == 0 ? 0 : names[i - 1]);
	}
	for (guint i = 0; i < N; i++) {
		g_snprintf(text, sizeof(text), "/tmp/%x", i * 2654435761u);
		g_assert_cmpuint(intern(&strings, text), ==, names[i]);
		g_assert_cmpstr(pv_strings_get(&strings, names[i]), ==, text);
	}
	g_assert_cmpuint(strings.n_strings, ==, N);
	pv_strings_clear(&strings);
}

/* Lengths around the words that the hash reads, each in a block of its own size. */
static void
test_every_length(void)
{
	PvStrings strings;
	PvString names[100];

	pv_strings_init(&strings);
	for (guint round = 0; round < 2; round++) {
		for (guint n = 0; n < G_N_ELEMENTS(names); n++) {
			g_autofree char *text = g_malloc(n + 1);
			g_autofree char *exact = NULL;
			PvString name;

			memset(text, 'x', n);
			exact = g_memdup2(text, n);
			name = pv_strings_intern(&strings, exact, n);
			if (round == 0)
				names[n] = name;
			g_assert_cmpuint(name, ==, names[n]);
			g_assert_cmpuint(strlen(pv_strings_get(&strings, name)), ==, n);
		}
	}
	g_assert_cmpuint(strings.n_strings, ==, G_N_ELEMENTS(names));
	pv_strings_clear(&strings);
}

static void
test_seal(void)
{
	PvStrings strings;
	PvString name, last = 0;
	gsize before;

	pv_strings_init(&strings);
	name = intern(&strings, "first");
	for (guint i = 0; i < 1000; i++) {
		char text[16];

		g_snprintf(text, sizeof(text), "%u", i);
		last = intern(&strings, text);
	}
	before = pv_strings_memory(&strings);
	pv_strings_seal(&strings);
	g_assert_cmpuint(pv_strings_memory(&strings), <, before);
	g_assert_cmpuint(pv_strings_memory(&strings), ==, strings.used);
	g_assert_cmpstr(pv_strings_get(&strings, name), ==, "first");
	g_assert_cmpstr(pv_strings_get(&strings, last), ==, "999");
	pv_strings_clear(&strings);

	pv_strings_init(&strings);
	pv_strings_seal(&strings);
	g_assert_cmpuint(pv_strings_memory(&strings), ==, 0);
	pv_strings_clear(&strings);
}

/* The same text hashes differently in each store: nobody can prepare names that collide. */
static void
test_keyed(void)
{
	PvStrings one, two;

	pv_strings_init(&one);
	pv_strings_init(&two);
	g_assert_cmpint(memcmp(one.key, two.key, sizeof(one.key)), !=, 0);
	pv_strings_clear(&one);
	pv_strings_clear(&two);
}

static void
test_no_memory(void)
{
	enum {
		BIG = 48 << 20
	};
	g_autofree char *big = g_malloc0(BIG);
	PvStrings strings;
	PvString name;
	struct rlimit limit;

	if (!MEMORY_LIMIT_WORKS) {
		g_test_skip("an address sanitizer owns the address space");
		return;
	}
	pv_strings_init(&strings);
	name = intern(&strings, "kept");
	limit = memory_limit_set(32 << 20);
	g_assert_cmpuint(pv_strings_intern(&strings, big, BIG), ==, 0);
	memory_limit_lift(limit);
	g_assert_cmpuint(intern(&strings, "kept"), ==, name);
	g_assert_cmpuint(strings.n_strings, ==, 1);
	g_assert_cmpuint(pv_strings_intern(&strings, big, BIG), !=, 0);
	pv_strings_clear(&strings);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/strings/same-bytes-same-name", test_same_bytes_same_name);
	g_test_add_func("/core/strings/empty", test_empty);
	g_test_add_func("/core/strings/any-bytes", test_any_bytes);
	g_test_add_func("/core/strings/many", test_many);
	g_test_add_func("/core/strings/every-length", test_every_length);
	g_test_add_func("/core/strings/seal", test_seal);
	g_test_add_func("/core/strings/keyed", test_keyed);
	g_test_add_func("/core/strings/no-memory", test_no_memory);
	return g_test_run();
}
