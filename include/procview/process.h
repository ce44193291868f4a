/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>
#include <procview/version-macros.h>

G_BEGIN_DECLS

/**
 * ProcviewNamespace:
 * @PROCVIEW_NAMESPACE_CGROUP: cgroup_namespaces(7), Linux 4.6.
 * @PROCVIEW_NAMESPACE_IPC: ipc_namespaces(7).
 * @PROCVIEW_NAMESPACE_MNT: mount_namespaces(7).
 * @PROCVIEW_NAMESPACE_NET: network_namespaces(7).
 * @PROCVIEW_NAMESPACE_PID: pid_namespaces(7), that of the process itself.
 * @PROCVIEW_NAMESPACE_TIME: time_namespaces(7), Linux 5.6.
 * @PROCVIEW_NAMESPACE_USER: user_namespaces(7).
 * @PROCVIEW_NAMESPACE_UTS: uts_namespaces(7).
 *
 * The namespaces that a process is in.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_NAMESPACE_CGROUP = 0,
	PROCVIEW_NAMESPACE_IPC = 1,
	PROCVIEW_NAMESPACE_MNT = 2,
	PROCVIEW_NAMESPACE_NET = 3,
	PROCVIEW_NAMESPACE_PID = 4,
	PROCVIEW_NAMESPACE_TIME = 5,
	PROCVIEW_NAMESPACE_USER = 6,
	PROCVIEW_NAMESPACE_UTS = 7,
} ProcviewNamespace;

#define PROCVIEW_TYPE_PROCESS (procview_process_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_process_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewProcess *procview_process_ref(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
void procview_process_unref(ProcviewProcess *process);

PROCVIEW_AVAILABLE_IN_0_1
int procview_process_get_pid(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
int procview_process_get_ppid(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
int procview_process_get_pgid(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
int procview_process_get_sid(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_process_get_start_time_ns(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_process_get_identity(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_process_is_kernel_thread(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_process_get_exe(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_process_get_n_arguments(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_process_get_argument(ProcviewProcess *process, guint index);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_process_get_fd_limit(ProcviewProcess *process, guint64 *soft, guint64 *hard);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_process_get_cwd(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_process_get_root(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_process_get_namespace(ProcviewProcess *process, ProcviewNamespace type);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_process_get_cgroup_id(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_process_get_leader(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_process_get_n_tasks(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewTask *procview_process_get_task(ProcviewProcess *process, guint index);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_process_get_snapshot(ProcviewProcess *process);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMemory *procview_process_get_memory(ProcviewProcess *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewProcess, procview_process_unref)

G_END_DECLS
