/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <libsmartcols/libsmartcols.h>

#include "columns.h"

/* The table of lines that libsmartcols prints. */
struct picture {
	const struct view *view;
	struct libscols_table *table;
	gboolean failed; /* ran out of memory */
};

gboolean picture_init(struct picture *picture, const struct view *view);
void picture_clear(struct picture *picture);
/* Adds a line below another, or at the root for NULL. */
struct libscols_line *picture_add(struct picture *picture, struct libscols_line *parent,
				  const struct row *row);
/* What stands where something was cut: one column wide. */
const char *picture_get_ellipsis(const struct picture *picture);
gboolean picture_print(struct picture *picture);
