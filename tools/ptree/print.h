/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "scan.h"

/* Each writes the answer in one form to stdout; FALSE: not all of it got there. */
gboolean print_picture(const struct scan *scan, const struct options *options, GPtrArray *columns);
gboolean print_pids(const struct scan *scan);
gboolean print_json(const struct scan *scan, const struct options *options);
/* Sends what is left, and says on stderr what went wrong, unless the reader just left. */
gboolean print_end(void);
