/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Directories, umask, executable and mapped files, once for each object that tasks share.
 */
#pragma once

#include "backend/procfs/places.h"
#include "grouping/kinship.h"
#include "snapshot/enrich.h"

/* What is under way, for fs-contexts.c and memories.c. */
typedef struct {
	PvEnrichment *step;
	PvPlaceReader reader;
	PvKinship fs;
	PvKinship memories;
	guint32 *kin_of_fs; /* by fs context, and by memory: the kin it was made of */
	guint32 *kin_of_memory;
	gboolean all; /* are compared, whoever they are */
} PvPlaces;

/* What a record has of its state. */
typedef struct {
	guint8 *status;
	guint8 *reason;
	guint8 *proof;
	guint8 *needs;
} PvPlaceState;

gboolean pv_places_note(PvEnrichment *step, GError **error);

/* snapshot/fs-contexts.c: one record for each kin, not yet read; and what BPF did not bring. */
gboolean pv_fs_contexts_lay_out(PvPlaces *places, GError **error);
void pv_fs_context_forget(PvFsContext *fs);
gboolean pv_fs_context_complete(PvPlaces *places, guint32 index, GError **error);
/* snapshot/memories.c: likewise, and mapped files. */
gboolean pv_memories_lay_out(PvPlaces *places, GError **error);
void pv_memory_forget(PvMemory *memory);
gboolean pv_memory_complete(PvPlaces *places, guint32 index, GError **error);
gboolean pv_memory_read_mappings(PvPlaces *places, guint32 index, GError **error);

/*
 * Reads through one member of the kin after the other, until one shows it, and notes how it went.
 * FALSE, with an error: the scan ends.
 */
typedef int PvPlaceRead(PvPlaces *places, const PvTask *task, guint32 index);
gboolean pv_places_read_through(PvPlaces *places, PvKinship *kinship, guint32 kin,
				PvPlaceRead *read, guint32 index, const PvPlaceState *state,
				GError **error);
/* Of each kin whether it is to be told: somebody has it whose files are wanted. NULL: no memory. */
gboolean *pv_places_find_wanted(const PvPlaces *places, const PvKinship *kinship);
/* All members are closed to the caller, who wants to see no more than he could by himself. */
gboolean pv_places_is_denied(const PvPlaces *places, const PvKinship *kinship, guint32 kin);
void pv_places_deny(const PvPlaces *places, const PvPlaceState *state);
