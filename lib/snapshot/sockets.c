/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What sockets are that no backend told.
 *
 * bpf tells all while it walks tables. The other readers leave a record for each socket that they
 * meet, with what little a copy or an entry of procfs says; the rest is in the lists of the network
 * namespace that the socket belongs to. Which one that is they may not know. So namespaces are
 * visited in the order in which they are likely, until no socket is left that is not found:
 *
 *   our own ──► those of the tasks whose tables the sockets are in ──► those of all processes
 *     ──► /run/netns ──► through the socket itself (pidfd), where no process is in its namespace
 *
 * A socket that is in no list (not bound) keeps the record that it has. Where its namespace is
 * known and was visited, no other one is visited for it.
 *
 * What cannot be found: with procfs alone a socket whose namespace no process that we see is in.
 */
#include "snapshot/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "backend/pidfd/reader.h"
#include "core/error.h"
#include "core/kind.h"
#include "snapshot/netns-visit.h"

#define NAMED "/run/netns"

static gboolean
all_told(const PvArray *sockets)
{
	for (guint i = 0; i < sockets->n; i++) {
		if (!(pv_array_at(sockets, PvSocket, i)->known & PV_SOCKET_STATE))
			return FALSE;
	}
	return TRUE;
}

/* The record of a socket that is not found yet; NULL: the file is none. */
static const PvSocket *
open_socket_of(const PvNetnsVisit *visit, const PvFile *file)
{
	const PvWanted *wanted = &visit->wanted;

	if (file->kind != PV_KIND_SOCKET || (file->flags & O_PATH))
		return NULL;
	return pv_wanted_find_open(wanted, file->ino);
}

static gboolean
has_open_socket(const PvNetnsVisit *visit, const PvTable *table)
{
	const PvStore *store = visit->step->store;

	for (guint32 i = 0; i < table->n_descriptors; i++) {
		const PvDescriptor *descriptor =
			pv_store_descriptor(store, table->first_descriptor + i);

		if (open_socket_of(visit, pv_store_file(store, descriptor->file)) != NULL)
			return TRUE;
	}
	return FALSE;
}

static void
visit_member(PvNetnsVisit *visit, guint32 task_index)
{
	const PvStore *store = visit->step->store;
	const PvTask *task = pv_store_task(store, task_index);

	pv_netns_visit_task(visit, pv_store_process(store, task->process)->pid, task->tid);
}

static void
visit_owners(PvNetnsVisit *visit)
{
	const PvStore *store = visit->step->store;

	for (guint32 i = 0; i < store->tables.n && visit->more; i++) {
		const PvTable *table = pv_store_table(store, i);

		if (!has_open_socket(visit, table))
			continue;
		for (guint32 j = 0; j < table->n_members && visit->more; j++)
			visit_member(visit, pv_store_member(store, table->first_member + j));
	}
}

static void
visit_processes(PvNetnsVisit *visit)
{
	const PvStore *store = visit->step->store;

	for (guint32 i = 0; i < store->processes.n && visit->more; i++) {
		const PvProcess *process = pv_store_process(store, i);

		pv_netns_visit_task(visit, process->pid, process->pid);
	}
}

/* What is mounted there is a namespace, or something that should not be touched. */
static void
visit_named(PvNetnsVisit *visit)
{
	guint32 nsfs_dev = visit->step->plan->context->nsfs_dev;
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = visit->more ? g_dir_open(NAMED, 0, &error) : NULL;
	const char *name;

	if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_MFILE) ||
	    g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NFILE))
		visit->status = -EMFILE;
	while (dir != NULL && visit->more && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(NAMED, name, NULL);
		struct statx stx;

		if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &stx) ==
			    0 &&
		    pv_dev(stx.stx_dev_major, stx.stx_dev_minor) == nsfs_dev)
			pv_netns_visit_name(visit, path, stx.stx_ino);
	}
}

/* The task that spoke for the table, and so has it; NULL: none did. */
static const PvTask *
speaker_of(const PvEnrichment *step, const PvTable *table)
{
	for (guint32 i = 0; i < table->n_members; i++) {
		const PvTask *task = pv_store_task(
			step->store, pv_store_member(step->store, table->first_member + i));

		if (task->tid == step->speakers[table->index])
			return task;
	}
	return NULL;
}

static void
visit_through(PvNetnsVisit *visit, const PvTable *table, const PvTask *task)
{
	const PvStore *store = visit->step->store;
	gboolean is_leader = pv_store_process(store, task->process)->pid == task->tid;

	for (guint32 i = 0; i < table->n_descriptors && visit->more; i++) {
		const PvDescriptor *descriptor =
			pv_store_descriptor(store, table->first_descriptor + i);
		const PvSocket *socket =
			open_socket_of(visit, pv_store_file(store, descriptor->file));

		if (socket != NULL && (socket->known & PV_SOCKET_NETNS))
			pv_netns_visit_socket(visit, task->tid, is_leader, descriptor->fd,
					      socket->netns);
	}
}

static void
visit_by_sockets(PvNetnsVisit *visit)
{
	const PvEnrichment *step = visit->step;

	if (step->plan->backend != &pv_pidfd_backend)
		return;
	for (guint32 i = 0; i < step->store->tables.n && visit->more; i++) {
		const PvTable *table = pv_store_table(step->store, i);
		const PvTask *task = speaker_of(step, table);

		if (task != NULL)
			visit_through(visit, table, task);
	}
}

gboolean
pv_sockets_complete(PvEnrichment *step, GError **error)
{
	g_auto(PvNetnsVisit) visit = {0};

	if (all_told(&step->store->details.sockets) || step->plan->context->recorded)
		return TRUE;
	if (!pv_netns_visit_init(&visit, step))
		return pv_error_no_memory(error);
	if (visit.more)
		pv_netns_visit_own(&visit);
	visit_owners(&visit);
	visit_processes(&visit);
	visit_named(&visit);
	visit_by_sockets(&visit);
	if (visit.status == -ECANCELED)
		return pv_watch_stop(error);
	return visit.status == 0 || pv_error_from_errno(error, "sockets", -visit.status);
}
