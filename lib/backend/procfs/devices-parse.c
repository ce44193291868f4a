/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has registered which device numbers:
 *
 *   /proc/devices        "Character devices:", then "  4 ttyS": major and driver, and the same of
 *                        block devices; several drivers may share a major number
 *   /proc/misc           "200 tun": minor number of major 10, and device
 *   /proc/partitions     " 254        1  268435456 vda1": disks and partitions with a size
 *   /proc/tty/drivers    "serial  /dev/ttyS  4 64-111 serial": minor numbers of terminals
 */
#include "backend/procfs/devices-parse.h"

#include "util/number.h"

#define MISC_MAJOR 10
#define MAX_MAJOR  0xfff
#define MAX_MINOR  0xfffff

static gboolean
append(PvArray *lines, const PvDeviceLine *line)
{
	PvDeviceLine *added = pv_array_append(lines);

	if (added != NULL)
		*added = *line;
	return added != NULL;
}

static gboolean
take_number(PvLine *line, guint32 max, guint32 *number)
{
	PvLine word;

	return pv_line_word(line, &word) && pv_number_u32(word.p, word.end, number) == word.end &&
	       *number <= max;
}

/* The rest of the line, which may hold blanks. */
static gboolean
take_name(PvLine *line, PvLine *name)
{
	return pv_line_word(line, name) && (name->end = line->end) != NULL;
}

gboolean
pv_devices_parse(const char *text, gsize length, PvArray *lines)
{
	PvLine rest = {text, text + length};
	PvLine line;
	gboolean block = FALSE;

	while (length > 0 && pv_line_next(&rest, &line)) {
		PvDeviceLine device = {.last_minor = MAX_MINOR};

		if (pv_line_is(&line, "Block devices:"))
			block = TRUE;
		device.block = block;
		if (take_number(&line, MAX_MAJOR, &device.major) &&
		    take_name(&line, &device.name) && !append(lines, &device))
			return FALSE;
	}
	return TRUE;
}

gboolean
pv_misc_parse(const char *text, gsize length, PvArray *lines)
{
	PvLine rest = {text, text + length};
	PvLine line;

	while (length > 0 && pv_line_next(&rest, &line)) {
		PvDeviceLine device = {.major = MISC_MAJOR};

		if (!take_number(&line, MAX_MINOR, &device.first_minor) ||
		    !take_name(&line, &device.name))
			continue;
		device.last_minor = device.first_minor;
		if (!append(lines, &device))
			return FALSE;
	}
	return TRUE;
}

gboolean
pv_partitions_parse(const char *text, gsize length, PvArray *lines)
{
	PvLine rest = {text, text + length};
	PvLine line, size;
	guint64 blocks;

	while (length > 0 && pv_line_next(&rest, &line)) {
		PvDeviceLine device = {.block = TRUE};

		if (!take_number(&line, MAX_MAJOR, &device.major) ||
		    !take_number(&line, MAX_MINOR, &device.first_minor) ||
		    !pv_line_word(&line, &size) || !pv_word_u64(&size, &blocks) ||
		    !take_name(&line, &device.name))
			continue;
		device.last_minor = device.first_minor;
		if (!append(lines, &device))
			return FALSE;
	}
	return TRUE;
}

/* "64-111", or one number. */
static gboolean
take_range(PvLine *line, guint32 *first, guint32 *last)
{
	PvLine word;
	const char *p;

	if (!pv_line_word(line, &word))
		return FALSE;
	p = pv_number_u32(word.p, word.end, first);
	if (p == NULL)
		return FALSE;
	*last = *first;
	if (p < word.end && *p == '-')
		p = pv_number_u32(p + 1, word.end, last);
	return p == word.end && *first <= *last && *last <= MAX_MINOR;
}

gboolean
pv_tty_drivers_parse(const char *text, gsize length, PvArray *lines)
{
	PvLine rest = {text, text + length};
	PvLine line, driver;

	while (length > 0 && pv_line_next(&rest, &line)) {
		PvDeviceLine device = {0};

		if (pv_line_word(&line, &driver) && pv_line_word(&line, &device.name) &&
		    take_number(&line, MAX_MAJOR, &device.major) &&
		    take_range(&line, &device.first_minor, &device.last_minor) &&
		    !append(lines, &device))
			return FALSE;
	}
	return TRUE;
}
