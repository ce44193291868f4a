/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The numbers of a task's children, in the order in which it got them.
 */
#include "backend/procfs/children-parse.h"

#include <errno.h>

#include "util/number.h"

int
pv_children_parse(const char *text, gsize length, PvArray *pids)
{
	const char *p = text;
	const char *end = text + length;

	while (p < end) {
		gint32 pid;
		gint32 *added;

		p = pv_number_i32(p, end, &pid);
		if (p == NULL || p == end || *p != ' ' || pid < 1)
			return -EPROTO;
		p++;
		added = pv_array_append(pids);
		if (added == NULL)
			return -ENOMEM;
		*added = pid;
	}
	return 0;
}
