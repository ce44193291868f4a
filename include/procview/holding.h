/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

/**
 * ProcviewHeldBy:
 * @PROCVIEW_HELD_BY_QUEUE: It was sent over a Unix socket (`SCM_RIGHTS`) and has not been received
 *   yet.
 * @PROCVIEW_HELD_BY_RING: It is registered with an io_uring (`IORING_REGISTER_FILES`).
 *
 * What holds a file that no descriptor needs to lead to.
 *
 * Since: 0.1
 */
typedef enum {
	PROCVIEW_HELD_BY_QUEUE = 0,
	PROCVIEW_HELD_BY_RING = 1,
} ProcviewHeldBy;

#define PROCVIEW_TYPE_HOLDING (procview_holding_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_holding_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewHolding *procview_holding_ref(ProcviewHolding *holding);
PROCVIEW_AVAILABLE_IN_0_1
void procview_holding_unref(ProcviewHolding *holding);

PROCVIEW_AVAILABLE_IN_0_1
ProcviewHeldBy procview_holding_get_held_by(ProcviewHolding *holding);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFile *procview_holding_get_holder(ProcviewHolding *holding);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFile *procview_holding_get_file(ProcviewHolding *holding);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_holding_get_slot(ProcviewHolding *holding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewHolding, procview_holding_unref)

G_END_DECLS
