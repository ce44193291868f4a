/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Has anybody else the descriptor tables of these processes?
 */
#pragma once

#include <glib.h>

/*
 * TRUE: nobody else has one of them, at this moment. FALSE: somebody may, and has to be looked for;
 * or it could not be asked, as where pv_bpf_find() does not work.
 */
gboolean pv_bpf_nobody_shares(const gint32 *pids, guint n_pids);
