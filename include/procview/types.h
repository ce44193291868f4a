/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * Every type is opaque. But for the query, the rights, the changes and the counts they are parts of
 * one snapshot, or the snapshot itself: a reference on any part keeps the whole snapshot alive.
 */
typedef struct _ProcviewQuery ProcviewQuery;
typedef struct _ProcviewSnapshot ProcviewSnapshot;
typedef struct _ProcviewProcess ProcviewProcess;
typedef struct _ProcviewTask ProcviewTask;
typedef struct _ProcviewFdTable ProcviewFdTable;
typedef struct _ProcviewDescriptor ProcviewDescriptor;
typedef struct _ProcviewFile ProcviewFile;
typedef struct _ProcviewRegistration ProcviewRegistration;
typedef struct _ProcviewMark ProcviewMark;
typedef struct _ProcviewLock ProcviewLock;
typedef struct _ProcviewSocket ProcviewSocket;
typedef struct _ProcviewMount ProcviewMount;
typedef struct _ProcviewHolding ProcviewHolding;
typedef struct _ProcviewFsContext ProcviewFsContext;
typedef struct _ProcviewMemory ProcviewMemory;
typedef struct _ProcviewMapping ProcviewMapping;
typedef struct _ProcviewRevalidation ProcviewRevalidation;
typedef struct _ProcviewRights ProcviewRights;
typedef struct _ProcviewChange ProcviewChange;
typedef struct _ProcviewChanges ProcviewChanges;
typedef struct _ProcviewCounts ProcviewCounts;

G_END_DECLS
