/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What sockets are that no backend told.
 */
#pragma once

#include "snapshot/enrich.h"

gboolean pv_sockets_complete(PvEnrichment *step, GError **error);
