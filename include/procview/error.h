/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/version-macros.h>

G_BEGIN_DECLS

/**
 * PROCVIEW_ERROR:
 *
 * Error domain of the library.
 *
 * A process that vanishes or that may not be looked into is never an error: the snapshot says so
 * of the table concerned. These are about the scan as a whole.
 *
 * Since: 0.1
 */
#define PROCVIEW_ERROR (procview_error_quark())

/**
 * ProcviewError:
 * @PROCVIEW_ERROR_FAILED: The kernel answered in a way that the library has no word for; the
 *   message carries the call and its errno.
 * @PROCVIEW_ERROR_NOT_SUPPORTED: This kernel, or this build, lacks what was asked for by name.
 *   Ask for %PROCVIEW_BACKEND_AUTO instead.
 * @PROCVIEW_ERROR_PERMISSION: The caller may not do what was asked for by name; the message
 *   says what would allow it.
 * @PROCVIEW_ERROR_NO_PROCFS: `/proc` is not mounted, or is not a proc file system.
 * @PROCVIEW_ERROR_NO_MEMORY: An array that grows with the machine could not grow. Ask for less.
 * @PROCVIEW_ERROR_NO_DESCRIPTORS: The calling process has no descriptor left (a scan needs
 *   eight, however large the machine): raise `RLIMIT_NOFILE` or close some.
 * @PROCVIEW_ERROR_INVALID_ARGUMENT: An argument makes no sense, such as a process id below 1.
 * @PROCVIEW_ERROR_BUSY: The scanner is in use by another thread; take one scanner a thread.
 *
 * Codes of #PROCVIEW_ERROR. A cancelled scan fails with %G_IO_ERROR_CANCELLED.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_ERROR_FAILED,
	PROCVIEW_ERROR_NOT_SUPPORTED,
	PROCVIEW_ERROR_PERMISSION,
	PROCVIEW_ERROR_NO_PROCFS,
	PROCVIEW_ERROR_NO_MEMORY,
	PROCVIEW_ERROR_NO_DESCRIPTORS,
	PROCVIEW_ERROR_INVALID_ARGUMENT,
	PROCVIEW_ERROR_BUSY,
} ProcviewError;

PROCVIEW_AVAILABLE_IN_0_1
GQuark procview_error_quark(void);

G_END_DECLS
