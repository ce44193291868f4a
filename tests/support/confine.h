/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Taking system calls away from the calling process, for good, as containers and old kernels do; and
 * the user that it runs as.
 */
#pragma once

#include <glib.h>

#define PV_TEST_NOBODY 65534

/* For good, in all threads. */
void pv_test_become_nobody(void);
/* From here on, in this thread and those it makes, these calls fail with that errno. */
void pv_test_forbid(const long *calls, guint n_calls, int with_errno);
/* The name of a call that tests forbid. */
const char *pv_test_call_name(long call);
