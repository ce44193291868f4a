/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "view.h"

struct column {
	const char *name;
	const char *description;
	gboolean right;
	ProcviewCollect needs;
	void (*append)(GString *out, const struct row *row, const struct view *view);
};

/* Ended by an entry without a name. */
extern const struct column columns_of_processes[];
extern const struct column columns_of_files[];
extern const struct column columns_of_sockets[];

/* The columns to show; NULL: a name is wrong. */
GPtrArray *columns_choose(const struct options *options, GError **error);
/* The same and TABLE. */
GPtrArray *columns_add_table(const GPtrArray *columns);
gboolean columns_have(const GPtrArray *columns, const char *name);
/* The column that --sort names; NULL: it names none. */
const struct column *columns_find_sort(const struct options *options);
/* Whether a column is shown, or sorted by. */
gboolean columns_ask_for(const GPtrArray *columns, const struct options *options, const char *name);
gboolean columns_are_of_descriptors(const struct column *column);
/* Whether a column that is shown, or sorted by, tells of descriptors. */
gboolean columns_tell_descriptors(const GPtrArray *columns, const struct options *options);
/* Whether there is a tree, or else a plain table. */
gboolean columns_draw_tree(const GPtrArray *columns, const struct options *options);
/* Of those that are shown; NULL: none is. And of the one that is sorted by. */
ProcviewCollect columns_get_needs(const GPtrArray *columns, const struct options *options);
void columns_print_list(void);
