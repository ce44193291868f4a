/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot as JSON into a stream: the connection between lib/export, which knows no streams, and
 * Gio.
 */
#include "export/json.h"

#include "api/private.h"

typedef struct {
	ProcviewJsonSelectFunc select;
	gpointer user_data;
} Chooser;

gboolean
pv_sink_write(gpointer data, const char *bytes, gsize length, GError **error)
{
	const PvSink *sink = data;

	/* Streams look at it where they may have to wait, and not all do that. */
	if (g_cancellable_set_error_if_cancelled(sink->cancellable, error))
		return FALSE;
	return g_output_stream_write_all(sink->stream, bytes, length, NULL, sink->cancellable,
					 error);
}

static guint
select_process(PvProcess *process, gpointer data)
{
	const Chooser *chooser = data;

	return chooser->select(process, chooser->user_data);
}

/**
 * procview_snapshot_write_json:
 * @snapshot: a snapshot
 * @stream: where to write it
 * @flags: form and extent
 * @select: (nullable) (scope call) (closure user_data): says how much of each process to write;
 *   %NULL: all that the flags ask for
 * @user_data: handed to @select
 * @cancellable: (nullable): stops it, from any thread
 * @error: return location for an error
 *
 * Writes the snapshot as JSON, schema 1.
 *
 * Memory does not depend on the size of the snapshot. The stream is neither flushed nor closed.
 * @select is asked several times about the same process, and must give the same answer.
 *
 * ## Fields
 *
 * Fields are only ever added. A field whose value is unknown is absent, never a made-up value; an
 * empty list says that there is none. `collected` tells what was asked for, so that unknown is
 * told from not asked; with %PROCVIEW_RELATIVES_COUNTED, tables of status `ok` that have no
 * `descriptors` were to be counted only. `processes`, `tasks`, `fd_tables` and `descriptors` are
 * sorted by pid, tid, id and fd. Times are in nanoseconds, sizes in bytes, devices `major:minor`.
 * Equal numbers in `description` are the same open file description.
 *
 * `stats` and `missing` are about the whole snapshot, whatever @select leaves out. `missing`
 * has one entry for each table that is not whole, with the `pid` of its owner, and one with the
 * reason `hidden` if `/proc` hides processes.
 *
 * `mode` is `r`, `w`, `rw`, or `-` for neither (`O_PATH`). `flags` are named as in open(2), a
 * bit without a name as `0x…`; `O_LARGEFILE` is left out, because the kernel sets it on all files
 * of 64-bit programs. A limit without end is `"unlimited"`.
 *
 * ## Lines
 *
 * With %PROCVIEW_JSON_LINES each line is one object, whose member `type` comes first: one
 * `snapshot` with everything but the lists, then a `process` for each process, then a `fd_table`
 * for each table, with the same fields as in the document.
 *
 * ## Names
 *
 * Paths, names of threads and arguments may hold any byte, and JSON is UTF-8. The escape is
 * reversible. In a string as a JSON parser returns it
 *
 * - a backslash of the name is two backslashes, and
 * - a byte that is not part of valid UTF-8 is a backslash, an `x` and two lower-case hexadecimal
 *   digits: `\xff`.
 *
 * So a name is had back by replacing, from left to right, `\\` by `\` and `\xHH` by that byte.
 * In the JSON text itself each of these backslashes is written twice, as JSON demands. Control
 * characters, U+0080 to U+009F among them, are written as `\u00HH`: no output of this function can
 * steer a terminal.
 *
 * Fails as writing to the stream does, with %G_IO_ERROR_CANCELLED if it was stopped, and with
 * %PROCVIEW_ERROR_NO_MEMORY.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 0.1
 */
gboolean
procview_snapshot_write_json(ProcviewSnapshot *snapshot, GOutputStream *stream,
			     ProcviewJsonFlags flags, ProcviewJsonSelectFunc select,
			     gpointer user_data, GCancellable *cancellable, GError **error)
{
	PvSink sink = {stream, cancellable};
	Chooser chooser = {select, user_data};
	PvJsonOptions options = {
		.flags = flags,
		.version = PROCVIEW_VERSION_STRING,
		.select = select != NULL ? select_process : NULL,
		.select_data = &chooser,
		.write = pv_sink_write,
		.write_data = &sink,
	};

	g_return_val_if_fail(snapshot != NULL, FALSE);
	g_return_val_if_fail(G_IS_OUTPUT_STREAM(stream), FALSE);
	g_return_val_if_fail(cancellable == NULL || G_IS_CANCELLABLE(cancellable), FALSE);
	g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

	return pv_json_write(snapshot, &options, error);
}
