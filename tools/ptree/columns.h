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
gboolean columns_have(const GPtrArray *columns, const char *name);
/* Whether a column tells of descriptors. */
gboolean columns_tell_descriptors(const GPtrArray *columns);
/* Whether there is a tree, or else a plain table. */
gboolean columns_draw_tree(const GPtrArray *columns, const struct options *options);
ProcviewCollect columns_get_needs(const GPtrArray *columns);
void columns_print_list(void);
