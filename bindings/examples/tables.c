/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who shares which descriptor table, how full it is, and its sockets: see README.md.
 */
#include <stdlib.h>

#include <procview/procview.h>

static const char *
word(const char *known)
{
	return known != NULL ? known : "-";
}

static void
print_socket(ProcviewDescriptor *descriptor, ProcviewSocket *socket)
{
	g_autofree char *local = procview_socket_dup_local(socket);
	g_autofree char *remote = procview_socket_dup_remote(socket);

	g_print("  %d %s %s %s %s\n", procview_descriptor_get_fd(descriptor),
		word(procview_socket_get_family_name(socket)),
		word(procview_socket_get_state_name(socket)), word(local), word(remote));
}

static void
print_table(ProcviewFdTable *table)
{
	ProcviewProcess *owner = procview_fd_table_get_owner(table);
	const char *comm = procview_task_get_comm(procview_process_get_leader(owner));
	g_autofree char *name = g_strescape(word(comm), NULL);
	guint n = procview_fd_table_get_n_descriptors(table);
	guint64 limit;

	g_print("%d %s %s tasks=%u descriptors=%u", procview_process_get_pid(owner), name,
		procview_status_to_string(procview_fd_table_get_status(table)),
		procview_fd_table_get_n_tasks(table), n);
	if (procview_process_get_fd_limit(owner, &limit, NULL))
		g_print(" limit=%" G_GUINT64_FORMAT, limit);
	g_print("\n");
	for (guint i = 0; i < n; i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		ProcviewFile *file = procview_descriptor_get_file(descriptor);

		if (procview_file_get_socket(file) != NULL)
			print_socket(descriptor, procview_file_get_socket(file));
	}
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(&error);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) now = NULL;

	procview_query_set_collect(query, PROCVIEW_COLLECT_LIMITS | PROCVIEW_COLLECT_SOCKETS);
	for (int i = 1; i < argc; i++)
		procview_query_add_pid(query, atoi(argv[i]));
	if (scanner != NULL)
		now = procview_scanner_scan(scanner, query, &error);
	if (now == NULL) {
		g_printerr("%s\n", error->message);
		return 1;
	}
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(now); i++)
		print_table(procview_snapshot_get_fd_table(now, i));
	return 0;
}
