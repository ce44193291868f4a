/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The other ends of pipes, sockets and the like.
 */
#pragma once

#include "snapshot/enrich.h"

gboolean pv_peers_index(PvEnrichment *step, GError **error);
