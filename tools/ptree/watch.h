/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "scan.h"

/*
 * Shows the answer again and again until somebody ends it. The scan has been opened, and not run;
 * what was found last, and by which words, is left in it and in whats. FALSE: it could not do it.
 */
gboolean watch_run(struct scan *scan, const struct options *options, GPtrArray *columns,
		   GArray **whats);
