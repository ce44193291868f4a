/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

/* What leads to a file without a descriptor. */
enum place_kind {
	PLACE_CWD,
	PLACE_ROOT,
	PLACE_EXE,
	PLACE_MAPPING,
	PLACE_KINDS,
};

struct place {
	enum place_kind kind;
	ProcviewFsContext *fs;	  /* of PLACE_CWD and PLACE_ROOT */
	ProcviewMemory *memory;	  /* of the others */
	ProcviewMapping *mapping; /* of PLACE_MAPPING */
};

/* As lsof(8) and lsfd(1) call it. */
const char *place_get_word(const struct place *place);
/* By what it is found again: equal for equal places. */
gconstpointer place_get_key(const struct place *place);
/* NULL: unknown. */
const char *place_get_path(const struct place *place);
gboolean place_is_deleted(const struct place *place);
gboolean place_get_inode(const struct place *place, guint64 *inode);
gboolean place_get_device(const struct place *place, guint *major, guint *minor);
/* How it is mapped, as /proc/PID/maps writes it; FALSE: it is not. */
gboolean place_tell_access(const struct place *place, char access[5]);

/* Those who share it. */
guint place_get_n_sharers(const struct place *place);
ProcviewProcess *place_get_sharer(const struct place *place, guint i);

typedef void (*place_func)(const struct place *place, gpointer data);
void place_for_each_of_fs(ProcviewFsContext *fs, place_func func, gpointer data);
void place_for_each_of_memory(ProcviewMemory *memory, place_func func, gpointer data);
