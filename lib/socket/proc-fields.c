/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fields that the kernel has set in columns: any number of spaces lies between them.
 */
#include "socket/proc-parse.h"
#include "util/number.h"

static const char *
skip_spaces(const char *p, const char *end)
{
	while (p != NULL && p < end && *p == ' ')
		p++;
	return p;
}

/* A number has to end where its field ends. */
static PvField
finish(const char *p, const char *end)
{
	if (p == NULL || (p < end && *p != ' '))
		return NULL;
	return skip_spaces(p, end);
}

PvField
pv_field_skip(PvField p, const char *end, guint n)
{
	p = skip_spaces(p, end);
	for (; n > 0 && p != NULL; n--) {
		if (p == end)
			return NULL;
		while (p < end && *p != ' ')
			p++;
		p = skip_spaces(p, end);
	}
	return p;
}

PvField
pv_field_decimal(PvField p, const char *end, guint64 *value)
{
	return p == NULL ? NULL : finish(pv_number_u64(p, end, value), end);
}

PvField
pv_field_hex(PvField p, const char *end, guint64 *value)
{
	return p == NULL ? NULL : finish(pv_number_hex(p, end, value), end);
}
