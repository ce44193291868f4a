/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became different between two snapshots: records that name processes, tasks, tables and
 * descriptors of both by index, and keep both alive.
 */
#pragma once

#include "core/store.h"

typedef struct _ProcviewChange PvChange;
typedef struct _ProcviewChanges PvChanges;

/* The values of ProcviewChangeKind. */
enum {
	PV_CHANGE_PROCESS_STARTED,
	PV_CHANGE_PROCESS_ENDED,
	PV_CHANGE_PROCESS_EXECUTED,
	PV_CHANGE_TABLE_JOINED,
	PV_CHANGE_TABLE_LEFT,
	PV_CHANGE_DESCRIPTOR_OPENED,
	PV_CHANGE_DESCRIPTOR_CLOSED,
	PV_CHANGE_DESCRIPTOR_REPLACED,
	PV_N_CHANGE_KINDS,
};

/* What a change is about, on one side of it. PV_NONE: the change is not about one, or it was not
 * there. */
typedef struct {
	guint32 process;
	guint32 task;
	guint32 table;
	guint32 descriptor;
} PvSubject;

#define PV_NO_SUBJECT ((PvSubject){PV_NONE, PV_NONE, PV_NONE, PV_NONE})

struct _ProcviewChange {
	guint32 index;
	guint32 kind; /* PV_CHANGE_* */
	PvSubject before;
	PvSubject after;
};

struct _ProcviewChanges {
	gatomicrefcount refs;
	PvStore *before;
	PvStore *after;
	PvArray changes; /* PvChange: by pid, then tid, then descriptor */
};

/* Takes references on both. NULL: out of memory. */
PvChanges *pv_changes_new(PvStore *before, PvStore *after);
PvChanges *pv_changes_ref(PvChanges *changes);
void pv_changes_unref(PvChanges *changes);
const char *pv_change_kind_name(guint kind); /* "unknown" for what is none */

/* Of sealed ones. */
#define pv_changes_of(change) ((PvChanges *)pv_array_owner((change) - (change)->index))
#define pv_changes_at(of, i)  pv_array_at(&(of)->changes, PvChange, i)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PvChanges, pv_changes_unref)
