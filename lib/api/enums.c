/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The words for what the public enumerations count. The layers below have the same values under
 * their own names, because they know nothing of the API; the assertions hold the two together.
 */
#include "api/private.h"
#include "core/kind.h"
#include "export/json.h"
#include "snapshot/scanner.h"

#define SAME(name) G_STATIC_ASSERT((int)PROCVIEW_##name == (int)PV_##name)

SAME(BACKEND_AUTO);
SAME(BACKEND_PROCFS);
SAME(BACKEND_PIDFD);
SAME(BACKEND_BPF);
SAME(STEP_TASKS);
SAME(STEP_GROUPING);
SAME(STEP_FILES);
SAME(COLLECT_THREADS);
SAME(COLLECT_COMMANDS);
SAME(COLLECT_LIMITS);
SAME(COLLECT_TABLES);
SAME(COLLECT_DESCRIPTORS);
SAME(COLLECT_PATHS);
SAME(COLLECT_DESCRIPTIONS);
SAME(COLLECT_ALL);
SAME(COLLECT_CONTEXT);
SAME(COLLECT_DETAILS);
SAME(COLLECT_SOCKETS);
SAME(COLLECT_LOCKS);
SAME(COLLECT_MOUNTS);
SAME(COLLECT_PLACES);
SAME(COLLECT_MAPPINGS);
SAME(COLLECT_PEERS);
SAME(COLLECT_HOLDINGS);
SAME(COLLECT_EVERYTHING);
SAME(NAMESPACE_CGROUP);
SAME(NAMESPACE_IPC);
SAME(NAMESPACE_MNT);
SAME(NAMESPACE_NET);
SAME(NAMESPACE_PID);
SAME(NAMESPACE_TIME);
SAME(NAMESPACE_USER);
SAME(NAMESPACE_UTS);
SAME(STATUS_OK);
SAME(STATUS_PARTIAL);
SAME(STATUS_DENIED);
SAME(STATUS_GONE);
SAME(REASON_NONE);
SAME(REASON_DENIED);
SAME(REASON_EXITED);
SAME(REASON_CHANGED);
SAME(REASON_NO_DESCRIPTORS);
SAME(REASON_FAILED);
SAME(PROOF_ASSUMED);
SAME(PROOF_KCMP);
SAME(PROOF_KERNEL);
SAME(KIND_UNKNOWN);
SAME(KIND_REGULAR);
SAME(KIND_DIRECTORY);
SAME(KIND_SYMLINK);
SAME(KIND_CHARDEV);
SAME(KIND_BLOCKDEV);
SAME(KIND_PIPE);
SAME(KIND_FIFO);
SAME(KIND_SOCKET);
SAME(KIND_EVENTFD);
SAME(KIND_EVENTPOLL);
SAME(KIND_TIMERFD);
SAME(KIND_SIGNALFD);
SAME(KIND_INOTIFY);
SAME(KIND_FANOTIFY);
SAME(KIND_PIDFD);
SAME(KIND_IO_URING);
SAME(KIND_BPF_MAP);
SAME(KIND_BPF_PROG);
SAME(KIND_BPF_LINK);
SAME(KIND_USERFAULTFD);
SAME(KIND_PERF_EVENT);
SAME(KIND_MEMFD);
SAME(KIND_MQUEUE);
SAME(KIND_NSFS);
SAME(KIND_ANON_INODE);
SAME(KIND_SECRETMEM);
SAME(MEMBERSHIP_UNKNOWN);
SAME(MEMBERSHIP_SHARING);
SAME(MEMBERSHIP_LEFT);
SAME(MEMBERSHIP_EXITED);
SAME(MEMBERSHIP_REPLACED);
SAME(CONTENT_UNKNOWN);
SAME(CONTENT_CURRENT);
SAME(CONTENT_CHANGED);
SAME(CONTENT_GONE);
SAME(JSON_LINES);
SAME(JSON_THREADS);
SAME(JSON_FILES);
SAME(JSON_SKIP);
SAME(JSON_BRIEF);
SAME(JSON_FULL);
G_STATIC_ASSERT((int)PROCVIEW_KIND_SECRETMEM == (int)PV_N_KINDS - 1);
G_STATIC_ASSERT((int)PROCVIEW_NAMESPACE_UTS == (int)PV_N_NAMESPACES - 1);

/**
 * procview_kind_to_string:
 * @kind: a kind of file
 *
 * The word for a kind of file, as JSON and `ptree` have it: `regular`, `socket`, `bpf-map`, …
 *
 * Returns: (transfer none): a word; `unknown` for a value that this release does not know
 *
 * Since: 0.1
 */
const char *
procview_kind_to_string(ProcviewKind kind)
{
	return pv_kind_name(kind);
}

/**
 * procview_status_to_string:
 * @status: a status of a table
 *
 * The word for how much of a table is in a snapshot: `ok`, `partial`, `denied`, `gone`.
 *
 * Returns: (transfer none): a word; `unknown` for a value that this release does not know
 *
 * Since: 0.1
 */
const char *
procview_status_to_string(ProcviewStatus status)
{
	return pv_status_name(status);
}

/**
 * procview_reason_to_string:
 * @reason: a reason why a table is not whole
 *
 * The word for why a table is not whole: `none`, `denied`, `exited`, `changed`, `no-descriptors`,
 * `failed`.
 *
 * Returns: (transfer none): a word; `unknown` for a value that this release does not know
 *
 * Since: 0.1
 */
const char *
procview_reason_to_string(ProcviewReason reason)
{
	return pv_reason_name(reason);
}

/**
 * procview_proof_to_string:
 * @proof: how sharing is known
 *
 * The word for how the library knows which tasks share a table: `assumed`, `kcmp`, `kernel`.
 *
 * Returns: (transfer none): a word; `unknown` for a value that this release does not know
 *
 * Since: 0.1
 */
const char *
procview_proof_to_string(ProcviewProof proof)
{
	return pv_proof_name(proof);
}
