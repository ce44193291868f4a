/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Lines of fdinfo. A line without a newline was cut by whoever read it: what it says is not whole,
 * and it is left out.
 */
#include "backend/procfs/fdinfo-lines.h"

#include <string.h>

#include "util/number.h"

gboolean
pv_line_next(PvLine *text, PvLine *line)
{
	const char *newline;

	if (text->p == text->end)
		return FALSE;
	newline = memchr(text->p, '\n', (gsize)(text->end - text->p));
	if (newline == NULL)
		return FALSE;
	*line = (PvLine){text->p, newline};
	text->p = newline + 1;
	return TRUE;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

gboolean
pv_line_value(const PvLine *line, const char *key, PvLine *value)
{
	gsize length = strlen(key);

	if ((gsize)(line->end - line->p) < length || memcmp(line->p, key, length) != 0)
		return FALSE;
	*value = (PvLine){skip_blanks(line->p + length, line->end), line->end};
	return TRUE;
}

gboolean
pv_line_word(PvLine *line, PvLine *word)
{
	const char *p = skip_blanks(line->p, line->end);

	word->p = p;
	while (p < line->end && *p != ' ' && *p != '\t')
		p++;
	word->end = line->p = p;
	return word->p < word->end;
}

gboolean
pv_line_is(const PvLine *word, const char *expected)
{
	gsize length = strlen(expected);

	return (gsize)(word->end - word->p) == length && memcmp(word->p, expected, length) == 0;
}

gboolean
pv_word_u64(const PvLine *word, guint64 *value)
{
	return pv_number_u64(word->p, word->end, value) == word->end;
}

gboolean
pv_word_hex(const PvLine *word, guint64 *value)
{
	return pv_number_hex(word->p, word->end, value) == word->end;
}

gboolean
pv_word_hex_of(const PvLine *word, const char *key, guint64 *value)
{
	PvLine number;

	return pv_line_value(word, key, &number) && pv_word_hex(&number, value);
}
