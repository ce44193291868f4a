/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which tasks share an fs_struct, or an mm_struct: one kin an object.
 */
#pragma once

#include "core/store.h"
#include "core/watch.h"
#include "grouping/kcmp-tree.h"

typedef struct {
	guint32 speaker; /* task that stands for all, and through which the object is read */
	guint32 first;	 /* chain of members, in the order in which they were found */
	guint32 last;
	guint32 n_members;
	gboolean assumed;  /* nobody could be asked */
	gboolean unproven; /* changed faster than could be compared */
} PvKin;

typedef enum {
	PV_KINSHIP_FS,	   /* of each task */
	PV_KINSHIP_MEMORY, /* of each process: all its threads have the same */
} PvKinshipOf;

typedef struct {
	PvKinshipOf of;
	PvStore *store;
	PvKcmp *kcmp;	 /* compares where tasks have no keys */
	gboolean by_key; /* the listing brought keys */
	gboolean usable; /* kcmp(2) works here at all */
	/* Whether a task has such an object, now: asked before it may find others by kcmp(2). */
	gboolean (*has_one)(const PvTask *task, gpointer user_data);
	/* Whether to compare the tasks of a process, where tasks have no keys; NULL: those of each. */
	gboolean (*includes)(const PvProcess *process, gpointer user_data);
	gpointer user_data;
	PvArray kins; /* PvKin */
	/* Of tasks: the kin, PV_NONE: none; of memories only the task that speaks for its process
	 * has one. And the next member. */
	guint32 *kin_of;
	guint32 *next;
	PvKcmpTree tree;
	guint32 kernel_kin;
	guint round;
	gboolean no_memory;
	gboolean settled;
} PvKinship;

#define pv_kinship_at(kinship, i) pv_array_at(&(kinship)->kins, PvKin, i)

/*
 * of, store, kcmp, by_key, usable, has_one, includes and user_data are set; the rest is made here.
 */
gboolean pv_kinship_run(PvKinship *kinship, const PvWatch *watch, GError **error);
void pv_kinship_clear(PvKinship *kinship);
/* What stands for the object, where BPF told; 0: unknown. */
guint64 pv_kinship_key(const PvKinship *kinship, guint32 task);
/* Is the speaker among those that it speaks for, as far as another one can say? */
gboolean pv_kinship_confirm(PvKinship *kinship, guint32 kin);
/* ProcviewProof of a kin. */
guint8 pv_kinship_proof(const PvKinship *kinship, guint32 kin);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvKinship, pv_kinship_clear)
