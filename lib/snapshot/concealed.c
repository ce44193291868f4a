/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where the dearer way was not taken, because the cheaper one does as well: does it?
 *
 *	a file in the queue of a unix socket	fdinfo says how many: scm_fds, 5.10
 *	a file registered with an io_uring	fdinfo says how many: UserFiles
 *	a socket that no list had		its namespace is one that procfs does not lead to
 *	a table that could not be read		for want of a capability, or of descriptors
 *
 * A table that is refused though the caller lacks nothing is not in the list: the kernel protects
 * its process from everyone, and the snapshot says so.
 *
 * Each socket is looked at once, through a task that has its table. One that has gone meanwhile
 * conceals nothing any more.
 */
#include "snapshot/concealed.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "backend/procfs/fdinfo-conceal-parse.h"
#include "core/kind.h"
#include "core/socket.h"
#include "util/fd.h"

#define PATH_BYTES 96
#define MAX_LOOKS  4000

typedef struct {
	const PvContext *context;
	const PvStore *store;
	GHashTable *seen; /* inodes of sockets */
	guint n;
	PvBuffer text;
} Look;

static int
read_fdinfo(Look *look, const PvTable *table, gint32 fd)
{
	const PvTask *task =
		pv_store_task(look->store, pv_store_member(look->store, table->first_member));
	char path[PATH_BYTES];

	g_snprintf(path, sizeof(path), "%s/%d/task/%d/fdinfo/%d", look->context->proc_path,
		   pv_store_process(look->store, task->process)->pid, task->tid, fd);
	return pv_read_at(AT_FDCWD, path, &look->text);
}

static gboolean
holds_files(Look *look, const PvTable *table, const PvDescriptor *descriptor, const PvFile *file)
{
	PvLine text;
	int status;

	if (file->kind != PV_KIND_SOCKET && file->kind != PV_KIND_IO_URING)
		return FALSE;
	/* To look into that many costs more than what it would save. */
	if (look->n++ == MAX_LOOKS)
		return TRUE;
	if ((file->flags & O_PATH) ||
	    (file->kind == PV_KIND_SOCKET && !g_hash_table_add(look->seen, (gpointer)&file->ino)))
		return FALSE;
	status = read_fdinfo(look, table, descriptor->fd);
	if (status < 0)
		return status != -ENOENT && status != -ESRCH;
	text = (PvLine){look->text.data, look->text.data + look->text.n};
	return file->kind == PV_KIND_SOCKET ? pv_fdinfo_has_queued(text)
					    : pv_fdinfo_has_registered(text);
}

static gboolean
holds_files_somewhere(Look *look, const PvTable *table)
{
	for (guint32 i = 0; i < table->n_descriptors; i++) {
		const PvDescriptor *descriptor =
			pv_store_descriptor(look->store, table->first_descriptor + i);

		if (holds_files(look, table, descriptor,
				pv_store_file(look->store, descriptor->file)))
			return TRUE;
	}
	return FALSE;
}

static gboolean
has_holdings(const PvContext *context, const PvStore *store)
{
	Look look = {.context = context, .store = store};
	gboolean found = FALSE;

	look.seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint32 i = 0; i < store->tables.n && !found; i++) {
		const PvTable *table = pv_store_table(store, i);

		if (table->n_members > 0)
			found = holds_files_somewhere(&look, table);
	}
	g_hash_table_unref(look.seen);
	pv_buffer_clear(&look.text);
	return found;
}

/* Of other families (AF_ALG, AF_BLUETOOTH) the kernel keeps no list that is read, in any namespace. */
static gboolean
has_list(const PvSocket *socket)
{
	if (!(socket->known & PV_SOCKET_FAMILY))
		return TRUE;
	switch (socket->family) {
	case AF_INET:
	case AF_INET6:
	case AF_UNIX:
	case AF_NETLINK:
	case AF_PACKET:
	case AF_VSOCK:
		return TRUE;
	default:
		return FALSE;
	}
}

/* A copy of a socket tells its namespace, which was visited then; the others go without one. */
static gboolean
misses_sockets(const PvStore *store)
{
	const PvArray *sockets = &store->details.sockets;

	if (g_strcmp0(store->backends[PV_STEP_FILES], "pidfd") == 0)
		return FALSE;
	for (guint i = 0; i < sockets->n; i++) {
		const PvSocket *socket = pv_array_at(sockets, PvSocket, i);

		if (!(socket->known & PV_SOCKET_STATE) && has_list(socket))
			return TRUE;
	}
	return FALSE;
}

static gboolean
lacks_rights(const PvStore *store)
{
	if (g_strcmp0(store->backends[PV_STEP_TASKS], "bpf") == 0)
		return FALSE;
	for (guint32 i = 0; i < store->tables.n; i++) {
		if (pv_store_table(store, i)->needs != PV_NEED_NOTHING)
			return TRUE;
	}
	return FALSE;
}

gboolean
pv_conceals(const PvContext *context, const PvQuery *query, const PvStore *store)
{
	if (!(query->collect & PV_COLLECT_DESCRIPTORS))
		return lacks_rights(store);
	return lacks_rights(store) ||
	       ((query->collect & PV_COLLECT_SOCKETS) && misses_sockets(store)) ||
	       ((query->collect & PV_COLLECT_HOLDINGS) && has_holdings(context, store));
}
