/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/PID/task, and of each task stat and status.
 *
 * Each entry looked at makes the kernel build an inode that stays until the thread exits: names and
 * states of threads are read only if asked for.
 */
#include "backend/procfs/task-list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "backend/procfs/task-look.h"
#include "util/order.h"

#define EXITING_FLAG 0x00000004 /* PF_EXITING */
#define MAX_LISTINGS 16
#define NAME_BYTES   64

void
pv_listing_clear(PvListing *listing)
{
	pv_fd_close(&listing->proc_dir);
	pv_buffer_clear(&listing->text);
	pv_buffer_clear(&listing->tids);
}

/* A file that cannot be read has most likely vanished with its process. FALSE: do without it. */
gboolean
pv_listing_is_there(PvListing *listing, int status)
{
	switch (status) {
	case -EMFILE:
	case -ENFILE:
		listing->error = -status;
		break;
	case -ENOMEM:
		listing->no_memory = TRUE;
		break;
	case -EPERM:
	case -EACCES:
		listing->refused = TRUE;
		break;
	}
	return status >= 0;
}

static void
take_stat(PvListing *listing, const PvStat *stat, PvTask *task)
{
	task->comm = pv_strings_intern(&listing->store->strings, stat->comm, stat->comm_len);
	if (task->comm == 0)
		listing->no_memory = TRUE;
	task->state = stat->state;
	task->start_time_ns = pv_stat_start_time_ns(listing->context, stat);
	if (stat->flags & PV_KERNEL_THREAD_FLAG)
		task->known |= PV_TASK_KTHREAD;
}

static void
take_status(PvListing *listing, const PvStatus *status, PvTask *task)
{
	PvArray *ns_tids = &listing->store->ns_tids;

	task->uid = status->uid;
	task->euid = status->euid;
	task->gid = status->gid;
	task->egid = status->egid;
	task->table = status->fd_size > 0 ? PV_PENDING : PV_NONE;
	task->first_ns_tid = ns_tids->n;
	task->n_ns_tids = 0;
	task->known |= PV_TASK_DETAILS | (status->fd_size > 0 ? PV_TASK_HAD_TABLE : 0);
	/* One number, the task's own, is what nearly all have: not worth keeping. */
	if (status->n_ns_tids < 2)
		return;
	if (!pv_array_reserve(ns_tids, status->n_ns_tids)) {
		listing->no_memory = TRUE;
		return;
	}
	for (guint i = 0; i < status->n_ns_tids; i++)
		*(gint32 *)pv_array_append(ns_tids) = status->ns_tids[i];
	task->n_ns_tids = status->n_ns_tids;
}

/*
 * Half of the processes of most machines, with nothing in status that is not known without: until a
 * kernel thread exits it has the table of all kernel threads, and it is in the outermost pid
 * namespace, where it has one number.
 */
static gboolean
take_kernel_thread(int pidfd, const PvStat *stat, PvTask *task)
{
	PvPidfdCredentials credentials;

	if (pidfd < 0 || !(stat->flags & PV_KERNEL_THREAD_FLAG) || (stat->flags & EXITING_FLAG) ||
	    !pv_pidfd_credentials(pidfd, &credentials))
		return FALSE;
	task->uid = credentials.uid;
	task->euid = credentials.euid;
	task->gid = credentials.gid;
	task->egid = credentials.egid;
	task->table = PV_PENDING;
	task->n_ns_tids = 0;
	task->known |= PV_TASK_DETAILS | PV_TASK_HAD_TABLE;
	return TRUE;
}

gboolean
pv_listing_read_task(PvListing *listing, int task_dir, int pidfd, PvStat *stat, PvTask *task)
{
	PvStatus status;

	if (!pv_listing_is_there(listing, pv_task_read_stat(task_dir, "", &listing->text, stat)))
		return FALSE;
	take_stat(listing, stat, task);
	if (take_kernel_thread(pidfd, stat, task))
		return TRUE;
	if (!pv_listing_is_there(listing,
				 pv_task_read_status(task_dir, "", &listing->text, &status)))
		return FALSE;
	take_status(listing, &status, task);
	return TRUE;
}

/* The identity of a thread, unless its number went to another process since it was listed. */
static guint64
identity_of_thread(const PvListing *listing, gint32 pid, gint32 tid)
{
	const PvPidfdSupport *support = &listing->context->pidfd;
	pv_autofd pidfd = -1;
	gint32 tgid;

	if (listing->context->foreign || !support->identity)
		return 0;
	pidfd = pv_pidfd_open(tid, TRUE);
	if (pidfd < 0)
		return 0;
	tgid = pv_pidfd_tgid(pidfd);
	return tgid == 0 || tgid == pid ? pv_pidfd_identity_of(support, pidfd) : 0;
}

static void
add_thread(PvListing *listing, int process_dir, PvProcess *process, gint32 tid)
{
	PvTask *task = pv_array_append(&listing->store->tasks);

	if (task == NULL) {
		listing->no_memory = TRUE;
		return;
	}
	task->index = listing->store->tasks.n - 1;
	task->tid = tid;
	task->process = process->index;
	task->table = PV_PENDING;
	task->n_open = PV_NONE;
	task->identity = identity_of_thread(listing, process->pid, tid);
	process->n_tasks++;
	if (listing->query->collect & PV_COLLECT_THREADS) {
		char name[NAME_BYTES];
		pv_autofd task_dir = -1;
		PvStat stat;

		g_snprintf(name, sizeof(name), "task/%d", tid);
		task_dir = openat(process_dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (pv_listing_is_there(listing, task_dir < 0 ? -errno : 0))
			pv_listing_read_task(listing, task_dir, -1, &stat, task);
	}
}

static gboolean
is_known(const PvListing *listing, const PvProcess *process, gint32 tid)
{
	for (guint32 i = 1; i < process->n_tasks; i++) {
		if (pv_store_task(listing->store, process->first_task + i)->tid == tid)
			return TRUE;
	}
	return FALSE;
}

/* Adds those threads of a listing that were not in one before. Returns how many there were. */
static guint
add_listed(PvListing *listing, int process_dir, PvProcess *process, gboolean again)
{
	pv_autofd dir = pv_open_dir(process_dir, "task");
	guint n;

	if (!pv_listing_is_there(listing, dir) ||
	    !pv_listing_is_there(listing, pv_list_numbers(dir, &listing->tids)))
		return 0;
	pv_numbers_sort(&listing->tids);
	n = pv_numbers_count(&listing->tids);
	for (guint i = 0; i < n && !pv_listing_has_failed(listing); i++) {
		gint32 tid = pv_numbers_get(&listing->tids, i);

		if (tid != process->pid && !(again && is_known(listing, process, tid)))
			add_thread(listing, process_dir, process, tid);
	}
	return n;
}

/*
 * The kernel ends a listing early when the thread that it has come to exits just then, and those
 * behind it would be missing: it is repeated while it is shorter than the process has threads.
 */
static void
add_all(PvListing *listing, int process_dir, PvProcess *process)
{
	PvStat stat = {0};

	for (guint round = 0; round < MAX_LISTINGS; round++) {
		guint n = add_listed(listing, process_dir, process, round > 0);

		if (pv_listing_has_failed(listing))
			return;
		if (!pv_listing_is_there(
			    listing, pv_task_read_stat(process_dir, "", &listing->text, &stat)) ||
		    n >= stat.n_threads)
			return;
	}
	listing->store->missed_threads = TRUE;
}

static int
compare_tids(const void *a, const void *b)
{
	return pv_order_i32(((const PvTask *)a)->tid, ((const PvTask *)b)->tid);
}

/*
 * The leader was added first, though threads may have lower numbers: those have started anew since
 * it was born, or a thread that was not the leader has called execve(2).
 */
static void
put_in_order(PvStore *store, PvProcess *process)
{
	PvTask *tasks = pv_store_task(store, process->first_task);

	qsort(tasks, process->n_tasks, sizeof(PvTask), compare_tids);
	for (guint32 i = 0; i < process->n_tasks; i++) {
		tasks[i].index = process->first_task + i;
		if (tasks[i].known & PV_TASK_LEADER)
			process->leader = tasks[i].index;
	}
}

void
pv_listing_add_threads(PvListing *listing, int process_dir, PvProcess *process)
{
	add_all(listing, process_dir, process);
	put_in_order(listing->store, process);
}
