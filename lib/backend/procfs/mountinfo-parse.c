/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parser for /proc/PID/mountinfo, since 2.6.26:
 *
 *   36 35 98:0 /root /mount/point rw,noatime master:1 ... - ext3 /dev/root rw,errors=continue
 *   id parent dev                 options   0 or more   -  type source    super block's options
 *
 * Spaces inside of a field are escaped, so one space is one border, and a field may be empty (the
 * source of "mount -t tmpfs '' /x").
 */
#include "backend/procfs/mountinfo-parse.h"

#include <string.h>

#include "core/record.h"
#include "util/number.h"

/* Steps over a field and the space that ends it. */
static const char *
skip_field(const char *p, const char *end)
{
	const char *space = p == NULL ? NULL : memchr(p, ' ', (gsize)(end - p));

	return space == NULL ? NULL : space + 1;
}

static const char *
skip_char(const char *p, const char *end, char c)
{
	return p == NULL || p == end || *p != c ? NULL : p + 1;
}

static const char *
parse_numbers(const char *p, const char *end, PvMountLine *mount)
{
	guint32 parent, major, minor;

	p = skip_char(pv_number_u32(p, end, &mount->mount_id), end, ' ');
	if (p == NULL)
		return NULL;
	p = skip_char(pv_number_u32(p, end, &parent), end, ' ');
	if (p == NULL)
		return NULL;
	p = skip_char(pv_number_u32(p, end, &major), end, ':');
	if (p == NULL)
		return NULL;
	p = skip_char(pv_number_u32(p, end, &minor), end, ' ');
	if (p == NULL || major > 0xfff || minor > 0xfffff)
		return NULL;
	mount->dev = pv_dev(major, minor);
	return p;
}

/* Steps over the optional fields and the dash that ends them. */
static const char *
skip_optional_fields(const char *p, const char *end)
{
	while (p != NULL && !(end - p >= 2 && p[0] == '-' && p[1] == ' '))
		p = skip_field(p, end);
	return p == NULL ? NULL : p + 2;
}

static gboolean
parse_line(const char *p, const char *end, PvMountLine *mount)
{
	const char *root, *point, *flags, *source, *options;

	root = parse_numbers(p, end, mount);
	point = skip_field(root, end);
	flags = skip_field(point, end); /* options of the mount */
	p = skip_optional_fields(skip_field(flags, end), end);
	source = skip_field(p, end);
	options = skip_field(source, end);
	if (options == NULL || source - p < 2)
		return FALSE;
	mount->root = root;
	mount->root_len = (gsize)(point - root) - 1;
	mount->point = point;
	mount->point_len = (gsize)(flags - point) - 1;
	mount->fstype = p;
	mount->fstype_len = (gsize)(source - p) - 1;
	mount->source = source;
	mount->source_len = (gsize)(options - source) - 1;
	mount->super_options = options;
	mount->super_options_len = (gsize)(end - options);
	return TRUE;
}

gsize
pv_mountinfo_parse(const char *text, gsize length, PvMountLine *mount)
{
	const char *newline = length == 0 ? NULL : memchr(text, '\n', length);

	*mount = (PvMountLine){0};
	if (newline == NULL)
		return 0;
	if (!parse_line(text, newline, mount))
		*mount = (PvMountLine){0};
	return (gsize)(newline - text) + 1;
}

gboolean
pv_mount_is_of_type(const PvMountLine *mount, const char *const *types)
{
	for (; mount->fstype != NULL && *types != NULL; types++) {
		gsize length = strlen(*types);

		if (mount->fstype_len == length && memcmp(mount->fstype, *types, length) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean
pv_mount_has_option(const PvMountLine *mount, const char *word)
{
	gsize length = strlen(word);
	const char *p = mount->super_options;
	const char *end = p == NULL ? NULL : p + mount->super_options_len;

	while (p != NULL) {
		const char *comma = memchr(p, ',', (gsize)(end - p));
		gsize here = (gsize)((comma == NULL ? end : comma) - p);

		if (here == length && memcmp(p, word, length) == 0)
			return TRUE;
		p = comma == NULL ? NULL : comma + 1;
	}
	return FALSE;
}
