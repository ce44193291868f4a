/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * JSON as bytes: commas, numbers, the escape of names, and output larger than the buffer.
 */
#include <string.h>

#include "export/json-writer.h"

static gboolean
gather(gpointer data, const char *bytes, gsize length, GError **error)
{
	g_string_append_len(data, bytes, length);
	return TRUE;
}

static void
assert_written(PvJsonWriter *writer, GString *text, const char *expected)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_json_writer_finish(writer, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(text->str, ==, expected);
	g_assert_cmpuint(text->len, ==, strlen(expected));
	g_string_free(text, TRUE);
	g_free(writer);
}

static PvJsonWriter *
begin(GString **text)
{
	PvJsonWriter *writer = g_new(PvJsonWriter, 1);

	*text = g_string_new(NULL);
	pv_json_writer_init(writer, gather, *text);
	return writer;
}

static void
test_commas(void)
{
	GString *text;
	PvJsonWriter *writer = begin(&text);

	pv_json_open(writer, '{');
	pv_json_key(writer, "a");
	pv_json_open(writer, '[');
	pv_json_close(writer, ']');
	pv_json_key(writer, "b");
	pv_json_open(writer, '[');
	pv_json_break(writer);
	pv_json_int(writer, 1);
	pv_json_break(writer);
	pv_json_word(writer, "two");
	pv_json_open(writer, '{');
	pv_json_close(writer, '}');
	pv_json_close(writer, ']');
	pv_json_member_bool(writer, "c", TRUE);
	pv_json_member_bool(writer, "d", FALSE);
	pv_json_close(writer, '}');
	pv_json_end_line(writer);
	assert_written(writer, text,
		       "{\"a\":[],\"b\":[\n1,\n\"two\",{}],\"c\":true,\"d\":false}\n");
}

static void
test_one_line(void)
{
	GString *text;
	PvJsonWriter *writer = begin(&text);

	writer->one_line = TRUE;
	for (gint i = 0; i < 2; i++) {
		pv_json_open(writer, '[');
		pv_json_break(writer);
		pv_json_int(writer, i);
		pv_json_break(writer);
		pv_json_int(writer, i);
		pv_json_close(writer, ']');
		pv_json_end_line(writer);
	}
	assert_written(writer, text, "[0,0]\n[1,1]\n");
}

static void
test_numbers(void)
{
	GString *text;
	PvJsonWriter *writer = begin(&text);

	pv_json_open(writer, '[');
	pv_json_int(writer, 0);
	pv_json_int(writer, -1);
	pv_json_int(writer, G_MININT64);
	pv_json_int(writer, G_MAXINT64);
	pv_json_uint(writer, G_MAXUINT64);
	pv_json_close(writer, ']');
	assert_written(writer, text,
		       "[0,-1,-9223372036854775808,9223372036854775807,18446744073709551615]");
}

static void
assert_escaped(const char *bytes, gsize length, const char *expected)
{
	GString *text;
	PvJsonWriter *writer = begin(&text);

	pv_json_bytes(writer, bytes, length);
	assert_written(writer, text, expected);
}

#define ESCAPED(bytes, expected) assert_escaped(bytes, sizeof(bytes) - 1, expected)

static void
test_escape(void)
{
	ESCAPED("", "\"\"");
	ESCAPED("plain /path", "\"plain /path\"");
	ESCAPED("\"", "\"\\\"\"");
	/* One backslash of the name: two after a parser, four in the text. */
	ESCAPED("a\\b", "\"a\\\\\\\\b\"");
	ESCAPED("\n\t\033[31m\177", "\"\\u000a\\u0009\\u001b[31m\\u007f\"");
	ESCAPED("a\0b", "\"a\\u0000b\"");
	/* Characters beyond ASCII stay, the control characters among them do not. */
	ESCAPED("\303\244\342\202\254\360\237\220\247", "\"\303\244\342\202\254\360\237\220\247\"");
	ESCAPED("\302\233x\302\200\302\237\302\240", "\"\\u009bx\\u0080\\u009f\302\240\"");
}

static void
test_escape_invalid(void)
{
	ESCAPED("\377", "\"\\\\xff\"");
	ESCAPED("a\377\376b", "\"a\\\\xff\\\\xfeb\"");
	/* A character cut in two, as the kernel may cut a thread's name. */
	ESCAPED("x\342\202", "\"x\\\\xe2\\\\x82\"");
	/* Longer than need be; a surrogate; beyond the last character. */
	ESCAPED("\300\257", "\"\\\\xc0\\\\xaf\"");
	ESCAPED("\355\240\200", "\"\\\\xed\\\\xa0\\\\x80\"");
	ESCAPED("\364\220\200\200", "\"\\\\xf4\\\\x90\\\\x80\\\\x80\"");
	/* What looks like an escape is told from one. */
	ESCAPED("\\xff", "\"\\\\\\\\xff\"");
}

static void
test_large(void)
{
	GString *text;
	PvJsonWriter *writer = begin(&text);
	g_autoptr(GString) expected = g_string_new("[");
	g_autofree char *name = g_strnfill(sizeof(writer->bytes) + 1, 'n');

	pv_json_open(writer, '[');
	for (guint i = 0; i < 5000; i++) {
		pv_json_uint(writer, i);
		g_string_append_printf(expected, "%s%u", i == 0 ? "" : ",", i);
	}
	pv_json_string(writer, name);
	pv_json_close(writer, ']');
	g_string_append_printf(expected, ",\"%s\"]", name);
	assert_written(writer, text, expected->str);
}

static gboolean
fail(gpointer data, const char *bytes, gsize length, GError **error)
{
	guint *n_calls = data;

	++*n_calls;
	g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "full");
	return FALSE;
}

/* The first failure is the one that is told, and nothing is written after it. */
static void
test_failure(void)
{
	g_autofree PvJsonWriter *writer = g_new(PvJsonWriter, 1);
	g_autoptr(GError) error = NULL;
	guint n_calls = 0;

	pv_json_writer_init(writer, fail, &n_calls);
	for (guint i = 0; i < 3 * sizeof(writer->bytes); i++)
		pv_json_uint(writer, i);
	g_assert_false(pv_json_writer_finish(writer, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
	g_assert_cmpuint(n_calls, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/json-writer/commas", test_commas);
	g_test_add_func("/export/json-writer/one-line", test_one_line);
	g_test_add_func("/export/json-writer/numbers", test_numbers);
	g_test_add_func("/export/json-writer/escape", test_escape);
	g_test_add_func("/export/json-writer/escape-invalid", test_escape_invalid);
	g_test_add_func("/export/json-writer/large", test_large);
	g_test_add_func("/export/json-writer/failure", test_failure);
	return g_test_run();
}
