/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <gio/gio.h>

#include <procview/types.h>
#include <procview/version-macros.h>

G_BEGIN_DECLS

/**
 * ProcviewChangeKind:
 * @PROCVIEW_CHANGE_PROCESS_STARTED: A process is there that was not.
 * @PROCVIEW_CHANGE_PROCESS_ENDED: A process that was there is not any more.
 * @PROCVIEW_CHANGE_PROCESS_EXECUTED: A process runs another program: execve(2).
 * @PROCVIEW_CHANGE_TABLE_JOINED: A task shares a table with tasks of another process that it did
 *   not share with: a process made by clone(2) with `CLONE_FILES`.
 * @PROCVIEW_CHANGE_TABLE_LEFT: A task has a table of its own, or another one, and not the one that
 *   it had: unshare(2), close_range(2) with `CLOSE_RANGE_UNSHARE`, execve(2).
 * @PROCVIEW_CHANGE_DESCRIPTOR_OPENED: A number leads to a file that led nowhere.
 * @PROCVIEW_CHANGE_DESCRIPTOR_CLOSED: A number leads nowhere that led to a file.
 * @PROCVIEW_CHANGE_DESCRIPTOR_REPLACED: A number leads to another file: closed and opened
 *   meanwhile, or dup2(2).
 *
 * What became different between two snapshots. More may come.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_CHANGE_PROCESS_STARTED = 0,
	PROCVIEW_CHANGE_PROCESS_ENDED = 1,
	PROCVIEW_CHANGE_PROCESS_EXECUTED = 2,
	PROCVIEW_CHANGE_TABLE_JOINED = 3,
	PROCVIEW_CHANGE_TABLE_LEFT = 4,
	PROCVIEW_CHANGE_DESCRIPTOR_OPENED = 5,
	PROCVIEW_CHANGE_DESCRIPTOR_CLOSED = 6,
	PROCVIEW_CHANGE_DESCRIPTOR_REPLACED = 7,
} ProcviewChangeKind;

PROCVIEW_AVAILABLE_IN_0_1
const char *procview_change_kind_to_string(ProcviewChangeKind kind);

#define PROCVIEW_TYPE_CHANGE (procview_change_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_change_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewChange *procview_change_ref(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
void procview_change_unref(ProcviewChange *change);

PROCVIEW_AVAILABLE_IN_0_1
ProcviewChangeKind procview_change_get_kind(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_change_get_process_before(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_change_get_process_after(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_change_get_task_before(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_change_get_task_after(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFdTable *procview_change_get_fd_table_before(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFdTable *procview_change_get_fd_table_after(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewDescriptor *procview_change_get_descriptor_before(ProcviewChange *change);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewDescriptor *procview_change_get_descriptor_after(ProcviewChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewChange, procview_change_unref)

/**
 * ProcviewChangeFilterFunc:
 * @change: a change
 * @user_data: what was given with the function
 *
 * Says whether to write a change.
 *
 * Returns: %TRUE to write it
 *
 * Since: 0.1
 */
typedef gboolean (*ProcviewChangeFilterFunc)(ProcviewChange *change, gpointer user_data);

#define PROCVIEW_TYPE_CHANGES (procview_changes_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_changes_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewChanges *procview_changes_ref(ProcviewChanges *changes);
PROCVIEW_AVAILABLE_IN_0_1
void procview_changes_unref(ProcviewChanges *changes);

PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_changes_get_before(ProcviewChanges *changes);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_changes_get_after(ProcviewChanges *changes);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_changes_get_n_changes(ProcviewChanges *changes);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewChange *procview_changes_get_change(ProcviewChanges *changes, guint index);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_changes_write_json(ProcviewChanges *changes, GOutputStream *stream,
				     ProcviewChangeFilterFunc filter, gpointer user_data,
				     GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewChanges, procview_changes_unref)

PROCVIEW_AVAILABLE_IN_0_1
ProcviewChanges *procview_snapshot_compare(ProcviewSnapshot *before, ProcviewSnapshot *after,
					   GError **error);

G_END_DECLS
