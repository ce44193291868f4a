/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Whether the calling process has a message queue open.
 */
#pragma once

#include <glib.h>

/*
 * In the thread that calls, with the descriptors that are its own. 1, 0, or a negative errno if memory
 * or descriptors do not suffice to find it out.
 */
int pv_has_own_queue(int proc_dir);
