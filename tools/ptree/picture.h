/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <stdio.h>

#include "clip.h"
#include "columns.h"

/* A row in words, and where it hangs. */
struct line {
	struct row row;
	struct line *parent; /* NULL: it hangs nowhere */
	guint depth;
	guint n_below;
	struct line *last_below; /* of those that are drawn, see draw.c */
	gboolean folded;	 /* another line stands for it */
	struct clip_parts parts;
	char *texts[]; /* one for each column; NULL: nothing to say */
};

/* The lines, in the order in which they are shown. */
struct picture {
	const struct view *view;
	GPtrArray *lines; /* struct line */
	GPtrArray *columns;
	GHashTable *shared;
	GHashTable *ends;
	GString *text;	  /* of the cell that is told */
	guint n_firm;	  /* lines that stay, whatever is folded */
	guint n_left_out; /* that would have stayed, too */
};

/* May add a column to the view. */
void picture_init(struct picture *picture, struct view *view);
void picture_clear(struct picture *picture);
/* Adds a line below another, or at the root for NULL. NULL: it is of no use. */
struct line *picture_add(struct picture *picture, struct line *parent, const struct row *row);
/* Takes the text. */
void picture_set_text(struct line *line, guint column, char *text);
/* What stands where something was cut: one column wide. */
const char *picture_get_ellipsis(const struct picture *picture);
void picture_print(struct picture *picture, FILE *out);
