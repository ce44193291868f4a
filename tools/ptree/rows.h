/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "picture.h"

/* The row of a process. */
struct line *rows_add_process(struct picture *picture, struct line *parent,
			      ProcviewProcess *process, enum role role);
/* The rows that hang under a process that matched: tables, descriptors, threads. */
void rows_add_below(struct picture *picture, struct line *line, ProcviewProcess *process);
