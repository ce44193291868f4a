/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

#include "forest.h"
#include "place.h"
#include "what.h"

/* What of a snapshot matched, and who belongs to it. */
struct selection {
	ProcviewSnapshot *snapshot;
	struct forest *forest;
	gboolean everything;		 /* no WHAT was given */
	guint n_matched;		 /* processes */
	GHashTable *tasks;		 /* threads that were named by their own number */
	GHashTable *tables;		 /* tables that hold a file that was named */
	GHashTable *descriptors;	 /* descriptors that lead to a file that was named */
	GHashTable *carriers;		 /* descriptors of what holds such a file */
	GHashTable *holdings;		 /* by which it is held */
	GHashTable *held;		 /* what holds files, and an array of their holdings */
	GHashTable *places[PLACE_KINDS]; /* keys of the places where such a file is */
	GHashTable *could_match;	 /* whose files matter, if not everybody's: NULL */
};

/* With all, each of the words is a condition. */
struct selection *selection_new(ProcviewSnapshot *snapshot, GArray *whats, gboolean all,
				GError **error);
void selection_free(struct selection *selection);
/* Whether it is for its files to decide whether a process matches. */
gboolean selection_could_match(const struct selection *selection, ProcviewProcess *process);
enum role selection_get_role(const struct selection *selection, ProcviewProcess *process);
gboolean selection_has_place(const struct selection *selection, const struct place *place);
/* The process under which a place is shown: the first that matched of those that share it. */
ProcviewProcess *selection_find_head_of_place(const struct selection *selection,
					      const struct place *place);
/* Whether a process that matched has it. */
gboolean selection_has_table_of_matched(const struct selection *selection, ProcviewFdTable *table);
/* The process under which a table is shown: the first that matched of those that have it. */
ProcviewProcess *selection_find_head(const struct selection *selection, ProcviewFdTable *table);
