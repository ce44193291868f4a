/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A line of fdinfo each, with a count:
 *
 *   scm_fds: 2        of a unix socket, since 5.10: files on their way, in what it has received
 *   UserFiles:	4      of an io_uring: slots of the table of registered files
 *
 * A ring that is busy leaves its line out, and may have any.
 */
#include "backend/procfs/fdinfo-conceal-parse.h"

/* FALSE: there is no such line, or what is behind the word is no number. */
static gboolean
find_count(PvLine text, const char *key, guint64 *count)
{
	PvLine line, value;

	while (pv_line_next(&text, &line)) {
		if (pv_line_value(&line, key, &value))
			return pv_word_u64(&value, count);
	}
	return FALSE;
}

gboolean
pv_fdinfo_has_queued(PvLine text)
{
	guint64 count;

	return find_count(text, "scm_fds:", &count) && count > 0;
}

gboolean
pv_fdinfo_has_registered(PvLine text)
{
	guint64 count;

	return !find_count(text, "UserFiles:", &count) || count > 0;
}
