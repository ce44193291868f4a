/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Numbers as the kernel prints them: bounded, and never wrapping round.
 */
#include "util/number.h"

#include <string.h>

/* The value of a digit; at least 16 for everything else. */
static guint
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (guint)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (guint)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (guint)(c - 'A') + 10;
	return G_MAXUINT;
}

static const char *
read_digits(const char *p, const char *end, guint base, guint64 *value)
{
	const char *start = p;
	guint64 sum = 0;

	for (; p < end; p++) {
		guint digit = digit_value(*p);

		if (digit >= base)
			break;
		if (sum > (G_MAXUINT64 - digit) / base)
			return NULL;
		sum = sum * base + digit;
	}
	if (p == start)
		return NULL;
	*value = sum;
	return p;
}

const char *
pv_number_u64(const char *p, const char *end, guint64 *value)
{
	return read_digits(p, end, 10, value);
}

const char *
pv_number_u32(const char *p, const char *end, guint32 *value)
{
	guint64 wide;

	p = read_digits(p, end, 10, &wide);
	if (p == NULL || wide > G_MAXUINT32)
		return NULL;
	*value = (guint32)wide;
	return p;
}

const char *
pv_number_i64(const char *p, const char *end, gint64 *value)
{
	gboolean negative = p < end && *p == '-';
	guint64 wide;

	p = read_digits(negative ? p + 1 : p, end, 10, &wide);
	if (p == NULL || wide > (guint64)G_MAXINT64 + (negative ? 1 : 0))
		return NULL;
	/* The lowest number has no positive twin: negate before the type is changed. */
	*value = (gint64)(negative ? -wide : wide);
	return p;
}

const char *
pv_number_i32(const char *p, const char *end, gint32 *value)
{
	gint64 wide;

	p = pv_number_i64(p, end, &wide);
	if (p == NULL || wide < G_MININT32 || wide > G_MAXINT32)
		return NULL;
	*value = (gint32)wide;
	return p;
}

const char *
pv_number_octal(const char *p, const char *end, guint32 *value)
{
	guint64 wide;

	p = read_digits(p, end, 8, &wide);
	if (p == NULL || wide > G_MAXUINT32)
		return NULL;
	*value = (guint32)wide;
	return p;
}

const char *
pv_number_hex(const char *p, const char *end, guint64 *value)
{
	return read_digits(p, end, 16, value);
}

gboolean
pv_number_from_name(const char *name, gint32 *value)
{
	const char *end = name + strlen(name);
	guint32 number;

	if (pv_number_u32(name, end, &number) != end || number > G_MAXINT32)
		return FALSE;
	*value = (gint32)number;
	return TRUE;
}
