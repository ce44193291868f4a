/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A listing under way, and what is added to processes that are listed.
 */
#pragma once

#include "backend/bpf/iterator.h"

typedef struct {
	PvBpf *bpf;
	const PvQuery *query;
	gint64 ticks_per_s;
	PvStore *store;
	const PvWatch *watch;
	PvIterator *iterator;
	guint n_records;
	PvKeyed files; /* of the last task: its threads have the same, mostly */
	PvKeyed fs;
	PvKeyed mm;
	gint32 pid;   /* found for a tid; later: whose working directory came last */
	guint32 next; /* process that the next fact is most likely of */
} PvBpfListing;

guint64 pv_bpf_start_time(const PvBpfListing *listing, guint64 start_time);
/* Runs a program and hands each of its records out. */
gboolean pv_bpf_run(PvBpfListing *listing, PvProgram program, PvScope scope, gint32 number,
		    gboolean (*take)(PvBpfListing *, const char *, gsize, GError **),
		    GError **error);
/* Command lines, executables and directories, as far as the query asks for them. */
gboolean pv_bpf_take_facts(PvBpfListing *listing, GError **error);
