/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_MOUNT (procview_mount_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_mount_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMount *procview_mount_ref(ProcviewMount *mount);
PROCVIEW_AVAILABLE_IN_0_1
void procview_mount_unref(ProcviewMount *mount);

PROCVIEW_AVAILABLE_IN_0_1
guint procview_mount_get_id(ProcviewMount *mount);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_mount_get_fs_type(ProcviewMount *mount);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_mount_get_source(ProcviewMount *mount);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_mount_get_root(ProcviewMount *mount);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_mount_get_point(ProcviewMount *mount);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_mount_get_device(ProcviewMount *mount, guint *major, guint *minor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewMount, procview_mount_unref)

G_END_DECLS
