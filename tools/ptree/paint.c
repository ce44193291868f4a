/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which colour says what?
 *
 * Nobody knows what is behind the letters: light or dark. So what matched is bold and who is only
 * on the way to it is dim, in the terminal's own colour; a warning brings its background with it;
 * and the few other colours are of those that can be read on both. Nothing is told by colour alone.
 */
#include "paint.h"

#include <string.h>

#include "glance.h"
#include "usage.h"

#define STRONG "\033[1m"
#define WEAK   "\033[2m"

#define BLACK_ON_YELLOW "\033[30;43m"
#define WHITE_ON_RED	"\033[37;41m"

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"

/* Neither those of a warning, nor blue, which is hard to see on black. */
static const char *const of_tables[] = {"\033[36m", "\033[35m", "\033[32m"};

const char *
paint_line(const struct row *row)
{
	if (row->strong)
		return STRONG;
	return row->weak || row->news == NEWS_GONE ? WEAK : NULL;
}

static const char *
paint_usage(const struct row *row, const struct view *view)
{
	switch (usage_get_level(row, view)) {
	case USAGE_FULL:
		return WHITE_ON_RED;
	case USAGE_HIGH:
		return BLACK_ON_YELLOW;
	default:
		return NULL;
	}
}

const char *
paint_cell(const struct column *column, const struct row *row, const struct view *view)
{
	if (strcmp(column->name, "FDS") == 0 || strcmp(column->name, "FDS%") == 0)
		return paint_usage(row, view);
	if (strcmp(column->name, "TABLE") == 0 && row->table != NULL && glance_is_told(row, view))
		return of_tables[procview_fd_table_get_id(row->table) % G_N_ELEMENTS(of_tables)];
	return NULL;
}

const char *
paint_get_mark(enum news news)
{
	static const char *const marks[] =
		{[NEWS_NEW] = "+", [NEWS_GONE] = "-", [NEWS_CHANGED] = "~"};

	return news < G_N_ELEMENTS(marks) ? marks[news] : NULL;
}

const char *
paint_mark(enum news news)
{
	static const char *const colors[] =
		{[NEWS_NEW] = GREEN, [NEWS_GONE] = RED, [NEWS_CHANGED] = YELLOW};

	return news < G_N_ELEMENTS(colors) ? colors[news] : NULL;
}
