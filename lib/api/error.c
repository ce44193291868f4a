/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The error domain. The layers below have the same codes under their own names, because they know
 * nothing of the API; the assertions hold the two together.
 */
#include "core/error.h"

#include "api/private.h"

#define SAME(name) G_STATIC_ASSERT((int)PROCVIEW_ERROR_##name == (int)PV_ERROR_##name)

SAME(FAILED);
SAME(NOT_SUPPORTED);
SAME(PERMISSION);
SAME(NO_PROCFS);
SAME(NO_MEMORY);
SAME(NO_DESCRIPTORS);
SAME(INVALID_ARGUMENT);
SAME(BUSY);

/**
 * procview_error_quark:
 *
 * The error domain of the library, for g_error_matches() and the like.
 *
 * Returns: the quark of [error@Procview.Error]
 *
 * Since: 0.1
 */
GQuark
procview_error_quark(void)
{
	return pv_error_quark();
}
