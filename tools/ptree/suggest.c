/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What was meant?  The name that is had by the fewest slips of a finger: a letter too many, too few
 * or wrong, two of them exchanged. A third of the letters may be wrong, else anything is like
 * anything. Of a name that was only begun nothing is wrong.
 */
#include "suggest.h"

#include <string.h>

#define LONGEST 24

static guint
least(guint a, guint b, guint c)
{
	return MIN(MIN(a, b), c);
}

/* The distance of Damerau and Levenshtein, for which three lines of the table are enough. */
static guint
measure(const char *word, const char *name)
{
	guint lines[3][LONGEST + 1];
	guint width = (guint)strlen(name);

	for (guint j = 0; j <= width; j++)
		lines[0][j] = j;
	for (guint i = 1; word[i - 1] != '\0'; i++) {
		guint *line = lines[i % 3];
		const guint *above = lines[(i + 2) % 3];
		const guint *two_above = lines[(i + 1) % 3];

		line[0] = i;
		for (guint j = 1; j <= width; j++) {
			char a = g_ascii_tolower(word[i - 1]);
			char b = g_ascii_tolower(name[j - 1]);

			line[j] = least(above[j] + 1, line[j - 1] + 1, above[j - 1] + (a != b));
			if (i > 1 && j > 1 && a == g_ascii_tolower(name[j - 2]) &&
			    b == g_ascii_tolower(word[i - 2]))
				line[j] = MIN(line[j], two_above[j - 2] + 1);
		}
	}
	return lines[strlen(word) % 3][width];
}

void
suggest(struct suggestion *suggestion, const char *name)
{
	gsize length = strlen(suggestion->word);
	guint distance;

	if (length < 2 || length > LONGEST || strlen(name) > LONGEST)
		return;
	distance = g_ascii_strncasecmp(suggestion->word, name, length) == 0
			   ? 0
			   : measure(suggestion->word, name);
	if (distance * 3 > MAX(length, strlen(name)))
		return;
	if (suggestion->name == NULL || distance < suggestion->distance) {
		suggestion->name = name;
		suggestion->distance = distance;
	}
}
