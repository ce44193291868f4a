/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Does any string of bytes come out of names_append() as something that a terminal only shows?
 */
#include <glib.h>
#include <locale.h>
#include <string.h>
#include <wctype.h>

#include "names.h"

static char *
append(const char *bytes, gboolean utf8)
{
	GString *out = g_string_new("<");

	names_append(out, bytes, utf8);
	return g_string_free(out, FALSE);
}

static void
check(const char *bytes, const char *in_utf8, const char *in_ascii)
{
	g_autofree char *utf8 = append(bytes, TRUE);
	g_autofree char *ascii = append(bytes, FALSE);

	g_assert_cmpstr(utf8 + 1, ==, in_utf8);
	g_assert_cmpstr(ascii + 1, ==, in_ascii);
}

static void
test_plain(void)
{
	check("", "", "");
	check("/usr/bin/a b-c~", "/usr/bin/a b-c~", "/usr/bin/a b-c~");
	check("back\\slash \\x1b", "back\\slash \\x1b", "back\\slash \\x1b");
	check("h\303\251", "h\303\251", "h\\xc3\\xa9");
	check("\360\237\220\247", "\360\237\220\247", "\\xf0\\x9f\\x90\\xa7");
}

static void
test_controls(void)
{
	check("\033[31m", "\\x1b[31m", "\\x1b[31m");
	check("a\nb\tc\rd\be\177", "a\\x0ab\\x09c\\x0dd\\x08e\\x7f",
	      "a\\x0ab\\x09c\\x0dd\\x08e\\x7f");
	/* C1, as a character and as the bare byte that 8-bit terminals obey. */
	check("\302\2331m", "\\u{9b}1m", "\\xc2\\x9b1m");
	check("\2331m", "\\x9b1m", "\\x9b1m");
	check("\302\200\302\237", "\\u{80}\\u{9f}", "\\xc2\\x80\\xc2\\x9f");
}

static void
test_invisible(void)
{
	check("\342\200\256", "\\u{202e}", "\\xe2\\x80\\xae");
	check("\342\200\252\342\201\246\342\201\251", "\\u{202a}\\u{2066}\\u{2069}",
	      "\\xe2\\x80\\xaa\\xe2\\x81\\xa6\\xe2\\x81\\xa9");
	check("\342\200\216\342\200\217\330\234", "\\u{200e}\\u{200f}\\u{61c}",
	      "\\xe2\\x80\\x8e\\xe2\\x80\\x8f\\xd8\\x9c");
	check("\342\200\250\342\200\251", "\\u{2028}\\u{2029}", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9");
	check("\357\273\277", "\\u{feff}", "\\xef\\xbb\\xbf");
	check("\357\277\276", "\\u{fffe}", "\\xef\\xbf\\xbe");
}

static void
test_invalid(void)
{
	check("\377\376", "\\xff\\xfe", "\\xff\\xfe");
	check("\303", "\\xc3", "\\xc3");
	check("\303(", "\\xc3(", "\\xc3(");
	check("\300\257", "\\xc0\\xaf", "\\xc0\\xaf");
	check("\355\240\200", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80");
	check("\364\220\200\200", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80");
	check("\342\202", "\\xe2\\x82", "\\xe2\\x82");
}

static gboolean
is_harmless(const char *text)
{
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || !g_unichar_isprint(c) || !iswprint(c))
			return FALSE;
	}
	return TRUE;
}

/* Each byte is a control character, the begin of a sequence, its rest, or anything else. */
static void
fill(GRand *random, char *bytes, gsize n)
{
	static const char starts[] = "\302\303\330\342\355\357\360\364\033\\";
	static const char rests[] = "\200\201\233\237\240\234\252\256\257\277";

	for (gsize i = 0; i < n; i++) {
		guint32 choice = g_rand_int_range(random, 0, 4);

		bytes[i] = choice == 0	 ? starts[g_rand_int_range(random, 0, sizeof(starts) - 1)]
			   : choice == 1 ? rests[g_rand_int_range(random, 0, sizeof(rests) - 1)]
			   : choice == 2 ? (char)g_rand_int_range(random, 1, 0x80)
					 : (char)g_rand_int_range(random, 1, 0x100);
	}
	bytes[n] = '\0';
}

static void
test_anything(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(20260101);
	char bytes[33];

	g_assert_false(is_harmless("\033"));
	g_assert_false(is_harmless("\302\233"));
	g_assert_false(is_harmless("\342\200\256"));
	for (guint i = 0; i < 200000; i++) {
		g_autofree char *utf8 = NULL;
		g_autofree char *ascii = NULL;

		fill(random, bytes, (gsize)g_rand_int_range(random, 0, sizeof(bytes)));
		utf8 = append(bytes, TRUE);
		ascii = append(bytes, FALSE);
		g_assert_true(g_utf8_validate(utf8, -1, NULL));
		g_assert_true(is_harmless(utf8));
		g_assert_true(g_str_is_ascii(ascii));
		g_assert_true(is_harmless(ascii));
	}
}

static void
test_locale(void)
{
	g_autofree char *safe = names_dup_safe("h\303\251\033");

	g_assert_true(names_are_utf8());
	g_assert_cmpstr(safe, ==, "h\303\251\\x1b");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (setlocale(LC_ALL, "C.UTF-8") == NULL) {
		g_print("1..0 # SKIP there is no locale C.UTF-8\n");
		return 0;
	}
	g_test_add_func("/ptree/names/plain", test_plain);
	g_test_add_func("/ptree/names/controls", test_controls);
	g_test_add_func("/ptree/names/invisible", test_invisible);
	g_test_add_func("/ptree/names/invalid", test_invalid);
	g_test_add_func("/ptree/names/anything", test_anything);
	g_test_add_func("/ptree/names/locale", test_locale);
	return g_test_run();
}
