/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/collect.h>
#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_SNAPSHOT (procview_snapshot_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_snapshot_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_snapshot_ref(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
void procview_snapshot_unref(ProcviewSnapshot *snapshot);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_processes(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_snapshot_get_process(ProcviewSnapshot *snapshot, guint index);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_snapshot_find_process(ProcviewSnapshot *snapshot, int pid);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_tasks(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_snapshot_find_task(ProcviewSnapshot *snapshot, int tid);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_fd_tables(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFdTable *procview_snapshot_get_fd_table(ProcviewSnapshot *snapshot, guint index);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_descriptors(ProcviewSnapshot *snapshot);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_sockets(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSocket *procview_snapshot_get_socket(ProcviewSnapshot *snapshot, guint index);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_mounts(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMount *procview_snapshot_get_mount(ProcviewSnapshot *snapshot, guint index);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_holdings(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewHolding *procview_snapshot_get_holding(ProcviewSnapshot *snapshot, guint index);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_fs_contexts(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFsContext *procview_snapshot_get_fs_context(ProcviewSnapshot *snapshot, guint index);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_memories(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMemory *procview_snapshot_get_memory(ProcviewSnapshot *snapshot, guint index);

PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_snapshot_is_complete(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_snapshot_has_hidden_processes(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewCollect procview_snapshot_get_collected(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_snapshot_get_backend_name(ProcviewSnapshot *snapshot, ProcviewStep step);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_snapshot_get_n_refusals(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_snapshot_get_refusal(ProcviewSnapshot *snapshot, guint index,
					  ProcviewStep *step, const char **backend);

PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_snapshot_get_duration_ns(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_snapshot_get_duplicates_avoided(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_snapshot_get_kcmp_calls(ProcviewSnapshot *snapshot);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_snapshot_get_memory_bytes(ProcviewSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewSnapshot, procview_snapshot_unref)

G_END_DECLS
