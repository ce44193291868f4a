/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/types.h>
#include <procview/version-macros.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_TASK (procview_task_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_task_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_task_ref(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
void procview_task_unref(ProcviewTask *task);

PROCVIEW_AVAILABLE_IN_0_1
int procview_task_get_tid(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_task_get_process(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_task_is_leader(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_task_has_details(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_task_get_comm(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
char procview_task_get_state(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_task_get_uid(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_task_get_euid(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_task_get_gid(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_task_get_egid(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_task_get_start_time_ns(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_task_get_identity(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_task_get_n_ns_tids(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
int procview_task_get_ns_tid(ProcviewTask *task, guint index);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFdTable *procview_task_get_fd_table(ProcviewTask *task);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFsContext *procview_task_get_fs_context(ProcviewTask *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewTask, procview_task_unref)

G_END_DECLS
