/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became different between two snapshots: the list, and how it is written.
 */
#include "api/private.h"
#include "core/change.h"
#include "core/error.h"
#include "export/json-changes.h"
#include "snapshot/compare.h"

/**
 * ProcviewChanges:
 *
 * What became different between two snapshots: processes that started, ended, or run another
 * program; tasks that share a table or do not any more; descriptors that were opened, closed, or
 * lead elsewhere.
 *
 * Made by [method@Procview.Snapshot.compare]. Immutable, and readable from any thread. Keeps both
 * snapshots alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewChanges, procview_changes, procview_changes_ref, procview_changes_unref)

/**
 * procview_changes_ref:
 * @changes: changes
 *
 * Takes a reference. Safe from any thread.
 *
 * Returns: (transfer full): the changes
 *
 * Since: 0.1
 */
ProcviewChanges *
procview_changes_ref(ProcviewChanges *changes)
{
	g_return_val_if_fail(changes != NULL, NULL);

	return pv_changes_ref(changes);
}

/**
 * procview_changes_unref:
 * @changes: (transfer full): changes
 *
 * Drops a reference; frees the changes with the last one on them or any of them. Safe from any
 * thread.
 *
 * Since: 0.1
 */
void
procview_changes_unref(ProcviewChanges *changes)
{
	g_return_if_fail(changes != NULL);

	pv_changes_unref(changes);
}

/**
 * procview_snapshot_compare:
 * @before: a snapshot
 * @after: a later one, of the same scanner or another
 * @error: return location for an error
 *
 * Says what became different from one snapshot to a later one, in time and memory proportional to
 * the two.
 *
 * Two states are compared, not what led from one to the other: what was opened and closed between
 * them is not seen.
 *
 * ## Who is who
 *
 * A process is the same if its id and its start time are, and its identity where both snapshots
 * know it; else one has ended and another has started. A zombie has not ended: it does when its
 * parent has asked for it. A process that is in one snapshot only has started or ended if the
 * query of the other asked for it, by id or user: what a query left out is not taken for gone. For
 * a query by user, a process that changed its user has started or ended. A process that has
 * started or ended is one change; its descriptors are in its table.
 *
 * ## Another program
 *
 * Both snapshots come from one scanner that uses BPF: a process has called execve(2) if its memory
 * is another one. Else if its executable is another file (%PROCVIEW_COLLECT_PLACES), or has another
 * path (%PROCVIEW_COLLECT_COMMANDS) while its arguments or its name changed too. A new name alone
 * is not enough: prctl(2) gives one without execve(2). So a process that executes its own program
 * again is seen with BPF only.
 *
 * ## Tables
 *
 * A table is the same if the kernel's pointer to it is, where both snapshots come from one scanner
 * that uses BPF. Else the tasks tell: a task that shares its table with nobody keeps it for life,
 * and of tasks that shared one and do not any more, the most of them have kept it, or those with
 * the lowest numbers. Who shares must be proven ([enum@Procview.Proof]) in both.
 *
 * A table that was left is no longer the table of who left it: that is one change, and its
 * descriptors are not compared with those of the new one. New threads share the table of their
 * process, which is no change.
 *
 * ## Descriptors
 *
 * Each table that is in both snapshots is compared once, however many tasks share it. A table that
 * is not whole (%PROCVIEW_STATUS_OK) in both yields no changes: unknown is not closed.
 *
 * A descriptor leads to the same file if kind, inode, device, mount and mode of access are the
 * same, as far as both snapshots know them, and so are the cookie of a socket and the ids of event
 * counters and BPF objects (with %PROCVIEW_COLLECT_SOCKETS and %PROCVIEW_COLLECT_DETAILS). BPF has
 * other device and inode numbers than the other backends on some file systems: where it read the
 * table in one snapshot only, a file on disk is another if its name is another, too. Most
 * anonymous inodes have nothing more to tell them apart; a timer that was closed and another that
 * was opened in its place look the same, and so does a file that was closed and opened again in
 * the same way. Offset, size, name, flags that fcntl(2) sets, and close-on-exec may change without
 * being a change.
 *
 * What one of the snapshots did not collect is not compared. The process that scans sees itself
 * scanning, with descriptors that the library holds for that long.
 *
 * Fails with %PROCVIEW_ERROR_NO_MEMORY only.
 *
 * Returns: (transfer full): the changes, or %NULL with @error set
 *
 * Since: 0.1
 */
ProcviewChanges *
procview_snapshot_compare(ProcviewSnapshot *before, ProcviewSnapshot *after, GError **error)
{
	g_return_val_if_fail(before != NULL, NULL);
	g_return_val_if_fail(after != NULL, NULL);
	g_return_val_if_fail(error == NULL || *error == NULL, NULL);

	return pv_compare(before, after, error);
}

/**
 * procview_changes_get_before:
 * @changes: changes
 *
 * The earlier of the two snapshots.
 *
 * Returns: (transfer none): a snapshot, borrowed from the changes
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_changes_get_before(ProcviewChanges *changes)
{
	g_return_val_if_fail(changes != NULL, NULL);

	return changes->before;
}

/**
 * procview_changes_get_after:
 * @changes: changes
 *
 * The later of the two snapshots.
 *
 * Returns: (transfer none): a snapshot, borrowed from the changes
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_changes_get_after(ProcviewChanges *changes)
{
	g_return_val_if_fail(changes != NULL, NULL);

	return changes->after;
}

/**
 * procview_changes_get_n_changes:
 * @changes: changes
 *
 * How many changes there are.
 *
 * Returns: a count; 0 if the snapshots are not known to differ
 *
 * Since: 0.1
 */
guint
procview_changes_get_n_changes(ProcviewChanges *changes)
{
	g_return_val_if_fail(changes != NULL, 0);

	return changes->changes.n;
}

/**
 * procview_changes_get_change:
 * @changes: changes
 * @index: which one; less than [method@Procview.Changes.get_n_changes]
 *
 * One of the changes. They are sorted by process id: a process that ended, the one that started
 * under its number, another program, and then by thread id what became of the table of a thread,
 * and, once a table, of its descriptors by number.
 *
 * Returns: (transfer none) (nullable): a change, borrowed from the changes; %NULL if @index is out
 *   of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewChange *
procview_changes_get_change(ProcviewChanges *changes, guint index)
{
	g_return_val_if_fail(changes != NULL, NULL);
	g_return_val_if_fail(index < changes->changes.n, NULL);

	return pv_changes_at(changes, index);
}

typedef struct {
	PvSink sink; /* first: it is what pv_sink_write() takes the whole for */
	ProcviewChangeFilterFunc filter;
	gpointer user_data;
} Target;

static gboolean
wants(PvChange *change, gpointer data)
{
	const Target *target = data;

	return target->filter == NULL || target->filter(change, target->user_data);
}

/**
 * procview_changes_write_json:
 * @changes: changes
 * @stream: where to write them
 * @filter: (nullable) (scope call) (closure user_data): says which to write; %NULL: all
 * @user_data: handed to @filter
 * @cancellable: (nullable): stops it, from any thread
 * @error: return location for an error
 *
 * Writes the changes as JSON, one object a line, in their order.
 *
 * Memory does not depend on how many there are. The stream is neither flushed nor closed. Names and
 * values are those of [method@Procview.Snapshot.write_json]; what is unknown is absent, and fields
 * are only ever added.
 *
 * The first member is `type`, always `change`; then `change`, one of the words of
 * [func@Procview.Change.kind_to_string]; then `pid`.
 *
 * - A process: its members as in `processes`, without its other threads. If it runs another
 *   program, `before` has what it was.
 * - A table: `tid` of the task, `comm` of its process, `fd_table` that it has now, with the pid of
 *   its `owner` and the `n_tasks` that share it; `before` has the same of the table it had, unless
 *   the task is new.
 * - A descriptor: `comm` of the process; `tid` if the table is not that of the leader; `fd_table`,
 *   `owner` and `n_tasks` of the table now; then the members of a descriptor: as it is, or as it was
 *   if it was closed. If it leads elsewhere, `before` has what it was.
 *
 * `fd_table` and `description` are numbers within a snapshot: within `before`, and of a descriptor
 * that was closed, `description` is that of the earlier one.
 *
 * Fails as writing to the stream does, with %G_IO_ERROR_CANCELLED if it was stopped, and with
 * %PROCVIEW_ERROR_NO_MEMORY.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 0.1
 */
gboolean
procview_changes_write_json(ProcviewChanges *changes, GOutputStream *stream,
			    ProcviewChangeFilterFunc filter, gpointer user_data,
			    GCancellable *cancellable, GError **error)
{
	Target target = {{stream, cancellable}, filter, user_data};

	g_return_val_if_fail(changes != NULL, FALSE);
	g_return_val_if_fail(G_IS_OUTPUT_STREAM(stream), FALSE);
	g_return_val_if_fail(cancellable == NULL || G_IS_CANCELLABLE(cancellable), FALSE);
	g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

	return pv_json_write_changes(changes, wants, pv_sink_write, &target, error);
}
