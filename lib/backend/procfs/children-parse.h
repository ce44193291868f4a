/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A parser for /proc/PID/task/TID/children: bytes in, numbers out. Pure.
 */
#pragma once

#include "core/array.h"

/*
 * Appends the numbers (gint32). 0, or a negative errno: -EPROTO if the text is not as the kernel
 * prints it, each number with a space behind it; -ENOMEM.
 */
int pv_children_parse(const char *text, gsize length, PvArray *pids);
