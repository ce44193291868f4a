/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where is text cut that is wider than its place, and how is that seen?  An ellipsis stands where
 * something is missing: at the end, or in a path where its folders were, since the name of the file
 * and the mark behind it say more. What looks like one character is never cut apart, and colours
 * take no room and are never cut.
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
measure_character(const char *p, gsize left, wchar_t *c, guint *columns)
{
	mbstate_t state = {0};
	gsize length;
	int width;

	*c = 0;
	*columns = 1;
	length = mbrtowc(c, p, left, &state);
	if (length == 0 || length > left)
		return 1;
	width = wcwidth(*c);
	*columns = width < 0 ? 1 : (guint)width;
	return length;
}

#define JOINER	      0x200d
#define EMOJI_VARIANT 0xfe0f

/* A colour of skin changes the picture in front of it; two letters of a flag are one flag; and what
 * is joined is one picture. */
static gboolean
belongs_to(wchar_t c, guint columns, wchar_t before, gboolean alone)
{
	if (columns == 0 || before == JOINER || (c >= 0x1f3fb && c <= 0x1f3ff))
		return TRUE;
	return alone && before >= 0x1f1e6 && before <= 0x1f1ff && c >= 0x1f1e6 && c <= 0x1f1ff;
}

static gboolean
is_plain(char c)
{
	return c >= ' ' && c <= '~';
}

/* What looks like one character: with the marks upon it. One that is shown as a picture only because
 * it is told to be takes two columns on some terminals and one on others: two is on the safe side. */
static gsize
measure_cluster(const char *p, gsize left, guint *columns)
{
	wchar_t before, next;
	gsize length;
	gboolean alone = TRUE;

	/* Nearly all of nearly every text: a letter without a mark. */
	*columns = 1;
	if (is_plain(p[0]) && (left < 2 || is_plain(p[1]) || p[1] == '\0'))
		return 1;
	length = measure_character(p, left, &before, columns);

	while (length < left && p[length] != '\0') {
		guint more;
		gsize step = measure_character(p + length, left - length, &next, &more);

		if (!belongs_to(next, more, before, alone))
			break;
		alone = alone && more == 0;
		before = more == 0 && next != JOINER ? before : next;
		*columns = next == EMOJI_VARIANT ? MAX(*columns, 2) : *columns + more;
		length += step;
	}
	return MIN(length, left);
}

/* Colours, then clusters: the next piece of a line. */
static gsize
measure_piece(const char *p, gsize left, guint *columns)
{
	gsize length = MIN(measure_color(p), left);

	*columns = 0;
	return length > 0 ? length : measure_cluster(p, left, columns);
}

static guint
measure(const char *text, gsize length)
{
	guint used = 0;

	for (gsize at = 0; at < length;) {
		guint columns;

		at += measure_piece(text + at, length - at, &columns);
		used += columns;
	}
	return used;
}

guint
clip_measure(const char *text)
{
	return measure(text, strlen(text));
}

/* The bytes of the text that fit into so many columns. */
static gsize
find_end(const char *text, gsize length, guint width)
{
	guint used = 0;

	for (gsize at = 0; at < length;) {
		guint columns;
		gsize step = measure_piece(text + at, length - at, &columns);

		used += columns;
		if (used > width)
			return at;
		at += step;
	}
	return length;
}

/* Where the last part of a text starts that fits into so many columns. */
static gsize
find_start(const char *text, gsize length, guint width)
{
	guint left = measure(text, length);
	gsize at = 0;

	while (at < length && left > width) {
		guint columns;

		at += measure_piece(text + at, length - at, &columns);
		left -= columns;
	}
	return at;
}

char *
clip_end(const char *text, guint width, const char *ellipsis)
{
	gsize length = strlen(text);
	gsize end;

	if (measure(text, length) <= width)
		return g_strdup(text);
	if (width == 0)
		return g_strdup("");
	end = find_end(text, length, width - 1);
	return g_strdup_printf("%.*s%s", (int)end, text, ellipsis);
}

char *
clip_path(const char *text, guint width, const char *ellipsis)
{
	gsize length = strlen(text);

	if (width < 2 || measure(text, length) <= width)
		return clip_end(text, width, ellipsis);
	return g_strconcat(ellipsis, text + find_start(text, length, width - 1), NULL);
}

/* Takes from a part what is too much, but leaves the least. */
static guint
shrink(guint *part, guint least, guint too_much)
{
	guint taken = MIN(too_much, *part - MIN(*part, least));

	*part -= taken;
	return too_much - taken;
}

static char *
cut_part(const char *text, gsize length, guint width, gboolean is_path, const char *ellipsis)
{
	g_autofree char *part = g_strndup(text, length);

	return is_path ? clip_path(part, width, ellipsis) : clip_end(part, width, ellipsis);
}

/* What the kernel makes up for what has no path, as pipe:[12], can be missed. */
static guint
find_least_of_path(const char *path, gsize length, guint least)
{
	return memchr(path, '/', length) == NULL ? MIN(least, 1) : least;
}

/* Of a path, its folders can be missed first; then the end of what else is told; none of the three
 * gets less than a third for another's sake. */
char *
clip_parts(const char *text, const struct clip_parts *parts, guint width, const char *ellipsis)
{
	guint head = measure(text, parts->path);
	guint path = measure(text + parts->path, parts->more - parts->path);
	guint more = measure(text + parts->more, parts->ends - parts->more);
	guint ends = clip_measure(text + parts->ends);
	guint left = width - MIN(width, head);
	guint too_much = path + more + ends - MIN(path + more + ends, left);
	g_autofree char *first = NULL, *second = NULL, *third = NULL;

	if (too_much == 0 || left < 3)
		return clip_end(text, width, ellipsis);
	too_much = shrink(
		&path, find_least_of_path(text + parts->path, parts->more - parts->path, left / 3),
		too_much);
	too_much = shrink(&more, left / 3, too_much);
	shrink(&ends, left / 3, too_much);
	first = cut_part(text + parts->path, parts->more - parts->path, path, TRUE, ellipsis);
	second = cut_part(text + parts->more, parts->ends - parts->more, more, FALSE, ellipsis);
	third = clip_end(text + parts->ends, ends, ellipsis);
	return g_strdup_printf("%.*s%s%s%s", (int)parts->path, text, first, second, third);
}

static void
print_line(FILE *stream, const char *line, gsize length, guint width, const char *ellipsis)
{
	gboolean fits = measure(line, length) <= width;
	gsize end = fits ? length : find_end(line, length, width - 1);

	fwrite(line, 1, end, stream);
	if (fits)
		return;
	fputs(ellipsis, stream);
	for (gsize at = end; at < length;) {
		gsize step = MIN(measure_color(line + at), length - at);

		fwrite(line + at, 1, step, stream);
		at += MAX(step, 1);
	}
}

void
clip_print(FILE *stream, const char *text, guint width, const char *ellipsis)
{
	while (*text != '\0') {
		gsize length = strcspn(text, "\n");

		print_line(stream, text, length, MAX(width, 1), ellipsis);
		fputc('\n', stream);
		text += length;
		if (*text == '\n')
			text++;
	}
}
