/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

/**
 * ProcviewMappingFlags:
 * @PROCVIEW_MAPPING_FLAGS_NONE: No access, `PROT_NONE`.
 * @PROCVIEW_MAPPING_FLAGS_READ: `PROT_READ`.
 * @PROCVIEW_MAPPING_FLAGS_WRITE: `PROT_WRITE`.
 * @PROCVIEW_MAPPING_FLAGS_EXECUTE: `PROT_EXEC`.
 * @PROCVIEW_MAPPING_FLAGS_SHARED: `MAP_SHARED`: what is written goes to the file.
 *
 * How a file is mapped: what is true of any of its ranges.
 *
 * Since: 0.1
 */
typedef enum /*< flags >*/ {
	PROCVIEW_MAPPING_FLAGS_NONE = 0,
	PROCVIEW_MAPPING_FLAGS_READ = 1 << 0,
	PROCVIEW_MAPPING_FLAGS_WRITE = 1 << 1,
	PROCVIEW_MAPPING_FLAGS_EXECUTE = 1 << 2,
	PROCVIEW_MAPPING_FLAGS_SHARED = 1 << 3,
} ProcviewMappingFlags;

#define PROCVIEW_TYPE_MAPPING (procview_mapping_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_mapping_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMapping *procview_mapping_ref(ProcviewMapping *mapping);
PROCVIEW_AVAILABLE_IN_0_1
void procview_mapping_unref(ProcviewMapping *mapping);

PROCVIEW_AVAILABLE_IN_0_1
const char *procview_mapping_get_path(ProcviewMapping *mapping);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_mapping_is_deleted(ProcviewMapping *mapping);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_mapping_get_inode(ProcviewMapping *mapping, guint64 *inode);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_mapping_get_device(ProcviewMapping *mapping, guint *major, guint *minor);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_mapping_get_size_bytes(ProcviewMapping *mapping);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_mapping_get_n_ranges(ProcviewMapping *mapping);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewMappingFlags procview_mapping_get_flags(ProcviewMapping *mapping);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSnapshot *procview_mapping_get_snapshot(ProcviewMapping *mapping);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewMapping, procview_mapping_unref)

G_END_DECLS
