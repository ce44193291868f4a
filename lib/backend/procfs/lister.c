/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Enumeration: /proc, and of each process stat, status, and its task directory.
 *
 * The directory of a process is opened once and all else relative to it: such a descriptor stays
 * bound to the process, whoever gets its number later. The pidfd that yields the identity is
 * opened between that and the first read: as long as the read succeeds the process had not been
 * reaped, so the number was still its own.
 *
 * Each entry looked at makes the kernel build an inode that stays until the process exits. So a
 * process of one thread is not searched for others, and what is not asked for is not read: three
 * inodes a process (itself, stat, status) and one a thread.
 *
 * What it cannot see: processes that a hidepid= mount of /proc hides from the caller, or whose
 * files it keeps from him (the snapshot is marked either way), and those outside of the pid
 * namespace that /proc belongs to.
 */
#include "backend/procfs/lister.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/procfs/command.h"
#include "backend/procfs/context.h"
#include "backend/procfs/task-list.h"
#include "backend/procfs/task-look.h"

#define PROCESSES_PER_LOOK 64
#define NAME_BYTES	   64

static PvProcess *
add_process(PvListing *listing, gint32 pid, const PvStat *stat, const PvTask *leader)
{
	PvStore *store = listing->store;
	PvProcess *process;
	PvTask *task;

	if (!pv_array_reserve(&store->processes, 1) || !pv_array_reserve(&store->tasks, 1)) {
		listing->no_memory = TRUE;
		return NULL;
	}
	process = pv_array_append(&store->processes);
	task = pv_array_append(&store->tasks);
	*task = *leader;
	task->index = store->tasks.n - 1;
	task->process = store->processes.n - 1;
	*process = (PvProcess){
		.index = task->process,
		.pid = pid,
		.ppid = stat->ppid,
		.pgid = stat->pgid,
		.sid = stat->sid,
		.first_task = task->index,
		.leader = task->index,
		.n_tasks = 1,
	};
	return process;
}

static void
note_hidden(PvListing *listing, gboolean hidden)
{
	if (!hidden || listing->context->foreign)
		return;
	listing->store->hidden = TRUE;
	if (!listing->context->can_ptrace)
		listing->store->hidden_need = PV_NEED_PTRACE;
}

/* What was asked for beyond what tells who it is. */
static void
read_details(PvListing *listing, int dir, PvProcess *process)
{
	guint collect = listing->query->collect;
	guint8 known = pv_store_task(listing->store, process->leader)->known;
	int status = 0;

	if (collect & PV_COLLECT_LIMITS)
		status = pv_procfs_read_limits(listing->context, process, dir, &listing->text);
	if (status == 0 && (collect & PV_COLLECT_COMMANDS) && !(known & PV_TASK_KTHREAD))
		status = pv_procfs_read_command(listing->store, process, dir, PV_COMMAND_ALL,
						&listing->text);
	if (status == 0 && (collect & PV_COLLECT_CONTEXT))
		status = pv_procfs_read_context(listing->context, listing->store, process, dir,
						&listing->text);
	pv_listing_is_there(listing, status);
}

static void
list_process(PvListing *listing, gint32 pid)
{
	PvTask leader = {.tid = pid, .known = PV_TASK_LEADER, .n_open = PV_NONE};
	const PvContext *context = listing->context;
	char name[NAME_BYTES];
	pv_autofd dir = -1;
	pv_autofd pidfd = -1;
	PvProcess *process;
	PvStat stat;

	g_snprintf(name, sizeof(name), "%d", pid);
	dir = openat(listing->proc_dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!pv_listing_is_there(listing, dir < 0 ? -errno : 0))
		return;
	if (!context->foreign && context->pidfd.identity)
		pidfd = pv_pidfd_open(pid, TRUE);
	if (pidfd >= 0)
		leader.identity = pv_pidfd_identity_of(&context->pidfd, pidfd);
	listing->refused = FALSE;
	if (!pv_listing_read_task(listing, dir, pidfd, &stat, &leader)) {
		note_hidden(listing, listing->refused);
		return;
	}
	if (!pv_query_wants_user(listing->query, leader.uid, leader.euid))
		return;
	process = add_process(listing, pid, &stat, &leader);
	if (process == NULL)
		return;
	read_details(listing, dir, process);
	if (stat.n_threads != 1)
		pv_listing_add_threads(listing, dir, process);
}

/* Any tid leads to its process: /proc/TID is there for threads too, though not listed. */
static gint32
process_of(PvListing *listing, gint32 tid)
{
	char name[NAME_BYTES];
	PvStatus status;

	g_snprintf(name, sizeof(name), "%d/", tid);
	if (!pv_listing_is_there(
		    listing, pv_task_read_status(listing->proc_dir, name, &listing->text, &status)))
		return 0;
	return status.tgid;
}

static void
list_pids(PvListing *listing, PvBuffer *pids)
{
	const GArray *wanted = listing->query->pids;

	if (wanted->len == 0 && !listing->query->nobody &&
	    pv_listing_is_there(listing, pv_list_numbers(listing->proc_dir, pids)))
		pv_numbers_sort(pids);
	for (guint i = 0; i < wanted->len; i++) {
		gint32 pid = process_of(listing, g_array_index(wanted, gint32, i));

		if (pid <= 0)
			continue;
		if (!pv_listing_is_there(listing,
					 pv_buffer_reserve(pids, sizeof(pid)) ? 0 : -ENOMEM))
			return;
		memcpy(pids->data + pids->n, &pid, sizeof(pid));
		pids->n += sizeof(pid);
	}
	pv_numbers_sort(pids);
	note_hidden(listing, listing->refused);
}

static gboolean
tell_failure(const PvListing *listing, GError **error)
{
	if (listing->no_memory)
		pv_error_no_memory(error);
	else if (listing->error != 0)
		pv_error_from_errno(error, "open", listing->error);
	return !pv_listing_has_failed(listing);
}

static gboolean
list_all(PvListing *listing, const PvBuffer *pids, const PvWatch *watch, GError **error)
{
	gint32 last = 0;

	for (guint i = 0; i < pv_numbers_count(pids); i++) {
		gint32 pid = pv_numbers_get(pids, i);

		if (i % PROCESSES_PER_LOOK == 0 &&
		    !pv_watch_step(watch, PV_STEP_TASKS, i, pv_numbers_count(pids), error))
			return FALSE;
		if (pid == last)
			continue;
		last = pid;
		list_process(listing, pid);
		if (!tell_failure(listing, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
open_proc(PvListing *listing, GError **error)
{
	const char *path = listing->context->proc_path;

	listing->proc_dir = pv_open_dir(AT_FDCWD, path);
	return listing->proc_dir >= 0 || pv_error_from_errno(error, path, -listing->proc_dir);
}

gboolean
pv_procfs_list(const PvContext *context, const PvQuery *query, PvStore *store, const PvWatch *watch,
	       GError **error)
{
	g_auto(PvListing) listing = {.context = context, .query = query, .store = store};
	g_auto(PvBuffer) pids = {0};
	struct stat st;

	if (!open_proc(&listing, error))
		return FALSE;
	list_pids(&listing, &pids);
	if (!tell_failure(&listing, error))
		return FALSE;
	/* pid 1 is always there, unless the mount hides what is not the caller's. */
	note_hidden(&listing, context->hides || (fstatat(listing.proc_dir, "1", &st, 0) < 0 &&
						 errno == ENOENT));
	return list_all(&listing, &pids, watch, error);
}

gboolean
pv_procfs_list_one(const PvContext *context, const PvQuery *query, gint32 pid, PvStore *store,
		   GError **error)
{
	g_auto(PvListing) listing = {.context = context, .query = query, .store = store};

	if (!open_proc(&listing, error))
		return FALSE;
	list_process(&listing, pid);
	return tell_failure(&listing, error);
}
