/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Does fdinfo tell of files that no descriptor leads to? Pure.
 */
#pragma once

#include "backend/procfs/fdinfo-lines.h"

/* In the queue of a socket. */
gboolean pv_fdinfo_has_queued(PvLine text);
/* Registered with an io_uring; also where it does not tell. */
gboolean pv_fdinfo_has_registered(PvLine text);
