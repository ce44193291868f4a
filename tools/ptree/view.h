/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

#include "clip.h"
#include "news.h"
#include "options.h"
#include "select.h"
#include "terminal.h"

struct row;

/* How rows are put into words. */
struct view {
	const struct options *options;
	const struct terminal *terminal;
	const struct selection *selection;
	guint n_lines_max;		/* more are of no use, once so many are shown; 0: all are */
	const struct differences *news; /* NULL: there is no view before */
	GHashTable *users;
	GPtrArray *columns; /* const struct column *, in the order they are shown */
	gboolean utf8;
	gboolean raw;		   /* bytes as they are: whoever prints them escapes them */
	gboolean flat;		   /* no tree: each row repeats the facts of its process */
	gboolean only_matched;	   /* none of their relatives */
	gboolean descriptors_only; /* no row but those of descriptors */
	gboolean tells_shared; /* the column TABLE came by itself: it tells what is unusual only */
	GHashTable *shared;    /* tables that several processes have */
	GHashTable *ends;    /* what was told of many ends, see detail-peer.c; NULL: is not kept */
	gboolean marks_news; /* a column in front says what became of each row */
	enum news (*find_news)(const struct row *row, gpointer data); /* NULL: row.news stands */
	gpointer news_data;
};

enum row_kind {
	ROW_PROCESS,
	ROW_THREAD,
	ROW_TABLE,
	ROW_DESCRIPTOR,
	ROW_PLACE,
	ROW_HELD,
};

/* One line of the picture. */
struct row {
	enum row_kind kind;
	ProcviewProcess *process;	/* always: to which it belongs */
	ProcviewTask *task;		/* always: the thread, or the process's first */
	ProcviewFdTable *table;		/* the one it has or is about; NULL: none known */
	ProcviewDescriptor *descriptor; /* of ROW_DESCRIPTOR */
	ProcviewHolding *holding;	/* of ROW_HELD */
	struct place place;		/* of ROW_PLACE */
	gboolean of_main_table;		/* table is the one that the process row counts */
	gboolean strong;		/* this is what matched */
	gboolean weak;			/* this is only there to show where the others hang */
	guint n_alike; /* of ROW_PROCESS and ROW_THREAD: how many look like this; 0 or 1: it is alone */
	enum news news; /* since the view before */
	int fd_width;	/* of ROW_DESCRIPTOR: to align it with its neighbours */
	int kind_width;
	struct clip_parts *parts; /* where to note of what the text of the tree consists */
};

/* A name of anybody's choosing, made fit for where it goes. */
void view_append_name(const struct view *view, GString *out, const char *name);
void view_append_path(const struct view *view, GString *out, ProcviewFile *file);
/* The same of a path by itself. */
void view_append_path_of(const struct view *view, GString *out, const char *path, gboolean deleted);
/* The same with something behind it, or beside others: no name can look like two. */
void view_append_word(const struct view *view, GString *out, const char *name);
void view_append_comm(const struct view *view, GString *out, const char *name);
void view_append_path_first(const struct view *view, GString *out, const char *path,
			    gboolean deleted);
/* What stands in front of the other end. */
const char *view_get_arrow(const struct view *view);
/* Whether the row tells facts of its process and of its table. */
gboolean view_tells_process(const struct view *view, const struct row *row);
gboolean view_tells_table(const struct view *view, const struct row *row);
