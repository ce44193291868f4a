/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One pass over everything, or an iterator for each table? Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint32 n_tasks;   /* of the machine */
	guint32 n_tables;  /* to be read */
	guint64 n_visited; /* descriptors that one pass over everything comes to */
	guint64 n_wanted;  /* descriptors of the tables to be read, each once */
	gboolean paths;
	gboolean details; /* paths come with them */
} PvBpfCosts;

gboolean pv_bpf_plan_whole_read(const PvBpfCosts *costs);
/* Of n_tables tasks, each looked at once. */
gboolean pv_bpf_plan_whole_check(const PvBpfCosts *costs);
