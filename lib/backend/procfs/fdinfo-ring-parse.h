/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What io_uring prints: the size of its rings, and the files that are registered with it. Pure.
 */
#pragma once

#include "backend/procfs/fdinfo-lines.h"
#include "core/store.h"

/* Takes the lines behind the head. FALSE: out of memory. */
gboolean pv_fdinfo_take_ring(PvLine text, PvStore *store, guint32 file, guint collect);
