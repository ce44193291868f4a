/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Numbers: each limit, one beyond it, and nothing read behind the end.
 */
#include <string.h>

#include "util/number.h"

/* Copies the text to a block of exactly its size, where a sanitizer sees a byte too many read. */
typedef struct {
	char *bytes;
	const char *end;
} Exact;

static Exact
exact(const char *text)
{
	gsize length = strlen(text);
	char *bytes = length == 0 ? NULL : g_memdup2(text, length);

	return (Exact){bytes, bytes == NULL ? NULL : bytes + length};
}

#define DEFINE_CHECK(name, type)                                                                   \
	static void check_##name(const char *text, gssize used, type expected)                     \
	{                                                                                          \
		Exact copy = exact(text);                                                          \
		type value = 0;                                                                    \
		const char *p = pv_number_##name(copy.bytes, copy.end, &value);                    \
                                                                                                   \
		if (used < 0)                                                                      \
			g_assert_null(p);                                                          \
		else                                                                               \
			g_assert_true(p == copy.bytes + used && value == expected);                \
		g_free(copy.bytes);                                                                \
	}

DEFINE_CHECK(u64, guint64)
DEFINE_CHECK(u32, guint32)
DEFINE_CHECK(i64, gint64)
DEFINE_CHECK(i32, gint32)
DEFINE_CHECK(octal, guint32)
DEFINE_CHECK(hex, guint64)

static void
test_unsigned(void)
{
	check_u64("0", 1, 0);
	check_u64("00017 x", 5, 17);
	check_u64("18446744073709551615", 20, G_MAXUINT64);
	check_u64("18446744073709551616", -1, 0);
	check_u64("18446744073709551620", -1, 0);
	check_u64("99999999999999999999999999999999", -1, 0);
	check_u64("", -1, 0);
	check_u64("-1", -1, 0);
	check_u64("+1", -1, 0);
	check_u64(" 1", -1, 0);
	check_u64("a", -1, 0);
	check_u64("1a", 1, 1);
	check_u32("4294967295\n", 10, G_MAXUINT32);
	check_u32("4294967296", -1, 0);
	check_u32("", -1, 0);
}

static void
test_signed(void)
{
	check_i64("9223372036854775807", 19, G_MAXINT64);
	check_i64("9223372036854775808", -1, 0);
	check_i64("-9223372036854775808", 20, G_MININT64);
	check_i64("-9223372036854775809", -1, 0);
	check_i64("-0", 2, 0);
	check_i64("-", -1, 0);
	check_i64("--1", -1, 0);
	check_i64("- 1", -1, 0);
	check_i64("", -1, 0);
	check_i32("2147483647", 10, G_MAXINT32);
	check_i32("2147483648", -1, 0);
	check_i32("-2147483648", 11, G_MININT32);
	check_i32("-2147483649", -1, 0);
	check_i32("-7,", 2, -7);
}

static void
test_other_bases(void)
{
	check_octal("0100002", 7, 0100002);
	check_octal("8", -1, 0);
	check_octal("178", 2, 017);
	check_octal("37777777777", 11, G_MAXUINT32);
	check_octal("40000000000", -1, 0);
	check_octal("", -1, 0);
	check_hex("ffffffffFFFFFFFF", 16, G_MAXUINT64);
	check_hex("10000000000000000", -1, 0);
	check_hex("aBcg", 3, 0xabc);
	check_hex("0x1", 1, 0);
	check_hex("g", -1, 0);
}

static void
test_from_name(void)
{
	static const char *const bad[] = {"",	"self", "1a", "-1",  "+1",	  " 1",
					  "1 ", ".",	"..", "1\n", "2147483648"};
	gint32 value = -1;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_false(pv_number_from_name(bad[i], &value));
		g_assert_cmpint(value, ==, -1);
	}
	g_assert_true(pv_number_from_name("0", &value));
	g_assert_cmpint(value, ==, 0);
	g_assert_true(pv_number_from_name("2147483647", &value));
	g_assert_cmpint(value, ==, G_MAXINT32);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/util/number/unsigned", test_unsigned);
	g_test_add_func("/util/number/signed", test_signed);
	g_test_add_func("/util/number/other-bases", test_other_bases);
	g_test_add_func("/util/number/from-name", test_from_name);
	return g_test_run();
}
