/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/fact.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_FILE (procview_file_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_file_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFile *procview_file_ref(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
void procview_file_unref(ProcviewFile *file);

PROCVIEW_AVAILABLE_IN_0_1
ProcviewKind procview_file_get_kind(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_file_get_description(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_file_get_path(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_is_deleted(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_get_flags(ProcviewFile *file, guint *flags);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewAccess procview_file_get_access(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_get_pos(ProcviewFile *file, gint64 *pos);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_get_size_bytes(ProcviewFile *file, guint64 *size_bytes);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_get_inode(ProcviewFile *file, guint64 *inode);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_get_device(ProcviewFile *file, guint *major, guint *minor);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_get_rdev(ProcviewFile *file, guint *major, guint *minor);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_get_mount_id(ProcviewFile *file, guint *mount_id);

PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_file_get_number(ProcviewFile *file, ProcviewFact fact, guint64 *value);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_file_get_text(ProcviewFile *file, ProcviewFact fact);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_file_get_n_facts(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFact procview_file_get_fact(ProcviewFile *file, guint index);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_file_get_n_registrations(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewRegistration *procview_file_get_registration(ProcviewFile *file, guint index);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_file_get_n_marks(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMark *procview_file_get_mark(ProcviewFile *file, guint index);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSocket *procview_file_get_socket(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMount *procview_file_get_mount(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
GPtrArray *procview_file_list_descriptors(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
GPtrArray *procview_file_list_peers(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
GPtrArray *procview_file_list_watchers(ProcviewFile *file);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_file_get_peer_process(ProcviewFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewFile, procview_file_unref)

G_END_DECLS
