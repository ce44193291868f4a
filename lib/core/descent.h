/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who descends from whom, where the parent of everybody is known. Pure.
 */
#pragma once

#include "core/pid-set.h"

typedef struct {
	gint32 pid;
	gint32 ppid; /* 0: outside of the pid namespace, or nobody */
} PvParentage;

/*
 * Adds the ancestors and the descendants of all members. The records (PvParentage) are put in
 * another order for it. FALSE: out of memory.
 */
gboolean pv_descent_add_family(PvArray *parentages, PvPidSet *set);
