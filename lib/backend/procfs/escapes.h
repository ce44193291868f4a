/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The octal escapes by which the kernel keeps blanks in a name from ending it: \040 and so on. Pure.
 */
#pragma once

#include <glib.h>

/*
 * Writes the bytes that are meant, at most length of them, and returns how many. A backslash
 * without three octal digits behind it stands for itself. The target may be the text itself.
 */
gsize pv_unescape(const char *text, gsize length, char *target);
