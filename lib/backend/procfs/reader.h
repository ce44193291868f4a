/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The procfs backend's reader.
 */
#pragma once

#include "backend/backend.h"

extern const PvBackend pv_procfs_backend;
