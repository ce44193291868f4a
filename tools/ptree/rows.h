/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "picture.h"

/* The row of a process. */
struct libscols_line *rows_add_process(struct picture *picture, struct libscols_line *parent,
				       ProcviewProcess *process, enum role role);
/* The rows that hang under a process that matched: tables, descriptors, threads. */
void rows_add_below(struct picture *picture, struct libscols_line *line, ProcviewProcess *process);
