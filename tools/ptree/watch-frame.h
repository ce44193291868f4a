/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "scan.h"

/* One view. */
struct frame {
	const struct options *options;
	GPtrArray *columns;
	const struct scan *scan;   /* what is shown */
	const struct scan *before; /* what was, before; of no use without news */
	GDateTime *time;	   /* when that was */
	const char *messages;	   /* lines, to stand above the picture */
};

/* What a user sees: a line of the time and of what is shown, then the picture. With n_lines, only so
 * many are of use; it becomes the number of those that were left out. NULL: no memory. */
char *frame_draw(const struct frame *frame, const char *time_format, guint *n_lines);
/* What a program reads: all there is, or the changes if there was a view before. NULL: it failed,
 * and the user was told. */
GBytes *frame_tell_json(const struct frame *frame);
