/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * From tasks and processes to what they share with others beside their tables.
 */
#pragma once

#include "core/store.h"

#define pv_store_fs_context(store, i) pv_array_at(&(store)->details.fs_contexts, PvFsContext, i)
#define pv_store_memory_at(store, i)  pv_array_at(&(store)->details.memories, PvMemory, i)
#define pv_store_mapping(store, i)    pv_array_at(&(store)->details.mappings, PvMapping, i)

/* PV_NONE: has none (a zombie), or it was not asked for. */
static inline guint32
pv_store_fs_context_of(const PvStore *store, guint32 task)
{
	const PvArray *of = &store->details.fs_context_of;

	return task < of->n ? *pv_array_at(of, guint32, task) : PV_NONE;
}

/* PV_NONE: has none (a zombie, a kernel thread), or it was not asked for. */
static inline guint32
pv_store_memory_of(const PvStore *store, guint32 process)
{
	const PvArray *of = &store->details.memory_of;

	return process < of->n ? *pv_array_at(of, guint32, process) : PV_NONE;
}
