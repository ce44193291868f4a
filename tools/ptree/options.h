/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

#include "terminal.h"

enum action {
	ACTION_SHOW,
	ACTION_HELP,
	ACTION_VERSION,
	ACTION_COLUMNS,
};

/* What was asked for on the command line. */
struct options {
	enum action action;
	gboolean threads;
	gboolean files;
	gboolean json;
	gboolean json_lines;
	gboolean raw;
	gboolean pids;
	gboolean numeric;
	gboolean no_headings;
	gboolean stats;
	gboolean all;	 /* every WHAT is a condition, and not an alternative */
	gboolean unfold; /* what looks alike has lines of its own */
	gboolean graph;
	gboolean null; /* for programs: NUL ends a line */
	gboolean watches;
	double watch_s; /* time between two views; 0: one view is all */
	char *sort;	/* the name of a column, "-" before it: the greatest first; NULL: a tree */
	enum color color;
	ProcviewBackend backend;
	gboolean backend_named;
	GString *output; /* all the lists of -o, joined by commas; NULL: none given */
	char **words;	 /* every WHAT, bytes as they came; NULL: none */
};

/* Fails with a message for the user: wrong usage. */
gboolean options_parse(struct options *options, char **argv, GError **error);
void options_clear(struct options *options);
void options_print_help(void);
