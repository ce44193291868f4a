/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Does a snapshot that was taken without BPF leave something out that BPF would show?
 */
#pragma once

#include "backend/backend.h"
#include "core/query.h"
#include "core/store.h"

gboolean pv_conceals(const PvContext *context, const PvQuery *query, const PvStore *store);
