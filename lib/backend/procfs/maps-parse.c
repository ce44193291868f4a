/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parser for /proc/PID/maps (proc(5)):
 *
 *   7f3a8b600000-7f3a8b628000 r-xp 00002000 fe:01 1234       /usr/lib/libc.so.6
 *
 * What is behind the inode number is a path, a name in brackets, or nothing. Only what has an inode
 * or a device is a file: names in brackets are chosen by the kernel, and by prctl(2)
 * (PR_SET_VMA_ANON_NAME), but a file may be called so too.
 *
 * In paths the kernel writes a newline as \012 and nothing else in another way, not even the
 * backslash: a name that really holds these four characters is taken for one with a newline.
 */
#include "backend/procfs/maps-parse.h"

#include <string.h>

#include "core/detail.h"
#include "util/number.h"

#define NEWLINE_ESCAPE "\\012"

static const char *
skip(const char *p, const char *end, char expected)
{
	return p != NULL && p < end && *p == expected ? p + 1 : NULL;
}

static const char *
read_access(const char *p, const char *end, guint32 *flags)
{
	if (p == NULL || end - p < 4)
		return NULL;
	*flags = (p[0] == 'r' ? PV_MAPPING_READ : 0) | (p[1] == 'w' ? PV_MAPPING_WRITE : 0) |
		 (p[2] == 'x' ? PV_MAPPING_EXECUTE : 0) | (p[3] == 's' ? PV_MAPPING_SHARED : 0);
	return p + 4;
}

static const char *
read_device(const char *p, const char *end, guint32 *dev)
{
	guint64 major, minor;

	if (p == NULL)
		return NULL;
	p = skip(pv_number_hex(p, end, &major), end, ':');
	if (p == NULL)
		return NULL;
	p = pv_number_hex(p, end, &minor);
	if (p == NULL || major > 0xfff || minor > 0xfffff)
		return NULL;
	*dev = pv_dev((guint32)major, (guint32)minor);
	return p;
}

static gboolean
read_line(const char *p, const char *end, PvMapsLine *line)
{
	p = skip(pv_number_hex(p, end, &line->start), end, '-');
	if (p == NULL)
		return FALSE;
	p = skip(pv_number_hex(p, end, &line->end), end, ' ');
	p = skip(read_access(p, end, &line->flags), end, ' ');
	if (p == NULL)
		return FALSE;
	p = skip(pv_number_hex(p, end, &line->offset), end, ' ');
	p = skip(read_device(p, end, &line->dev), end, ' ');
	if (p == NULL)
		return FALSE;
	p = pv_number_u64(p, end, &line->ino);
	if (p == NULL || line->end <= line->start)
		return FALSE;
	line->is_file = line->ino != 0 || line->dev != 0;
	/* A name is padded to a column, and begins with no blank: files' with a slash or a word. */
	while (p < end && *p == ' ')
		p++;
	if (p < end) {
		line->path = p;
		line->path_len = (gsize)(end - p);
	}
	return TRUE;
}

gsize
pv_maps_parse(const char *text, gsize length, PvMapsLine *line)
{
	const char *newline = length == 0 ? NULL : memchr(text, '\n', length);

	*line = (PvMapsLine){0};
	if (newline == NULL)
		return 0;
	if (!read_line(text, newline, line))
		*line = (PvMapsLine){0};
	return (gsize)(newline - text) + 1;
}

gsize
pv_maps_unescape(const char *path, gsize length, char *buffer)
{
	gsize escape = strlen(NEWLINE_ESCAPE);
	gsize used = 0;

	for (gsize i = 0; i < length;) {
		if (length - i >= escape && memcmp(path + i, NEWLINE_ESCAPE, escape) == 0) {
			buffer[used++] = '\n';
			i += escape;
		} else {
			buffer[used++] = path[i++];
		}
	}
	return used;
}
