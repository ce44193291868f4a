/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "scan.h"

/* One line on stderr if something could not be seen, and what would show it. */
void report_unseen(const struct scan *scan);
/* What the scan used, what it cost and what it did not have to do, on stderr. */
void report_stats(const struct scan *scan);
