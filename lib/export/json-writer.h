/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * JSON as a stream of bytes: brackets, keys and values go through one small buffer, so what is
 * written may be of any size.
 *
 * Names in a snapshot are bytes, and JSON is UTF-8. The escape is reversible: after a JSON parser
 * has had its turn, a backslash of the name is two backslashes, and a byte that is not part of
 * valid UTF-8 is a backslash, an x and two lower-case hexadecimal digits. Control characters, the
 * C1 ones among them, are written as \u00XX, so that no output of this can steer a terminal.
 */
#pragma once

#include <glib.h>

typedef gboolean (*PvJsonWriteFunc)(gpointer data, const char *bytes, gsize length, GError **error);

typedef struct {
	PvJsonWriteFunc write;
	gpointer data;
	GError *error;	   /* why writing failed; all that follows is dropped */
	gboolean comma;	   /* a value comes before, on this level */
	gboolean one_line; /* no break within a value */
	gsize used;
	char bytes[16384];
} PvJsonWriter;

void pv_json_writer_init(PvJsonWriter *writer, PvJsonWriteFunc write, gpointer data);
/* Hands on what is left. FALSE, with an error: this or an earlier writing failed. */
gboolean pv_json_writer_finish(PvJsonWriter *writer, GError **error);

void pv_json_open(PvJsonWriter *writer, char bracket);
void pv_json_close(PvJsonWriter *writer, char bracket);
/* A line break where JSON ignores it, before the next value, unless all is to be on one line. */
void pv_json_break(PvJsonWriter *writer);
/* Ends a whole value: what comes next is another one, on a line of its own. */
void pv_json_end_line(PvJsonWriter *writer);

/* The word must need no escape. */
void pv_json_key(PvJsonWriter *writer, const char *word);
void pv_json_word(PvJsonWriter *writer, const char *word);
void pv_json_bytes(PvJsonWriter *writer, const char *bytes, gsize length);
void pv_json_string(PvJsonWriter *writer, const char *string);
void pv_json_int(PvJsonWriter *writer, gint64 value);
void pv_json_uint(PvJsonWriter *writer, guint64 value);
void pv_json_bool(PvJsonWriter *writer, gboolean value);

/* A key and its value. */
void pv_json_member_word(PvJsonWriter *writer, const char *key, const char *word);
void pv_json_member_string(PvJsonWriter *writer, const char *key, const char *string);
void pv_json_member_int(PvJsonWriter *writer, const char *key, gint64 value);
void pv_json_member_uint(PvJsonWriter *writer, const char *key, guint64 value);
void pv_json_member_bool(PvJsonWriter *writer, const char *key, gboolean value);
