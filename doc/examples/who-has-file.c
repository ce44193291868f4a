/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has this file open?
 *
 *   cc who-has-file.c -o who-has-file $(pkg-config --cflags --libs libprocview)
 *   ./who-has-file /var/log/syslog
 *
 * Descriptors of all tables are looked at, and so those of threads that have a table of their own.
 * A file may be in use in other ways: as program, mapped, as a directory, on its way through a
 * socket. PROCVIEW_COLLECT_MAPPINGS and PROCVIEW_COLLECT_HOLDINGS tell of these.
 */
#define _GNU_SOURCE 1 /* O_PATH */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <procview/procview.h>

static gboolean
is_same(ProcviewFile *a, ProcviewFile *b)
{
	guint64 inodes[2];
	guint major[2], minor[2];

	return procview_file_get_inode(a, &inodes[0]) && procview_file_get_inode(b, &inodes[1]) &&
	       procview_file_get_device(a, &major[0], &minor[0]) &&
	       procview_file_get_device(b, &major[1], &minor[1]) && inodes[0] == inodes[1] &&
	       major[0] == major[1] && minor[0] == minor[1];
}

static void
print_holders(ProcviewFdTable *table, ProcviewFile *wanted)
{
	int pid = procview_process_get_pid(procview_fd_table_get_owner(table));

	for (guint i = 0; i < procview_fd_table_get_n_descriptors(table); i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);

		if (is_same(procview_descriptor_get_file(descriptor), wanted) && pid != getpid())
			g_print("process %d, thread %d, descriptor %d\n", pid,
				procview_task_get_tid(procview_fd_table_get_task(table, 0)),
				procview_descriptor_get_fd(descriptor));
	}
}

int
main(int argc, char **argv)
{
	/* Its own descriptor tells the program which device and inode the file has in a snapshot:
	 * on btrfs and overlayfs stat(2) may tell others. O_PATH opens nothing and waits for nobody.
	 */
	int fd = open(argc == 2 ? argv[1] : "", O_PATH | O_CLOEXEC);
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewSnapshot) now = NULL;
	ProcviewDescriptor *own;

	if (fd < 0) {
		perror(argc == 2 ? argv[1] : "which file?");
		return 1;
	}
	/* It scans once: what costs least altogether is better than what scans fastest. */
	scanner = procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE, &error);
	now = scanner ? procview_scanner_scan(scanner, NULL, &error) : NULL;
	if (now == NULL) {
		g_printerr("%s\n", error->message);
		return 1;
	}
	own = procview_fd_table_find_descriptor(
		procview_task_get_fd_table(procview_snapshot_find_task(now, getpid())), fd);
	for (guint i = 0; own != NULL && i < procview_snapshot_get_n_fd_tables(now); i++)
		print_holders(procview_snapshot_get_fd_table(now, i),
			      procview_descriptor_get_file(own));
	return own == NULL;
}
