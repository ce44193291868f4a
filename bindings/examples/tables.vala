// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Who shares which descriptor table, how full it is, and its sockets: see README.md.

void print_socket (Procview.Descriptor descriptor, Procview.Socket socket) {
	print ("  %d %s %s %s %s\n", descriptor.get_fd (), socket.get_family_name () ?? "-",
		socket.get_state_name () ?? "-", socket.dup_local () ?? "-", socket.dup_remote () ?? "-");
}

void print_table (Procview.FdTable table) {
	unowned var owner = table.get_owner ();
	uint64 limit;

	print ("%d %s %s tasks=%u descriptors=%u", owner.get_pid (),
		(owner.get_leader ().get_comm () ?? "-").escape (), table.get_status ().to_string (),
		table.get_n_tasks (), table.get_n_descriptors ());
	if (owner.get_fd_limit (out limit, null))
		print (" limit=%s", limit.to_string ());
	print ("\n");
	for (uint i = 0; i < table.get_n_descriptors (); i++) {
		unowned var descriptor = table.get_descriptor (i);
		unowned var socket = descriptor.get_file ().get_socket ();

		if (socket != null)
			print_socket (descriptor, socket);
	}
}

int main (string[] args) {
	var query = new Procview.Query ();

	query.set_collect (Procview.Collect.LIMITS | Procview.Collect.SOCKETS);
	foreach (unowned var pid in args[1:])
		query.add_pid (int.parse (pid));
	try {
		var now = new Procview.Scanner ().scan (query);

		for (uint i = 0; i < now.get_n_fd_tables (); i++)
			print_table (now.get_fd_table (i));
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
