/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How wide may each column be, for the lines to fit the terminal?
 *
 * Command lines and paths have any length; the other columns are narrow and keep their width. What
 * these leave is shared by the wide ones: none gets more than it needs, and those that need more
 * get the same, but for the least that a column cannot do without. Left as it is, a command
 * line of thousands of characters in the middle would push all that follows off the screen.
 */
#include "fit.h"

#include <string.h>

#include "clip.h"
#include "draw.h"

/* What is left of the text at the end of the longest branch. */
#define TEXT_AT_LEAST 4

struct extent {
	const struct column *column;
	gboolean is_command;
	gboolean is_tree;
	gboolean is_path;
	guint least; /* what makes sense at all */
	guint needed;
	guint given;
};

static guint
measure_indent(const struct extent *extent, const struct line *line)
{
	return extent->is_tree ? line->depth * DRAW_STEP_WIDTH : 0;
}

static gboolean
tells_path(const struct column *column)
{
	static const char *const names[] = {"NAME", "EXE", "CWD", "ROOT", NULL};

	return g_strv_contains(names, column->name);
}

static gboolean
is_wide(const struct extent *extent)
{
	static const char *const names[] = {"COMMAND", "DETAIL", "PEER",   "LOCKS",
					    "LOCAL",   "REMOTE", "SOURCE", NULL};

	return extent->is_path || g_strv_contains(names, extent->column->name);
}

static void
measure_extents(struct picture *picture, struct extent *extents, guint n)
{
	for (guint i = 0; i < n; i++) {
		const struct column *column = g_ptr_array_index(picture->view->columns, i);
		gboolean flat = picture->view->flat;

		extents[i] = (struct extent){
			.column = column,
			.is_command = strcmp(column->name, "COMMAND") == 0,
			.is_tree = !flat && strcmp(column->name, "COMMAND") == 0,
			.is_path = tells_path(column),
			.least = (guint)strlen(column->name),
			.needed = (guint)strlen(column->name),
		};
	}
	for (guint l = 0; l < picture->lines->len; l++) {
		const struct line *line = g_ptr_array_index(picture->lines, l);

		for (guint i = 0; i < n && !line->folded; i++) {
			const char *text = line->texts[i];
			guint width = text != NULL ? clip_measure(text) : 0;

			width += measure_indent(&extents[i], line);
			if (extents[i].is_tree)
				extents[i].least =
					MAX(extents[i].least,
					    measure_indent(&extents[i], line) + TEXT_AT_LEAST);
			extents[i].needed = MAX(extents[i].needed, width);
		}
	}
}

/* Gives out width among the wide ones; who needs less than an equal share leaves the rest. */
static void
share(struct extent *extents, guint n, guint width)
{
	guint n_open = 0;
	gboolean again = TRUE;

	for (guint i = 0; i < n; i++)
		n_open += is_wide(&extents[i]);
	while (again && n_open > 0) {
		guint equal = width / n_open;

		again = FALSE;
		for (guint i = 0; i < n; i++) {
			guint fixed = extents[i].needed <= equal
					      ? extents[i].needed
					      : MIN(extents[i].least, extents[i].needed);

			if (!is_wide(&extents[i]) || extents[i].given != 0 ||
			    (extents[i].needed > equal && extents[i].least <= equal))
				continue;
			extents[i].given = fixed;
			width -= MIN(fixed, width);
			n_open--;
			again = TRUE;
			break;
		}
	}
	/* Odd ones go to the first. */
	for (guint i = 0; i < n; i++) {
		if (!is_wide(&extents[i]) || extents[i].given != 0)
			continue;
		extents[i].given = width / n_open + (width % n_open != 0);
		width -= extents[i].given;
		n_open--;
	}
}

/* FALSE: all of it fits as it is. */
static gboolean
give_widths(struct extent *extents, guint n, guint width)
{
	guint narrow = n - 1;
	guint wide = 0;

	for (guint i = 0; i < n; i++) {
		if (is_wide(&extents[i]))
			wide += extents[i].needed;
		else
			narrow += extents[i].needed;
	}
	if (narrow + wide <= width)
		return FALSE;
	share(extents, n, width > narrow ? width - narrow : 0);
	return TRUE;
}

static void
cut_cell(struct picture *picture, struct line *line, guint i, const struct extent *extent)
{
	const char *text = line->texts[i];
	guint indent = measure_indent(extent, line);
	guint width = extent->given > indent ? extent->given - indent : 1;
	const char *ellipsis = picture_get_ellipsis(picture);
	char *cut;

	if (text == NULL || clip_measure(text) <= width)
		return;
	if (extent->is_path)
		cut = clip_path(text, width, ellipsis);
	else if (extent->is_command && line->parts.ends > 0)
		cut = clip_parts(text, &line->parts, width, ellipsis);
	else
		cut = clip_end(text, width, ellipsis);
	picture_set_text(line, i, cut);
}

void
fit_picture(struct picture *picture)
{
	guint n = picture->view->columns->len;
	g_autofree struct extent *extents = g_new0(struct extent, n);

	measure_extents(picture, extents, n);
	if (!give_widths(extents, n, picture->view->terminal->width))
		return;
	for (guint l = 0; l < picture->lines->len; l++) {
		struct line *line = g_ptr_array_index(picture->lines, l);

		for (guint i = 0; i < n && !line->folded; i++) {
			if (is_wide(&extents[i]))
				cut_cell(picture, line, i, &extents[i]);
		}
	}
}
