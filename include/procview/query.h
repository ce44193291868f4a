/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/collect.h>
#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_QUERY (procview_query_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_query_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewQuery *procview_query_ref(ProcviewQuery *query);
PROCVIEW_AVAILABLE_IN_0_1
void procview_query_unref(ProcviewQuery *query);

PROCVIEW_AVAILABLE_IN_0_1
ProcviewQuery *procview_query_new(void);
PROCVIEW_AVAILABLE_IN_0_1
void procview_query_add_pid(ProcviewQuery *query, int pid);
PROCVIEW_AVAILABLE_IN_0_1
void procview_query_add_user(ProcviewQuery *query, guint uid);
PROCVIEW_AVAILABLE_IN_0_1
void procview_query_add_inode(ProcviewQuery *query, guint64 inode);
PROCVIEW_AVAILABLE_IN_0_1
void procview_query_add_port(ProcviewQuery *query, guint16 port);
PROCVIEW_AVAILABLE_IN_0_1
void procview_query_set_relatives(ProcviewQuery *query, ProcviewRelatives relatives);
PROCVIEW_AVAILABLE_IN_0_1
void procview_query_set_collect(ProcviewQuery *query, ProcviewCollect collect);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewCollect procview_query_get_collect(ProcviewQuery *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewQuery, procview_query_unref)

G_END_DECLS
