/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot's data: what the builder fills, the API reads, and nobody changes once it is sealed.
 *
 * Processes are sorted by pid, the tasks of each lie together, sorted by tid, tables
 * are sorted by owner and first task, and the members and descriptors of each lie together.
 */
#pragma once

#include "core/array.h"
#include "core/detail.h"
#include "core/query.h"
#include "core/reason.h"
#include "core/record.h"
#include "core/strings.h"

enum {
	PV_STEP_TASKS,
	PV_STEP_GROUPING,
	PV_STEP_FILES,
	PV_N_STEPS,
};

/* A better backend that a step could not use. */
typedef struct {
	guint step;
	const char *backend; /* static */
	char *why;
} PvRefusal;

typedef struct _ProcviewSnapshot PvStore;

struct _ProcviewSnapshot {
	gatomicrefcount refs;
	PvArray processes;   /* PvProcess */
	PvArray tasks;	     /* PvTask */
	PvArray tables;	     /* PvTable */
	PvArray members;     /* guint32: tasks of tables */
	PvArray descriptors; /* PvDescriptor */
	PvArray files;	     /* PvFile */
	PvArray ns_tids;     /* gint32 */
	PvArray by_tid;	     /* guint32: tasks, sorted by tid */
	PvDetails details;
	PvStrings strings;
	PvRefusal *refusals;
	guint n_refusals;
	const char *backends[PV_N_STEPS]; /* static; NULL: the step was not asked for */
	guint collected;		  /* ProcviewCollect */
	guint64 duration_ns;
	guint64 kcmp_calls;
	guint64 key_id;	    /* of the scanner whose keys tasks and tables have; 0: none */
	gboolean narrowed;  /* the query named processes or users: others may share what is here */
	gboolean of_nobody; /* it came down to nobody */
	PvArray asked_pids; /* gint32, sorted: those that the query named; empty: all */
	PvArray asked_uids; /* guint32, sorted */
	gboolean missed_threads; /* threads came and went faster than they could be listed */
	gboolean hidden;	 /* /proc hides processes of others from the caller (hidepid=) */
	guint hidden_need;	 /* PvNeed */
};

PvStore *pv_store_new(void);
PvStore *pv_store_ref(PvStore *store);
void pv_store_unref(PvStore *store);
/* Of one backend for one step the last reason stands. */
void pv_store_add_refusal(PvStore *store, guint step, const char *backend, const char *why);
/* Those of steps that the store has a backend for: of a step that was not asked for nothing was. */
void pv_store_copy_refusals(PvStore *store, const PvStore *refusals);
/* What the snapshot is of. FALSE: out of memory. */
gboolean pv_store_note_query(PvStore *store, const PvQuery *query);
/* Whether a process, had it been there, would be in the snapshot. */
gboolean pv_store_covers(const PvStore *store, const PvProcess *process, const PvTask *leader);
/* The store that a sealed record belongs to. */
#define pv_store_of(record) ((PvStore *)pv_array_owner((record) - (record)->index))

#define pv_store_process(store, i)    pv_array_at(&(store)->processes, PvProcess, i)
#define pv_store_task(store, i)	      pv_array_at(&(store)->tasks, PvTask, i)
#define pv_store_table(store, i)      pv_array_at(&(store)->tables, PvTable, i)
#define pv_store_descriptor(store, i) pv_array_at(&(store)->descriptors, PvDescriptor, i)
#define pv_store_file(store, i)	      pv_array_at(&(store)->files, PvFile, i)
#define pv_store_member(store, i)     (*pv_array_at(&(store)->members, guint32, i))

static inline const char *
pv_store_string(const PvStore *store, PvString string)
{
	return pv_strings_get(&store->strings, string);
}

/* Drops descriptors and files from index first on, as long as they go in step: tables are read. */
void pv_store_rewind(PvStore *store, guint32 first);
gboolean pv_store_is_complete(const PvStore *store);
/* Whether its descriptors were to be read; not whether they could be. */
static inline gboolean
pv_table_has_descriptors(const PvStore *store, const PvTable *table)
{
	return (store->collected & PV_COLLECT_DESCRIPTORS) != 0 && !table->counted;
}

/* Several tasks are taken to share the table, and nobody could be asked. */
gboolean pv_table_is_guess(const PvStore *store, const PvTable *table);
guint64 pv_store_duplicates_avoided(const PvStore *store);
gsize pv_store_memory(const PvStore *store);
PvProcess *pv_store_find_process(const PvStore *store, gint32 pid);
PvTask *pv_store_find_task(const PvStore *store, gint32 tid);
PvTable *pv_store_table_of(const PvStore *store, const PvDescriptor *descriptor);
PvDescriptor *pv_store_find_descriptor(const PvStore *store, const PvTable *table, gint32 fd);
