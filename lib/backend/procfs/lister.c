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
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "backend/procfs/task-parse.h"
#include "util/fd.h"
#include "util/number.h"

#define KERNEL_THREAD_FLAG 0x00200000 /* PF_KTHREAD */
#define PROCESSES_PER_LOOK 64
#define NAME_BYTES	   64
#define NS_PER_S	   G_GINT64_CONSTANT(1000000000)

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
read_file(Lister *lister, int dir_fd, const char *name)
{
	int status = pv_read_at(dir_fd, name, &lister->text);

	if (status == -EMFILE || status == -ENFILE)
		lister->error = -status;
	if (status == -ENOMEM)
		lister->no_memory = TRUE;
	if (status == -EPERM || status == -EACCES)
		lister->refused = TRUE;
	return status == 0;
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
	task->start_time_ns = stat->start_ticks * (NS_PER_S / lister->context->clock_ticks_per_s);
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
	task->known |= PV_TASK_DETAILS;
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

	if (!read_file(lister, task_dir, "stat") ||
	    !pv_stat_parse(lister->text.data, lister->text.n, stat))
		return FALSE;
	take_stat(lister, stat, task);
	if (!read_file(lister, task_dir, "status") ||
	    !pv_status_parse(lister->text.data, lister->text.n, &status))
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

	if (lister->context->recorded || !support->identity)
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
		if (task_dir >= 0)
			read_task(lister, task_dir, &stat, task);
	}
}

static void
add_threads(Lister *lister, int process_dir, PvProcess *process)
{
	pv_autofd dir = pv_open_dir(process_dir, "task");

	if (dir < 0 || pv_list_numbers(dir, &lister->tids) < 0)
		return;
	pv_numbers_sort(&lister->tids);
	for (guint i = 0; i < pv_numbers_count(&lister->tids) && !lister->no_memory; i++) {
		gint32 tid = pv_numbers_get(&lister->tids, i);

		if (tid != process->pid)
			add_thread(lister, process_dir, process, tid);
	}
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

	if (!lister->context->recorded && prlimit(process->pid, RLIMIT_NOFILE, NULL, &limit) == 0) {
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

/*
 * The leader was added first. Where numbers have started anew since it was born, or a thread that
 * is not the leader has called execve(2), threads come before it.
 */
static void
put_leader_in_order(PvStore *store, PvProcess *process)
{
	guint32 last = process->first_task + process->n_tasks - 1;

	while (process->leader < last) {
		PvTask *leader = pv_store_task(store, process->leader);
		PvTask *next = leader + 1;
		PvTask moved = *leader;

		if (leader->tid < next->tid)
			return;
		*leader = *next;
		leader->index = process->leader++;
		*next = moved;
		next->index = process->leader;
	}
}

static void
note_hidden(Lister *lister, gboolean hidden)
{
	if (!hidden || lister->context->recorded)
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
	if (dir < 0) {
		lister->error = errno == EMFILE || errno == ENFILE ? errno : 0;
		return;
	}
	if (!context->recorded)
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
	put_leader_in_order(lister->store, process);
}

/* Any tid leads to its process: /proc/TID is there for threads too, though not listed. */
static gint32
process_of(Lister *lister, gint32 tid)
{
	char name[NAME_BYTES];
	PvStatus status;

	g_snprintf(name, sizeof(name), "%d/status", tid);
	if (!read_file(lister, lister->proc_dir, name) ||
	    !pv_status_parse(lister->text.data, lister->text.n, &status))
		return 0;
	return status.tgid;
}

static gboolean
list_pids(Lister *lister, PvBuffer *pids)
{
	const GArray *wanted = lister->query->pids;

	if (wanted->len == 0)
		return pv_list_numbers(lister->proc_dir, pids) == 0;
	for (guint i = 0; i < wanted->len; i++) {
		gint32 pid = process_of(lister, g_array_index(wanted, gint32, i));

		if (pid <= 0)
			continue;
		if (!pv_buffer_reserve(pids, sizeof(pid)))
			return FALSE;
		memcpy(pids->data + pids->n, &pid, sizeof(pid));
		pids->n += sizeof(pid);
	}
	return TRUE;
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
		if (lister->no_memory)
			return pv_error_no_memory(error);
		if (lister->error != 0)
			return pv_error_from_errno(error, "open", lister->error);
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
	if (!list_pids(&lister, &pids))
		return pv_error_no_memory(error);
	pv_numbers_sort(&pids);
	/* pid 1 is always there, unless the mount hides what is not the caller's (hidepid=2). */
	note_hidden(&lister, fstatat(lister.proc_dir, "1", &st, 0) < 0 && errno == ENOENT);
	return list_all(&lister, &pids, watch, error);
}

gboolean
pv_procfs_has_table(const PvContext *context, gint32 pid, gint32 tid)
{
	g_auto(PvBuffer) text = {0};
	char name[NAME_BYTES * 2];
	PvStatus status;

	if (tid == pid)
		g_snprintf(name, sizeof(name), "%s/%d/status", context->proc_path, pid);
	else
		g_snprintf(name, sizeof(name), "%s/%d/task/%d/status", context->proc_path, pid,
			   tid);
	return pv_read_at(AT_FDCWD, name, &text) == 0 &&
	       pv_status_parse(text.data, text.n, &status) && status.tgid == pid &&
	       status.fd_size > 0;
}

guint64
pv_procfs_start_time_ns(const PvContext *context, gint32 tid)
{
	g_auto(PvBuffer) text = {0};
	char name[NAME_BYTES * 2];
	PvStat stat;

	g_snprintf(name, sizeof(name), "%s/%d/stat", context->proc_path, tid);
	if (pv_read_at(AT_FDCWD, name, &text) < 0 || !pv_stat_parse(text.data, text.n, &stat))
		return 0;
	return stat.start_ticks * (NS_PER_S / context->clock_ticks_per_s);
}
