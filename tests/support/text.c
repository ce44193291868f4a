/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot as text: its JSON, without what is another at each look.
 */
#include "text.h"

#include <string.h>

/*
 * Whether a task runs or sleeps, the time that goes by, the cookie that a socket gets when anybody
 * on the machine asks for it, what the kernel sends to everybody, and by which way a directory or a
 * memory was seen.
 */
static const char what_changes[] = "\"state\":\"[RSD]\""
				   "|\"(remaining_ns|receive_queue)\":[0-9]*"
				   "|\"cookie\":[0-9,]*"
				   "|\"backend\":\"procfs\",";

static char *
drop_what_changes(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GRegex) expression = g_regex_new(what_changes, G_REGEX_RAW, 0, &error);
	char *rest;

	g_assert_no_error(error);
	rest = g_regex_replace_literal(expression, text, -1, 0, "", 0, &error);
	g_assert_no_error(error);
	return rest;
}

char *
pv_test_text_of(ProcviewSnapshot *snapshot)
{
	g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable();
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_autofree char *rest = NULL;
	char *stats;

	procview_snapshot_write_json(snapshot, stream, PROCVIEW_JSON_THREADS | PROCVIEW_JSON_FILES,
				     NULL, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(g_output_stream_write(stream, "", 1, NULL, NULL), ==, 1);
	g_assert_true(g_output_stream_close(stream, NULL, NULL));
	text = g_memory_output_stream_steal_data(G_MEMORY_OUTPUT_STREAM(stream));
	stats = strstr(text, "\"stats\":");
	g_assert_nonnull(stats);
	*stats = '\0';
	rest = drop_what_changes(strchr(stats + 1, '}'));
	return g_strconcat(text, rest, NULL);
}

/* Of texts that differ, the first two lines that do are told. */
void
pv_test_assert_same_text(const char *wanted, const char *text)
{
	g_auto(GStrv) wanted_lines = NULL;
	g_auto(GStrv) lines = NULL;

	if (g_str_equal(wanted, text))
		return;
	wanted_lines = g_strsplit(wanted, "\n", -1);
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; wanted_lines[i] != NULL && lines[i] != NULL; i++)
		g_assert_cmpstr(wanted_lines[i], ==, lines[i]);
	g_assert_cmpstr(wanted, ==, text);
}
