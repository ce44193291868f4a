// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Who shares which descriptor table, how full it is, and its sockets: see README.md.

#include <cstdlib>
#include <iostream>
#include <memory>

#include <procview/procview.h>

template <auto drop> struct Drop {
	template <class T>
	void
	operator()(T *owned) const
	{
		drop(owned);
	}
};
template <class T, auto drop> using Owned = std::unique_ptr<T, Drop<drop>>;
using Text = Owned<char, g_free>;

static const char *
word(const char *known)
{
	return known != nullptr ? known : "-";
}

static void
print_socket(ProcviewDescriptor *descriptor, ProcviewSocket *socket)
{
	const Text local(procview_socket_dup_local(socket));
	const Text remote(procview_socket_dup_remote(socket));

	std::cout << "  " << procview_descriptor_get_fd(descriptor) << ' '
		  << word(procview_socket_get_family_name(socket)) << ' '
		  << word(procview_socket_get_state_name(socket)) << ' ' << word(local.get()) << ' '
		  << word(remote.get()) << '\n';
}

static void
print_table(ProcviewFdTable *table)
{
	auto *owner = procview_fd_table_get_owner(table);
	const Text name(g_strescape(
		word(procview_task_get_comm(procview_process_get_leader(owner))), nullptr));
	const auto n = procview_fd_table_get_n_descriptors(table);

	std::cout << procview_process_get_pid(owner) << ' ' << name.get() << ' '
		  << procview_status_to_string(procview_fd_table_get_status(table))
		  << " tasks=" << procview_fd_table_get_n_tasks(table) << " descriptors=" << n;
	if (guint64 limit; procview_process_get_fd_limit(owner, &limit, nullptr))
		std::cout << " limit=" << limit;
	std::cout << '\n';
	for (guint i = 0; i < n; i++) {
		auto *descriptor = procview_fd_table_get_descriptor(table, i);
		auto *file = procview_descriptor_get_file(descriptor);

		if (auto *socket = procview_file_get_socket(file))
			print_socket(descriptor, socket);
	}
}

int
main(int argc, char **argv)
{
	GError *failed = nullptr;
	const Owned<ProcviewScanner, g_object_unref> scanner(procview_scanner_new(&failed));
	const Owned<ProcviewQuery, procview_query_unref> query(procview_query_new());
	Owned<ProcviewSnapshot, procview_snapshot_unref> now;

	procview_query_set_collect(
		query.get(), ProcviewCollect(PROCVIEW_COLLECT_LIMITS | PROCVIEW_COLLECT_SOCKETS));
	for (int i = 1; i < argc; i++)
		procview_query_add_pid(query.get(), std::atoi(argv[i]));
	if (scanner)
		now.reset(procview_scanner_scan(scanner.get(), query.get(), &failed));
	if (const Owned<GError, g_error_free> error(failed); error) {
		std::cerr << error->message << '\n';
		return 1;
	}
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(now.get()); i++)
		print_table(procview_snapshot_get_fd_table(now.get(), i));
}
