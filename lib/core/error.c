/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The error domain, and the two errors that every layer can end in.
 */
#include "core/error.h"

#include <errno.h>

GQuark
pv_error_quark(void)
{
	return g_quark_from_static_string("procview-error-quark");
}

gboolean
pv_error_no_memory(GError **error)
{
	g_set_error_literal(error, PV_ERROR, PV_ERROR_NO_MEMORY, "Out of memory");
	return FALSE;
}

gboolean
pv_error_is_shortage(int status)
{
	return status == -ENOMEM || status == -EMFILE || status == -ENFILE;
}

int
pv_error_only_shortage(int status)
{
	return pv_error_is_shortage(status) ? status : 0;
}

static int
code_of(int saved_errno)
{
	switch (saved_errno) {
	case EMFILE:
	case ENFILE:
		return PV_ERROR_NO_DESCRIPTORS;
	case ENOMEM:
		return PV_ERROR_NO_MEMORY;
	case EPERM:
	case EACCES:
		return PV_ERROR_PERMISSION;
	case ENOSYS:
		return PV_ERROR_NOT_SUPPORTED;
	default:
		return PV_ERROR_FAILED;
	}
}

gboolean
pv_error_from_errno(GError **error, const char *call, int saved_errno)
{
	g_set_error(error, PV_ERROR, code_of(saved_errno), "%s: %s", call, g_strerror(saved_errno));
	return FALSE;
}
