/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

/**
 * ProcviewMarkType:
 * @PROCVIEW_MARK_TYPE_INODE: One file or directory.
 * @PROCVIEW_MARK_TYPE_MOUNT: All of a mount.
 * @PROCVIEW_MARK_TYPE_FILE_SYSTEM: All of a file system.
 *
 * What a mark of inotify(7) or fanotify(7) is on.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_MARK_TYPE_INODE = 0,
	PROCVIEW_MARK_TYPE_MOUNT = 1,
	PROCVIEW_MARK_TYPE_FILE_SYSTEM = 2,
} ProcviewMarkType;

#define PROCVIEW_TYPE_MARK (procview_mark_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_mark_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMark *procview_mark_ref(ProcviewMark *mark);
PROCVIEW_AVAILABLE_IN_0_1
void procview_mark_unref(ProcviewMark *mark);

PROCVIEW_AVAILABLE_IN_0_1
ProcviewMarkType procview_mark_get_mark_type(ProcviewMark *mark);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_mark_get_watch_descriptor(ProcviewMark *mark, int *wd);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_mark_get_inode(ProcviewMark *mark, guint64 *inode);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_mark_get_device(ProcviewMark *mark, guint *major, guint *minor);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_mark_get_mount_id(ProcviewMark *mark, guint *mount_id);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_mark_get_mask(ProcviewMark *mark);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_mark_get_ignored_mask(ProcviewMark *mark);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewMark, procview_mark_unref)

G_END_DECLS
