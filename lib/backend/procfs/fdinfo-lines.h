/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the parsers of fdinfo have in common: lines, and numbers that fill the rest of a line. Pure.
 */
#pragma once

#include <glib.h>

/* Without its newline; not NUL-terminated. */
typedef struct {
	const char *p;
	const char *end;
} PvLine;

/* What is left of a text, from *text on. FALSE at its end, or where only a cut line is left. */
gboolean pv_line_next(PvLine *text, PvLine *line);
/* The rest of the line behind the key and the blanks that follow; FALSE: has another key. */
gboolean pv_line_value(const PvLine *line, const char *key, PvLine *value);
/* The next word, and what is behind it; FALSE: there is none. */
gboolean pv_line_word(PvLine *line, PvLine *word);
gboolean pv_line_is(const PvLine *word, const char *expected);
/* The whole of the word is the number. */
gboolean pv_word_u64(const PvLine *word, guint64 *value);
gboolean pv_word_hex(const PvLine *word, guint64 *value);
/* Numbers of a word as "ino:2a", behind its key. */
gboolean pv_word_hex_of(const PvLine *word, const char *key, guint64 *value);
