/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * All that a snapshot says, to be compared with all that another says of the same scene.
 */
#pragma once

#include "pv-test.h"

/* But for what it has cost. */
char *pv_test_text_of(ProcviewSnapshot *snapshot);
/* The test fails with the first line that is not the same. */
void pv_test_assert_same_text(const char *wanted, const char *text);
