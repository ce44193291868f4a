/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parsers of /proc/PID/maps and of what /proc/PID/status tells of places.
 */
#include <glib.h>
#include <string.h>

#include "backend/mappings.h"
#include "backend/procfs/maps-parse.h"
#include "backend/procfs/status-place-parse.h"
#include "fuzz.h"

static void
check_line(const char *text, gsize used, const PvMapsLine *line)
{
	g_autofree char *buffer = NULL;
	gsize length;

	if (line->end == 0)
		g_assert_false(line->is_file);
	else
		g_assert_cmpuint(line->start, <, line->end);
	if (line->path == NULL) {
		g_assert_cmpuint(line->path_len, ==, 0);
		return;
	}
	g_assert_true(line->path > text && line->path_len > 0);
	g_assert_true(line->path + line->path_len == text + used - 1);
	g_assert_true(line->path[0] != ' ');
	buffer = g_malloc(line->path_len);
	length = pv_maps_unescape(line->path, line->path_len, buffer);
	g_assert_cmpuint(length, <=, line->path_len);
	g_assert_cmpuint(length, >, 0);
	g_assert_cmpuint(pv_mappings_trim_deleted(buffer, length), <=, length);
	g_assert_cmpuint(pv_mappings_trim_deleted(buffer, length), >, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	PvStatusPlace place;
	PvMapsLine line;
	gsize used;

	pv_status_place_parse(text, size, &place);
	while ((used = pv_maps_parse(text, size, &line)) != 0) {
		g_assert_cmpuint(used, <=, size);
		g_assert_true(memchr(text, '\n', size) == text + used - 1);
		check_line(text, used, &line);
		text += used;
		size -= used;
	}
	g_assert_true(size == 0 || memchr(text, '\n', size) == NULL);
	return 0;
}
