/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/types.h>
#include <procview/version-macros.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_DESCRIPTOR (procview_descriptor_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_descriptor_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewDescriptor *procview_descriptor_ref(ProcviewDescriptor *descriptor);
PROCVIEW_AVAILABLE_IN_0_1
void procview_descriptor_unref(ProcviewDescriptor *descriptor);

PROCVIEW_AVAILABLE_IN_0_1
int procview_descriptor_get_fd(ProcviewDescriptor *descriptor);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_descriptor_get_cloexec(ProcviewDescriptor *descriptor, gboolean *cloexec);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFile *procview_descriptor_get_file(ProcviewDescriptor *descriptor);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFdTable *procview_descriptor_get_fd_table(ProcviewDescriptor *descriptor);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_descriptor_get_n_locks(ProcviewDescriptor *descriptor);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewLock *procview_descriptor_get_lock(ProcviewDescriptor *descriptor, guint index);
PROCVIEW_AVAILABLE_IN_0_1
GPtrArray *procview_descriptor_list_peers(ProcviewDescriptor *descriptor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewDescriptor, procview_descriptor_unref)

G_END_DECLS
