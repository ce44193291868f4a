/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * seq_path() and its like write blank, tab, newline and backslash, and "#" in mountinfo, as a
 * backslash and three octal digits.
 */
#include "backend/procfs/escapes.h"

static gboolean
is_octal(char c)
{
	return c >= '0' && c <= '7';
}

gsize
pv_unescape(const char *text, gsize length, char *target)
{
	gsize n = 0;

	for (gsize i = 0; i < length; i++) {
		if (text[i] == '\\' && length - i > 3 && text[i + 1] >= '0' && text[i + 1] <= '3' &&
		    is_octal(text[i + 2]) && is_octal(text[i + 3])) {
			target[n++] = (char)((text[i + 1] - '0') << 6 | (text[i + 2] - '0') << 3 |
					     (text[i + 3] - '0'));
			i += 3;
		} else {
			target[n++] = text[i];
		}
	}
	return n;
}
