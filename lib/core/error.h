/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The error domain, for the layers that know nothing of the API. The values are those of
 * ProcviewError; PV_ERROR_CANCELLED alone stays inside, and becomes G_IO_ERROR_CANCELLED.
 */
#pragma once

#include <glib.h>

#define PV_ERROR (pv_error_quark())

enum {
	PV_ERROR_FAILED,
	PV_ERROR_NOT_SUPPORTED,
	PV_ERROR_PERMISSION,
	PV_ERROR_NO_PROCFS,
	PV_ERROR_NO_MEMORY,
	PV_ERROR_NO_DESCRIPTORS,
	PV_ERROR_INVALID_ARGUMENT,
	PV_ERROR_BUSY,
	PV_ERROR_CANCELLED = 100,
};

GQuark pv_error_quark(void);
/* Sets the error that a failed allocation ends in; returns FALSE. */
gboolean pv_error_no_memory(GError **error);
/* Sets the error that a failed system call ends in; returns FALSE. */
gboolean pv_error_from_errno(GError **error, const char *call, int saved_errno);
/*
 * Whether a negative errno says that memory or descriptors have run out: that tells of the caller,
 * and nothing of what was asked. Whatever is not negative is none, descriptors among it.
 */
gboolean pv_error_is_shortage(int status);
/* The status if it says so, and 0 if not: of what may fail in any other way. */
int pv_error_only_shortage(int status);
