/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What has been opened and closed meanwhile, and by whom?
 *
 *   cc what-changed.c -o what-changed $(pkg-config --cflags --libs libprocview)
 *   ./what-changed
 *
 * Looks each time that a line is typed, and prints what became different since the time before.
 * What began and ended between two looks is not seen.
 */
#include <stdio.h>

#include <procview/procview.h>

static void
print_descriptor(ProcviewDescriptor *descriptor)
{
	const char *path = procview_file_get_path(procview_descriptor_get_file(descriptor));
	/* Names are bytes that others chose: not all of them are fit for a terminal. */
	g_autofree char *name = g_strescape(path ? path : "?", NULL);

	g_print(" %d %s", procview_descriptor_get_fd(descriptor), name);
}

static void
print_change(ProcviewChange *change)
{
	/* What has ended is there before only, and what has begun, after only. */
	ProcviewProcess *before = procview_change_get_process_before(change);
	ProcviewProcess *after = procview_change_get_process_after(change);
	ProcviewDescriptor *was = procview_change_get_descriptor_before(change);
	ProcviewDescriptor *is = procview_change_get_descriptor_after(change);

	g_print("%d %s", procview_process_get_pid(after ? after : before),
		procview_change_kind_to_string(procview_change_get_kind(change)));
	if (was != NULL)
		print_descriptor(was);
	if (is != NULL)
		print_descriptor(is);
	g_print("\n");
}

/* Both snapshots are in memory: nothing is asked of the kernel. */
static gboolean
print_changes(ProcviewSnapshot *before, ProcviewSnapshot *after, GError **error)
{
	g_autoptr(ProcviewChanges) changes = procview_snapshot_compare(before, after, error);

	if (changes == NULL)
		return FALSE;
	for (guint i = 0; i < procview_changes_get_n_changes(changes); i++)
		print_change(procview_changes_get_change(changes, i));
	g_print("%u changes\n", procview_changes_get_n_changes(changes));
	return TRUE;
}

int
main(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(&error);
	g_autoptr(ProcviewSnapshot) before = NULL;
	gboolean works = scanner != NULL;
	char line[80];

	/* A scanner is opened once and scans often. Snapshots stay as they are. */
	while (works && fgets(line, sizeof(line), stdin) != NULL) {
		g_autoptr(ProcviewSnapshot) now = procview_scanner_scan(scanner, NULL, &error);

		works = now && (before == NULL || print_changes(before, now, &error));
		g_clear_pointer(&before, procview_snapshot_unref);
		before = g_steal_pointer(&now);
	}
	if (!works)
		g_printerr("%s\n", error->message);
	return !works;
}
