/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A thread: what the kernel tells of it, whose it is, and which descriptor table it has.
 */
#include "api/private.h"

/**
 * ProcviewTask:
 *
 * A thread.
 *
 * Looking up any thread id in a snapshot gives its task, whose process is the one object of the
 * whole thread group. Tasks that share a descriptor table give the same
 * [struct@Procview.FdTable] pointer.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive. The same task of one snapshot is always the same pointer.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewTask, procview_task, procview_task_ref, procview_task_unref)

/**
 * procview_task_ref:
 * @task: a task
 *
 * Takes a reference on the snapshot of the task. Safe from any thread.
 *
 * Returns: (transfer full): the task
 *
 * Since: 0.1
 */
ProcviewTask *
procview_task_ref(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, NULL);

	pv_store_ref(pv_store_of(task));
	return task;
}

/**
 * procview_task_unref:
 * @task: (transfer full): a task
 *
 * Drops a reference on the snapshot of the task. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_task_unref(ProcviewTask *task)
{
	g_return_if_fail(task != NULL);

	pv_store_unref(pv_store_of(task));
}

static gboolean
has_details(const PvTask *task)
{
	return (task->known & PV_TASK_DETAILS) != 0;
}

/**
 * procview_task_get_tid:
 * @task: a task
 *
 * The thread id, in the pid namespace of `/proc`.
 *
 * Returns: an id, from 1
 *
 * Since: 0.1
 */
int
procview_task_get_tid(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, 0);

	return task->tid;
}

/**
 * procview_task_get_process:
 * @task: a task
 *
 * The process (thread group) of the task.
 *
 * Returns: (transfer none): a process, borrowed from the snapshot
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_task_get_process(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, NULL);

	return pv_store_process(pv_store_of(task), task->process);
}

/**
 * procview_task_is_leader:
 * @task: a task
 *
 * Whether the task is the leader of its thread group: its thread id is the process id.
 *
 * Returns: whether it is
 *
 * Since: 0.1
 */
gboolean
procview_task_is_leader(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, FALSE);

	return (task->known & PV_TASK_LEADER) != 0;
}

/**
 * procview_task_has_details:
 * @task: a task
 *
 * Whether more is known of the task than its number and its table: name, state, credentials,
 * start time.
 *
 * Leaders have details. Other threads have them where %PROCVIEW_COLLECT_THREADS was asked for,
 * unless they exited while they were looked at.
 *
 * Returns: whether the task has details
 *
 * Since: 0.1
 */
gboolean
procview_task_has_details(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, FALSE);

	return has_details(task);
}

/**
 * procview_task_get_comm:
 * @task: a task
 *
 * The name of the thread: field 2 of `/proc/PID/task/TID/stat`, as set by execve(2) or
 * `PR_SET_NAME`.
 *
 * Raw bytes: any but NUL may occur, and the kernel may have cut a character in two.
 *
 * Returns: (transfer none) (nullable) (type filename): a name, borrowed from the snapshot; %NULL
 *   without details
 *
 * Since: 0.1
 */
const char *
procview_task_get_comm(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, NULL);

	return pv_store_string(pv_store_of(task), task->comm);
}

/**
 * procview_task_get_state:
 * @task: a task
 *
 * The state of the task, as field 3 of `/proc/PID/task/TID/stat` has it: `R` running, `S`
 * sleeping, `D` waiting for a disk, `T` stopped, `t` traced, `Z` zombie, `X` dead, `I` idle,
 * `P` parked.
 *
 * Returns: a letter, or 0 without details
 *
 * Since: 0.1
 */
char
procview_task_get_state(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, 0);

	return has_details(task) ? task->state : 0;
}

/**
 * procview_task_get_uid:
 * @task: a task
 *
 * The real user id: line `Uid` of `/proc/PID/task/TID/status`, in the user namespace of the
 * caller.
 *
 * Returns: a user id, or 4294967295 without details
 *
 * Since: 0.1
 */
guint
procview_task_get_uid(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, G_MAXUINT32);

	return has_details(task) ? task->uid : G_MAXUINT32;
}

/**
 * procview_task_get_euid:
 * @task: a task
 *
 * The effective user id: line `Uid` of `/proc/PID/task/TID/status`, in the user namespace of
 * the caller.
 *
 * Returns: a user id, or 4294967295 without details
 *
 * Since: 0.1
 */
guint
procview_task_get_euid(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, G_MAXUINT32);

	return has_details(task) ? task->euid : G_MAXUINT32;
}

/**
 * procview_task_get_gid:
 * @task: a task
 *
 * The real group id: line `Gid` of `/proc/PID/task/TID/status`, in the user namespace of the
 * caller.
 *
 * Returns: a group id, or 4294967295 without details
 *
 * Since: 0.1
 */
guint
procview_task_get_gid(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, G_MAXUINT32);

	return has_details(task) ? task->gid : G_MAXUINT32;
}

/**
 * procview_task_get_egid:
 * @task: a task
 *
 * The effective group id: line `Gid` of `/proc/PID/task/TID/status`, in the user namespace of
 * the caller.
 *
 * Returns: a group id, or 4294967295 without details
 *
 * Since: 0.1
 */
guint
procview_task_get_egid(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, G_MAXUINT32);

	return has_details(task) ? task->egid : G_MAXUINT32;
}

/**
 * procview_task_get_start_time_ns:
 * @task: a task
 *
 * When the task was started, in nanoseconds since boot (`CLOCK_BOOTTIME`): field 22 of
 * `/proc/PID/task/TID/stat`, whose unit is a clock tick of 10 ms.
 *
 * Returns: nanoseconds, or 0 without details
 *
 * Since: 0.1
 */
guint64
procview_task_get_start_time_ns(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, 0);

	return has_details(task) ? task->start_time_ns : 0;
}

/**
 * procview_task_get_identity:
 * @task: a task
 *
 * A number that no other task has had since boot: the inode number of a pidfd of it (`st_ino`),
 * which Linux 6.9 and later never use twice.
 *
 * Returns: a number, or 0 if it is unknown: tell tasks apart by thread id and start time then
 *
 * Since: 0.1
 */
guint64
procview_task_get_identity(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, 0);

	return task->identity;
}

/**
 * procview_task_get_n_ns_tids:
 * @task: a task
 *
 * In how many nested pid namespaces the task has a number: line `NSpid` of
 * `/proc/PID/task/TID/status`, counted from the pid namespace of `/proc`.
 *
 * Returns: a count; 1 for a task in the namespace of `/proc` itself, 0 without details
 *
 * Since: 0.1
 */
guint
procview_task_get_n_ns_tids(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, 0);

	/* Of a task in one namespace the number is not kept twice. */
	return task->n_ns_tids == 0 && (task->known & PV_TASK_DETAILS) ? 1 : task->n_ns_tids;
}

/**
 * procview_task_get_ns_tid:
 * @task: a task
 * @index: which namespace, outermost first; less than
 *   [method@Procview.Task.get_n_ns_tids]
 *
 * The number of the task in one of the nested pid namespaces.
 *
 * Returns: an id; 0 if @index is out of range, which is an error of the caller
 *
 * Since: 0.1
 */
int
procview_task_get_ns_tid(ProcviewTask *task, guint index)
{
	g_return_val_if_fail(task != NULL, 0);
	g_return_val_if_fail(index < procview_task_get_n_ns_tids(task), 0);

	if (task->n_ns_tids == 0)
		return task->tid;
	return *pv_array_at(&pv_store_of(task)->ns_tids, gint32, task->first_ns_tid + index);
}

/**
 * procview_task_get_fd_table:
 * @task: a task
 *
 * The descriptor table of the task. Two tasks that share one give the same pointer.
 *
 * Returns: (transfer none) (nullable): a table, borrowed from the snapshot; %NULL if the task has
 *   none (a zombie, a task that is exiting) or tables were not asked for
 *   (%PROCVIEW_COLLECT_TABLES)
 *
 * Since: 0.1
 */
ProcviewFdTable *
procview_task_get_fd_table(ProcviewTask *task)
{
	g_return_val_if_fail(task != NULL, NULL);

	return task->table == PV_NONE ? NULL : pv_store_table(pv_store_of(task), task->table);
}
