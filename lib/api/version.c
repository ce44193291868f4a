/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which release of the library a program runs with, as opposed to the one it was compiled with.
 */
#include "api/private.h"

/* Without macros of its own, a release would mark its functions as those of an older one. */
G_STATIC_ASSERT(PROCVIEW_VERSION_CURRENT ==
		G_ENCODE_VERSION(PROCVIEW_MAJOR_VERSION, PROCVIEW_MINOR_VERSION));

/**
 * procview_get_version_string:
 *
 * The version of the library that the program runs with.
 *
 * [const@Procview.VERSION_STRING] is the one that it was compiled with; the two differ when the
 * library was upgraded since.
 *
 * Returns: (transfer none): three numbers, such as `0.1.0`
 *
 * Since: 0.1
 */
const char *
procview_get_version_string(void)
{
	return PROCVIEW_VERSION_STRING;
}
