/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does one view of many say?
 *
 * For a user: when it was, what was asked for and how much is different, then what ptree would say
 * otherwise. For a program: at first all that matched, and from then on what changed of it.
 *
 * A process that does not match any more has not ended. Where the library was asked for those that
 * match and no others, it cannot tell; but to find these, all were looked at.
 */
#include "watch-frame.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "names.h"
#include "null.h"
#include "print.h"

static void
append_counts(GString *line, const struct scan *scan)
{
	guint n = scan->selection->n_matched;

	g_string_append_printf(line, "  %u process%s", n, n == 1 ? "" : "es");
	if (scan->news != NULL)
		g_string_append_printf(line, ", %u new, %u gone", scan->news->n_new,
				       scan->news->n_gone);
}

/* As many of the words as there is room for: they stand last. */
static char *
describe(const struct frame *frame, const char *time_format)
{
	g_autofree char *time = g_date_time_format(frame->time, time_format);
	GString *line = g_string_new(time);
	char **words = frame->options->words;

	g_string_append_printf(line, "  every %g s", frame->options->watch_s);
	append_counts(line, frame->scan);
	for (guint i = 0; words != NULL && words[i] != NULL; i++) {
		g_autofree char *word = names_dup_safe(words[i]);

		g_string_append_printf(line, "%s%s", i == 0 ? "  " : " ", word);
	}
	g_string_append_c(line, '\n');
	return g_string_free(line, FALSE);
}

char *
frame_draw(const struct frame *frame, const char *time_format, guint *n_lines)
{
	g_autofree char *head = describe(frame, time_format);
	gboolean done;
	gsize length;
	char *text = NULL;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		return NULL;
	fputs(head, out);
	fputs(frame->messages, out);
	done = print_picture(out, frame->scan, frame->options, frame->columns, n_lines) &&
	       !ferror(out);
	if (fclose(out) == 0 && done)
		return text;
	free(text);
	return NULL;
}

static gboolean
matched(const struct scan *scan, ProcviewProcess *process)
{
	return process != NULL && selection_get_role(scan->selection, process) == ROLE_MATCHED;
}

/* In the other scan, whether it matched there or not. */
static gboolean
is_there(const struct scan *scan, ProcviewProcess *process)
{
	ProcviewProcess *other;

	if (scan->overview == NULL)
		return FALSE;
	other = procview_snapshot_find_process(scan->overview, procview_process_get_pid(process));
	return other != NULL && procview_process_get_start_time_ns(other) ==
					procview_process_get_start_time_ns(process);
}

static gboolean
is_named(const struct scan *scan, ProcviewDescriptor *descriptor)
{
	return descriptor != NULL &&
	       g_hash_table_contains(scan->selection->descriptors, descriptor);
}

static gboolean
is_told(ProcviewChange *change, gpointer data)
{
	const struct frame *frame = data;
	ProcviewProcess *before = procview_change_get_process_before(change);
	ProcviewProcess *after = procview_change_get_process_after(change);
	gboolean concerns = matched(frame->before, before) || matched(frame->scan, after);

	switch (procview_change_get_kind(change)) {
	case PROCVIEW_CHANGE_PROCESS_STARTED:
		return concerns && !is_there(frame->before, after);
	case PROCVIEW_CHANGE_PROCESS_ENDED:
		return concerns && !is_there(frame->scan, before);
	case PROCVIEW_CHANGE_DESCRIPTOR_OPENED:
	case PROCVIEW_CHANGE_DESCRIPTOR_CLOSED:
	case PROCVIEW_CHANGE_DESCRIPTOR_REPLACED:
		if (!frame->options->files)
			return is_named(frame->before,
					procview_change_get_descriptor_before(change)) ||
			       is_named(frame->scan, procview_change_get_descriptor_after(change));
		return concerns;
	default:
		return concerns;
	}
}

static gboolean
write_changes(const struct frame *frame, GOutputStream *out)
{
	g_autoptr(GError) error = NULL;

	if (procview_changes_write_json(frame->scan->news->changes, out, is_told, (gpointer)frame,
					NULL, &error) &&
	    g_output_stream_close(out, NULL, &error))
		return TRUE;
	message_print("cannot write the output: %s", error->message);
	return FALSE;
}

GBytes *
frame_tell_json(const struct frame *frame)
{
	g_autoptr(GOutputStream) memory = g_memory_output_stream_new(NULL, 0, realloc, free);
	g_autoptr(GOutputStream) out = NULL;
	gboolean done;

	out = frame->options->null ? null_stream_new(memory) : g_object_ref(memory);
	done = frame->scan->news != NULL ? write_changes(frame, out)
					 : print_json(out, frame->scan, frame->options);
	return done ? g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory)) : NULL;
}
