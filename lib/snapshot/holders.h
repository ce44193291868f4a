/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has a file or a port, on a machine that has few processes.
 */
#pragma once

#include "backend/backend.h"
#include "backend/sought.h"

/*
 * FALSE: nothing was found, for it would cost more than the budget; or somebody's memory cannot be
 * looked into without waiting, nor perhaps somebody's files; or descriptors or memory do not
 * suffice; or it was cancelled. Tables of pids are not sought.
 */
gboolean pv_holders_find(const PvContext *context, const PvSought *sought, gint64 budget_ns,
			 const PvWatch *watch, PvFound *found);
/* A budget: what to find them with BPF costs. */
gint64 pv_holders_budget_ns(const PvSought *sought);
