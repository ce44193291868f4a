/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One fs context, or one memory, as the members of a JSON object.
 */
#pragma once

#include "core/store.h"
#include "export/json-writer.h"

void pv_json_write_fs_context(PvJsonWriter *writer, const PvFsContext *fs);
void pv_json_write_memory(PvJsonWriter *writer, const PvMemory *memory, gboolean mappings);
/* The member that leads there; nothing if there is none, or it was not asked for. */
void pv_json_write_fs_context_id(PvJsonWriter *writer, const PvTask *task);
void pv_json_write_memory_id(PvJsonWriter *writer, const PvProcess *process);
