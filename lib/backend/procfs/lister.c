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
 * process of one thread is not searched for others, and names and states of threads are read only
 * if asked for: three inodes a process (itself, stat, status) and one a thread.
 *
 * What it cannot see: processes that a hidepid= mount of /proc hides from the caller, or whose files
 * it keeps from him (the snapshot is marked either way), and those outside of the pid namespace that /proc belongs to.
 */
#include "backend/procfs/lister.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "backend/procfs/task-look.h"
#include "util/fd.h"
#include "util/number.h"

#define KERNEL_THREAD_FLAG 0x00200000 /* PF_KTHREAD */
#define PROCESSES_PER_LOOK 64
#define MAX_LISTINGS	   16
#define NAME_BYTES	   64

typedef struct {
	const PvContext *context;
	const PvQuery *query;
	PvStore *store;
	int proc_dir;
	PvBuffer text;
	PvBuffer tids;
	gboolean no_memory;
	gboolean refused; /* a file that everybody may read was not to be read */
	int error;	  /* errno that ends the listing: no descriptors left */
} Lister;

static void
lister_clear(Lister *lister)
{
	pv_fd_close(&lister->proc_dir);
	pv_buffer_clear(&lister->text);
	pv_buffer_clear(&lister->tids);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lister, lister_clear)

/* A file that cannot be read has most likely vanished with its process. FALSE: do without it. */
static gboolean
is_there(Lister *lister, int status)
{
	switch (status) {
	case -EMFILE:
	case -ENFILE:
		lister->error = -status;
		break;
	case -ENOMEM:
		lister->no_memory = TRUE;
		break;
	case -EPERM:
	case -EACCES:
		lister->refused = TRUE;
		break;
	}
	return status >= 0;
}

static gboolean
read_file(Lister *lister, int dir_fd, const char *name)
{
	return is_there(lister, pv_read_at(dir_fd, name, &lister->text));
}

static PvString
intern(Lister *lister, const char *bytes, gsize length)
{
	PvString string = pv_strings_intern(&lister->store->strings, bytes, length);

	if (string == 0)
		lister->no_memory = TRUE;
	return string;
}

static void
take_stat(Lister *lister, const PvStat *stat, PvTask *task)
{
	task->comm = intern(lister, stat->comm, stat->comm_len);
	task->state = stat->state;
	task->start_time_ns = pv_stat_start_time_ns(lister->context, stat);
	if (stat->flags & KERNEL_THREAD_FLAG)
		task->known |= PV_TASK_KTHREAD;
}

static void
take_status(Lister *lister, const PvStatus *status, PvTask *task)
{
	PvArray *ns_tids = &lister->store->ns_tids;

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
		lister->no_memory = TRUE;
		return;
	}
	for (guint i = 0; i < status->n_ns_tids; i++)
		*(gint32 *)pv_array_append(ns_tids) = status->ns_tids[i];
	task->n_ns_tids = status->n_ns_tids;
}

/* stat and status of the task whose directory this is. */
static gboolean
read_task(Lister *lister, int task_dir, PvStat *stat, PvTask *task)
{
	PvStatus status;

	if (!is_there(lister, pv_task_read_stat(task_dir, "", &lister->text, stat)))
		return FALSE;
	take_stat(lister, stat, task);
	if (!is_there(lister, pv_task_read_status(task_dir, "", &lister->text, &status)))
		return FALSE;
	take_status(lister, &status, task);
	return TRUE;
}

/* The identity of a thread, unless its number went to another process since it was listed. */
static guint64
identity_of_thread(const Lister *lister, gint32 pid, gint32 tid)
{
	const PvPidfdSupport *support = &lister->context->pidfd;
	pv_autofd pidfd = -1;
	gint32 tgid;

	if (lister->context->foreign || !support->identity)
		return 0;
	pidfd = pv_pidfd_open(tid, TRUE);
	if (pidfd < 0)
		return 0;
	tgid = pv_pidfd_tgid(pidfd);
	return tgid == 0 || tgid == pid ? pv_pidfd_identity_of(support, pidfd) : 0;
}

static void
add_thread(Lister *lister, int process_dir, PvProcess *process, gint32 tid)
{
	PvTask *task = pv_array_append(&lister->store->tasks);

	if (task == NULL) {
		lister->no_memory = TRUE;
		return;
	}
	task->index = lister->store->tasks.n - 1;
	task->tid = tid;
	task->process = process->index;
	task->table = PV_PENDING;
	task->identity = identity_of_thread(lister, process->pid, tid);
	process->n_tasks++;
	if (lister->query->collect & PV_COLLECT_THREADS) {
		char name[NAME_BYTES];
		pv_autofd task_dir = -1;
		PvStat stat;

		g_snprintf(name, sizeof(name), "task/%d", tid);
		task_dir = openat(process_dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (is_there(lister, task_dir < 0 ? -errno : 0))
			read_task(lister, task_dir, &stat, task);
	}
}

static gboolean
is_known(const Lister *lister, const PvProcess *process, gint32 tid)
{
	for (guint32 i = 1; i < process->n_tasks; i++) {
		if (pv_store_task(lister->store, process->first_task + i)->tid == tid)
			return TRUE;
	}
	return FALSE;
}

/* Adds those threads of a listing that were not in one before. Returns how many there were. */
static guint
add_listed(Lister *lister, int process_dir, PvProcess *process, gboolean again)
{
	pv_autofd dir = pv_open_dir(process_dir, "task");
	guint n;

	if (!is_there(lister, dir) || !is_there(lister, pv_list_numbers(dir, &lister->tids)))
		return 0;
	pv_numbers_sort(&lister->tids);
	n = pv_numbers_count(&lister->tids);
	for (guint i = 0; i < n && !lister->no_memory && lister->error == 0; i++) {
		gint32 tid = pv_numbers_get(&lister->tids, i);

		if (tid != process->pid && !(again && is_known(lister, process, tid)))
			add_thread(lister, process_dir, process, tid);
	}
	return n;
}

/*
 * The kernel ends a listing early when the thread that it has come to exits just then, and those
 * behind it would be missing: it is repeated while it is shorter than the process has threads.
 */
static void
add_threads(Lister *lister, int process_dir, PvProcess *process)
{
	PvStat stat = {0};

	for (guint round = 0; round < MAX_LISTINGS; round++) {
		guint n = add_listed(lister, process_dir, process, round > 0);

		if (lister->error != 0 || lister->no_memory)
			return;
		if (!is_there(lister, pv_task_read_stat(process_dir, "", &lister->text, &stat)) ||
		    n >= stat.n_threads)
			return;
	}
	lister->store->missed_threads = TRUE;
}

/*
 * Arguments end with a NUL each. A program may have written over them (setproctitle), and what is
 * there then need not end with one.
 */
static void
read_command(Lister *lister, int process_dir, PvProcess *process)
{
	PvBuffer *text = &lister->text;

	if (read_file(lister, process_dir, "cmdline")) {
		process->known |= PV_PROCESS_COMMAND;
		if (text->n > 0 && text->data[text->n - 1] == '\0')
			text->n--;
		if (text->n > 0) {
			process->cmdline = intern(lister, text->data, text->n);
			process->cmdline_len = text->n;
			process->n_arguments = 1;
			for (gsize i = 0; i < text->n; i++)
				process->n_arguments += text->data[i] == '\0';
		}
	}
	if (pv_readlink_at(process_dir, "exe", text) == 0)
		process->exe = intern(lister, text->data, text->n);
}

/* "Max open files            1024                 4096                 files" */
static gboolean
parse_limit(const char **at, const char *end, guint64 *value)
{
	while (*at < end && **at == ' ')
		(*at)++;
	if (end - *at >= 9 && memcmp(*at, "unlimited", 9) == 0) {
		*value = RLIM_INFINITY;
		*at += 9;
		return TRUE;
	}
	*at = pv_number_u64(*at, end, value);
	return *at != NULL;
}

/* prlimit(2) leaves no inode behind, but asks for the same user or CAP_SYS_RESOURCE. */
static void
read_limits(Lister *lister, int process_dir, PvProcess *process)
{
	static const char head[] = "\nMax open files";
	const PvBuffer *text = &lister->text;
	struct rlimit limit;
	const char *at;

	if (!lister->context->foreign && prlimit(process->pid, RLIMIT_NOFILE, NULL, &limit) == 0) {
		process->fd_limit_soft = limit.rlim_cur;
		process->fd_limit_hard = limit.rlim_max;
		process->known |= PV_PROCESS_LIMITS;
		return;
	}
	if (!read_file(lister, process_dir, "limits") || text->n == 0)
		return;
	at = memmem(text->data, text->n, head, strlen(head));
	if (at == NULL)
		return;
	at += strlen(head);
	if (parse_limit(&at, text->data + text->n, &process->fd_limit_soft) &&
	    parse_limit(&at, text->data + text->n, &process->fd_limit_hard))
		process->known |= PV_PROCESS_LIMITS;
}

static PvProcess *
add_process(Lister *lister, gint32 pid, const PvStat *stat, const PvTask *leader)
{
	PvStore *store = lister->store;
	PvProcess *process;
	PvTask *task;

	if (!pv_array_reserve(&store->processes, 1) || !pv_array_reserve(&store->tasks, 1)) {
		lister->no_memory = TRUE;
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

static int
compare_tids(const void *a, const void *b)
{
	gint32 x = ((const PvTask *)a)->tid;
	gint32 y = ((const PvTask *)b)->tid;

	return (x > y) - (x < y);
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

static void
note_hidden(Lister *lister, gboolean hidden)
{
	if (!hidden || lister->context->foreign)
		return;
	lister->store->hidden = TRUE;
	if (!lister->context->can_ptrace)
		lister->store->hidden_need = PV_NEED_PTRACE;
}

static void
list_process(Lister *lister, gint32 pid)
{
	PvTask leader = {.tid = pid, .known = PV_TASK_LEADER};
	const PvContext *context = lister->context;
	char name[NAME_BYTES];
	pv_autofd dir = -1;
	PvProcess *process;
	PvStat stat;

	g_snprintf(name, sizeof(name), "%d", pid);
	dir = openat(lister->proc_dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!is_there(lister, dir < 0 ? -errno : 0))
		return;
	if (!context->foreign)
		leader.identity = pv_pidfd_identity(&context->pidfd, pid);
	lister->refused = FALSE;
	if (!read_task(lister, dir, &stat, &leader)) {
		note_hidden(lister, lister->refused);
		return;
	}
	if (!pv_query_wants_user(lister->query, leader.uid, leader.euid))
		return;
	process = add_process(lister, pid, &stat, &leader);
	if (process == NULL)
		return;
	if (lister->query->collect & PV_COLLECT_LIMITS)
		read_limits(lister, dir, process);
	if ((lister->query->collect & PV_COLLECT_COMMANDS) && !(leader.known & PV_TASK_KTHREAD))
		read_command(lister, dir, process);
	if (stat.n_threads != 1)
		add_threads(lister, dir, process);
	put_in_order(lister->store, process);
}

/* Any tid leads to its process: /proc/TID is there for threads too, though not listed. */
static gint32
process_of(Lister *lister, gint32 tid)
{
	char name[NAME_BYTES];
	PvStatus status;

	g_snprintf(name, sizeof(name), "%d/", tid);
	if (!is_there(lister, pv_task_read_status(lister->proc_dir, name, &lister->text, &status)))
		return 0;
	return status.tgid;
}

static void
list_pids(Lister *lister, PvBuffer *pids)
{
	const GArray *wanted = lister->query->pids;

	if (wanted->len == 0 && is_there(lister, pv_list_numbers(lister->proc_dir, pids)))
		pv_numbers_sort(pids);
	for (guint i = 0; i < wanted->len; i++) {
		gint32 pid = process_of(lister, g_array_index(wanted, gint32, i));

		if (pid <= 0)
			continue;
		if (!is_there(lister, pv_buffer_reserve(pids, sizeof(pid)) ? 0 : -ENOMEM))
			return;
		memcpy(pids->data + pids->n, &pid, sizeof(pid));
		pids->n += sizeof(pid);
	}
	pv_numbers_sort(pids);
	note_hidden(lister, lister->refused);
}

static gboolean
has_failed(const Lister *lister, GError **error)
{
	if (lister->no_memory)
		pv_error_no_memory(error);
	else if (lister->error != 0)
		pv_error_from_errno(error, "open", lister->error);
	return lister->no_memory || lister->error != 0;
}

static gboolean
list_all(Lister *lister, const PvBuffer *pids, const PvWatch *watch, GError **error)
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
		list_process(lister, pid);
		if (has_failed(lister, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
pv_procfs_list(const PvContext *context, const PvQuery *query, PvStore *store, const PvWatch *watch,
	       GError **error)
{
	g_auto(Lister) lister = {.context = context, .query = query, .store = store};
	g_auto(PvBuffer) pids = {0};
	struct stat st;

	lister.proc_dir = pv_open_dir(AT_FDCWD, context->proc_path);
	if (lister.proc_dir < 0)
		return pv_error_from_errno(error, context->proc_path, -lister.proc_dir);
	list_pids(&lister, &pids);
	if (has_failed(&lister, error))
		return FALSE;
	/* pid 1 is always there, unless the mount hides what is not the caller's. */
	note_hidden(&lister, context->hides || (fstatat(lister.proc_dir, "1", &st, 0) < 0 &&
						errno == ENOENT));
	return list_all(&lister, &pids, watch, error);
}
