/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <gio/gio.h>
#include <stdio.h>

#include "scan.h"

/* Each writes the answer in one form, to stdout unless told where; FALSE: not all of it got there.
 * With n_lines, only so many lines are of use; it becomes the number of those that were left out. */
gboolean print_picture(FILE *out, const struct scan *scan, const struct options *options,
		       GPtrArray *columns, guint *n_lines);
gboolean print_pids(const struct scan *scan, const struct options *options, GPtrArray *columns);
/* For JSON, to stdout: it ends lines as the options have it, and must be closed to do so. */
GOutputStream *print_new_stream(const struct options *options);
gboolean print_json(GOutputStream *out, const struct scan *scan, const struct options *options);
/* Sends what is left, and says on stderr what went wrong, unless the reader just left. */
gboolean print_end(void);
