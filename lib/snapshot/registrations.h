/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which file an epoll set waits for.
 */
#pragma once

#include "snapshot/enrich.h"

gboolean pv_registrations_resolve(PvEnrichment *step, GError **error);
