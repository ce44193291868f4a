/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which backends there are, and which one serves here.
 */
#pragma once

#include "backend/backend.h"

/* Fills the context; FALSE: there is no procfs to stand on. */
gboolean pv_context_probe(PvContext *context, const char *proc_path, GError **error);
/*
 * The backend that reads tables: the one named, or with NULL the best that works here, what was
 * refused being noted in the store. NULL with an error: the one named does not work here.
 */
const PvBackend *pv_registry_choose(const PvContext *context, const char *name, PvStore *refusals,
				    GError **error);
/* The backend that works everywhere. */
const PvBackend *pv_registry_last_resort(void);
