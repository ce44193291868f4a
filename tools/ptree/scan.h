/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "columns.h"
#include "news.h"

/* What was scanned for an answer, and what of it matched. */
struct scan {
	ProcviewScanner *scanner;
	ProcviewRights *rights;	    /* of the scanner, when it was opened */
	ProcviewSnapshot *overview; /* taken first, to find the relatives; NULL: not taken */
	ProcviewSnapshot *snapshot; /* what is shown */
	struct selection *selection;
	struct differences *news;     /* since the scan before; NULL: there was none */
	ProcviewProgressFunc on_pace; /* told instead of the user; NULL: the user is */
	GCancellable *cancellable;    /* its data */
	ProcviewCollect collect;      /* what the answer needs */
	gboolean once;		/* a scan may open what needs power, and none comes after it */
	gboolean may_need_more; /* once there is a file where none is yet */
	gboolean may_lose;	/* what matched before may be shown as gone, below its ancestors */
	gboolean seeks_file;	/* a path was among what was asked for */
	gboolean all;		/* each word is a condition */
	gboolean tells_sharers; /* it matters who else has a table */
	gboolean narrowed;	/* to some processes: other ends may be others' */
};

/*
 * Opens the scanner, for what will be asked and no more; with own_view, for what the user could see
 * without ptree.
 */
gboolean scan_open(struct scan *scan, const struct options *options, const GPtrArray *columns,
		   const GArray *whats, gboolean own_view, GError **error);
gboolean scan_run(struct scan *scan, const struct options *options, const GPtrArray *columns,
		  GArray *whats, GError **error);
/* What was found; the scanner stays, for the next. */
void scan_forget(struct scan *scan);
void scan_clear(struct scan *scan);
