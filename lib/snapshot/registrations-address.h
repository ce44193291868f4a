/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Targets of epoll by the address of their open file description.
 */
#pragma once

#include "snapshot/enrich.h"

gboolean pv_registrations_resolve_by_address(PvEnrichment *step, GError **error);
