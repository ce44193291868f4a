/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "scan.h"

/* What it takes to draw it. */
ProcviewCollect graph_get_needs(void);
/* Writes what matched and who it talks to, in the language of Graphviz. */
void graph_print(const struct scan *scan, const struct options *options);
