/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * In the place of the backend, where the build has none: it is never opened, so the rest is never
 * called.
 */
#include <errno.h>

#include "backend/bpf/bpf.h"
#include "backend/bpf/find.h"
#include "backend/bpf/owners.h"
#include "backend/bpf/places-reader.h"

const char *
pv_bpf_absence(void)
{
	return "this build of the library has no BPF";
}

PvBpf *
pv_bpf_open(guint parts, const PvWatch *watch, char **why, int *error)
{
	*error = ENOTSUP;
	*why = g_strdup(pv_bpf_absence());
	return NULL;
}

int
pv_bpf_add(PvBpf *bpf, guint parts, const PvWatch *watch)
{
	return 0;
}

guint
pv_bpf_lacks(const PvBpf *bpf, guint parts)
{
	return 0;
}

gboolean
pv_bpf_serves(const PvBpf *bpf, guint collect)
{
	return FALSE;
}

void
pv_bpf_close(PvBpf *bpf)
{
}

char *
pv_bpf_probe(PvBpf *bpf, int *error)
{
	*error = ENOTSUP;
	return g_strdup(pv_bpf_absence());
}

guint64
pv_bpf_id(const PvBpf *bpf)
{
	return 0;
}

gboolean
pv_bpf_list(PvBpf *bpf, const PvQuery *query, gint64 ticks_per_s, PvStore *store,
	    const PvWatch *watch, GError **error)
{
	return pv_error_from_errno(error, "bpf", ENOTSUP);
}

gboolean
pv_bpf_read(PvBpfPass *pass, guint collect, PvStore *store, PvArray *addresses,
	    const PvWatch *watch, GError **error)
{
	return pv_error_from_errno(error, "bpf", ENOTSUP);
}

gboolean
pv_bpf_check(PvBpfPass *pass, const PvWatch *watch, GError **error)
{
	return pv_error_from_errno(error, "bpf", ENOTSUP);
}

gboolean
pv_bpf_shows_places(const PvBpf *bpf)
{
	return FALSE;
}

gboolean
pv_bpf_shows_mappings(const PvBpf *bpf)
{
	return FALSE;
}

gboolean
pv_bpf_read_places(PvBpfPlaces *places, PvStore *store, const PvWatch *watch, GError **error)
{
	return pv_error_from_errno(error, "bpf", ENOTSUP);
}

gboolean
pv_bpf_read_mappings(PvBpf *bpf, guint64 key, gint32 tid, PvStore *store, PvMemory *memory,
		     gboolean *shown, GError **error)
{
	return pv_error_from_errno(error, "bpf", ENOTSUP);
}

gboolean
pv_bpf_find(const PvSought *sought, PvFound *found, char **why)
{
	*why = g_strdup(pv_bpf_absence());
	return FALSE;
}

gboolean
pv_bpf_nobody_shares(const gint32 *pids, guint n_pids)
{
	return FALSE;
}
