/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parser for the common head of /proc/PID/fdinfo/N: bytes in, record out. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
	gint64 pos;
	guint32 flags; /* octal in the file; O_CLOEXEC there is the descriptor's, not the file's */
	guint32 mount_id;
	guint64 ino; /* since 5.14 */
	gboolean has_ino;
} PvFdinfo;

/* What follows the head, and is the driver's own, need not be there. */
gboolean pv_fdinfo_parse(const char *text, gsize length, PvFdinfo *fdinfo);
