// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// What test-handles.py asks of Vala. Argument: the pid of a process of the scene "names".

int open_descriptors () throws Error {
	var folder = Dir.open ("/proc/self/fd");
	int n = 0;

	while (folder.read_name () != null)
		n++;
	return n;
}

int count_paths (Procview.FdTable table) {
	int n = 0;

	for (uint i = 0; i < table.get_n_descriptors (); i++)
		if (table.get_descriptor (i).get_file ().get_path () != null)
			n++;
	return n;
}

int main (string[] args) {
	try {
		int before = open_descriptors ();
		Procview.Scanner? scanner = new Procview.Scanner ();
		var query = new Procview.Query ();
		Procview.Snapshot? snapshot;
		Procview.Process? asked = null;

		query.add_pid (int.parse (args[1]));
		snapshot = scanner.scan (query);
		var table = snapshot.get_fd_table (0);
		snapshot = null;
		for (int i = 0; i < 20; i++)
			scanner.scan (query);
		print ("descriptors %u\n", table.get_n_descriptors ());
		print ("no text %u\n", table.get_n_descriptors () - count_paths (table));

		var stream = new MemoryOutputStream.resizable ();
		table.get_snapshot ().write_json (stream, Procview.JsonFlags.FILES, (process) => {
			asked = process;
			return Procview.JsonExtent.FULL;
		});
		stream.write ({ 0 });
		stream.close ();
		var written = stream.steal_as_bytes ();
		print ("written %d\n", ((string) written.get_data ()).split ("\"fd\":").length - 1);
		print ("asked about %s\n", (asked.get_pid () == int.parse (args[1])).to_string ());

		query.add_pid (-1);
		try {
			scanner.scan (query);
		} catch (Procview.Error error) {
			print ("refused %s\n", (error is Procview.Error.INVALID_ARGUMENT).to_string ());
		}
		scanner = null;
		print ("given back %s\n", (open_descriptors () == before).to_string ());
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
