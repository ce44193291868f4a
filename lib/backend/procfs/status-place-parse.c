/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The lines Umask: (in octal, since 4.7; not there where a task has no fs_struct, as a zombie) and
 * VmSize: (not there where it has no mm_struct, as zombies and kernel threads) of
 * /proc/PID/status. A task cannot forge them: newlines in its name are escaped there.
 */
#include "backend/procfs/status-place-parse.h"

#include <string.h>

#include "core/record.h"
#include "util/number.h"

static guint32
parse_octal(const char *p, const char *end)
{
	guint32 value;

	return pv_number_octal(p, end, &value) == end ? value : PV_NONE;
}

static gboolean
begins_with(const char *line, const char *end, const char *key)
{
	gsize length = strlen(key);

	return (gsize)(end - line) >= length && memcmp(line, key, length) == 0;
}

void
pv_status_place_parse(const char *text, gsize length, PvStatusPlace *place)
{
	const char *end = text + length;

	*place = (PvStatusPlace){.umask = PV_NONE};
	while (text < end) {
		const char *newline = memchr(text, '\n', (gsize)(end - text));

		if (newline == NULL)
			return;
		if (place->umask == PV_NONE && begins_with(text, newline, "Umask:\t"))
			place->umask = parse_octal(text + strlen("Umask:\t"), newline);
		else if (begins_with(text, newline, "VmSize:\t"))
			place->has_memory = TRUE;
		text = newline + 1;
	}
}
