/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

/* What became of something that is shown, since the view before. */
enum news {
	NEWS_NONE,
	NEWS_NEW,
	NEWS_GONE,
	NEWS_CHANGED,
};

struct options;
struct selection;

/* What became of all that is shown. */
struct differences {
	ProcviewChanges *changes; /* NULL: descriptors are not shown */
	GHashTable *of_objects;	  /* a process, task, table or descriptor to its news */
	GHashTable
		*gone_descriptors; /* a table to those it had, in order; of the snapshot before */
	GHashTable *gone_tasks;	   /* a process to those it had, likewise */
	guint n_new;		   /* processes */
	guint n_gone;
};

/*
 * Compares two views. What is gone becomes part of the second's forest, where it was; so the first
 * must outlive it.
 */
struct differences *news_new(const struct selection *before, struct selection *now,
			     const struct options *options, GError **error);
void news_free(struct differences *news);
/* These may be asked of no news, too. */
enum news news_of(const struct differences *news, gconstpointer object);
/* What is not there any more, or NULL. */
const GPtrArray *news_get_gone_descriptors(const struct differences *news, ProcviewFdTable *table);
const GPtrArray *news_get_gone_tasks(const struct differences *news, ProcviewProcess *process);
