/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became of a table since the snapshot: the answer, kept apart from the snapshot, which never
 * changes.
 */
#include "api/private.h"

struct _ProcviewRevalidation {
	gatomicrefcount refs;
	PvTable *table; /* holds a reference on its store */
	guint8 *memberships;
	guint content;
};

/**
 * ProcviewRevalidation:
 *
 * What became of a descriptor table since its snapshot was taken: which of its tasks share it
 * still, and whether what it held is what it holds.
 *
 * Made by [method@Procview.Scanner.revalidate]. Immutable, and readable from any thread. Keeps the
 * snapshot of the table alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewRevalidation, procview_revalidation, procview_revalidation_ref,
		    procview_revalidation_unref)

ProcviewRevalidation *
pv_revalidation_new(ProcviewFdTable *table, guint8 *memberships, guint content)
{
	ProcviewRevalidation *revalidation = g_try_new0(ProcviewRevalidation, 1);

	if (revalidation == NULL) {
		g_free(memberships);
		return NULL;
	}
	g_atomic_ref_count_init(&revalidation->refs);
	revalidation->table = procview_fd_table_ref(table);
	revalidation->memberships = memberships;
	revalidation->content = content;
	return revalidation;
}

/**
 * procview_revalidation_ref:
 * @revalidation: a revalidation
 *
 * Takes a reference. Safe from any thread.
 *
 * Returns: (transfer full): the revalidation
 *
 * Since: 0.1
 */
ProcviewRevalidation *
procview_revalidation_ref(ProcviewRevalidation *revalidation)
{
	g_return_val_if_fail(revalidation != NULL, NULL);

	g_atomic_ref_count_inc(&revalidation->refs);
	return revalidation;
}

/**
 * procview_revalidation_unref:
 * @revalidation: (transfer full): a revalidation
 *
 * Drops a reference; frees the revalidation with the last one. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_revalidation_unref(ProcviewRevalidation *revalidation)
{
	g_return_if_fail(revalidation != NULL);

	if (!g_atomic_ref_count_dec(&revalidation->refs))
		return;
	procview_fd_table_unref(revalidation->table);
	g_free(revalidation->memberships);
	g_free(revalidation);
}

/**
 * procview_revalidation_is_valid:
 * @revalidation: a revalidation
 *
 * Whether every task that shared the table is known to share it still. What the table holds may
 * have changed nevertheless: see [method@Procview.Revalidation.get_content].
 *
 * Returns: %TRUE if all of them do
 *
 * Since: 0.1
 */
gboolean
procview_revalidation_is_valid(ProcviewRevalidation *revalidation)
{
	g_return_val_if_fail(revalidation != NULL, FALSE);

	return procview_revalidation_count(revalidation, PROCVIEW_MEMBERSHIP_SHARING) ==
	       revalidation->table->n_members;
}

/**
 * procview_revalidation_get_fd_table:
 * @revalidation: a revalidation
 *
 * The table that was revalidated.
 *
 * Returns: (transfer none): a table, borrowed from its snapshot
 *
 * Since: 0.1
 */
ProcviewFdTable *
procview_revalidation_get_fd_table(ProcviewRevalidation *revalidation)
{
	g_return_val_if_fail(revalidation != NULL, NULL);

	return revalidation->table;
}

/**
 * procview_revalidation_get_n_tasks:
 * @revalidation: a revalidation
 *
 * How many tasks were asked about: all that shared the table in its snapshot.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_revalidation_get_n_tasks(ProcviewRevalidation *revalidation)
{
	g_return_val_if_fail(revalidation != NULL, 0);

	return revalidation->table->n_members;
}

/**
 * procview_revalidation_get_task:
 * @revalidation: a revalidation
 * @index: which one; less than [method@Procview.Revalidation.get_n_tasks]
 *
 * One of the tasks that were asked about, in the order of [method@Procview.FdTable.get_task].
 *
 * Returns: (transfer none) (nullable): a task, as it was in the snapshot and borrowed from it;
 *   %NULL if @index is out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewTask *
procview_revalidation_get_task(ProcviewRevalidation *revalidation, guint index)
{
	g_return_val_if_fail(revalidation != NULL, NULL);
	g_return_val_if_fail(index < revalidation->table->n_members, NULL);

	return procview_fd_table_get_task(revalidation->table, index);
}

/**
 * procview_revalidation_get_membership:
 * @revalidation: a revalidation
 * @index: which task; less than [method@Procview.Revalidation.get_n_tasks]
 *
 * What became of one task: told by kcmp(2) with `KCMP_FILES`, and by the identity of the task or
 * its start time.
 *
 * Returns: what became of it; %PROCVIEW_MEMBERSHIP_UNKNOWN if @index is out of range, which is an
 *   error of the caller
 *
 * Since: 0.1
 */
ProcviewMembership
procview_revalidation_get_membership(ProcviewRevalidation *revalidation, guint index)
{
	g_return_val_if_fail(revalidation != NULL, PROCVIEW_MEMBERSHIP_UNKNOWN);
	g_return_val_if_fail(index < revalidation->table->n_members, PROCVIEW_MEMBERSHIP_UNKNOWN);

	return revalidation->memberships[index];
}

/**
 * procview_revalidation_count:
 * @revalidation: a revalidation
 * @membership: what became of a task
 *
 * How many tasks this became of.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_revalidation_count(ProcviewRevalidation *revalidation, ProcviewMembership membership)
{
	guint n = 0;

	g_return_val_if_fail(revalidation != NULL, 0);

	for (guint i = 0; i < revalidation->table->n_members; i++)
		n += revalidation->memberships[i] == (guint)membership;
	return n;
}

/**
 * procview_revalidation_get_content:
 * @revalidation: a revalidation
 *
 * Whether what the table held in the snapshot is what it holds.
 *
 * Returns: what became of its content
 *
 * Since: 0.1
 */
ProcviewContent
procview_revalidation_get_content(ProcviewRevalidation *revalidation)
{
	g_return_val_if_fail(revalidation != NULL, PROCVIEW_CONTENT_UNKNOWN);

	return revalidation->content;
}
