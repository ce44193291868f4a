/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the caller may do.
 */
#pragma once

#include <glib.h>

/* CAP_SYS_PTRACE is in effect: tasks of all users may be looked into. */
gboolean pv_privilege_can_ptrace(void);
/* Directories of others may be listed, such as /proc/PID/fd, which is its owner's alone. */
gboolean pv_privilege_can_search(void);
