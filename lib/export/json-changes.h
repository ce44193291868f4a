/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became different between two snapshots, as JSON: one object a line.
 */
#pragma once

#include "core/change.h"
#include "export/json-writer.h"

/* Says whether to write a change. */
typedef gboolean (*PvChangeFilter)(PvChange *change, gpointer data);

gboolean pv_json_write_changes(const PvChanges *changes, PvChangeFilter filter,
			       PvJsonWriteFunc write, gpointer data, GError **error);
