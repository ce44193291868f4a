/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is told of one file must fit into an iterator's buffer: an epoll set with thousands of
 * targets does not, nor one that is changed while it is walked. fdinfo has them whole: it is asked
 * for these files alone, through a task that has the table; for all that may have something to
 * tell, where the kernel did not take the program. Locks belong to a table, so for them each
 * descriptor is asked about.
 *
 * Where procfs does not answer either, or not before somebody lets go of a lock, the file says that
 * something is missing.
 *
 * What it cannot see: lists of a task that has closed the file since, or that procfs does not show;
 * the files in flight over a socket, of which fdinfo has the number only.
 */
#include "snapshot/cut-lists.h"

#include <errno.h>
#include <fcntl.h>

#include "backend/procfs/fdinfo-detail-parse.h"
#include "core/error.h"
#include "core/kind.h"
#include "util/fd.h"

/* The descriptors of each file, one leading to the next, and the table that each is in. */
typedef struct {
	guint32 *first;
	guint32 *next;
	guint32 *table;
} Places;

static void
places_clear(Places *places)
{
	g_free(places->first);
	g_free(places->next);
	g_free(places->table);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Places, places_clear)

/* FALSE: out of memory. */
static gboolean
find_places(const PvStore *store, Places *places)
{
	guint32 n = MAX(store->descriptors.n, 1);

	places->first = g_try_new(guint32, MAX(store->files.n, 1));
	places->next = g_try_new(guint32, n);
	places->table = g_try_new(guint32, n);
	if (places->first == NULL || places->next == NULL || places->table == NULL)
		return FALSE;
	for (guint32 i = 0; i < store->files.n; i++)
		places->first[i] = PV_NONE;
	for (guint32 i = 0; i < store->tables.n; i++) {
		const PvTable *table = pv_store_table(store, i);

		for (guint32 j = 0; j < table->n_descriptors; j++) {
			guint32 descriptor = table->first_descriptor + j;
			guint32 file = pv_store_descriptor(store, descriptor)->file;

			places->table[descriptor] = i;
			places->next[descriptor] = places->first[file];
			places->first[file] = descriptor;
		}
	}
	return TRUE;
}

/* Locks have found their descriptors by now. */
static void
place_locks(PvStore *store, guint32 first, guint32 descriptor)
{
	for (guint32 i = first; i < store->details.locks.n; i++)
		pv_array_at(&store->details.locks, PvLock, i)->descriptor = descriptor;
}

/* What fdinfo has for the file, as far as it is in the group. */
static guint
told_of(const PvFile *file, guint group)
{
	guint others = group & ~PV_COLLECT_LOCKS;

	if (file->kind == PV_KIND_SOCKET)
		others &= ~PV_COLLECT_HOLDINGS;
	return (group & PV_COLLECT_LOCKS) | (pv_fdinfo_has_details(file, others) ? others : 0);
}

/* What did not fit was in flight over a socket: nobody else can tell. */
static gboolean
is_queue(const PvStore *store, const PvCutList *list)
{
	return list->group == PV_COLLECT_HOLDINGS &&
	       pv_store_file(store, list->file)->kind == PV_KIND_SOCKET;
}

/* 0, or a negative errno. */
static int
ask(PvEnrichment *step, guint32 descriptor, guint32 table, guint group, PvBuffer *text)
{
	PvStore *store = step->store;
	const PvContext *context = step->plan->context;
	guint32 first_lock = store->details.locks.n;
	guint32 file = pv_store_descriptor(store, descriptor)->file;
	g_autofree char *name = NULL;
	int status;

	if (context->absent || context->foreign || step->speakers[table] == 0)
		return -ENOENT;
	name = g_strdup_printf("%s/%d/fdinfo/%d", context->proc_path, step->speakers[table],
			       pv_store_descriptor(store, descriptor)->fd);
	status = pv_read_at(AT_FDCWD, name, text);
	if (status < 0)
		return status;
	if (!pv_fdinfo_detail_parse(text->data, text->n, store, file, group))
		return -ENOMEM;
	place_locks(store, first_lock, descriptor);
	return 0;
}

/* One descriptor tells all that belongs to the file; the others have locks of their own. */
static gboolean
complete(PvEnrichment *step, const PvCutList *list, const Places *places, PvBuffer *text,
	 GError **error)
{
	guint group = list->locked ? 0
				   : told_of(pv_store_file(step->store, list->file), list->group);
	guint32 descriptor = places->first[list->file];
	gboolean missing = descriptor != PV_NONE && (list->locked || is_queue(step->store, list));

	for (; descriptor != PV_NONE && group != 0; descriptor = places->next[descriptor]) {
		int status = ask(step, descriptor, places->table[descriptor], group, text);

		if (status == -ENOMEM)
			return pv_error_no_memory(error);
		missing |= status < 0;
		if (status == 0)
			group &= PV_COLLECT_LOCKS;
	}
	return !missing ||
	       pv_details_add_number(&step->store->details, list->file, PV_FACT_INCOMPLETE, 1) ||
	       pv_error_no_memory(error);
}

gboolean
pv_cut_lists_complete(PvEnrichment *step, GError **error)
{
	PvArray *lists = &step->store->details.cut_lists;
	g_auto(Places) places = {0};
	g_auto(PvBuffer) text = {0};

	if (lists->n == 0)
		return TRUE;
	if (!find_places(step->store, &places))
		return pv_error_no_memory(error);
	for (guint i = 0; i < lists->n; i++) {
		const PvCutList *list = pv_array_at(lists, PvCutList, i);

		if (!pv_watch_step(step->watch, PV_STEP_FILES, i, lists->n, error) ||
		    !complete(step, list, &places, &text, error))
			return FALSE;
	}
	pv_array_truncate(lists, 0);
	return TRUE;
}
