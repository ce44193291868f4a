/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How many descriptors are open, and how many may be?
 *
 *   cc count-descriptors.c -o count-descriptors $(pkg-config --cflags --libs libprocview)
 *
 * Only counts are asked for. The kernel keeps them, and no descriptor is looked at: that makes it a
 * question that may be asked every second.
 */
#include <procview/procview.h>

static void
print_table(ProcviewFdTable *table)
{
	/* Threads share a table, and so may processes: of these, the one with the lowest number. */
	ProcviewProcess *owner = procview_fd_table_get_owner(table);
	const char *comm = procview_task_get_comm(procview_process_get_leader(owner));
	/* A process names itself, and may do so with bytes that steer a terminal. */
	g_autofree char *name = g_strescape(comm ? comm : "?", NULL);
	guint n_tasks = procview_fd_table_get_n_tasks(table);
	/* Where the kernel does not say who shares, the threads of a process are taken to. */
	gboolean is_guess = procview_fd_table_get_proof(table) == PROCVIEW_PROOF_ASSUMED;
	guint64 limit;
	guint count;

	g_print("%d %s: ", procview_process_get_pid(owner), name);
	/* A count may be unknown, for want of a right. It is never made up. */
	if (procview_fd_table_get_open_count(table, &count))
		g_print("%u open", count);
	else
		g_print("unknown");
	if (procview_process_get_fd_limit(owner, &limit, NULL))
		g_print(" of %" G_GUINT64_FORMAT, limit);
	if (n_tasks > 1)
		g_print(", %sshared by %u", is_guess ? "perhaps " : "", n_tasks);
	g_print("\n");
}

int
main(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(&error);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) now = NULL;

	procview_query_set_collect(query, PROCVIEW_COLLECT_TABLES | PROCVIEW_COLLECT_LIMITS);
	if (scanner != NULL)
		now = procview_scanner_scan(scanner, query, &error);
	if (now == NULL) {
		g_printerr("%s\n", error->message);
		return 1;
	}
	/* Each table once, however many threads have it. */
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(now); i++)
		print_table(procview_snapshot_get_fd_table(now, i));
	return 0;
}
