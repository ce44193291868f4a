/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How does the answer get to stdout, and did all of it arrive?  A full disk is an error to tell; a
 * reader that closed its end of the pipe has seen enough and is told nothing.
 */
#include "print.h"

#include <errno.h>
#include <gio/gunixoutputstream.h>
#include <stdio.h>
#include <unistd.h>

#include "message.h"
#include "names.h"
#include "picture.h"
#include "tree.h"
#include "users.h"

static gboolean
fail(const char *why)
{
	message_print("cannot write the output: %s", why);
	return FALSE;
}

gboolean
print_picture(const struct scan *scan, const struct options *options, GPtrArray *columns)
{
	g_autoptr(GHashTable) users = users_new();
	struct terminal terminal;
	struct picture picture;
	struct view view = {
		.options = options,
		.terminal = &terminal,
		.selection = scan->selection,
		.users = users,
		.columns = columns,
		.utf8 = names_are_utf8(),
		.raw = options->raw,
		.flat = !columns_draw_tree(columns, options),
		.descriptors_only = options->raw && !options->threads &&
				    (options->files || scan->seeks_file) &&
				    columns_tell_descriptors(columns),
	};
	gboolean done = FALSE;

	if (scan->selection->n_matched == 0)
		return TRUE;
	terminal_look(&terminal, options->color);
	errno = 0;
	if (picture_init(&picture, &view)) {
		tree_add(&picture);
		done = picture_print(&picture);
	}
	picture_clear(&picture);
	/* A write that failed is print_end()'s to tell. */
	return done || ferror(stdout) ? TRUE : fail(g_strerror(ENOMEM));
}

gboolean
print_pids(const struct scan *scan)
{
	const struct forest *forest = scan->selection->forest;

	for (guint i = 0; i < forest->n_branches; i++) {
		if (forest->branches[i].role == ROLE_MATCHED)
			printf("%d\n", procview_process_get_pid(forest->branches[i].process));
	}
	return TRUE;
}

static ProcviewJsonExtent
choose_extent(ProcviewProcess *process, gpointer data)
{
	switch (selection_get_role(data, process)) {
	case ROLE_NONE:
		return PROCVIEW_JSON_SKIP;
	case ROLE_MATCHED:
		return PROCVIEW_JSON_FULL;
	default:
		return PROCVIEW_JSON_BRIEF;
	}
}

gboolean
print_json(const struct scan *scan, const struct options *options)
{
	g_autoptr(GOutputStream) stream = g_unix_output_stream_new(STDOUT_FILENO, FALSE);
	ProcviewJsonFlags flags = PROCVIEW_JSON_DOCUMENT;
	g_autoptr(GError) error = NULL;

	if (options->json_lines)
		flags |= PROCVIEW_JSON_LINES;
	if (options->threads)
		flags |= PROCVIEW_JSON_THREADS;
	if (options->files)
		flags |= PROCVIEW_JSON_FILES;
	if (procview_snapshot_write_json(scan->snapshot, stream, flags, choose_extent,
					 scan->selection, NULL, &error))
		return TRUE;
	if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
		fail(error->message);
	return FALSE;
}

gboolean
print_end(void)
{
	gboolean failed = ferror(stdout);
	int why = errno;

	if (fflush(stdout) != 0) {
		failed = TRUE;
		why = errno;
	}
	if (!failed)
		return TRUE;
	return why == EPIPE ? FALSE : fail(g_strerror(why));
}
