/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What else there is to know of a file, asked of a copy of its descriptor.
 */
#pragma once

#include "backend/pidfd/look.h"

/*
 * Adds facts, registrations, marks and locks, as the query asks for them, of the descriptor fd,
 * whose copy is called name in our own fd directory. 0 or -ENOMEM.
 */
int pv_look_at_details(PvLooker *looker, int copy, const char *name, gint32 fd, PvStore *store,
		       const PvFile *file);
