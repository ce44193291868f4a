/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The bounds that the project has set itself, and whether a run has met them.
 */
#pragma once

#include "measure.h"

typedef enum {
	VERDICT_MET,
	VERDICT_NOT_MET,
	VERDICT_UNKNOWN, /* somebody did not take part, or something could not be measured */
} VerdictStatus;

typedef struct {
	VerdictStatus status;
	char *bound;
	char *figures; /* or why it is unknown */
} Verdict;

/* Elements: Verdict. */
GPtrArray *bench_judge(const Bench *bench);
const char *verdict_to_string(VerdictStatus status);
