/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

#define FOREST_NONE G_MAXUINT

/* What a process is to the selection. */
enum role {
	ROLE_NONE,
	ROLE_ANCESTOR,
	ROLE_DESCENDANT,
	ROLE_MATCHED,
};

/* A process among its relatives; numbers are places in the forest, by process id. */
struct branch {
	ProcviewProcess *process; /* borrowed from the snapshot */
	enum role role;
	gboolean below_matched;
	gboolean gone; /* not of this snapshot: see forest_insert_gone() */
	guint parent;
	guint first_child;
	guint last_child;
	guint next_sibling;
};

struct forest {
	guint n_branches;
	struct branch *branches; /* one more than there are: the last is the parent of all roots */
	GHashTable *places;	 /* process to its place */
};

/* A process that is gone, and the parent that it had: NULL, of the forest, or gone itself. */
struct leaf {
	ProcviewProcess *process;
	ProcviewProcess *parent;
	enum role role;
};

struct forest *forest_new(ProcviewSnapshot *snapshot);
void forest_free(struct forest *forest);
guint forest_find(const struct forest *forest, ProcviewProcess *process);
/* The next in the order of a tree printed line by line, within the part below top. */
guint forest_next(const struct forest *forest, guint place, guint top);
/* What follows when the part below a place is left out. */
guint forest_skip(const struct forest *forest, guint place, guint top);
/* Once the matched have their role: gives their ancestors and descendants theirs. */
void forest_mark_relatives(struct forest *forest);
/* Once all have their role: adds processes of another snapshot, struct leaf, by process id. */
void forest_insert_gone(struct forest *forest, const GArray *leaves);
