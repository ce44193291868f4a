/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_FS_CONTEXT (procview_fs_context_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_fs_context_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFsContext *procview_fs_context_ref(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
void procview_fs_context_unref(ProcviewFsContext *fs);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_fs_context_get_id(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewStatus procview_fs_context_get_status(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewReason procview_fs_context_get_reason(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_fs_context_get_needs(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProof procview_fs_context_get_proof(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_fs_context_get_backend_name(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_fs_context_get_n_tasks(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_fs_context_get_task(ProcviewFsContext *fs, guint index);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_fs_context_get_cwd(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_fs_context_get_cwd_inode(ProcviewFsContext *fs, guint64 *inode);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_fs_context_get_cwd_device(ProcviewFsContext *fs, guint *major, guint *minor);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_fs_context_get_root(ProcviewFsContext *fs);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_fs_context_get_root_inode(ProcviewFsContext *fs, guint64 *inode);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_fs_context_get_root_device(ProcviewFsContext *fs, guint *major, guint *minor);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_fs_context_get_umask(ProcviewFsContext *fs, guint *umask);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_fs_context_get_snapshot(ProcviewFsContext *fs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewFsContext, procview_fs_context_unref)

G_END_DECLS
