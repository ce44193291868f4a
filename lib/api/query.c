/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scan is asked for, as the caller puts it together. What a query means is decided by
 * core/query.c and the backends; here it is only filled.
 */
#include "api/private.h"
#include "core/error.h"

/**
 * ProcviewQuery:
 *
 * Narrows a scan: which processes, and what to collect of them.
 *
 * A query is handed down to the kernel interfaces: asking for one process costs one process, and
 * what is not asked for is not read. Without process ids, inodes and ports it is about all
 * processes, without users about those of all users; with both, about the processes so found as
 * far as they belong to one of the users.
 *
 * A query may be used for many scans and by several scanners, but not be changed while one of
 * them scans.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewQuery, procview_query, procview_query_ref, procview_query_unref)

/**
 * procview_query_new:
 *
 * Makes a query about every process that collects %PROCVIEW_COLLECT_ALL.
 *
 * Returns: (transfer full): a query
 *
 * Since: 0.1
 */
ProcviewQuery *
procview_query_new(void)
{
	return pv_query_new();
}

/**
 * procview_query_ref:
 * @query: a query
 *
 * Takes a reference. Safe from any thread.
 *
 * Returns: (transfer full): the query
 *
 * Since: 0.1
 */
ProcviewQuery *
procview_query_ref(ProcviewQuery *query)
{
	g_return_val_if_fail(query != NULL, NULL);

	return pv_query_ref(query);
}

/**
 * procview_query_unref:
 * @query: (transfer full): a query
 *
 * Drops a reference; frees the query with the last one. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_query_unref(ProcviewQuery *query)
{
	g_return_if_fail(query != NULL);

	pv_query_unref(query);
}

/**
 * procview_query_add_pid:
 * @query: a query
 * @pid: the id of a process, or of any of its threads, in the pid namespace of `/proc`
 *
 * Asks for one more process, with all of its threads.
 *
 * An id that is not there gives a snapshot without it. An id below 1 is kept as it is, and the
 * scan fails with %PROCVIEW_ERROR_INVALID_ARGUMENT.
 *
 * Since: 0.1
 */
void
procview_query_add_pid(ProcviewQuery *query, int pid)
{
	gint32 value = pid;

	g_return_if_fail(query != NULL);

	g_array_append_val(query->pids, value);
}

/**
 * procview_query_add_user:
 * @query: a query
 * @uid: a user id, in the user namespace of the caller
 *
 * Asks for the processes of one more user, whether it is the real or the effective one of their
 * leader (line `Uid` of `/proc/PID/status`).
 *
 * Since: 0.1
 */
void
procview_query_add_user(ProcviewQuery *query, guint uid)
{
	guint32 value = uid;

	g_return_if_fail(query != NULL);

	g_array_append_val(query->uids, value);
}

/**
 * procview_query_add_inode:
 * @query: a query
 * @inode: an inode number, as in `struct inode`
 *
 * Asks only for processes that have something with that inode number: by a descriptor of any of
 * their threads, and if %PROCVIEW_COLLECT_PLACES is collected also mapped into memory, as
 * executable, working directory or root.
 *
 * That makes a search cheap and is not its answer. It is made for file systems on which stat(2)
 * tells the number of `struct inode`, as most do and overlayfs may not: either may be compared. The
 * number alone is, and not the device: what else has that number is in the snapshot too, and so is
 * whoever has a socket with files in its queue, or an io_uring that files are registered with. It is
 * done in the kernel, by programs of BPF, or where few processes run by a look at each of their
 * entries in `/proc/PID/fd`; and only for a scanner with %PROCVIEW_SCANNER_ONCE that could open BPF
 * and has not. Else the snapshot has all processes. A process that could not be looked into is never
 * left out. If nobody has it, the snapshot is empty.
 *
 * Several numbers, ports and process ids are alternatives. Of more than 1024 inodes and ports the
 * kernel is not asked, and the snapshot may have all processes.
 *
 * Since: 0.1
 */
void
procview_query_add_inode(ProcviewQuery *query, guint64 inode)
{
	g_return_if_fail(query != NULL);

	g_array_append_val(query->inodes, inode);
}

/**
 * procview_query_add_port:
 * @query: a query
 * @port: a port, in host byte order
 *
 * Asks only for processes that have an internet socket with that port, at this end or at the
 * other (`skc_num` and `skc_dport` of `struct sock_common`), in any network namespace.
 *
 * As with [method@Procview.Query.add_inode], this is a search made cheap and not its answer: where
 * it is looked for in `/proc`, whoever has an internet socket is in the snapshot, with whatever
 * port.
 *
 * Since: 0.1
 */
void
procview_query_add_port(ProcviewQuery *query, guint16 port)
{
	g_return_if_fail(query != NULL);

	g_array_append_val(query->ports, port);
}

/**
 * procview_query_set_relatives:
 * @query: a query
 * @relatives: who else
 *
 * Asks for the relatives, too, of the processes that are asked for by number, or are found by an
 * inode or a port. A query about all processes has them anyway. With users, it is about those
 * relatives that belong to one of them.
 *
 * The family is that of the processes themselves, and not that of those they share a table with.
 * It is read from `/proc/PID/stat` and `/proc/PID/task/TID/children`, which costs what the family
 * is large; where the kernel has no such file (before 3.5, or without `CONFIG_PROC_CHILDREN`), or
 * `/proc` hides processes, everybody is listed. Who shares a table is told by programs in the
 * kernel under the same conditions as with [method@Procview.Query.add_inode], and by a scan of
 * everybody's tables otherwise.
 *
 * Relatives are found before they are scanned: those that were born in between are missing. If
 * all that matters of their files is how many there are, %PROCVIEW_RELATIVES_COUNTED spares
 * reading them.
 *
 * Since: 0.1
 */
void
procview_query_set_relatives(ProcviewQuery *query, ProcviewRelatives relatives)
{
	g_return_if_fail(query != NULL);

	query->relatives = relatives & PV_RELATIVES_MASK;
}

/**
 * procview_query_set_collect:
 * @query: a query
 * @collect: what to collect
 *
 * Says what to collect; what it implies is added, so that %PROCVIEW_COLLECT_PATHS alone collects
 * tables and descriptors too. Bits that this release does not know are dropped.
 *
 * Since: 0.1
 */
void
procview_query_set_collect(ProcviewQuery *query, ProcviewCollect collect)
{
	g_return_if_fail(query != NULL);

	pv_query_set_collect(query, collect);
}

/**
 * procview_query_get_collect:
 * @query: a query
 *
 * What the query collects, with all that is implied.
 *
 * Returns: what is collected
 *
 * Since: 0.1
 */
ProcviewCollect
procview_query_get_collect(ProcviewQuery *query)
{
	g_return_val_if_fail(query != NULL, PROCVIEW_COLLECT_NOTHING);

	return query->collect;
}

gboolean
pv_query_check(const PvQuery *query, GError **error)
{
	for (guint i = 0; query != NULL && i < query->pids->len; i++) {
		gint32 pid = g_array_index(query->pids, gint32, i);

		if (pid < 1) {
			g_set_error(error, PV_ERROR, PV_ERROR_INVALID_ARGUMENT,
				    "%d is not the id of a process", pid);
			return FALSE;
		}
	}
	return TRUE;
}
