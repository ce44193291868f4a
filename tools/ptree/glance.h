/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "view.h"

/* The descriptor tables of a process beside the one that its row speaks of. */
guint glance_count_more(ProcviewProcess *process, ProcviewFdTable *table);
/* Whether the row is of a process or thread whose table is worth telling. */
gboolean glance_is_told(const struct row *row, const struct view *view);
/* The tables that several processes have, but for that of the kernel. */
GHashTable *glance_find_shared(ProcviewSnapshot *snapshot);
/* The columns of the view; with TABLE, if it is not among them and there is something to tell. */
GPtrArray *glance_choose_columns(struct view *view);
