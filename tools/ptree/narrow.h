/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "select.h"

/* Who may have the other ends of what somebody has open? */
enum reach {
	REACH_NOBODY,
	REACH_SOME,
	REACH_ANYBODY,
};

/* Asks only for those who may have what was named. FALSE: it can be anywhere, and the query is as it
 * was. */
gboolean narrow_to_words(ProcviewQuery *query, const GArray *whats);
/* If it is some, asks for these. */
enum reach narrow_to_ends(ProcviewQuery *query, const struct selection *selection);
