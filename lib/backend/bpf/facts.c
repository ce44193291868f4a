/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Command line, executable, working directory and root of the processes that were listed, by passes
 * of their own: who does not ask for them does not pay for them.
 *
 * A record belongs to a process if number and start time are the same. What the program could not
 * carry whole is marked, and comes from procfs.
 *
 * What it cannot see, where the programs were not worth loading: that a process has locked its memory
 * since it was listed, and waits for a server; then procfs waits as well.
 */
#include "backend/bpf/facts.h"

#include <errno.h>
#include <string.h>

#include "backend/bpf/decode.h"
#include "backend/bpf/plan.h"

#define BUSY_TRIES    20
#define BUSY_PAUSE_US 500

/* Records come in the order of pids, as processes are; only after a number was given anew not. */
static PvProcess *
find_process(PvBpfListing *listing, gint32 pid, guint64 start_time)
{
	PvStore *store = listing->store;
	PvProcess *process = NULL;
	guint32 low = listing->next;
	guint32 high = store->processes.n;

	if (low >= high || pv_store_process(store, low)->pid > pid)
		low = 0;
	while (low < high) {
		guint32 middle = low + (high - low) / 2;

		/* The next one is nearly always the one. */
		if (low == listing->next && high == store->processes.n)
			middle = low;
		process = pv_store_process(store, middle);
		if (process->pid == pid)
			break;
		if (process->pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	if (process == NULL || process->pid != pid ||
	    pv_store_task(store, process->leader)->start_time_ns !=
		    pv_bpf_start_time(listing, start_time))
		return NULL;
	listing->next = process->index + 1;
	return process;
}

static gboolean
keep_command(PvStore *store, PvProcess *process, const char *text, gsize length)
{
	process->known |= PV_PROCESS_COMMAND;
	if (length > 0 && text[length - 1] == '\0')
		length--;
	if (length == 0)
		return TRUE;
	process->cmdline = pv_strings_intern(&store->strings, text, length);
	process->cmdline_len = length;
	process->n_arguments = 1;
	for (gsize i = 0; i < length; i++)
		process->n_arguments += text[i] == '\0';
	return process->cmdline != 0;
}

static gboolean
take_command(PvBpfListing *listing, const char *record, gsize size, GError **error)
{
	const struct pv_wire_command *wire;
	PvProcess *process;
	const char *text;
	gsize length;

	if (!pv_wire_take_command(record, size, &wire, &text))
		return pv_error_from_errno(error, "iter/task", EPROTO);
	process = find_process(listing, wire->tid, wire->start_time);
	if (process == NULL)
		return TRUE;
	process->known &= ~PV_PROCESS_BUSY_COMMAND;
	if (wire->marks & PV_WIRE_BUSY)
		process->known |= PV_PROCESS_BUSY_COMMAND;
	if (wire->marks & (PV_WIRE_CUT | PV_WIRE_BUSY))
		return TRUE;
	process->known &= ~PV_PROCESS_LONG_COMMAND;
	length = wire->length;
	if (wire->marks & PV_WIRE_TITLE)
		length = strnlen(text, length);
	return keep_command(listing->store, process, text, length) || pv_error_no_memory(error);
}

static gboolean
is_wanted(const PvBpfListing *listing, guint what)
{
	return (listing->query->collect &
		(what == PV_WIRE_EXE ? PV_COLLECT_COMMANDS : PV_COLLECT_CONTEXT)) != 0;
}

/* It is not to be had from procfs any more; of the context, when both have come. */
static void
note_path(PvBpfListing *listing, PvProcess *process, guint what)
{
	if (what == PV_WIRE_EXE)
		process->known &= ~PV_PROCESS_LONG_EXE;
	else if (what == PV_WIRE_CWD)
		listing->pid = process->pid;
	else if (listing->pid == process->pid)
		process->known &= ~PV_PROCESS_LONG_CONTEXT;
}

static gboolean
take_path(PvBpfListing *listing, const char *record, gsize size, GError **error)
{
	char path[PV_WIRE_MAX_PATH + 64];
	const struct pv_wire_path *wire;
	PvProcess *process;
	PvString *where;
	gssize length = pv_wire_take_path(record, size, &wire, path, sizeof(path));

	if (length < 0)
		return pv_error_from_errno(error, "iter/task", EPROTO);
	process = find_process(listing, wire->tid, wire->start_time);
	if (process == NULL || !is_wanted(listing, wire->what))
		return TRUE;
	if (wire->marks & PV_WIRE_PATH_CUT)
		return TRUE;
	note_path(listing, process, wire->what);
	if (wire->marks & PV_WIRE_PATH_ABSENT)
		return TRUE;
	where = &process->exe;
	if (wire->what == PV_WIRE_CWD)
		where = &process->cwd;
	else if (wire->what == PV_WIRE_ROOT)
		where = &process->root;
	*where = pv_strings_intern(&listing->store->strings, path, length);
	return *where != 0 || pv_error_no_memory(error);
}

/* Kernel threads have no command and no executable, but directories. */
static gboolean
is_asked(const PvBpfListing *listing, const PvProcess *process)
{
	return (listing->query->collect & PV_COLLECT_CONTEXT) ||
	       !(pv_store_task(listing->store, process->leader)->known & PV_TASK_KTHREAD);
}

static gboolean
run_facts(PvBpfListing *listing, PvProgram program,
	  gboolean (*take)(PvBpfListing *, const char *, gsize, GError **), GError **error)
{
	const PvStore *store = listing->store;
	PvBpfCosts costs = {.n_tasks = store->tasks.n};

	listing->next = 0;
	for (guint32 i = 0; i < store->processes.n; i++)
		costs.n_tables += is_asked(listing, pv_store_process(store, i));
	if (!store->narrowed && pv_bpf_plan_whole_check(&costs))
		return pv_bpf_run(listing, program, PV_SCOPE_ALL, 0, take, error);
	for (guint32 i = 0; i < store->processes.n; i++) {
		const PvProcess *process = pv_store_process(store, i);

		if (is_asked(listing, process) &&
		    !pv_bpf_run(listing, program, PV_SCOPE_TASK, process->pid, take, error))
			return FALSE;
	}
	return TRUE;
}

/* One by one. Whoever has the lock of a memory for a moment only, as mmap(2) has, lets go of it. */
static gboolean
ask_busy_again(PvBpfListing *listing, guint32 *n_busy, GError **error)
{
	const PvStore *store = listing->store;

	*n_busy = 0;
	for (guint32 i = 0; i < store->processes.n; i++) {
		const PvProcess *process = pv_store_process(store, i);

		if (!(process->known & PV_PROCESS_BUSY_COMMAND))
			continue;
		listing->next = 0;
		if (!pv_bpf_run(listing, PV_PROGRAM_COMMANDS, PV_SCOPE_TASK, process->pid,
				take_command, error))
			return FALSE;
		*n_busy += (process->known & PV_PROCESS_BUSY_COMMAND) != 0;
	}
	return TRUE;
}

/*
 * What is busy for long may wait for a server that never answers, and procfs would wait for the same
 * lock: such a command line stays unknown.
 */
static gboolean
take_commands(PvBpfListing *listing, GError **error)
{
	PvStore *store = listing->store;
	guint32 n_busy = 1;

	if (!run_facts(listing, PV_PROGRAM_COMMANDS, take_command, error))
		return FALSE;
	for (guint try = 0; try < BUSY_TRIES && n_busy > 0; try++) {
		if (try > 0)
			g_usleep(BUSY_PAUSE_US);
		if (!ask_busy_again(listing, &n_busy, error))
			return FALSE;
	}
	for (guint32 i = 0; i < store->processes.n && n_busy > 0; i++) {
		PvProcess *process = pv_store_process(store, i);

		if (process->known & PV_PROCESS_BUSY_COMMAND)
			process->known &= ~(PV_PROCESS_BUSY_COMMAND | PV_PROCESS_LONG_COMMAND);
	}
	return TRUE;
}

/*
 * Of the processes that have memory, for the command line lies there: who sleeps so may have locked
 * it, and wait for a server that never answers.
 */
static gboolean
may_be_locked(const PvStore *store, const PvProcess *process)
{
	for (guint32 i = 0; i < process->n_tasks; i++) {
		const PvTask *task = pv_store_task(store, process->first_task + i);

		if (task->mm_key != 0 && task->state == 'D')
			return TRUE;
	}
	return FALSE;
}

static gboolean
may_any_be_locked(const PvStore *store)
{
	for (guint32 i = 0; i < store->processes.n; i++) {
		if (may_be_locked(store, pv_store_process(store, i)))
			return TRUE;
	}
	return FALSE;
}

static void
leave_unknown(PvStore *store)
{
	for (guint32 i = 0; i < store->processes.n; i++) {
		PvProcess *process = pv_store_process(store, i);

		if (may_be_locked(store, process))
			process->known &= ~PV_PROCESS_LONG_COMMAND;
	}
}

/*
 * Of few processes procfs shows the command lines, but it waits for who has locked a memory, and the
 * program does not. Who may not load it leaves them unknown.
 */
static gboolean
take_or_leave_commands(PvBpfListing *listing, GError **error)
{
	PvBpf *bpf = listing->bpf;

	if (!pv_bpf_has(bpf, PV_PROGRAM_COMMANDS) && may_any_be_locked(listing->store) &&
	    pv_bpf_add(bpf, PV_BPF_COMMANDS, listing->watch) == ECANCELED)
		return pv_watch_stop(error);
	if (pv_bpf_has(bpf, PV_PROGRAM_COMMANDS))
		return take_commands(listing, error);
	leave_unknown(listing->store);
	return TRUE;
}

/* What there is no program for is marked to come from procfs, and stays so. */
gboolean
pv_bpf_take_facts(PvBpfListing *listing, GError **error)
{
	guint collect = listing->query->collect;

	if ((collect & PV_COLLECT_COMMANDS) && !take_or_leave_commands(listing, error))
		return FALSE;
	return !(collect & (PV_COLLECT_COMMANDS | PV_COLLECT_CONTEXT)) ||
	       !pv_bpf_has(listing->bpf, PV_PROGRAM_PLACES) ||
	       run_facts(listing, PV_PROGRAM_PLACES, take_path, error);
}
