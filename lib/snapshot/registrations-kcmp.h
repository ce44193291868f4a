/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Targets of epoll registrations, as the kernel compares them.
 */
#pragma once

#include "snapshot/enrich.h"

/*
 * Fills PvRegistration.target where it is unknown and can be told. Registrations of one set lie
 * together, in the kernel's order; files have their last places. Does without kcmp(2) where it is
 * forbidden, as far as that goes.
 */
gboolean pv_registrations_resolve_by_kcmp(PvEnrichment *step, GError **error);
