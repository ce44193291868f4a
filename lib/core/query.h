/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scan is asked for. Handed down to the backends: asking for one process costs one process.
 */
#pragma once

#include <glib.h>

/* The values of ProcviewCollect. */
enum {
	PV_COLLECT_THREADS = 1 << 0,
	PV_COLLECT_COMMANDS = 1 << 1,
	PV_COLLECT_LIMITS = 1 << 2,
	PV_COLLECT_TABLES = 1 << 3,
	PV_COLLECT_DESCRIPTORS = 1 << 4,
	PV_COLLECT_PATHS = 1 << 5,
	PV_COLLECT_DESCRIPTIONS = 1 << 6,
	PV_COLLECT_ALL = (1 << 7) - 1,
	PV_COLLECT_CONTEXT = 1 << 7, /* not part of all: dear without BPF */
	PV_COLLECT_DETAILS = 1 << 8, /* facts, registrations and marks */
	PV_COLLECT_SOCKETS = 1 << 9,
	PV_COLLECT_LOCKS = 1 << 10,
	PV_COLLECT_MOUNTS = 1 << 11,   /* type and source of file systems */
	PV_COLLECT_PLACES = 1 << 12,   /* fs_struct and mm_struct: cwd, root, umask, exe */
	PV_COLLECT_MAPPINGS = 1 << 13, /* mapped files */
	PV_COLLECT_PEERS = 1 << 14,    /* other ends */
	PV_COLLECT_HOLDINGS = 1 << 15, /* files that no descriptor leads to */
	PV_COLLECT_MASK = (1 << 16) - 1,
	PV_COLLECT_EVERYTHING = PV_COLLECT_MASK,
	/* What is told of descriptors, and so reads them. */
	PV_COLLECT_OF_DESCRIPTORS = PV_COLLECT_PATHS | PV_COLLECT_DESCRIPTIONS |
				    PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS | PV_COLLECT_LOCKS |
				    PV_COLLECT_MOUNTS | PV_COLLECT_PEERS | PV_COLLECT_HOLDINGS,
	/* What is found out when tables have been read, or is put in order then. */
	PV_COLLECT_ENRICHED = PV_COLLECT_MASK & ~(PV_COLLECT_ALL | PV_COLLECT_CONTEXT),
};

/* The values of ProcviewRelatives. */
enum {
	PV_RELATIVES_FAMILY = 1 << 0,
	PV_RELATIVES_SHARERS = 1 << 1,
	PV_RELATIVES_COUNTED = 1 << 2,
	PV_RELATIVES_MASK = (1 << 3) - 1,
};

typedef struct _ProcviewQuery PvQuery;

struct _ProcviewQuery {
	gatomicrefcount refs;
	guint collect; /* with all that is implied */
	GArray *pids;  /* gint32, any tid or pid; empty: all */
	GArray *uids;  /* guint32, real or effective; empty: all */
	/* Who has one of these open is asked for; both empty: everybody. */
	GArray *inodes;	 /* guint64 */
	GArray *ports;	 /* guint16 */
	guint relatives; /* PV_RELATIVES_*: of those that are asked for */
	gboolean nobody; /* nobody is left of those who were asked for, and pids is empty */
	/* gint32, sorted: those whose files are wanted; of the others a count will do. NULL: all */
	GArray *files_of;
};

PvQuery *pv_query_new(void); /* everything */
PvQuery *pv_query_ref(PvQuery *query);
void pv_query_unref(PvQuery *query);
PvQuery *pv_query_copy(const PvQuery *query);
/* It is about these and no others; none: about nobody. FALSE: out of memory. */
gboolean pv_query_set_pids(PvQuery *query, const gint32 *pids, guint n);
/* Stores what to collect, completed by what it implies. */
void pv_query_set_collect(PvQuery *query, guint collect);
/* Says whose files are wanted, in any order. FALSE: out of memory. */
gboolean pv_query_set_files_of(PvQuery *query, const gint32 *pids, guint n);
gboolean pv_query_wants_files(const PvQuery *query, gint32 pid);
gboolean pv_query_wants_user(const PvQuery *query, guint32 uid, guint32 euid);
