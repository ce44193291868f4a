/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parser for the head of /proc/PID/fdinfo/N: pos, flags and mnt_id (3.15), then ino (5.14).
 *
 * The kernel writes these itself, in this order, and lets the driver of the file add lines behind
 * them; the head ends before whatever is not the next of them, so that nothing a driver writes is
 * taken for one.
 */
#include "backend/procfs/fdinfo-parse.h"

#include <string.h>

#include "util/number.h"

/* Steps over "KEY:\t" at the start of [p, end). */
static const char *
skip_key(const char *p, const char *end, const char *key)
{
	gsize length = strlen(key);

	if (p == NULL || (gsize)(end - p) < length || memcmp(p, key, length) != 0)
		return NULL;
	return p + length;
}

static const char *
skip_newline(const char *p, const char *end)
{
	return p == NULL || p == end || *p != '\n' ? NULL : p + 1;
}

static const char *
parse_pos(const char *p, const char *end, PvFdinfo *fdinfo)
{
	p = skip_key(p, end, "pos:\t");
	return p == NULL ? NULL : skip_newline(pv_number_i64(p, end, &fdinfo->pos), end);
}

static const char *
parse_flags(const char *p, const char *end, PvFdinfo *fdinfo)
{
	p = skip_key(p, end, "flags:\t");
	return p == NULL ? NULL : skip_newline(pv_number_octal(p, end, &fdinfo->flags), end);
}

static const char *
parse_mount_id(const char *p, const char *end, PvFdinfo *fdinfo)
{
	p = skip_key(p, end, "mnt_id:\t");
	return p == NULL ? NULL : skip_newline(pv_number_u32(p, end, &fdinfo->mount_id), end);
}

gboolean
pv_fdinfo_parse(const char *text, gsize length, PvFdinfo *fdinfo)
{
	const char *end, *p;

	*fdinfo = (PvFdinfo){0};
	if (length == 0)
		return FALSE;
	end = text + length;
	p = parse_pos(text, end, fdinfo);
	p = parse_flags(p, end, fdinfo);
	p = parse_mount_id(p, end, fdinfo);
	if (p == NULL)
		return FALSE;
	/* A cut line is not the head's end: it may have been to be this one. */
	if (p < end && memchr(p, '\n', (gsize)(end - p)) == NULL)
		return FALSE;
	p = skip_key(p, end, "ino:\t");
	if (p == NULL)
		return TRUE;
	fdinfo->has_ino = TRUE;
	return skip_newline(pv_number_u64(p, end, &fdinfo->ino), end) != NULL;
}
