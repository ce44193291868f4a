/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot as text: its JSON, without what is another at each look.
 */
#include "text.h"

#include <string.h>

/* Takes out a value that has nothing to do with memory. */
static void
drop_values(char *text, const char *mark, const char *of_characters)
{
	gsize length = strlen(mark);

	for (char *at = strstr(text, mark); at != NULL; at = strstr(at, mark)) {
		char *end = at + length + strspn(at + length, of_characters);

		memmove(at, end, strlen(end) + 1);
	}
}

/*
 * Whether a task runs or sleeps, the time that goes by, the cookie that a socket gets when anybody
 * on the machine asks for it, and what the kernel sends to everybody.
 */
static void
drop_what_changes(char *text)
{
	drop_values(text, "\"state\":\"R\"", "");
	drop_values(text, "\"state\":\"S\"", "");
	drop_values(text, "\"state\":\"D\"", "");
	drop_values(text, "\"remaining_ns\":", "0123456789");
	drop_values(text, "\"cookie\":", "0123456789,");
	drop_values(text, "\"receive_queue\":", "0123456789");
}

char *
pv_test_text_of(ProcviewSnapshot *snapshot)
{
	g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable();
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
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
	drop_what_changes(stats + 1);
	return g_strconcat(text, strchr(stats + 1, '}'), NULL);
}

void
pv_test_assert_same_text(const char *wanted, const char *text)
{
	g_auto(GStrv) wanted_lines = g_strsplit(wanted, "\n", -1);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; wanted_lines[i] != NULL && lines[i] != NULL; i++)
		g_assert_cmpstr(wanted_lines[i], ==, lines[i]);
	g_assert_cmpstr(wanted, ==, text);
}
