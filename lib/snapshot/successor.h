/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who speaks for a table when its speaker has exited.
 */
#pragma once

#include "snapshot/reading.h"

/*
 * The first member of the group that has the group's table now, to *task; PV_NONE: nobody has.
 * FALSE: the scan has to end.
 */
gboolean pv_successor_find(const PvReadingStep *step, guint32 group, guint32 *task, GError **error);
/* Whether a task that was listed is the one that was found under its number. */
gboolean pv_successor_is_same(const PvReadingStep *step, const PvTask *task,
			      const PvBpfTable *found);
