/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_MEMORY (procview_memory_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_memory_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMemory *procview_memory_ref(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
void procview_memory_unref(ProcviewMemory *memory);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_memory_get_id(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewStatus procview_memory_get_status(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewReason procview_memory_get_reason(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_memory_get_needs(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProof procview_memory_get_proof(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_memory_get_backend_name(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_memory_get_n_processes(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_memory_get_process(ProcviewMemory *memory, guint index);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_memory_get_exe(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_memory_get_exe_inode(ProcviewMemory *memory, guint64 *inode);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_memory_get_exe_device(ProcviewMemory *memory, guint *major, guint *minor);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_memory_get_n_mappings(ProcviewMemory *memory);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMapping *procview_memory_get_mapping(ProcviewMemory *memory, guint index);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_memory_get_snapshot(ProcviewMemory *memory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewMemory, procview_memory_unref)

G_END_DECLS
