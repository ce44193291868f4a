/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A thread group: what belongs to all of its threads together.
 *
 * A process has no descriptor table of its own: each of its tasks has one, mostly the same.
 */
#include <string.h>

#include "api/private.h"

/**
 * ProcviewProcess:
 *
 * A process: a thread group, whichever of its threads it was reached through.
 *
 * A process has no descriptor table of its own. Its leader has one, which is mostly that of all
 * threads; but a thread may have called unshare(2), and the leader may have exited while its
 * threads live on. Ask the tasks.
 *
 * A process is told apart from a later one with the same id by its start time, and by
 * [method@Procview.Process.get_identity] where the kernel has it.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive. The same process of one snapshot is always the same pointer.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewProcess, procview_process, procview_process_ref, procview_process_unref)

/**
 * procview_process_ref:
 * @process: a process
 *
 * Takes a reference on the snapshot of the process. Safe from any thread.
 *
 * Returns: (transfer full): the process
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_process_ref(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, NULL);

	pv_store_ref(pv_store_of(process));
	return process;
}

/**
 * procview_process_unref:
 * @process: (transfer full): a process
 *
 * Drops a reference on the snapshot of the process. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_process_unref(ProcviewProcess *process)
{
	g_return_if_fail(process != NULL);

	pv_store_unref(pv_store_of(process));
}

static PvTask *
leader_of(const PvProcess *process)
{
	return pv_store_task(pv_store_of(process), process->leader);
}

/**
 * procview_process_get_pid:
 * @process: a process
 *
 * The process id (thread group id), in the pid namespace of `/proc`.
 *
 * Returns: an id, from 1
 *
 * Since: 0.1
 */
int
procview_process_get_pid(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return process->pid;
}

/**
 * procview_process_get_ppid:
 * @process: a process
 *
 * The id of the parent: field 4 of `/proc/PID/stat`.
 *
 * Returns: an id; 0 if the parent is outside the pid namespace of `/proc`, or there is none, or
 *   the leader has no details
 *
 * Since: 0.1
 */
int
procview_process_get_ppid(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return process->ppid;
}

/**
 * procview_process_get_pgid:
 * @process: a process
 *
 * The id of the process group: field 5 of `/proc/PID/stat`.
 *
 * Returns: an id; 0 for kernel threads, or if the group is outside the pid namespace of `/proc`,
 *   or the leader has no details
 *
 * Since: 0.1
 */
int
procview_process_get_pgid(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return process->pgid;
}

/**
 * procview_process_get_sid:
 * @process: a process
 *
 * The id of the session: field 6 of `/proc/PID/stat`.
 *
 * Returns: an id; 0 for kernel threads, or if the session is outside the pid namespace of
 *   `/proc`, or the leader has no details
 *
 * Since: 0.1
 */
int
procview_process_get_sid(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return process->sid;
}

/**
 * procview_process_get_start_time_ns:
 * @process: a process
 *
 * When the leader was started, in nanoseconds since boot (`CLOCK_BOOTTIME`): field 22 of
 * `/proc/PID/stat`, whose unit is a clock tick of 10 ms.
 *
 * Returns: nanoseconds, or 0 if unknown
 *
 * Since: 0.1
 */
guint64
procview_process_get_start_time_ns(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return procview_task_get_start_time_ns(leader_of(process));
}

/**
 * procview_process_get_identity:
 * @process: a process
 *
 * A number that no other process has had since boot: the inode number of a pidfd of it
 * (`st_ino`), which Linux 6.9 and later never use twice.
 *
 * Returns: a number, or 0 if it is unknown: tell processes apart by id and start time then
 *
 * Since: 0.1
 */
guint64
procview_process_get_identity(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return leader_of(process)->identity;
}

/**
 * procview_process_is_kernel_thread:
 * @process: a process
 *
 * Whether the process is a thread of the kernel: flag `PF_KTHREAD` in field 9 of
 * `/proc/PID/stat`.
 *
 * Returns: %TRUE if it is known to be one
 *
 * Since: 0.1
 */
gboolean
procview_process_is_kernel_thread(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, FALSE);

	return (leader_of(process)->known & PV_TASK_KTHREAD) != 0;
}

/**
 * procview_process_get_exe:
 * @process: a process
 *
 * The path of the program that the process runs: what readlink(2) reads from `/proc/PID/exe`,
 * with the ` (deleted)` that the kernel adds to a program without links. Raw bytes: any but NUL
 * may occur.
 *
 * Returns: (transfer none) (nullable) (type filename): a path, borrowed from the snapshot; %NULL
 *   if there is none (kernel threads, zombies), it may not be read, or was not asked for
 *   (%PROCVIEW_COLLECT_COMMANDS)
 *
 * Since: 0.1
 */
const char *
procview_process_get_exe(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, NULL);

	return pv_store_string(pv_store_of(process), process->exe);
}

/**
 * procview_process_get_n_arguments:
 * @process: a process
 *
 * How many arguments the command line has: the NUL-terminated strings of `/proc/PID/cmdline`,
 * the name of the program first.
 *
 * Returns: a count; 0 if there is none (kernel threads, zombies), it may not be read, or was not
 *   asked for (%PROCVIEW_COLLECT_COMMANDS)
 *
 * Since: 0.1
 */
guint
procview_process_get_n_arguments(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return process->n_arguments;
}

/**
 * procview_process_get_argument:
 * @process: a process
 * @index: which one; less than [method@Procview.Process.get_n_arguments]
 *
 * One argument of the command line. Raw bytes, which the process itself may have overwritten.
 *
 * Takes the longer the larger @index is: arguments are found by counting. They lie one behind the
 * other, each ended by a zero byte, so who wants all of them finds the next behind the one before.
 *
 * Returns: (transfer none) (nullable) (type filename): an argument, borrowed from the snapshot;
 *   %NULL if @index is out of range, which is an error of the caller
 *
 * Since: 0.1
 */
const char *
procview_process_get_argument(ProcviewProcess *process, guint index)
{
	const char *argument;

	g_return_val_if_fail(process != NULL, NULL);
	g_return_val_if_fail(index < process->n_arguments, NULL);

	argument = pv_store_string(pv_store_of(process), process->cmdline);
	for (guint i = 0; i < index; i++)
		argument += strlen(argument) + 1;
	return argument;
}

/**
 * procview_process_get_fd_limit:
 * @process: a process
 * @soft: (out) (optional): the limit in force; 18446744073709551615 for none
 * @hard: (out) (optional): how far the process may raise it; 18446744073709551615 for no end
 *
 * How many descriptors the process may have: `RLIMIT_NOFILE` of prlimit(2), one above the
 * highest number that a new descriptor can get.
 *
 * Returns: whether it is known; not if it may not be read or was not asked for
 *   (%PROCVIEW_COLLECT_LIMITS): both are set to 0 then
 *
 * Since: 0.1
 */
gboolean
procview_process_get_fd_limit(ProcviewProcess *process, guint64 *soft, guint64 *hard)
{
	gboolean known;

	g_return_val_if_fail(process != NULL, FALSE);

	known = (process->known & PV_PROCESS_LIMITS) != 0;
	if (soft != NULL)
		*soft = known ? process->fd_limit_soft : 0;
	if (hard != NULL)
		*hard = known ? process->fd_limit_hard : 0;
	return known;
}

/**
 * procview_process_get_cwd:
 * @process: a process
 *
 * The working directory of the leader, as the other threads mostly have it too: what readlink(2)
 * reads from `/proc/PID/cwd`. It is told as seen from the caller's root, with the ` (deleted)` that
 * the kernel adds to a directory that was removed; one that lies in another mount namespace is told
 * as it is called there. Raw bytes: any but NUL may occur.
 *
 * Seen by who may look into the process (ptrace(2), `PTRACE_MODE_READ`).
 *
 * Returns: (transfer none) (nullable) (type filename): a path, borrowed from the snapshot; %NULL
 *   if there is none (the leader has ended), it may not be read, is longer than 4095 bytes, or was
 *   not asked for (%PROCVIEW_COLLECT_CONTEXT)
 *
 * Since: 0.1
 */
const char *
procview_process_get_cwd(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, NULL);

	return pv_store_string(pv_store_of(process), process->cwd);
}

/**
 * procview_process_get_root:
 * @process: a process
 *
 * The root directory of the leader, at which its absolute paths begin (chroot(2)): what readlink(2)
 * reads from `/proc/PID/root`, in the same words as [method@Procview.Process.get_cwd]. A process
 * whose root is that of its mount namespace has `/`, whichever namespace that is.
 *
 * Seen by who may look into the process (ptrace(2), `PTRACE_MODE_READ`).
 *
 * Returns: (transfer none) (nullable) (type filename): a path, borrowed from the snapshot; %NULL
 *   if there is none (the leader has ended), it may not be read, is longer than 4095 bytes, or was
 *   not asked for (%PROCVIEW_COLLECT_CONTEXT)
 *
 * Since: 0.1
 */
const char *
procview_process_get_root(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, NULL);

	return pv_store_string(pv_store_of(process), process->root);
}

/**
 * procview_process_get_namespace:
 * @process: a process
 * @type: which of its namespaces
 *
 * The inode number of a namespace that the leader is in: what stands in the link
 * `/proc/PID/ns/TYPE`, and what stat(2) says of what that leads to. Equal numbers are the same
 * namespace, for as long as it lives.
 *
 * The pid and the time namespace are those that the process is in itself, not those that its
 * children will be in.
 *
 * Seen by who may look into the process (ptrace(2), `PTRACE_MODE_READ`).
 *
 * Returns: a number; 0 if the leader has ended and left the namespace, the kernel has no such
 *   namespaces, it may not be read, or was not asked for (%PROCVIEW_COLLECT_CONTEXT)
 *
 * Since: 0.1
 */
guint64
procview_process_get_namespace(ProcviewProcess *process, ProcviewNamespace type)
{
	g_return_val_if_fail(process != NULL, 0);
	g_return_val_if_fail((guint)type < PV_N_NAMESPACES, 0);

	return process->namespaces[type];
}

/**
 * procview_process_get_cgroup_id:
 * @process: a process
 *
 * The id of the leader's cgroup in the version-2 hierarchy (cgroups(7)): the inode number of the
 * cgroup's directory on the cgroup2 file system, whether that is mounted or not. The root of the
 * hierarchy, where all processes are on a machine that uses version 1 alone, has one too.
 *
 * Seen by everybody, from Linux 6.13 on (`PIDFD_GET_INFO`); before, by the backend `bpf` only.
 *
 * Returns: an id, or 0 if it is unknown, or was not asked for (%PROCVIEW_COLLECT_CONTEXT)
 *
 * Since: 0.1
 */
guint64
procview_process_get_cgroup_id(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return process->cgroup_id;
}

/**
 * procview_process_get_leader:
 * @process: a process
 *
 * The task whose thread id is the process id. It may be a zombie while other threads live on.
 *
 * Returns: (transfer none): a task, borrowed from the snapshot
 *
 * Since: 0.1
 */
ProcviewTask *
procview_process_get_leader(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, NULL);

	return leader_of(process);
}

/**
 * procview_process_get_n_tasks:
 * @process: a process
 *
 * How many threads the process has, as listed in `/proc/PID/task`.
 *
 * Returns: a count, from 1
 *
 * Since: 0.1
 */
guint
procview_process_get_n_tasks(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, 0);

	return process->n_tasks;
}

/**
 * procview_process_get_task:
 * @process: a process
 * @index: which one; less than [method@Procview.Process.get_n_tasks]
 *
 * One thread of the process, in the order of thread ids.
 *
 * Returns: (transfer none) (nullable): a task, borrowed from the snapshot; %NULL if @index is out
 *   of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewTask *
procview_process_get_task(ProcviewProcess *process, guint index)
{
	g_return_val_if_fail(process != NULL, NULL);
	g_return_val_if_fail(index < process->n_tasks, NULL);

	return pv_store_task(pv_store_of(process), process->first_task + index);
}

/**
 * procview_process_get_snapshot:
 * @process: a process
 *
 * The snapshot that the process is part of.
 *
 * Returns: (transfer none): the snapshot
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_process_get_snapshot(ProcviewProcess *process)
{
	g_return_val_if_fail(process != NULL, NULL);

	return pv_store_of(process);
}
