/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>
#include <procview/version-macros.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_COUNTS (procview_counts_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_counts_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewCounts *procview_counts_new(ProcviewSnapshot *snapshot, GError **error);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewCounts *procview_counts_ref(ProcviewCounts *counts);
PROCVIEW_AVAILABLE_IN_0_1
void procview_counts_unref(ProcviewCounts *counts);

PROCVIEW_AVAILABLE_IN_0_1
void procview_counts_add_process(ProcviewCounts *counts, ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
void procview_counts_add_fd_table(ProcviewCounts *counts, ProcviewFdTable *table);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_counts_get_n_processes(ProcviewCounts *counts);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_counts_get_n_tasks(ProcviewCounts *counts);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_counts_get_n_fd_tables(ProcviewCounts *counts);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_counts_get_n_shared_fd_tables(ProcviewCounts *counts);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_counts_get_n_unread_fd_tables(ProcviewCounts *counts);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_counts_get_n_descriptors(ProcviewCounts *counts, guint64 *n_descriptors);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_counts_get_n_kinds(ProcviewCounts *counts);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_counts_get_n_of_kind(ProcviewCounts *counts, ProcviewKind kind,
				       guint64 *n_descriptors);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_counts_get_limit_share(ProcviewCounts *counts, double *share,
					 ProcviewProcess **process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewCounts, procview_counts_unref)

G_END_DECLS
