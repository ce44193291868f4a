/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the caller may do.
 */
#pragma once

#include <glib.h>

/* CAP_SYS_PTRACE is in effect: tasks of all users may be looked into. */
gboolean pv_privilege_can_ptrace(void);
