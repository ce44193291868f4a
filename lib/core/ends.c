/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The index of other ends: what files are on which channel, sorted, so that whoever has the
 * opposite role is a run in it. A question costs a logarithm and the answer, however many are on
 * the channel in the same role: each of a thousand writers of one pipe finds its reader at once.
 *
 * Descriptors of one open file description have one file, as far as descriptions were compared;
 * both ends of a pipe may be in one process, and are found like any others. Where kcmp(2) was
 * refused, a duplicate looks like another file: of what has no sides (an eventfd, a fifo that is
 * open for both) it is then among the peers.
 */
#include "core/ends.h"

#include <stdlib.h>
#include <string.h>

#include "core/channel.h"
#include "core/kind.h"
#include "util/order.h"

static int
compare_channels(const PvEnd *x, const PvEnd *y)
{
	int order = pv_order_u64(x->role, y->role);

	if (order == 0)
		order = pv_order_u64(x->channel[0], y->channel[0]);
	return order != 0 ? order : pv_order_u64(x->channel[1], y->channel[1]);
}

static int
compare_ends(const void *a, const void *b)
{
	const PvEnd *x = a;
	const PvEnd *y = b;
	int order = compare_channels(x, y);

	return order != 0 ? order : pv_order_u64(x->file, y->file);
}

static gboolean
add_ends(PvStore *store, const PvFile *file)
{
	PvChannels channels;

	pv_channels_of(store, file, &channels);
	for (guint i = 0; i < channels.n_own; i++) {
		PvEnd *end = pv_array_append(&store->details.ends);

		if (end == NULL)
			return FALSE;
		*end = channels.own[i];
		end->file = file->index;
	}
	return TRUE;
}

static gboolean
add_watch(PvStore *store, const PvRegistration *registration)
{
	PvEnd *end;

	if (registration->target == PV_NONE)
		return TRUE;
	end = pv_array_append(&store->details.ends);
	if (end == NULL)
		return FALSE;
	*end = (PvEnd){{registration->target, 0}, PV_ROLE_WATCHES, registration->file};
	return TRUE;
}

static void
sort_ends(PvArray *ends)
{
	guint kept = MIN(ends->n, 1);

	/* Not GLib's sort, which aborts where there is no memory for its merging. */
	if (ends->n > 1)
		qsort(ends->data, ends->n, sizeof(PvEnd), compare_ends);
	for (guint i = 1; i < ends->n; i++) {
		const PvEnd *end = pv_array_at(ends, PvEnd, i);

		if (compare_ends(end, pv_array_at(ends, PvEnd, kept - 1)) != 0)
			*pv_array_at(ends, PvEnd, kept++) = *end;
	}
	pv_array_truncate(ends, kept);
}

static guint32
place(const PvStore *store, guint32 *next, guint32 descriptor)
{
	return next[pv_store_descriptor(store, descriptor)->file]++;
}

/* Counts the descriptors of each file, which tells where in the index those of each begin. */
gboolean
pv_ends_index_descriptors(PvStore *store)
{
	PvArray *by_file = &store->details.by_file;
	guint32 n = store->descriptors.n;
	g_autofree guint32 *next = g_try_new0(guint32, (gsize)store->files.n + 1);

	pv_array_truncate(by_file, 0);
	if (next == NULL || !pv_array_reserve(by_file, n))
		return FALSE;
	for (guint32 i = 0; i < n; i++)
		next[pv_store_descriptor(store, i)->file + 1]++;
	for (guint32 i = 0; i < store->files.n; i++)
		next[i + 1] += next[i];
	for (guint32 i = 0; i < n; i++)
		pv_array_append(by_file);
	for (guint32 i = 0; i < n; i++)
		*pv_array_at(by_file, guint32, place(store, next, i)) = i;
	return TRUE;
}

/* The first end that is not before the wanted one. */
static guint
lower_bound(const PvArray *ends, const PvEnd *wanted)
{
	guint low = 0;
	guint high = ends->n;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (compare_ends(pv_array_at(ends, PvEnd, middle), wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static gboolean
is_on(const PvStore *store, const PvEnd *channel, guint32 file)
{
	const PvArray *ends = &store->details.ends;
	PvEnd wanted = *channel;
	guint at;

	wanted.file = file;
	at = lower_bound(ends, &wanted);
	return at < ends->n && compare_ends(pv_array_at(ends, PvEnd, at), &wanted) == 0;
}

/* Goes from one end of the channel to the next; begins with *at 0. NULL: no more. */
static const PvEnd *
next_on(const PvStore *store, const PvEnd *channel, guint *at)
{
	const PvArray *ends = &store->details.ends;
	const PvEnd *end;

	if (*at == 0) {
		PvEnd first = *channel;

		first.file = 0;
		*at = lower_bound(ends, &first);
	}
	if (*at >= ends->n)
		return NULL;
	end = pv_array_at(ends, PvEnd, *at);
	(*at)++;
	return compare_channels(end, channel) == 0 ? end : NULL;
}

/* Several VRFs of one network namespace may use one address; and link-local ones are of a link. */
static gboolean
links_agree(const PvStore *store, const PvEnd *channel, guint32 file, guint32 other)
{
	const PvSocket *x;
	const PvSocket *y;

	if (channel->role != PV_ROLE_PAIR)
		return TRUE;
	x = pv_socket_of(store, pv_store_file(store, file));
	y = pv_socket_of(store, pv_store_file(store, other));
	return x == NULL || y == NULL || x->interface == 0 || y->interface == 0 ||
	       x->interface == y->interface;
}

static gboolean
is_anybody_on(const PvStore *store, const PvEnd *channel, guint32 file)
{
	guint at = 0;
	const PvEnd *end;

	while ((end = next_on(store, channel, &at)) != NULL) {
		if (end->file != file && links_agree(store, channel, file, end->file))
			return TRUE;
	}
	return FALSE;
}

/* Whether what is sent there arrives at somebody nearer than who is bound to that channel. */
static gboolean
is_answered(const PvStore *store, const PvEnd *end)
{
	const PvFile *file = pv_store_file(store, end->file);
	PvEnd bound = *end;
	PvChannels channels;

	bound.role = PV_ROLE_BOUND;
	pv_channels_of(store, file, &channels);
	for (guint i = 0; i < channels.n_wanted; i++) {
		if (compare_channels(&channels.wanted[i], &bound) == 0)
			return FALSE;
		if (is_anybody_on(store, &channels.wanted[i], end->file))
			return TRUE;
	}
	return FALSE;
}

/*
 * Who is answered by somebody nearer is none of those who send to a port. It is found out here,
 * once: thousands may receive there, and each question would look at thousands of senders. What is
 * asked meanwhile has roles that lie before these, and stays where it is.
 */
static void
drop_answered(PvStore *store)
{
	PvArray *ends = &store->details.ends;
	guint kept = 0;

	for (guint i = 0; i < ends->n; i++) {
		const PvEnd end = *pv_array_at(ends, PvEnd, i);

		if ((end.role != PV_ROLE_SENDS && end.role != PV_ROLE_SENDS_ANY) ||
		    !is_answered(store, &end))
			*pv_array_at(ends, PvEnd, kept++) = end;
	}
	pv_array_truncate(ends, kept);
}

gboolean
pv_ends_index(PvStore *store)
{
	PvDetails *details = &store->details;

	pv_array_truncate(&details->ends, 0);
	for (guint32 i = 0; i < store->files.n; i++) {
		if (!add_ends(store, pv_store_file(store, i)))
			return FALSE;
	}
	for (guint32 i = 0; i < details->registrations.n; i++) {
		if (!add_watch(store, pv_array_at(&details->registrations, PvRegistration, i)))
			return FALSE;
	}
	sort_ends(&details->ends);
	drop_answered(store);
	return pv_ends_index_descriptors(store);
}

static gboolean
is_peer(const PvStore *store, const PvChannels *channels, guint i, guint32 file, guint32 other)
{
	if (other == file || !links_agree(store, &channels->wanted[i], file, other))
		return FALSE;
	/* Told already, in another role. */
	for (guint j = 0; j < i; j++) {
		if (is_on(store, &channels->wanted[j], other))
			return FALSE;
	}
	return TRUE;
}

void
pv_ends_each_peer(const PvStore *store, guint32 file, PvEachFile each, gpointer data)
{
	PvChannels channels;
	gboolean found = FALSE;

	if (store->details.ends.n == 0)
		return;
	pv_channels_of(store, pv_store_file(store, file), &channels);
	for (guint i = 0; i < channels.n_wanted && !(found && channels.first_only); i++) {
		guint at = 0;
		const PvEnd *end;

		while ((end = next_on(store, &channels.wanted[i], &at)) != NULL) {
			if (!is_peer(store, &channels, i, file, end->file))
				continue;
			if (!each(store, end->file, data))
				return;
			found = TRUE;
		}
	}
}

void
pv_ends_each_watcher(const PvStore *store, guint32 file, PvEachFile each, gpointer data)
{
	const PvEnd watched = {{file, 0}, PV_ROLE_WATCHES, PV_NONE};
	guint at = 0;
	const PvEnd *end;

	while ((end = next_on(store, &watched, &at)) != NULL && each(store, end->file, data))
		;
}

static guint32
indexed_file(const PvStore *store, guint i)
{
	guint32 descriptor = *pv_array_at(&store->details.by_file, guint32, i);

	return pv_store_descriptor(store, descriptor)->file;
}

/* The first place in the index whose file is not below the wanted one. */
static guint
first_indexed(const PvStore *store, guint32 file)
{
	guint low = 0;
	guint high = store->details.by_file.n;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (indexed_file(store, middle) < file)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static gboolean
search_descriptors(const PvStore *store, guint32 file, PvEachDescriptor each, gpointer data)
{
	for (guint32 i = 0; i < store->descriptors.n; i++) {
		const PvDescriptor *descriptor = pv_store_descriptor(store, i);

		if (descriptor->file == file && !each(store, descriptor, data))
			return FALSE;
	}
	return TRUE;
}

gboolean
pv_ends_each_descriptor(const PvStore *store, guint32 file, PvEachDescriptor each, gpointer data)
{
	const PvArray *by_file = &store->details.by_file;
	guint i = first_indexed(store, file);

	if (by_file->n == 0)
		return search_descriptors(store, file, each, data);
	for (; i < by_file->n && indexed_file(store, i) == file; i++) {
		guint32 descriptor = *pv_array_at(by_file, guint32, i);

		if (!each(store, pv_store_descriptor(store, descriptor), data))
			return FALSE;
	}
	return TRUE;
}

typedef struct {
	const PvDescriptor *self; /* is left out */
	PvEachDescriptor each;
	gpointer data;
} Visit;

static gboolean
visit_descriptor(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	const Visit *visit = data;

	return descriptor == visit->self || visit->each(store, descriptor, visit->data);
}

static gboolean
visit_file(const PvStore *store, guint32 file, gpointer data)
{
	return pv_ends_each_descriptor(store, file, visit_descriptor, data);
}

void
pv_ends_each_peer_descriptor(const PvStore *store, const PvDescriptor *descriptor,
			     PvEachDescriptor each, gpointer data)
{
	Visit visit = {descriptor, each, data};

	if (store->details.ends.n == 0)
		return;
	if (pv_store_file(store, descriptor->file)->kind == PV_KIND_EVENTFD &&
	    !visit_file(store, descriptor->file, &visit))
		return;
	pv_ends_each_peer(store, descriptor->file, visit_file, &visit);
}

PvProcess *
pv_ends_process(const PvStore *store, guint32 file)
{
	const PvFact *pid = pv_details_find_fact(&store->details, file, PV_FACT_PIDFD_PID);
	const PvTask *task;

	/* 0 is a process of another pid namespace; what is beyond is -1: it has ended. */
	if (pid == NULL || pid->value == 0 || pid->value > G_MAXINT32)
		return NULL;
	task = pv_store_find_task(store, (gint32)pid->value);
	return task == NULL ? NULL : pv_store_process(store, task->process);
}
