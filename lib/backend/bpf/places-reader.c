/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * fs_struct and mm_struct by iter/task, in one pass over all or one for each task that was chosen;
 * what is mapped by iter/task_vma, always through one task for each memory.
 *
 * A record tells the address of the object that it is about, so it does not matter through whom it
 * is shown, and nothing has to be asked again: if the task has taken another one since it was
 * listed, the record is of none that is wanted, or of one that is shown anyway.
 *
 * There is no pass over all mapped files: it would come to the memory of each thread that has not
 * its leader's descriptor table, and it would wait for each lock of a memory, where somebody else
 * may wait for a dead server with the lock in his hand.
 *
 * What it cannot see: as places.bpf.c and vmas.bpf.c say.
 */
#include "backend/bpf/places-reader.h"

#include <errno.h>
#include <stdlib.h>

#include "backend/bpf/decode-places.h"
#include "backend/bpf/iterator.h"
#include "backend/bpf/plan.h"
#include "backend/mappings.h"
#include "core/association.h"
#include "core/error.h"
#include "core/watch.h"
#include "util/order.h"

#define RECORDS_PER_LOOK 1024

gboolean
pv_bpf_shows_places(const PvBpf *bpf)
{
	return pv_bpf_has(bpf, PV_PROGRAM_CONTEXTS);
}

gboolean
pv_bpf_shows_mappings(const PvBpf *bpf)
{
	return pv_bpf_has(bpf, PV_PROGRAM_VMAS);
}

static int
compare_keys(const void *a, const void *b)
{
	guint64 x = ((const PvBpfHolder *)a)->key;
	guint64 y = ((const PvBpfHolder *)b)->key;

	return pv_order_u64(x, y);
}

static PvBpfHolder *
find_holder(const PvBpfPlaces *places, guint64 key)
{
	const PvBpfHolder wanted = {.key = key};

	if (places->n == 0)
		return NULL;
	return bsearch(&wanted, places->holders, places->n, sizeof(PvBpfHolder), compare_keys);
}

static gboolean
keep_path(PvStore *store, const char *path, gsize length, PvString *where)
{
	if (length > 0)
		*where = pv_strings_intern(&store->strings, path, length);
	return length == 0 || *where != 0;
}

static gboolean
take_fs(PvStore *store, const struct pv_wire_place *wire, const char *path, gsize length,
	PvFsContext *fs)
{
	if (wire->what == PV_WIRE_ROOT) {
		fs->root_ino = wire->ino;
		fs->root_dev = wire->dev;
		return keep_path(store, path, length, &fs->root);
	}
	fs->umask = wire->umask;
	fs->cwd_ino = wire->ino;
	fs->cwd_dev = wire->dev;
	return keep_path(store, path, length, &fs->cwd);
}

static gboolean
take_exe(PvStore *store, const struct pv_wire_place *wire, const char *path, gsize length,
	 PvMemory *memory)
{
	memory->exe_ino = wire->ino;
	memory->exe_dev = wire->dev;
	return keep_path(store, path, length, &memory->exe);
}

static gboolean
take_place(PvBpfPlaces *places, PvStore *store, const char *record, gsize size, GError **error)
{
	char path[PV_PLACE_PATH_BYTES];
	const struct pv_wire_place *wire;
	gssize length = pv_wire_take_place(record, size, &wire, path);
	PvBpfHolder *holder;
	guint8 bit;
	gboolean kept;

	if (length < 0)
		return pv_error_from_errno(error, "iter/task", EPROTO);
	holder = find_holder(places, pv_bpf_key(places->bpf, wire->holder));
	bit = wire->what == PV_WIRE_EXE	  ? PV_HOLDER_EXE
	      : wire->what == PV_WIRE_CWD ? PV_HOLDER_CWD
					  : PV_HOLDER_ROOT;
	if (holder == NULL || (holder->seen & bit))
		return TRUE;
	holder->seen |= bit;
	if (wire->marks & PV_WIRE_PATH_CUT)
		holder->cut |= bit;
	if (bit == PV_HOLDER_EXE)
		kept = take_exe(store, wire, path, (gsize)length,
				pv_store_memory_at(store, holder->index));
	else
		kept = take_fs(store, wire, path, (gsize)length,
			       pv_store_fs_context(store, holder->index));
	return kept || pv_error_no_memory(error);
}

static gboolean
run(PvBpfPlaces *places, PvIterator *iterator, PvScope scope, gint32 tid, PvStore *store,
    const PvWatch *watch, GError **error)
{
	const char *record;
	guint n_records = 0;
	gssize size = pv_iterator_start(iterator, PV_PROGRAM_CONTEXTS, scope, tid);

	if (size == 0)
		size = pv_iterator_next(iterator, &record);
	for (; size > 0; size = pv_iterator_next(iterator, &record)) {
		if (++n_records % RECORDS_PER_LOOK == 0 && pv_watch_cancelled(watch))
			return pv_watch_stop(error);
		if (!take_place(places, store, record, (gsize)size, error))
			return FALSE;
	}
	return size == 0 || pv_error_from_errno(error, "bpf iterator", (int)-size);
}

gboolean
pv_bpf_read_places(PvBpfPlaces *places, PvStore *store, const PvWatch *watch, GError **error)
{
	/* Nearly always a leader shows two holders in one go, by three paths. */
	const PvBpfCosts costs = {
		.n_tasks = places->n_tasks,
		.n_tables = places->n / 2,
		.n_visited = (guint64)places->n_showing * 3,
		.n_wanted = (guint64)places->n / 2 * 3,
		.paths = TRUE,
	};
	g_auto(PvIterator) iterator;

	pv_iterator_init(&iterator, places->bpf);
	if (places->n == 0)
		return TRUE;
	qsort(places->holders, places->n, sizeof(PvBpfHolder), compare_keys);
	if (!places->narrowed && pv_bpf_plan_whole_read(&costs))
		return run(places, &iterator, PV_SCOPE_ALL, 0, store, watch, error);
	for (guint32 i = 0; i < places->n; i++) {
		/* A leader shows both of his in one go. */
		if (places->holders[i].seen != 0)
			continue;
		if (pv_watch_cancelled(watch))
			return pv_watch_stop(error);
		if (!run(places, &iterator, PV_SCOPE_TASK, places->holders[i].tid, store, watch,
			 error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
take_range(PvStore *store, const struct pv_wire_vma *wire, const char *path, gsize length,
	   PvMemory *memory)
{
	PvRange range = {
		.ino = wire->ino,
		.dev = wire->dev,
		.bytes = wire->bytes,
		.path = path,
		.path_len = length,
	};

	G_STATIC_ASSERT((guint)PV_WIRE_VMA_READ == (guint)PV_MAPPING_READ);
	G_STATIC_ASSERT((guint)PV_WIRE_VMA_WRITE == (guint)PV_MAPPING_WRITE);
	G_STATIC_ASSERT((guint)PV_WIRE_VMA_EXECUTE == (guint)PV_MAPPING_EXECUTE);
	G_STATIC_ASSERT((guint)PV_WIRE_VMA_SHARED == (guint)PV_MAPPING_SHARED);
	range.flags = wire->flags &
		      (PV_MAPPING_READ | PV_MAPPING_WRITE | PV_MAPPING_EXECUTE | PV_MAPPING_SHARED);
	if (wire->marks & PV_WIRE_VMA_UNLINKED) {
		range.flags |= PV_MAPPING_DELETED;
		range.path_len = pv_mappings_trim_deleted(path, length);
	}
	return pv_mappings_add(store, memory, &range);
}

gboolean
pv_bpf_read_mappings(PvBpf *bpf, guint64 key, gint32 tid, PvStore *store, PvMemory *memory,
		     gboolean *shown, GError **error)
{
	g_auto(PvIterator) iterator;
	const char *record;
	gssize size;

	*shown = TRUE;
	pv_iterator_init(&iterator, bpf);
	size = pv_iterator_start(&iterator, PV_PROGRAM_VMAS, PV_SCOPE_TASK, tid);
	if (size == 0)
		size = pv_iterator_next(&iterator, &record);
	for (; size > 0; size = pv_iterator_next(&iterator, &record)) {
		char path[PV_PLACE_PATH_BYTES];
		const struct pv_wire_vma *wire;
		gssize length = pv_wire_take_vma(record, (gsize)size, &wire, path);

		if (length < 0)
			return pv_error_from_errno(error, "iter/task_vma", EPROTO);
		*shown = pv_bpf_key(bpf, wire->mm) == key;
		if (!*shown)
			return TRUE;
		if (!take_range(store, wire, path, (gsize)length, memory))
			return pv_error_no_memory(error);
	}
	pv_mappings_settle(store, memory);
	return size == 0 || pv_error_from_errno(error, "bpf iterator", (int)-size);
}
