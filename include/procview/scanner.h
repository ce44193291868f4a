/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <gio/gio.h>

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

/**
 * ProcviewScannerFlags:
 * @PROCVIEW_SCANNER_NONE: Nothing out of the ordinary.
 * @PROCVIEW_SCANNER_OWN_VIEW: Show no more than the caller could see without the scanner: tables,
 *   executables and working directories of tasks that it may look into by the kernel's own rule
 *   (ptrace(2), `PTRACE_MODE_READ`). What it may not is denied, as without BPF. The rule is asked
 *   for each table anew in each scan, by kcmp(2).
 * @PROCVIEW_SCANNER_TABLES_ONLY: Leave out the BPF programs that tell more than tables, files and
 *   their names: it is opened in a fraction of the time. A query may ask for details, sockets,
 *   locks, places and mappings all the same: they come from where they come without BPF, with the
 *   rights that the caller has then.
 * @PROCVIEW_SCANNER_ONCE: One snapshot, or two, is all that will be taken: %PROCVIEW_BACKEND_AUTO
 *   takes what costs least altogether, and not what scans fastest once it is open. On a small
 *   machine that is not BPF, which is then opened by a scan, and not before, if the scan finds
 *   something that only BPF shows. So the caller keeps the capabilities that
 *   [method@Procview.Rights.get_uses] names until it has scanned. Of BPF it opens what this scan
 *   needs: a later scan, after these capabilities have been given up, may tell less.
 *   It has no effect on a caller without `CAP_SYS_PTRACE` or `CAP_DAC_READ_SEARCH`, where kcmp(2)
 *   is missing, with another backend, and together with %PROCVIEW_SCANNER_OWN_VIEW.
 *
 * How a scanner is made.
 *
 * Since: 0.1
 */
typedef enum /*< flags >*/ {
	PROCVIEW_SCANNER_NONE = 0,
	PROCVIEW_SCANNER_OWN_VIEW = 1 << 0,
	PROCVIEW_SCANNER_TABLES_ONLY = 1 << 1,
	PROCVIEW_SCANNER_ONCE = 1 << 2,
} ProcviewScannerFlags;

#define PROCVIEW_TYPE_SCANNER (procview_scanner_get_type())

PROCVIEW_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE(ProcviewScanner, procview_scanner, PROCVIEW, SCANNER, GObject)

/**
 * ProcviewProgressFunc:
 * @step: the step that is under way
 * @done: how many items of the step are done: processes, tasks or tables
 * @total: how many there are, or 0 while nobody knows
 * @user_data: what was given with the function
 *
 * Told how far a scan has come, in the thread that scans, at most some twenty times a second. Neither
 * @step nor, within a step, @done ever goes back.
 *
 * Since: 0.1
 */
typedef void (*ProcviewProgressFunc)(ProcviewStep step, guint done, guint total,
				     gpointer user_data);

PROCVIEW_AVAILABLE_IN_0_1
ProcviewScanner *procview_scanner_new(GError **error);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewScanner *procview_scanner_new_with_backend(ProcviewBackend backend, GError **error);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewScanner *procview_scanner_new_full(ProcviewBackend backend, ProcviewScannerFlags flags,
					   GError **error);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewRights *procview_scanner_dup_rights(ProcviewScanner *scanner, GError **error);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_scanner_scan(ProcviewScanner *scanner, ProcviewQuery *query,
					GError **error);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_scanner_scan_full(ProcviewScanner *scanner, ProcviewQuery *query,
					     GCancellable *cancellable,
					     ProcviewProgressFunc progress, gpointer user_data,
					     GError **error);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewRevalidation *procview_scanner_revalidate(ProcviewScanner *scanner, ProcviewFdTable *table,
						  GCancellable *cancellable, GError **error);

G_END_DECLS
