/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What one task shows of its fs_struct and its mm_struct.
 */
#pragma once

#include "backend/backend.h"
#include "backend/examine.h"
#include "backend/procfs/status-place-parse.h"

typedef struct {
	const PvContext *context;
	PvExaminer examiner;
	PvBuffer text;
	PvBuffer path;
	int proc_dir;
} PvPlaceReader;

/* 0, or a negative errno: there is no procfs. */
int pv_place_reader_open(PvPlaceReader *reader, const PvContext *context);
void pv_place_reader_clear(PvPlaceReader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvPlaceReader, pv_place_reader_clear)

/* Whether the task has one, now. Not to be known is as having none. */
gboolean pv_place_reader_has_fs(PvPlaceReader *reader, const PvStore *store, const PvTask *task);
gboolean pv_place_reader_has_memory(PvPlaceReader *reader, const PvStore *store,
				    const PvTask *task);
/*
 * Fills in what the task shows. 0, or a negative errno: -ESRCH, the task has none any more;
 * -EACCES, the caller may not look; -ENOMEM, -EMFILE, -ENFILE end the scan. Whatever else
 * is missing makes the status partial.
 */
int pv_place_reader_read_fs(PvPlaceReader *reader, PvStore *store, const PvTask *task,
			    PvFsContext *fs);
int pv_place_reader_read_exe(PvPlaceReader *reader, PvStore *store, const PvTask *task,
			     PvMemory *memory);
int pv_place_reader_read_mappings(PvPlaceReader *reader, PvStore *store, const PvTask *task,
				  PvMemory *memory);
/* The letter of the task's state, now; 0: unknown. */
char pv_place_reader_state(PvPlaceReader *reader, const PvStore *store, const PvTask *task);
