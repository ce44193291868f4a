/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Numbers as the kernel prints them, read from bytes that need not be NUL-terminated.
 *
 * Each function reads the digits at the start of [p, end), as many as there are, and returns where
 * they end; NULL when there is none, or when the number does not fit. No space is skipped, no plus
 * sign and no prefix is taken. What follows the digits is for the caller to judge: a number that
 * reaches the end may have been cut.
 */
#pragma once

#include <glib.h>

const char *pv_number_u64(const char *p, const char *end, guint64 *value);
const char *pv_number_u32(const char *p, const char *end, guint32 *value);
const char *pv_number_i64(const char *p, const char *end, gint64 *value);
const char *pv_number_i32(const char *p, const char *end, gint32 *value);
const char *pv_number_octal(const char *p, const char *end, guint32 *value);
const char *pv_number_hex(const char *p, const char *end, guint64 *value);
/* Whether the whole string is a number from 0 to G_MAXINT32, as entries of /proc are named. */
gboolean pv_number_from_name(const char *name, gint32 *value);
