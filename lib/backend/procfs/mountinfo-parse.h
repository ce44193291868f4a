/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parser for /proc/PID/mountinfo: bytes in, one record a line. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint32 mount_id;
	guint32 dev;	    /* pv_dev() */
	const char *fstype; /* into the text, with its octal escapes */
	gsize fstype_len;
	const char *super_options;
	gsize super_options_len;
} PvMount;

/*
 * Parses the first line of the text. Returns how many bytes it took with its newline, or 0 at the
 * end of the text or where only a cut line is left. A line that is not as proc(5) says gives a
 * mount whose fstype is NULL.
 */
gsize pv_mountinfo_parse(const char *text, gsize length, PvMount *mount);
/* Whether a comma-separated list of options holds the word. */
gboolean pv_mount_has_option(const PvMount *mount, const char *word);
