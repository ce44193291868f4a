/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "columns.h"

/* What was scanned for an answer, and what of it matched. */
struct scan {
	ProcviewSnapshot *overview; /* taken first, to find the relatives; NULL: not needed */
	ProcviewSnapshot *snapshot; /* what is shown */
	struct selection *selection;
	gboolean seeks_file;	/* a path was among what was asked for */
	gboolean tells_sharers; /* it matters who else has a table */
};

gboolean scan_run(struct scan *scan, const struct options *options, const GPtrArray *columns,
		  GArray *whats, GError **error);
void scan_clear(struct scan *scan);
