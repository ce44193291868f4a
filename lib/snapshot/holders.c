/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where few processes run, /proc tells who has a file before programs of BPF are verified that would
 * (backend/bpf/find.h). How few, shows while it looks: it gives up when it has cost as much as they
 * take, and so costs twice that at worst.
 *
 *	kernel threads		share one table: kcmp(2) says who is one of them
 *	threads			kcmp(2) with the last that was looked at: a table of its own?
 *	everybody else		backend/procfs/search.h
 *
 * A memory is not looked into while one of its tasks is in uninterruptible sleep, as it may hold the
 * lock (memories.c). Whoever shares it with him is not known here. So where anybody sleeps so, it is
 * left to BPF; and mappings come last, when everybody's state has been seen.
 *
 * What it cannot see: who gets the file after he was looked at; a task that goes to sleep between
 * the look at its state and that at mappings, or inside of execve(2), for whose end kcmp(2) waits.
 */
#include "snapshot/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "backend/procfs/search.h"
#include "backend/procfs/task-look.h"
#include "core/error.h"
#include "grouping/kcmp.h"

#define MOST_PROCESSES	   1000 /* with kernel threads: to list more costs too much */
#define PROCESSES_PER_LOOK 16

/* As in backend/procfs/search.c. */
enum {
	FIND_NS = 1500000, /* by BPF */
	FIND_PLACES_NS = 2500000,
	PROCESS_NS = 10000,
	THREAD_NS = 1500,
	STATE_NS = 9000,
};

typedef struct {
	gint32 pid;
	gint32 memory_tid; /* who has the memory still; 0: it needs no look */
	PvSearchResult result;
} Process;

typedef struct {
	const PvContext *context;
	const PvWatch *watch;
	gboolean in_places;
	PvSearch search;
	PvKcmp kcmp;
	PvArray processes;    /* Process, by pid */
	gint32 kernel_thread; /* one that has nothing of it; 0: none was seen */
	int proc_dir;
	PvBuffer pids;
	PvBuffer tids; /* of the process under way */
	PvBuffer text;
} Holders;

static void
holders_clear(Holders *holders)
{
	pv_search_clear(&holders->search);
	pv_array_clear(&holders->processes);
	pv_fd_close(&holders->proc_dir);
	pv_buffer_clear(&holders->pids);
	pv_buffer_clear(&holders->tids);
	pv_buffer_clear(&holders->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Holders, holders_clear)

gint64
pv_holders_budget_ns(const PvSought *sought)
{
	return pv_sought_in_places(sought) ? FIND_PLACES_NS : FIND_NS;
}

static gboolean
has_table_of(Holders *holders, gint32 tid, gint32 other)
{
	return tid != 0 && pv_kcmp_tables(&holders->kcmp, tid, other) == PV_ORDER_EQUAL;
}

static gboolean
has_directories_of(Holders *holders, gint32 tid, gint32 other)
{
	return tid != 0 && pv_kcmp_fs_contexts(&holders->kcmp, tid, other) == PV_ORDER_EQUAL;
}

/* No user's process has the table of a kernel thread, nor a kernel thread a memory of its own. */
static gboolean
is_like_kernel_thread(Holders *holders, gint32 pid)
{
	return has_table_of(holders, holders->kernel_thread, pid) &&
	       (!holders->in_places || has_directories_of(holders, holders->kernel_thread, pid));
}

/* The size of the directory is not its number of threads, but that of its links is, and two more. */
static int
list_threads(Holders *holders, int dir, gint32 pid)
{
	struct stat st;
	pv_autofd task_dir = -1;

	holders->tids.n = 0;
	if (fstatat(dir, "task", &st, 0) < 0)
		return -errno;
	if (st.st_nlink > 3) {
		if (!pv_search_spend(&holders->search, (gint64)st.st_nlink * THREAD_NS))
			return -ENOMEM;
		task_dir = pv_open_dir(dir, "task");
		return task_dir < 0 ? task_dir : pv_list_numbers(task_dir, &holders->tids);
	}
	if (!pv_buffer_reserve(&holders->tids, sizeof(pid)))
		return -ENOMEM;
	*(gint32 *)(gpointer)holders->tids.data = pid;
	holders->tids.n = sizeof(pid);
	return 0;
}

/* FALSE: no more is to be found out here. */
static gboolean
look_at_state(Holders *holders, int dir, Process *process, gint32 tid)
{
	char prefix[PV_TASK_PREFIX_BYTES];
	PvStat stat;
	int status;

	if (!pv_search_spend(&holders->search, STATE_NS))
		return FALSE;
	pv_task_prefix_within(process->pid, tid, prefix);
	status = pv_task_read_stat(dir, prefix, &holders->text, &stat);
	if (status < 0)
		return !pv_error_is_shortage(status);
	if (stat.flags & PV_KERNEL_THREAD_FLAG) {
		if (holders->kernel_thread == 0)
			holders->kernel_thread = tid;
		return TRUE;
	}
	if (process->memory_tid == 0 && stat.state != 'Z' && stat.state != 'X')
		process->memory_tid = tid;
	return !holders->in_places || stat.state != 'D';
}

static gboolean
look_at_states(Holders *holders, int dir, Process *process)
{
	guint n = holders->in_places ? pv_numbers_count(&holders->tids) : 1;

	if (!holders->in_places && holders->kernel_thread != 0)
		return TRUE;
	for (guint i = 0; i < n; i++) {
		if (!look_at_state(holders, dir, process, pv_numbers_get(&holders->tids, i)))
			return FALSE;
	}
	return TRUE;
}

static void
note(Process *process, PvSearchResult result)
{
	process->result = MAX(process->result, result);
}

static void
look_at_tasks(Holders *holders, int dir, Process *process)
{
	gint32 table_tid = 0, directories_tid = 0;

	for (guint i = 0; i < pv_numbers_count(&holders->tids); i++) {
		gint32 tid = pv_numbers_get(&holders->tids, i);
		PvSearchResult table = PV_SEARCH_MISSED, directories = PV_SEARCH_MISSED;
		char prefix[PV_TASK_PREFIX_BYTES];

		pv_task_prefix_within(process->pid, tid, prefix);
		if (!has_table_of(holders, table_tid, tid)) {
			table = pv_search_table(&holders->search, dir, prefix);
			table_tid = tid;
		}
		if (holders->in_places && !has_directories_of(holders, directories_tid, tid)) {
			directories = pv_search_directories(&holders->search, dir, prefix);
			directories_tid = tid;
		}
		note(process, MAX(table, directories));
		if (process->result >= PV_SEARCH_FOUND)
			return;
	}
}

static void
look_at_executable(Holders *holders, int dir, Process *process)
{
	char prefix[PV_TASK_PREFIX_BYTES];

	if (process->memory_tid == 0 || process->result >= PV_SEARCH_FOUND)
		return;
	pv_task_prefix_within(process->pid, process->memory_tid, prefix);
	note(process, pv_search_executable(&holders->search, dir, prefix));
}

/* What the kernel does not let us compare, it does not let us read. */
static gboolean
may_look_into(Holders *holders, gint32 pid)
{
	return pv_kcmp_tables(&holders->kcmp, pid, pid) == PV_ORDER_EQUAL;
}

/* Who has gone by now is as one who was not seen: of him it is not known. */
static gboolean
look_at_process(Holders *holders, Process *process)
{
	char name[PV_TASK_PREFIX_BYTES];
	gint32 kernel_thread = holders->kernel_thread;
	pv_autofd dir = -1;
	int status;

	process->result = PV_SEARCH_CLOSED;
	if (!may_look_into(holders, process->pid))
		return pv_search_spend(&holders->search, THREAD_NS);
	if (!pv_search_spend(&holders->search, PROCESS_NS))
		return FALSE;
	g_snprintf(name, sizeof(name), "%d", process->pid);
	dir = openat(holders->proc_dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	status = dir < 0 ? -errno : list_threads(holders, dir, process->pid);
	if (status < 0)
		return !pv_error_is_shortage(status);
	process->result = PV_SEARCH_MISSED;
	if (!look_at_states(holders, dir, process))
		return FALSE;
	look_at_tasks(holders, dir, process);
	if (holders->in_places)
		look_at_executable(holders, dir, process);
	else
		process->memory_tid = 0;
	if (process->result != PV_SEARCH_MISSED)
		holders->kernel_thread = kernel_thread;
	return process->result != PV_SEARCH_ENDED;
}

static gboolean
look_at_processes(Holders *holders)
{
	for (guint i = 0; i < pv_numbers_count(&holders->pids); i++) {
		Process *process = pv_array_append(&holders->processes);

		if (process == NULL ||
		    (i % PROCESSES_PER_LOOK == 0 && pv_watch_cancelled(holders->watch)))
			return FALSE;
		process->pid = pv_numbers_get(&holders->pids, i);
		if (is_like_kernel_thread(holders, process->pid)) {
			if (!pv_search_spend(&holders->search, THREAD_NS))
				return FALSE;
		} else if (!look_at_process(holders, process)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
look_at_mappings(Holders *holders)
{
	for (guint i = 0; i < holders->processes.n; i++) {
		Process *process = pv_array_at(&holders->processes, Process, i);
		char prefix[PV_TASK_PREFIX_BYTES];

		if (process->memory_tid == 0 || process->result >= PV_SEARCH_FOUND)
			continue;
		pv_task_prefix(process->pid, process->memory_tid, prefix);
		note(process, pv_search_mappings(&holders->search, holders->proc_dir, prefix));
		if (process->result == PV_SEARCH_ENDED)
			return FALSE;
	}
	return TRUE;
}

static gboolean
write_found(const Holders *holders, PvFound *found)
{
	for (guint i = 0; i < holders->processes.n; i++) {
		const Process *process = pv_array_at(&holders->processes, Process, i);

		if (process->result == PV_SEARCH_CLOSED)
			continue;
		if (!pv_found_add(&found->shown, process->pid) ||
		    (process->result == PV_SEARCH_FOUND &&
		     !pv_found_add(&found->holders, process->pid)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
list_processes(Holders *holders)
{
	struct stat st;

	holders->proc_dir = pv_open_dir(AT_FDCWD, holders->context->proc_path);
	if (holders->proc_dir < 0 || fstat(holders->proc_dir, &st) < 0 ||
	    st.st_nlink > MOST_PROCESSES || pv_list_numbers(holders->proc_dir, &holders->pids) < 0)
		return FALSE;
	pv_numbers_sort(&holders->pids);
	return TRUE;
}

gboolean
pv_holders_find(const PvContext *context, const PvSought *sought, gint64 budget_ns,
		const PvWatch *watch, PvFound *found)
{
	g_auto(Holders) holders = {
		.context = context,
		.watch = watch,
		.in_places = pv_sought_in_places(sought),
		.proc_dir = -1,
	};

	pv_array_init(&holders.processes, sizeof(Process));
	pv_kcmp_init(&holders.kcmp);
	pv_found_init(found);
	/* Of files that nobody asked for. */
	if (context->asks_servers)
		return FALSE;
	if (!pv_search_init(&holders.search, sought, budget_ns) || !list_processes(&holders) ||
	    !look_at_processes(&holders) || !look_at_mappings(&holders))
		return FALSE;
	if (write_found(&holders, found))
		return TRUE;
	pv_found_clear(found);
	return FALSE;
}
