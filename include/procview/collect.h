/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/version-macros.h>

G_BEGIN_DECLS

/**
 * ProcviewCollect:
 * @PROCVIEW_COLLECT_NOTHING: Processes and the numbers of their threads.
 * @PROCVIEW_COLLECT_THREADS: Name, state, credentials and start time of every thread, not just
 *   of the leaders. Two more procfs objects a thread.
 * @PROCVIEW_COLLECT_COMMANDS: Command line and executable of processes.
 * @PROCVIEW_COLLECT_LIMITS: `RLIMIT_NOFILE` of processes.
 * @PROCVIEW_COLLECT_TABLES: Which tasks share a descriptor table, and how many descriptors it
 *   has.
 * @PROCVIEW_COLLECT_DESCRIPTORS: Descriptors and the files behind them; includes
 *   %PROCVIEW_COLLECT_TABLES.
 * @PROCVIEW_COLLECT_PATHS: Names of the files; includes %PROCVIEW_COLLECT_DESCRIPTORS.
 * @PROCVIEW_COLLECT_DESCRIPTIONS: Which descriptors have the same open file description, within
 *   and across tables; includes %PROCVIEW_COLLECT_DESCRIPTORS. Costs a logarithm of kcmp(2)
 *   calls for each descriptor that has a like (same inode, same mode of access) elsewhere; next
 *   to nothing where BPF serves.
 * @PROCVIEW_COLLECT_ALL: All of these, and what a scan without a query collects.
 * @PROCVIEW_COLLECT_CONTEXT: Working directory, root, namespaces and cgroup of processes. Not part
 *   of %PROCVIEW_COLLECT_ALL, because it costs up to twelve procfs objects a process where it does
 *   not come from BPF.
 * @PROCVIEW_COLLECT_DETAILS: What files are beyond what all have: facts, what epoll sets wait for,
 *   what inotify and fanotify watch; includes %PROCVIEW_COLLECT_DESCRIPTORS. Not part of
 *   %PROCVIEW_COLLECT_ALL, nor are those that follow.
 * @PROCVIEW_COLLECT_SOCKETS: Addresses, states and queues of sockets, in all network namespaces;
 *   includes %PROCVIEW_COLLECT_DESCRIPTORS.
 * @PROCVIEW_COLLECT_LOCKS: File locks and leases; includes %PROCVIEW_COLLECT_DESCRIPTORS.
 * @PROCVIEW_COLLECT_MOUNTS: Type and source of the file systems that files lie on; includes
 *   %PROCVIEW_COLLECT_DESCRIPTORS.
 * @PROCVIEW_COLLECT_PLACES: Working directory, root and umask of tasks, and executables, once for
 *   each object in the kernel that tasks share.
 * @PROCVIEW_COLLECT_MAPPINGS: Files that are mapped into memory; includes
 *   %PROCVIEW_COLLECT_PLACES.
 * @PROCVIEW_COLLECT_PEERS: Who is at the other end of pipes, sockets and the like, among the
 *   processes that the query names; includes %PROCVIEW_COLLECT_DETAILS,
 *   %PROCVIEW_COLLECT_SOCKETS and %PROCVIEW_COLLECT_DESCRIPTIONS.
 * @PROCVIEW_COLLECT_HOLDINGS: Files that are held by a queue or a ring; includes
 *   %PROCVIEW_COLLECT_DESCRIPTORS.
 * @PROCVIEW_COLLECT_EVERYTHING: All that there is.
 *
 * What a scan collects. Less costs less: what is not asked for is not read from the kernel.
 *
 * Since: 0.1
 */
typedef enum /*< flags >*/ {
	PROCVIEW_COLLECT_NOTHING = 0,
	PROCVIEW_COLLECT_THREADS = 1 << 0,
	PROCVIEW_COLLECT_COMMANDS = 1 << 1,
	PROCVIEW_COLLECT_LIMITS = 1 << 2,
	PROCVIEW_COLLECT_TABLES = 1 << 3,
	PROCVIEW_COLLECT_DESCRIPTORS = 1 << 4,
	PROCVIEW_COLLECT_PATHS = 1 << 5,
	PROCVIEW_COLLECT_DESCRIPTIONS = 1 << 6,
	PROCVIEW_COLLECT_ALL = (1 << 7) - 1,
	PROCVIEW_COLLECT_CONTEXT = 1 << 7,
	PROCVIEW_COLLECT_DETAILS = 1 << 8,
	PROCVIEW_COLLECT_SOCKETS = 1 << 9,
	PROCVIEW_COLLECT_LOCKS = 1 << 10,
	PROCVIEW_COLLECT_MOUNTS = 1 << 11,
	PROCVIEW_COLLECT_PLACES = 1 << 12,
	PROCVIEW_COLLECT_MAPPINGS = 1 << 13,
	PROCVIEW_COLLECT_PEERS = 1 << 14,
	PROCVIEW_COLLECT_HOLDINGS = 1 << 15,
	PROCVIEW_COLLECT_EVERYTHING = (1 << 16) - 1,
} ProcviewCollect;

/**
 * ProcviewRelatives:
 * @PROCVIEW_RELATIVES_NONE: Nobody else.
 * @PROCVIEW_RELATIVES_FAMILY: Their ancestors and descendants, as far as these live in the pid
 *   namespace of `/proc`.
 * @PROCVIEW_RELATIVES_SHARERS: Processes that share a descriptor table with them.
 * @PROCVIEW_RELATIVES_COUNTED: Nobody more; but of those, how many descriptors they have will do.
 *   Tables that none of the processes themselves has may be counted instead of being read, see
 *   [method@Procview.FdTable.has_descriptors], and their directories and memories may be left out.
 *
 * Who else belongs to an answer about certain processes.
 *
 * Since: 0.1
 */
typedef enum /*< flags >*/ {
	PROCVIEW_RELATIVES_NONE = 0,
	PROCVIEW_RELATIVES_FAMILY = 1 << 0,
	PROCVIEW_RELATIVES_SHARERS = 1 << 1,
	PROCVIEW_RELATIVES_COUNTED = 1 << 2,
} ProcviewRelatives;

G_END_DECLS
