/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot as JSON, schema 1.
 *
 * Fields are only ever added. A field that is unknown is absent. How names become text is said in
 * export/json-writer.h.
 */
#pragma once

#include "core/store.h"
#include "export/json-writer.h"

/* The values of ProcviewJsonFlags. */
enum {
	PV_JSON_LINES = 1 << 0,
	PV_JSON_THREADS = 1 << 1,
	PV_JSON_FILES = 1 << 2,
};

/* The values of ProcviewJsonExtent. */
enum {
	PV_JSON_SKIP,
	PV_JSON_BRIEF,
	PV_JSON_FULL,
};

/* Says how much of a process to write; always the same of the same process. */
typedef guint (*PvJsonSelect)(PvProcess *process, gpointer data);

typedef struct {
	guint flags;
	const char *version; /* of the library */
	PvJsonSelect select; /* NULL: everything in full */
	gpointer select_data;
	PvJsonWriteFunc write;
	gpointer write_data;
} PvJsonOptions;

gboolean pv_json_write(const PvStore *store, const PvJsonOptions *options, GError **error);
