/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

/**
 * ProcviewMembership:
 * @PROCVIEW_MEMBERSHIP_UNKNOWN: The kernel would not say.
 * @PROCVIEW_MEMBERSHIP_SHARING: The task still has the table.
 * @PROCVIEW_MEMBERSHIP_LEFT: The task lives and has another table now: it called
 *   unshare(2) or execve(2).
 * @PROCVIEW_MEMBERSHIP_EXITED: The task is no more.
 * @PROCVIEW_MEMBERSHIP_REPLACED: The number belongs to another task now.
 *
 * What became of a task that shared a table.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_MEMBERSHIP_UNKNOWN = 0,
	PROCVIEW_MEMBERSHIP_SHARING = 1,
	PROCVIEW_MEMBERSHIP_LEFT = 2,
	PROCVIEW_MEMBERSHIP_EXITED = 3,
	PROCVIEW_MEMBERSHIP_REPLACED = 4,
} ProcviewMembership;

/**
 * ProcviewContent:
 * @PROCVIEW_CONTENT_UNKNOWN: Could not be read again, or was not in the snapshot.
 * @PROCVIEW_CONTENT_CURRENT: The same descriptors lead to the same files.
 * @PROCVIEW_CONTENT_CHANGED: Descriptors were opened, closed, or lead elsewhere.
 * @PROCVIEW_CONTENT_GONE: No task has the table any more.
 *
 * Whether what a table held is what it holds.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_CONTENT_UNKNOWN = 0,
	PROCVIEW_CONTENT_CURRENT = 1,
	PROCVIEW_CONTENT_CHANGED = 2,
	PROCVIEW_CONTENT_GONE = 3,
} ProcviewContent;

#define PROCVIEW_TYPE_REVALIDATION (procview_revalidation_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_revalidation_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewRevalidation *procview_revalidation_ref(ProcviewRevalidation *revalidation);
PROCVIEW_AVAILABLE_IN_0_1
void procview_revalidation_unref(ProcviewRevalidation *revalidation);

PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_revalidation_is_valid(ProcviewRevalidation *revalidation);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFdTable *procview_revalidation_get_fd_table(ProcviewRevalidation *revalidation);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_revalidation_get_n_tasks(ProcviewRevalidation *revalidation);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_revalidation_get_task(ProcviewRevalidation *revalidation, guint index);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMembership procview_revalidation_get_membership(ProcviewRevalidation *revalidation,
							guint index);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_revalidation_count(ProcviewRevalidation *revalidation,
				  ProcviewMembership membership);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewContent procview_revalidation_get_content(ProcviewRevalidation *revalidation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewRevalidation, procview_revalidation_unref)

G_END_DECLS
