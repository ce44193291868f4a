/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the escape of names in JSON. Whatever the bytes are, the text is valid UTF-8 without a
 * control character, and the bytes are had back by the rules that are documented: those of JSON
 * first, then those of the library. They are written down here a second time, on purpose.
 */
#include <glib.h>
#include <string.h>

#include "export/json-writer.h"
#include "fuzz.h"

static gboolean
gather(gpointer data, const char *bytes, gsize length, GError **error)
{
	g_string_append_len(data, bytes, length);
	return TRUE;
}

static GString *
escape(const uint8_t *data, size_t size)
{
	g_autofree PvJsonWriter *writer = g_new(PvJsonWriter, 1);
	GString *text = g_string_new(NULL);

	pv_json_writer_init(writer, gather, text);
	pv_json_bytes(writer, (const char *)data, size);
	g_assert_true(pv_json_writer_finish(writer, NULL));
	return text;
}

static void
check_text(const GString *text)
{
	g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
	for (const char *at = text->str; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		g_assert_true(c >= 0x20 && (c < 0x7f || c > 0x9f));
	}
}

/* The two hexadecimal digits at a place; lower case, as documented. */
static guint
hex_at(const char *at)
{
	gint high = g_ascii_xdigit_value(at[0]);
	gint low = g_ascii_xdigit_value(at[1]);

	g_assert_true(high >= 0 && low >= 0);
	g_assert_true(!g_ascii_isupper(at[0]) && !g_ascii_isupper(at[1]));
	return (guint)high << 4 | (guint)low;
}

/* What a JSON parser makes of it, as far as the library uses JSON's own escapes. */
static GString *
parse(const GString *text)
{
	GString *string = g_string_new(NULL);
	const char *at = text->str + 1;
	const char *end = text->str + text->len - 1;

	g_assert_true(text->len >= 2 && text->str[0] == '"' && *end == '"');
	while (at < end) {
		if (*at != '\\') {
			g_assert_true(*at != '"');
			g_string_append_c(string, *at++);
		} else if (at[1] == '"' || at[1] == '\\') {
			g_string_append_c(string, at[1]);
			at += 2;
		} else {
			g_assert_true(g_str_has_prefix(at, "\\u00"));
			g_string_append_unichar(string, hex_at(at + 4));
			at += 6;
		}
	}
	g_assert_true(at == end);
	return string;
}

static GString *
unescape(const GString *string)
{
	GString *bytes = g_string_new(NULL);

	for (gsize i = 0; i < string->len; i++) {
		if (string->str[i] != '\\') {
			g_string_append_c(bytes, string->str[i]);
		} else if (string->str[i + 1] == '\\') {
			g_string_append_c(bytes, '\\');
			i++;
		} else {
			g_assert_true(string->str[i + 1] == 'x');
			g_string_append_c(bytes, (char)hex_at(string->str + i + 2));
			i += 3;
		}
	}
	return bytes;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GString) text = escape(data, size);
	g_autoptr(GString) string = NULL;
	g_autoptr(GString) bytes = NULL;

	check_text(text);
	string = parse(text);
	g_assert_true(g_utf8_validate_len(string->str, string->len, NULL) ||
		      memchr(string->str, '\0', string->len) != NULL);
	bytes = unescape(string);
	g_assert_cmpmem(bytes->str, bytes->len, data, size);
	return 0;
}
