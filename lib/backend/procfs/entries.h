/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The entries of one fd directory.
 */
#pragma once

#include "backend/examine.h"

typedef struct {
	PvExaminer *examiner;
	PvStore *store;
	int fd_dir;
	int fdinfo_dir;
	PvBuffer *text;
} PvEntries;

typedef enum {
	PV_ENTRY_ADDED,
	PV_ENTRY_CLOSED, /* not there any more */
	PV_ENTRY_FAILED, /* errno in error */
	PV_ENTRY_NO_MEMORY,
} PvEntryResult;

PvEntryResult pv_entries_read(PvEntries *entries, gint32 fd, int *error);
