/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How near is a process to the number of descriptors that it may have open?
 *
 * Its soft limit RLIMIT_NOFILE bounds the numbers of descriptors, not how many there are; but a new
 * one gets the lowest number that is free, so when the count is there, the numbers are too.
 */
#include "usage.h"

#define PERCENT_HIGH 80
#define PERCENT_FULL 95

/* Below, nobody would be helped by a shorter form. */
#define SHORT_FROM 10000
/* From here on, what is no multiple of a unit is rounded. */
#define ROUND_FROM 10000000

gboolean
usage_get_percent(const struct row *row, const struct view *view, double *percent)
{
	guint64 soft;
	guint count;

	if (!view_tells_table(view, row) || !procview_fd_table_get_open_count(row->table, &count) ||
	    !procview_process_get_fd_limit(row->process, &soft, NULL))
		return FALSE;
	if (procview_process_is_kernel_thread(row->process) || soft == 0 || soft == G_MAXUINT64)
		return FALSE;
	*percent = 100.0 * count / (double)soft;
	return TRUE;
}

enum usage_level
usage_get_level(const struct row *row, const struct view *view)
{
	double percent;

	if (!usage_get_percent(row, view, &percent) || percent < PERCENT_HIGH)
		return USAGE_LOW;
	return percent < PERCENT_FULL ? USAGE_HIGH : USAGE_FULL;
}

void
usage_append_short(GString *out, guint64 number)
{
	static const char units[] = "KMGTPE";
	guint64 unit = 1;
	gsize i = 0;

	if (number == G_MAXUINT64) {
		g_string_append(out, "unlimited");
		return;
	}
	while (number >= SHORT_FROM && i < sizeof(units) - 1 && number / unit >= 1024 &&
	       number % (unit * 1024) == 0) {
		unit *= 1024;
		i++;
	}
	if (i > 0) {
		g_string_append_printf(out, "%" G_GUINT64_FORMAT "%c", number / unit, units[i - 1]);
	} else if (number < ROUND_FROM) {
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, number);
	} else {
		double rest = (double)number / 1024;

		for (i = 0; rest >= 1023.95 && i < sizeof(units) - 2; i++)
			rest /= 1024;
		g_string_append_printf(out, "%.1f%c", rest, units[i]);
	}
}
