/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a link in /proc/PID/ns leads to has no path: the kernel makes up a name of the type of the
 * namespace and its inode number, since 3.8.
 */
#include "backend/procfs/ns-link-parse.h"

#include <string.h>

#include "util/number.h"

gboolean
pv_ns_link_parse(const char *text, gsize length, const char *type, guint32 *inode)
{
	gsize type_length = strlen(type);
	const char *end = text + length;
	const char *at = text + type_length;
	guint32 number;

	if (length < type_length + 2 || memcmp(text, type, type_length) != 0 ||
	    memcmp(at, ":[", 2) != 0)
		return FALSE;
	at = pv_number_u32(at + 2, end, &number);
	if (at == NULL || end - at != 1 || *at != ']' || number == 0)
		return FALSE;
	*inode = number;
	return TRUE;
}
