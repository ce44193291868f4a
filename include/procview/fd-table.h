/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_FD_TABLE (procview_fd_table_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_fd_table_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFdTable *procview_fd_table_ref(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
void procview_fd_table_unref(ProcviewFdTable *table);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_fd_table_get_id(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewStatus procview_fd_table_get_status(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewReason procview_fd_table_get_reason(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_fd_table_get_needs(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProof procview_fd_table_get_proof(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_fd_table_get_backend_name(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_fd_table_get_owner(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_fd_table_get_n_tasks(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_fd_table_get_task(ProcviewFdTable *table, guint index);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_fd_table_get_open_count(ProcviewFdTable *table, guint *count);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_fd_table_get_n_descriptors(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_fd_table_has_descriptors(ProcviewFdTable *table);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewDescriptor *procview_fd_table_get_descriptor(ProcviewFdTable *table, guint index);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewDescriptor *procview_fd_table_find_descriptor(ProcviewFdTable *table, int fd);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_fd_table_get_snapshot(ProcviewFdTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewFdTable, procview_fd_table_unref)

G_END_DECLS
