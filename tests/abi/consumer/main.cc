/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The same question as in main.c, in C++: std::unique_ptr keeps what the library gives, and a lambda
 * is told how far the scan is.
 */
#include <cstdio>
#include <memory>
#include <unistd.h>

#include <procview/procview.h>

struct Unref {
	void
	operator()(GError *error) const
	{
		g_error_free(error);
	}
	void
	operator()(ProcviewScanner *scanner) const
	{
		g_object_unref(scanner);
	}
	void
	operator()(ProcviewQuery *query) const
	{
		procview_query_unref(query);
	}
	void
	operator()(ProcviewSnapshot *snapshot) const
	{
		procview_snapshot_unref(snapshot);
	}
};

template <typename T> using Owned = std::unique_ptr<T, Unref>;

static int
fail(GError *error)
{
	Owned<GError> owned(error);

	std::fprintf(stderr, "%s\n", error->message);
	return 1;
}

int
main()
{
	GError *error = nullptr;
	unsigned told = 0;

	Owned<ProcviewScanner> scanner(procview_scanner_new(&error));
	if (!scanner)
		return fail(error);
	Owned<ProcviewQuery> query(procview_query_new());
	procview_query_add_pid(query.get(), getpid());
	procview_query_set_collect(query.get(), PROCVIEW_COLLECT_DESCRIPTORS);
	Owned<ProcviewSnapshot> now(procview_scanner_scan_full(
		scanner.get(), query.get(), nullptr,
		[](ProcviewStep, guint, guint, gpointer count) {
			++*static_cast<unsigned *>(count);
		},
		&told, &error));
	if (!now)
		return fail(error);
	if (told == 0)
		return 2;
	ProcviewTask *self = procview_snapshot_find_task(now.get(), getpid());
	ProcviewFdTable *table = procview_task_get_fd_table(self);
	std::printf("%s %u\n", procview_get_version_string(),
		    procview_fd_table_get_n_descriptors(table));
	return 0;
}
