/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parser for /proc/PID/maps: bytes in, records out. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint64 start;
	guint64 end;
	guint64 offset;
	guint64 ino;
	guint32 dev;   /* pv_dev() */
	guint32 flags; /* PV_MAPPING_* */
	gboolean is_file;
	const char *path; /* as it stands there, into the text; NULL: has none */
	gsize path_len;
} PvMapsLine;

/*
 * The first line of the text: how many bytes it takes, with its newline; 0: there is no whole line.
 * A line that cannot be understood is no file's, and start and end are 0.
 */
gsize pv_maps_parse(const char *text, gsize length, PvMapsLine *line);
/*
 * Takes the escapes out of a path, into a buffer that is as large, and gives the length of what is
 * there then.
 */
gsize pv_maps_unescape(const char *path, gsize length, char *buffer);
