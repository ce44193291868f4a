/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

/* Whether ptree was made more powerful than who runs it: set-user-ID, or file capabilities. */
gboolean privileges_are_lent(void);
/* First of all. What was lent serves to open a scanner, and nothing else. FALSE: it does not. */
gboolean privileges_begin(void);
/*
 * Once the scanner is open: gives up all but those named, which its scans use, and what it takes to
 * look up paths from now on; what was lent, altogether. FALSE: something that matters is still there.
 */
gboolean privileges_drop(const char *const *uses, gboolean looks_up_paths);
/* Gives up all that is left: nothing will be looked at any more. */
gboolean privileges_end(void);
