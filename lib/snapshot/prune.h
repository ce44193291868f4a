/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One task for each number.
 */
#pragma once

#include "core/error.h"
#include "core/store.h"

/* Drops tasks whose number was listed again, as another task's, before the listing had ended. */
gboolean pv_prune(PvStore *store, GError **error);
/* Drops tasks by index; a process goes with its leader. What stays moves to the front. */
void pv_drop_tasks(PvStore *store, const guint8 *dropped);
