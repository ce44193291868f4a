/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Taking system calls away from the calling process, for good, as containers and old kernels do; the
 * user that it runs as, and how many descriptors it may have.
 */
#pragma once

#include <glib.h>
#include <sys/resource.h>

#define PV_TEST_NOBODY 65534

/* For good, in all threads. */
void pv_test_become_nobody(void);
/* From here on, in this thread and those it makes, these calls fail with that errno. */
void pv_test_forbid(const long *calls, guint n_calls, int with_errno);
/* How many descriptors there may be from here on; how many there might be before. */
rlim_t pv_test_limit_descriptors(rlim_t n);
/* From here on, whoever opens a file without close-on-exec, in whatever library, is killed. */
void pv_test_forbid_unmarked_files(void);
/* The name of a call that tests forbid. */
const char *pv_test_call_name(long call);
