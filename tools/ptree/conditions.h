/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "forest.h"
#include "what.h"

/* Which process met which of the words. */
struct conditions {
	struct forest *forest;
	GArray *whats;
	gboolean all;  /* one word is not enough */
	gsize n_bytes; /* for each process: a bit for each word */
	guint8 *met;   /* with all; else a process that met one has its role at once */
};

/* FALSE: no memory. */
gboolean conditions_init(struct conditions *conditions, struct forest *forest, GArray *whats,
			 gboolean all);
void conditions_clear(struct conditions *conditions);
void conditions_meet(struct conditions *conditions, ProcviewProcess *process, guint word);
/* Gives those that met enough their role; how many these are. */
guint conditions_decide(struct conditions *conditions);
/* With all: the set of processes that met every word that is about processes and not their files.
 * NULL: without. */
GHashTable *conditions_list_able(const struct conditions *conditions);
