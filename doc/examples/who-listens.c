/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who listens on this port, and who on this machine is connected to it?
 *
 *   cc who-listens.c -o who-listens $(pkg-config --cflags --libs libprocview)
 *   ./who-listens 443
 *
 * Sockets of all network namespaces are in the answer, each with the processes that have it.
 */
#include <stdlib.h>

#include <procview/procview.h>

static int
get_pid(ProcviewDescriptor *descriptor)
{
	ProcviewFdTable *table = procview_descriptor_get_fd_table(descriptor);

	return procview_process_get_pid(procview_fd_table_get_owner(table));
}

static void
print_socket(ProcviewDescriptor *descriptor, ProcviewSocket *socket)
{
	const char *protocol = procview_socket_get_protocol_name(socket);
	g_autofree char *local = procview_socket_dup_local(socket);
	g_autofree char *remote = procview_socket_dup_remote(socket);
	/* Several, if the other end was inherited; none, if it is on another machine. */
	g_autoptr(GPtrArray) peers = procview_descriptor_list_peers(descriptor);

	g_print("%d:%d %s %s", get_pid(descriptor), procview_descriptor_get_fd(descriptor),
		protocol ? protocol : "?", local ? local : "?");
	if (procview_socket_is_listening(socket))
		g_print(" listens");
	if (remote != NULL)
		g_print(" with %s", remote);
	for (guint i = 0; i < peers->len; i++)
		g_print(" (%d:%d)", get_pid(peers->pdata[i]),
			procview_descriptor_get_fd(peers->pdata[i]));
	g_print("\n");
}

static void
print_table(ProcviewFdTable *table, guint port)
{
	for (guint i = 0; i < procview_fd_table_get_n_descriptors(table); i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		ProcviewFile *file = procview_descriptor_get_file(descriptor);
		ProcviewSocket *socket = procview_file_get_socket(file);
		guint own;

		if (socket != NULL && procview_socket_get_local_port(socket, &own) && own == port)
			print_socket(descriptor, socket);
	}
}

int
main(int argc, char **argv)
{
	int port = argc == 2 ? atoi(argv[1]) : 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(&error);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) now = NULL;

	/* That makes the search cheap and is not its answer: others may be in the snapshot, too. */
	procview_query_add_port(query, (guint16)port);
	procview_query_set_collect(query, PROCVIEW_COLLECT_PEERS);
	if (scanner != NULL && port > 0)
		now = procview_scanner_scan(scanner, query, &error);
	if (now == NULL) {
		g_printerr("%s\n", error ? error->message : "which port?");
		return 1;
	}
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(now); i++)
		print_table(procview_snapshot_get_fd_table(now, i), (guint)port);
	return 0;
}
