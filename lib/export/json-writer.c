/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * See json-writer.h. Knows JSON and UTF-8, and nothing of snapshots.
 */
#include "export/json-writer.h"

#include <string.h>

void
pv_json_writer_init(PvJsonWriter *writer, PvJsonWriteFunc write, gpointer data)
{
	writer->write = write;
	writer->data = data;
	writer->error = NULL;
	writer->comma = FALSE;
	writer->one_line = FALSE;
	writer->used = 0;
}

static void
hand_on(PvJsonWriter *writer, const char *bytes, gsize length)
{
	if (writer->error == NULL && length > 0)
		writer->write(writer->data, bytes, length, &writer->error);
}

gboolean
pv_json_writer_finish(PvJsonWriter *writer, GError **error)
{
	hand_on(writer, writer->bytes, writer->used);
	writer->used = 0;
	if (writer->error == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&writer->error));
	return FALSE;
}

static void
put(PvJsonWriter *writer, const char *bytes, gsize length)
{
	if (length > sizeof(writer->bytes) - writer->used) {
		hand_on(writer, writer->bytes, writer->used);
		writer->used = 0;
	}
	if (length > sizeof(writer->bytes)) {
		hand_on(writer, bytes, length);
		return;
	}
	memcpy(writer->bytes + writer->used, bytes, length);
	writer->used += length;
}

static void
begin_value(PvJsonWriter *writer)
{
	if (writer->comma)
		put(writer, ",", 1);
	writer->comma = TRUE;
}

void
pv_json_open(PvJsonWriter *writer, char bracket)
{
	begin_value(writer);
	put(writer, &bracket, 1);
	writer->comma = FALSE;
}

void
pv_json_close(PvJsonWriter *writer, char bracket)
{
	put(writer, &bracket, 1);
	writer->comma = TRUE;
}

void
pv_json_break(PvJsonWriter *writer)
{
	if (writer->one_line)
		return;
	if (writer->comma)
		put(writer, ",", 1);
	put(writer, "\n", 1);
	writer->comma = FALSE;
}

void
pv_json_end_line(PvJsonWriter *writer)
{
	put(writer, "\n", 1);
	writer->comma = FALSE;
}

void
pv_json_key(PvJsonWriter *writer, const char *word)
{
	pv_json_word(writer, word);
	put(writer, ":", 1);
	writer->comma = FALSE;
}

void
pv_json_word(PvJsonWriter *writer, const char *word)
{
	begin_value(writer);
	put(writer, "\"", 1);
	put(writer, word, strlen(word));
	put(writer, "\"", 1);
}

static void
put_hex(PvJsonWriter *writer, const char *prefix, guint byte)
{
	static const char digits[] = "0123456789abcdef";
	char two[] = {digits[byte >> 4 & 15], digits[byte & 15]};

	put(writer, prefix, strlen(prefix));
	put(writer, two, sizeof(two));
}

/* Valid UTF-8 without NUL. Runs that need no escape go out in one piece. */
static void
put_text(PvJsonWriter *writer, const char *text, gsize length)
{
	gsize done = 0;

	for (gsize i = 0; i < length; i++) {
		guchar byte = text[i];
		gboolean c1 = byte == 0xc2 && (guchar)text[i + 1] < 0xa0;

		if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f && !c1)
			continue;
		put(writer, text + done, i - done);
		if (byte == '"')
			put(writer, "\\\"", 2);
		else if (byte == '\\')
			put(writer, "\\\\\\\\", 4);
		else
			put_hex(writer, "\\u00", c1 ? (guchar)text[++i] : byte);
		done = i + 1;
	}
	put(writer, text + done, length - done);
}

void
pv_json_bytes(PvJsonWriter *writer, const char *bytes, gsize length)
{
	begin_value(writer);
	put(writer, "\"", 1);
	while (length > 0) {
		const char *end = bytes;
		gsize valid;

		g_utf8_validate_len(bytes, length, &end);
		valid = end - bytes;
		put_text(writer, bytes, valid);
		if (valid < length) {
			guchar byte = bytes[valid];

			/* GLib takes NUL for the end of text, not for a character. */
			put_hex(writer, byte == 0 ? "\\u00" : "\\\\x", byte);
			valid++;
		}
		bytes += valid;
		length -= valid;
	}
	put(writer, "\"", 1);
}

void
pv_json_string(PvJsonWriter *writer, const char *string)
{
	pv_json_bytes(writer, string, strlen(string));
}

static void
put_number(PvJsonWriter *writer, gboolean negative, guint64 value)
{
	char digits[24];
	gsize at = sizeof(digits);

	do {
		digits[--at] = '0' + value % 10;
		value /= 10;
	} while (value > 0);
	if (negative)
		digits[--at] = '-';
	begin_value(writer);
	put(writer, digits + at, sizeof(digits) - at);
}

void
pv_json_int(PvJsonWriter *writer, gint64 value)
{
	put_number(writer, value < 0, value < 0 ? -(guint64)value : (guint64)value);
}

void
pv_json_uint(PvJsonWriter *writer, guint64 value)
{
	put_number(writer, FALSE, value);
}

void
pv_json_bool(PvJsonWriter *writer, gboolean value)
{
	const char *word = value ? "true" : "false";

	begin_value(writer);
	put(writer, word, strlen(word));
}

void
pv_json_member_word(PvJsonWriter *writer, const char *key, const char *word)
{
	pv_json_key(writer, key);
	pv_json_word(writer, word);
}

void
pv_json_member_string(PvJsonWriter *writer, const char *key, const char *string)
{
	pv_json_key(writer, key);
	pv_json_string(writer, string);
}

void
pv_json_member_int(PvJsonWriter *writer, const char *key, gint64 value)
{
	pv_json_key(writer, key);
	pv_json_int(writer, value);
}

void
pv_json_member_uint(PvJsonWriter *writer, const char *key, guint64 value)
{
	pv_json_key(writer, key);
	pv_json_uint(writer, value);
}

void
pv_json_member_bool(PvJsonWriter *writer, const char *key, gboolean value)
{
	pv_json_key(writer, key);
	pv_json_bool(writer, value);
}
