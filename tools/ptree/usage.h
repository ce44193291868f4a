/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "view.h"

enum usage_level {
	USAGE_LOW,
	USAGE_HIGH,
	USAGE_FULL,
};

/* How much of what the process may have open is open in the row's table. */
enum usage_level usage_get_level(const struct row *row, const struct view *view);
/* In per cent of the soft limit; FALSE: unknown, or there is no limit. */
gboolean usage_get_percent(const struct row *row, const struct view *view, double *percent);
/* As short as it can be without being wrong: 1024, 20000, 512K; and if need be 1.0G. */
void usage_append_short(GString *out, guint64 number);
