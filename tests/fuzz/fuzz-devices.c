/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parsers of lists of devices, and the removal of octal escapes.
 */
#include <glib.h>
#include <string.h>

#include "backend/procfs/devices-parse.h"
#include "backend/procfs/escapes.h"
#include "fuzz.h"

typedef gboolean Parse(const char *text, gsize length, PvArray *lines);

static void
check(Parse *parse, const char *text, gsize size)
{
	PvArray lines;

	pv_array_init(&lines, sizeof(PvDeviceLine));
	g_assert_true(parse(text, size, &lines));
	for (guint i = 0; i < lines.n; i++) {
		const PvDeviceLine *line = pv_array_at(&lines, PvDeviceLine, i);

		g_assert_cmpuint(line->major, <=, 0xfff);
		g_assert_cmpuint(line->first_minor, <=, line->last_minor);
		g_assert_cmpuint(line->last_minor, <=, 0xfffff);
		g_assert_true(line->name.p > text && line->name.p < line->name.end);
		g_assert_true(line->name.end < text + size);
		g_assert_null(memchr(line->name.p, '\n', (gsize)(line->name.end - line->name.p)));
	}
	pv_array_clear(&lines);
}

static void
check_escapes(const char *text, gsize size)
{
	g_autofree char *target = g_malloc(size + 1);
	gsize length = pv_unescape(text, size, target);

	g_assert_cmpuint(length, <=, size);
	if (size == 0 || memchr(text, '\\', size) == NULL)
		g_assert_cmpmem(target, length, text, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	check(pv_devices_parse, text, size);
	check(pv_misc_parse, text, size);
	check(pv_partitions_parse, text, size);
	check(pv_tty_drivers_parse, text, size);
	check_escapes(text, size);
	return 0;
}
