/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What if the terminal is narrower than the headings?  libsmartcols cuts cells, but none below the
 * width of its heading: on a narrow terminal its lines would wrap and the picture would be lost.
 * Here the rest is cut off. Colours take no room and are never cut.
 */
#include "clip.h"

#include <string.h>
#include <wchar.h>

/* The length of a colour sequence: from ESC to its letter m. */
static gsize
measure_color(const char *p)
{
	return *p == '\033' ? strcspn(p, "m") + 1 : 0;
}

/* One character: its bytes, and the columns that it takes. */
static gsize
measure_character(const char *p, gsize left, guint *columns)
{
	wchar_t c;
	mbstate_t state = {0};
	gsize length = mbrtowc(&c, p, left, &state);
	int width;

	*columns = 1;
	if (length == 0 || length > left)
		return 1;
	width = wcwidth(c);
	*columns = width < 0 ? 1 : (guint)width;
	return length;
}

static void
print_line(FILE *stream, const char *line, gsize length, guint width)
{
	const char *end = line + length;
	guint used = 0;

	for (const char *p = line; p < end;) {
		gsize step = measure_color(p);
		guint columns = 0;

		if (step == 0) {
			step = measure_character(p, (gsize)(end - p), &columns);
			used += columns;
		}
		step = MIN(step, (gsize)(end - p));
		if (columns == 0 || used <= width)
			fwrite(p, 1, step, stream);
		p += step;
	}
}

void
clip_print(FILE *stream, const char *text, guint width)
{
	while (*text != '\0') {
		gsize length = strcspn(text, "\n");

		print_line(stream, text, length, width);
		fputc('\n', stream);
		text += length;
		if (*text == '\n')
			text++;
	}
}
