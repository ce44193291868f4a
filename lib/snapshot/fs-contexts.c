/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * fs_struct: working directory, root and umask. Mostly one a process; threads have one of their own
 * after unshare(CLONE_FS), and processes share one after clone(CLONE_FS), as all kernel threads do.
 */
#include <errno.h>

#include "core/association.h"
#include "core/error.h"
#include "snapshot/places.h"

static gboolean
add_context(PvPlaces *places, guint32 kin, guint32 *context_of)
{
	PvStore *store = places->step->store;
	PvFsContext *fs = pv_array_append(&store->details.fs_contexts);

	if (fs == NULL)
		return FALSE;
	*fs = (PvFsContext){
		.index = store->details.fs_contexts.n - 1,
		.umask = PV_NONE,
		.status = PV_STATUS_GONE,
		.reason = PV_REASON_EXITED,
		.proof = pv_kinship_proof(&places->fs, kin),
	};
	places->kin_of_fs[fs->index] = kin;
	context_of[kin] = fs->index;
	return TRUE;
}

static gboolean
name_contexts(PvPlaces *places, const gboolean *wanted, guint32 *context_of)
{
	PvStore *store = places->step->store;
	PvArray *of = &store->details.fs_context_of;

	for (guint32 i = 0; i < store->tasks.n; i++) {
		guint32 kin = places->fs.kin_of[i];
		guint32 *named = pv_array_append(of);

		if (named == NULL)
			return FALSE;
		*named = PV_NONE;
		if (kin == PV_NONE || !wanted[kin])
			continue;
		if (context_of[kin] == PV_NONE && !add_context(places, kin, context_of))
			return FALSE;
		*named = context_of[kin];
		pv_store_fs_context(store, *named)->n_members++;
	}
	return TRUE;
}

static gboolean
list_members(PvStore *store)
{
	PvArray *members = &store->details.fs_members;
	guint32 total = 0;

	for (guint32 i = 0; i < store->details.fs_contexts.n; i++) {
		PvFsContext *fs = pv_store_fs_context(store, i);

		fs->first_member = total;
		total += fs->n_members;
		fs->n_members = 0;
	}
	if (!pv_array_reserve(members, total))
		return FALSE;
	for (guint32 i = 0; i < total; i++)
		pv_array_append(members);
	for (guint32 i = 0; i < store->tasks.n; i++) {
		guint32 index = pv_store_fs_context_of(store, i);
		PvFsContext *fs;

		if (index == PV_NONE)
			continue;
		fs = pv_store_fs_context(store, index);
		*pv_array_at(members, guint32, fs->first_member + fs->n_members++) = i;
	}
	return TRUE;
}

gboolean
pv_fs_contexts_lay_out(PvPlaces *places, GError **error)
{
	guint32 n = MAX(places->fs.kins.n, 1);
	g_autofree guint32 *context_of = g_try_new(guint32, n);
	g_autofree gboolean *wanted = pv_places_find_wanted(places, &places->fs);

	places->kin_of_fs = g_try_new(guint32, n);
	if (context_of == NULL || wanted == NULL || places->kin_of_fs == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < n; i++)
		context_of[i] = PV_NONE;
	if (!name_contexts(places, wanted, context_of) || !list_members(places->step->store))
		return pv_error_no_memory(error);
	return TRUE;
}

/* The umask is for all to see: what is known of it stays. */
void
pv_fs_context_forget(PvFsContext *fs)
{
	fs->cwd = fs->root = 0;
	fs->cwd_ino = fs->root_ino = 0;
	fs->cwd_dev = fs->root_dev = 0;
	fs->status = PV_STATUS_GONE;
	fs->reason = PV_REASON_EXITED;
}

/* Something is there already only where BPF could not carry all of it: better than nothing. */
static int
read_fs(PvPlaces *places, const PvTask *task, guint32 index)
{
	PvFsContext *fs = pv_store_fs_context(places->step->store, index);
	PvFsContext before = *fs;
	int error = pv_place_reader_read_fs(&places->reader, places->step->store, task, fs);

	fs->backend = "procfs";
	if (error != -ESRCH && error != -ENOENT && error != -EACCES && error != -EPERM)
		return error;
	before.umask = fs->umask;
	*fs = before;
	return fs->cwd_ino != 0 ? -EIO : error;
}

gboolean
pv_fs_context_complete(PvPlaces *places, guint32 index, GError **error)
{
	PvFsContext *fs = pv_store_fs_context(places->step->store, index);
	const PvPlaceState state = {&fs->status, &fs->reason, &fs->proof, &fs->needs};

	return pv_places_read_through(places, &places->fs, places->kin_of_fs[index], read_fs, index,
				      &state, error);
}
