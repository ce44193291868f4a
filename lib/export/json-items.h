/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One process, or one table, as the members of a JSON object, in the order of schema 1.
 */
#pragma once

#include "core/store.h"
#include "export/json-writer.h"

/* Only the leader, or all tasks of the process. */
void pv_json_write_process(PvJsonWriter *writer, const PvProcess *process, gboolean all_tasks);
/* With or without what the table holds. */
void pv_json_write_table(PvJsonWriter *writer, const PvTable *table, gboolean descriptors);
/* The members of a descriptor and of the file behind it. */
void pv_json_write_descriptor(PvJsonWriter *writer, const PvDescriptor *descriptor);
/* A file, without the descriptor at which it is written; NULL: at none. */
void pv_json_write_file(PvJsonWriter *writer, const PvFile *file, const PvDescriptor *at);
/* What would unlock something; nothing if nobody knows. */
void pv_json_write_need(PvJsonWriter *writer, guint need);
