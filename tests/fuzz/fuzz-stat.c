/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parser of /proc/PID/stat.
 */
#include <glib.h>
#include <string.h>

#include "backend/procfs/task-parse.h"
#include "fuzz.h"

static void
check_comm(const char *text, gsize length, const PvStat *stat)
{
	const char *end = text + length;
	const char *behind = stat->comm + stat->comm_len;

	g_assert_true(stat->comm > text && behind < end);
	g_assert_true(stat->comm[-1] == '(' && *behind == ')');
	g_assert_null(memchr(text, '(', (gsize)(stat->comm - 1 - text)));
	g_assert_null(memchr(behind + 1, ')', (gsize)(end - behind - 1)));
}

/* The same facts, printed as the kernel prints them, are read again as the same facts. */
static void
check_round_trip(const PvStat *stat)
{
	GString *text = g_string_new(NULL);
	PvStat again;

	g_string_append_printf(text, "%d (", stat->pid);
	g_string_append_len(text, stat->comm, (gssize)stat->comm_len);
	g_string_append_printf(text, ") %c %d %d %d 0 -1 %u 0 0 0 0 0 0 0 0 20 0 %u 0 ",
			       stat->state, stat->ppid, stat->pgid, stat->sid, stat->flags,
			       stat->n_threads);
	g_string_append_printf(text, "%" G_GUINT64_FORMAT "\n", stat->start_ticks);
	g_assert_true(pv_stat_parse(text->str, text->len, &again));
	g_assert_cmpmem(again.comm, again.comm_len, stat->comm, stat->comm_len);
	g_assert_cmpint(again.pid, ==, stat->pid);
	g_assert_cmpint(again.state, ==, stat->state);
	g_assert_cmpint(again.ppid, ==, stat->ppid);
	g_assert_cmpint(again.pgid, ==, stat->pgid);
	g_assert_cmpint(again.sid, ==, stat->sid);
	g_assert_cmpuint(again.flags, ==, stat->flags);
	g_assert_cmpuint(again.n_threads, ==, stat->n_threads);
	g_assert_cmpuint(again.start_ticks, ==, stat->start_ticks);
	g_string_free(text, TRUE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	PvStat stat, part;

	if (!pv_stat_parse(text, size, &stat))
		return 0;
	g_assert_cmpint(text[size - 1], ==, '\n');
	g_assert_cmpint(stat.pid, >, 0);
	g_assert_true(g_ascii_isalpha(stat.state));
	check_comm(text, size, &stat);
	check_round_trip(&stat);
	/* Without its end it is nobody's. */
	g_assert_true(!pv_stat_parse(text, size - 1, &part) || text[size - 2] == '\n');
	return 0;
}
