/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A program as somebody else would write it: how many descriptors has it open itself?
 */
#include <stdio.h>
#include <unistd.h>

#include <procview/procview.h>

int
main(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(&error);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) now = NULL;
	ProcviewTask *self;

	procview_query_add_pid(query, getpid());
	if (scanner != NULL)
		now = procview_scanner_scan(scanner, query, &error);
	if (now == NULL) {
		fprintf(stderr, "%s\n", error->message);
		return 1;
	}
	self = procview_snapshot_find_task(now, getpid());
	printf("%s %u\n", procview_get_version_string(),
	       procview_fd_table_get_n_descriptors(procview_task_get_fd_table(self)));
	return 0;
}
