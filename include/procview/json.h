/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <gio/gio.h>

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

/**
 * ProcviewJsonFlags:
 * @PROCVIEW_JSON_DOCUMENT: One document, schema 1.
 * @PROCVIEW_JSON_LINES: One object a line: the head, then each process, then each table.
 * @PROCVIEW_JSON_THREADS: With the tasks of a process that are not its leader.
 * @PROCVIEW_JSON_FILES: With the descriptors of tables.
 *
 * Form and extent of a snapshot written as JSON.
 *
 * Since: 0.1
 */
typedef enum /*< flags >*/ {
	PROCVIEW_JSON_DOCUMENT = 0,
	PROCVIEW_JSON_LINES = 1 << 0,
	PROCVIEW_JSON_THREADS = 1 << 1,
	PROCVIEW_JSON_FILES = 1 << 2,
} ProcviewJsonFlags;

/**
 * ProcviewJsonExtent:
 * @PROCVIEW_JSON_SKIP: Leave the process out.
 * @PROCVIEW_JSON_BRIEF: The process, without threads and without the descriptors of its tables.
 * @PROCVIEW_JSON_FULL: All that the flags ask for.
 *
 * How much of a process to write.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_JSON_SKIP = 0,
	PROCVIEW_JSON_BRIEF = 1,
	PROCVIEW_JSON_FULL = 2,
} ProcviewJsonExtent;

/**
 * ProcviewJsonSelectFunc:
 * @process: a process of the snapshot
 * @user_data: what was given with the function
 *
 * Says how much of a process to write. A table is written if any of its tasks belongs to a
 * process that is not skipped, with descriptors if any belongs to one written in full.
 *
 * Returns: how much of it to write
 *
 * Since: 0.1
 */
typedef ProcviewJsonExtent (*ProcviewJsonSelectFunc)(ProcviewProcess *process, gpointer user_data);

PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_snapshot_write_json(ProcviewSnapshot *snapshot, GOutputStream *stream,
				      ProcviewJsonFlags flags, ProcviewJsonSelectFunc select,
				      gpointer user_data, GCancellable *cancellable,
				      GError **error);

G_END_DECLS
