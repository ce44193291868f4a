/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parser for /proc/PID/mountinfo: bytes in, one record a line. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint32 mount_id;
	guint32 dev; /* pv_dev(): s_dev of the super block, not always what stat(2) says */
	/* Into the text, with their octal escapes: pv_unescape(). */
	const char *root; /* the directory of the file system that is mounted */
	gsize root_len;
	const char *point; /* as the process sees it whose file this is */
	gsize point_len;
	const char *fstype;
	gsize fstype_len;
	const char *source; /* may be empty */
	gsize source_len;
	const char *super_options;
	gsize super_options_len;
} PvMountLine;

/*
 * Parses the first line of the text. Returns how many bytes it took with its newline, or 0 at the
 * end of the text or where only a cut line is left. A line that is not as proc(5) says gives a
 * mount whose fstype is NULL.
 */
gsize pv_mountinfo_parse(const char *text, gsize length, PvMountLine *mount);
/* Whether the type of the file system is one of these, ended by NULL. */
gboolean pv_mount_is_of_type(const PvMountLine *mount, const char *const *types);
/* Whether a comma-separated list of options holds the word. */
gboolean pv_mount_has_option(const PvMountLine *mount, const char *word);
