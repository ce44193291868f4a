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
 * what is not asked for is not read. Without process ids it is about all processes, without users
 * about those of all users; with both, about the named processes as far as they belong to one of
 * the users.
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
