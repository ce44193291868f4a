/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Files that something holds: on their way over a unix socket, or registered with an io_uring.
 *
 * Where BPF told the address of what is held, and a descriptor leads to the same open file
 * description, the holding names that file. It has two references then, one of the holder and one
 * of the descriptor; with one alone the address was used again in between. All others become files
 * of the store that no descriptor leads to.
 *
 * What it cannot see: without BPF, whether a descriptor leads to the same file; what is in flight.
 */
#include "snapshot/holdings.h"

#include <fcntl.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/kind.h"
#include "grouping/describe.h"
#include "snapshot/addresses.h"
#include "util/order.h"

static int
compare_places(const PvHolding *x, const PvHolding *y)
{
	int order = pv_order_u64(x->holder, y->holder);

	if (order == 0)
		order = pv_order_u64(x->how, y->how);
	return order != 0 ? order : pv_order_u64(x->slot, y->slot);
}

/* By place, and the one that was read first before the others. */
static int
compare_holdings(const void *a, const void *b)
{
	const PvHolding *x = a;
	const PvHolding *y = b;
	int order = compare_places(x, y);

	return order != 0 ? order : pv_order_u64(x->file, y->file);
}

static int
compare_addresses(const void *a, const void *b)
{
	const PvHolding *x = *(PvHolding *const *)a;
	const PvHolding *y = *(PvHolding *const *)b;
	int order = pv_order_u64(x->address & ~G_GUINT64_CONSTANT(1),
				 y->address & ~G_GUINT64_CONSTANT(1));

	return order != 0 ? order : compare_holdings(x, y);
}

/* A holder that several descriptors lead to was read with each; one that none leads to is dropped. */
static void
drop_others(PvArray *holdings, const guint8 *is_open)
{
	guint kept = 0;

	if (holdings->n > 1)
		qsort(holdings->data, holdings->n, sizeof(PvHolding), compare_holdings);
	for (guint i = 0; i < holdings->n; i++) {
		const PvHolding *holding = pv_array_at(holdings, PvHolding, i);

		if (!is_open[holding->holder] ||
		    (kept > 0 &&
		     compare_places(pv_array_at(holdings, PvHolding, kept - 1), holding) == 0))
			continue;
		*pv_array_at(holdings, PvHolding, kept++) = *holding;
	}
	pv_array_truncate(holdings, kept);
}

static gboolean
choose_holdings(PvStore *store)
{
	guint8 *is_open = g_try_new0(guint8, MAX(store->files.n, 1));

	if (is_open == NULL)
		return FALSE;
	for (guint32 i = 0; i < store->descriptors.n; i++)
		is_open[pv_store_descriptor(store, i)->file] = TRUE;
	drop_others(&store->details.holdings, is_open);
	g_free(is_open);
	return TRUE;
}

static gboolean
is_same(const PvFile *held, const PvHolding *holding, const PvFile *file, gboolean shared)
{
	return shared && (holding->address & 1) && pv_files_compare(held, file) == 0;
}

/* The file of a descriptor that is what is held; PV_NONE: there is none. */
static guint32
find_open(const PvStore *store, const PvAddressIndex *index, const PvHolding *holding,
	  const PvFile *held)
{
	const PvAddress *found = pv_addresses_find(index, holding->address);

	for (; found != NULL && found < index->entries + index->n &&
	       found->address == (holding->address & ~G_GUINT64_CONSTANT(1));
	     found++) {
		if (is_same(held, holding, pv_store_file(store, found->file), found->shared))
			return found->file;
	}
	return PV_NONE;
}

/* What it is, the lists of its network namespace tell: snapshot/sockets.c. FALSE: out of memory. */
static gboolean
leave_socket(PvEnrichment *step, const PvFile *file)
{
	PvSocket *socket;

	if (!(step->query->collect & PV_COLLECT_SOCKETS) || file->kind != PV_KIND_SOCKET ||
	    (file->flags & O_PATH))
		return TRUE;
	socket = pv_array_append(&step->store->details.sockets);
	if (socket != NULL)
		socket->ino = file->ino;
	return socket != NULL;
}

/* The held file becomes one of the store's, with its address behind those of the others. */
static guint32
append_file(PvEnrichment *step, const PvHolding *holding, const PvFile *held)
{
	PvStore *store = step->store;
	PvFile *file;
	guint64 *address;

	while (step->addresses->n < store->files.n) {
		if (pv_array_append(step->addresses) == NULL)
			return PV_NONE;
	}
	file = pv_array_append(&store->files);
	address = pv_array_append(step->addresses);
	if (file == NULL || address == NULL)
		return PV_NONE;
	*file = *held;
	*address = holding->address;
	file->index = store->files.n - 1;
	if (holding->address != 0)
		file->known |= PV_FILE_DESCRIBED;
	return leave_socket(step, file) ? file->index : PV_NONE;
}

/* FALSE: out of memory. */
static gboolean
place(PvEnrichment *step, const PvAddressIndex *index, PvHolding *holding, const PvHolding *before)
{
	PvStore *store = step->store;
	const PvFile *held = pv_array_at(&store->details.held_files, PvFile, holding->file);
	guint32 file = find_open(store, index, holding, held);

	/* Held twice: in two slots, or by two rings. */
	if (file == PV_NONE && before != NULL && holding->address != 0 &&
	    before->address == holding->address &&
	    is_same(held, holding, pv_store_file(store, before->file), before->address & 1))
		file = before->file;
	if (file == PV_NONE)
		file = append_file(step, holding, held);
	holding->file = file;
	return file != PV_NONE;
}

static gboolean
place_all(PvEnrichment *step, const PvAddressIndex *index)
{
	PvArray *holdings = &step->store->details.holdings;
	PvHolding **order = g_try_new(PvHolding *, MAX(holdings->n, 1));
	gboolean done = order != NULL;

	for (guint i = 0; done && i < holdings->n; i++)
		order[i] = pv_array_at(holdings, PvHolding, i);
	if (done && holdings->n > 1)
		qsort(order, holdings->n, sizeof(*order), compare_addresses);
	for (guint i = 0; done && i < holdings->n; i++)
		done = place(step, index, order[i], i == 0 ? NULL : order[i - 1]);
	for (guint i = 0; i < holdings->n; i++)
		pv_array_at(holdings, PvHolding, i)->address = 0;
	g_free(order);
	return done;
}

gboolean
pv_holdings_settle(PvEnrichment *step, GError **error)
{
	PvStore *store = step->store;
	g_auto(PvAddressIndex) index = {0};

	if (store->details.holdings.n == 0)
		return TRUE;
	if (!choose_holdings(store) || !pv_addresses_index(step, &index) ||
	    !place_all(step, &index))
		return pv_error_no_memory(error);
	pv_array_truncate(&store->details.held_files, 0);
	return TRUE;
}
