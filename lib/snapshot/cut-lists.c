/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is told of one file must fit into an iterator's buffer: an epoll set with thousands of
 * targets does not, nor one that is changed while it is walked. fdinfo has them whole: it is asked
 * for these files alone, through a task that has the table; for all that may have something to
 * tell, where the kernel did not take the program.
 *
 * What it cannot see: lists of a task that has closed the file since, or that procfs does not show;
 * the files in flight over a socket, of which fdinfo has the number only.
 */
#include "snapshot/cut-lists.h"

#include <errno.h>
#include <fcntl.h>

#include "backend/procfs/fdinfo-detail-parse.h"
#include "core/error.h"
#include "util/fd.h"

/* The descriptor and the table through which a file is asked about. */
typedef struct {
	guint32 descriptor;
	guint32 table;
} Place;

/* For each file; NULL: out of memory. */
static Place *
find_places(const PvStore *store)
{
	Place *places = g_try_new(Place, MAX(store->files.n, 1));

	if (places == NULL)
		return NULL;
	for (guint32 i = 0; i < store->files.n; i++)
		places[i] = (Place){PV_NONE, PV_NONE};
	for (guint32 i = 0; i < store->tables.n; i++) {
		const PvTable *table = pv_store_table(store, i);

		for (guint32 j = 0; j < table->n_descriptors; j++) {
			guint32 descriptor = table->first_descriptor + j;

			places[pv_store_descriptor(store, descriptor)->file] =
				(Place){descriptor, i};
		}
	}
	return places;
}

/* Locks have found their descriptors by now. */
static void
place_locks(PvStore *store, guint32 first, guint32 descriptor)
{
	for (guint32 i = first; i < store->details.locks.n; i++)
		pv_array_at(&store->details.locks, PvLock, i)->descriptor = descriptor;
}

static gboolean
complete(PvEnrichment *step, const PvCutList *list, const Place *place, PvBuffer *text,
	 GError **error)
{
	PvStore *store = step->store;
	guint32 first_lock = store->details.locks.n;
	g_autofree char *name = NULL;
	int status;

	if (place->table == PV_NONE || step->speakers[place->table] == 0)
		return TRUE;
	if (!(list->group & PV_COLLECT_LOCKS) &&
	    !pv_fdinfo_has_details(pv_store_file(store, list->file), list->group))
		return TRUE;
	name = g_strdup_printf("%s/%d/fdinfo/%d", step->plan->context->proc_path,
			       step->speakers[place->table],
			       pv_store_descriptor(store, place->descriptor)->fd);
	status = pv_read_at(AT_FDCWD, name, text);
	if (status == -ENOMEM)
		return pv_error_no_memory(error);
	if (status < 0)
		return TRUE;
	if (!pv_fdinfo_detail_parse(text->data, text->n, store, list->file, list->group))
		return pv_error_no_memory(error);
	place_locks(store, first_lock, place->descriptor);
	return TRUE;
}

gboolean
pv_cut_lists_complete(PvEnrichment *step, GError **error)
{
	const PvContext *context = step->plan->context;
	PvArray *lists = &step->store->details.cut_lists;
	g_autofree Place *places = NULL;
	g_auto(PvBuffer) text = {0};

	if (lists->n == 0 || context->absent || context->foreign)
		return TRUE;
	places = find_places(step->store);
	if (places == NULL)
		return pv_error_no_memory(error);
	for (guint i = 0; i < lists->n; i++) {
		const PvCutList *list = pv_array_at(lists, PvCutList, i);

		if (!pv_watch_step(step->watch, PV_STEP_FILES, i, lists->n, error) ||
		    !complete(step, list, &places[list->file], &text, error))
			return FALSE;
	}
	pv_array_truncate(lists, 0);
	return TRUE;
}
