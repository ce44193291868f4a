/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where does each process stand?  Under its parent, parents first, as far as they are shown. The
 * ancestors of one that matched are all shown, so that no branch hangs in the air. Programs have no
 * use for them, nor has a list: these have only what matched.
 */
#include "tree.h"

#include "rows.h"

void
tree_add(struct picture *picture)
{
	struct forest *forest = picture->view->selection->forest;
	guint top = forest->n_branches;
	g_autofree struct line **lines = g_new0(struct line *, (gsize)top + 1);

	for (guint place = forest_next(forest, top, top); place != FOREST_NONE;) {
		const struct branch *branch = &forest->branches[place];

		if (branch->role == ROLE_NONE) {
			place = forest_skip(forest, place, top);
			continue;
		}
		if (picture->view->only_matched && branch->role != ROLE_MATCHED) {
			place = forest_next(forest, place, top);
			continue;
		}
		lines[place] = rows_add_process(picture, lines[branch->parent], branch->process,
						branch->role);
		if (branch->role == ROLE_MATCHED && !branch->gone)
			rows_add_below(picture, lines[place], branch->process);
		place = forest_next(forest, place, top);
	}
}
