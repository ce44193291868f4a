/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Opening BPF costs the same on every machine, for it is the kernel's verifier at work; procfs costs
 * what there is to look at. Who scans once pays for both, so the smaller sum is taken:
 *
 *	opening + little for each task and file    or    nothing + much for each task and file
 *
 * How large the machine is, the kernel keeps count of: /proc/loadavg has the threads behind a
 * slash, /proc/sys/fs/file-nr the open file descriptions, and the link count of /proc is the number
 * of processes and of a few other entries. All are of the whole machine, whatever namespace the
 * caller is in and whatever hidepid= hides. So in a container they are too large at worst; BPF is
 * then opened though it does not pay, and nothing is lost but the time it takes.
 *
 * Costs in nanoseconds of processor time, measured on Linux 6.18
 * (doc/design/decisions/0013-what-one-scan-may-cost.md). Only their ratios matter.
 *
 * Of processes that were named, the directories tell more: the link count of /proc/PID/task is the
 * number of threads, and the size of /proc/PID/fd since 6.2 that of descriptors. Before, each may
 * have all that are open on the machine, and that is taken for granted.
 *
 * What it cannot see: descriptors. Two that share an open file description count as one; and those
 * of a thread with a table of its own are not in the directory of its process. Nor the last some
 * dozens of files that each processor has not added to the sum yet.
 */
#include "snapshot/opening.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/bpf/bpf.h"
#include "util/fd.h"
#include "util/number.h"

#define MAPPED_FILES 6 /* of a process; of a kernel thread none */
#define PATH_BYTES   64

enum {
	OPEN_NS = 10000000, /* tasks, and who has which table */
	/* With BPF: */
	BPF_TASK_NS = 2000,
	BPF_FILE_NS = 1500,
	/* Without: */
	PROCESS_NS = 70000,
	THREAD_NS = 12000,
	THREAD_DETAIL_NS = 25000, /* its name, state and credentials */
	FILE_NS = 12000,
	FILE_DETAIL_NS = 10000,
	PLACE_NS = 60000, /* of a process: what it has mapped, and where it is */
	COMMAND_NS = 30000,
};

/* What of BPF is opened beside that. */
static const struct {
	guint part;
	guint collect; /* any of it asks for the part; 0: see parts_for_descriptors() */
	guint64 open_ns;
	guint64 each_ns; /* of a process, where procfs shows the same; 0: it shows less */
} costs[] = {
	{PV_BPF_DETAILS, 0, 55000000, 0},
	{PV_BPF_NAMES, 0, 6000000, 0},
	{PV_BPF_FILES, 0, 6000000, 0},
	{PV_BPF_COMMANDS, PV_COLLECT_COMMANDS | PV_COLLECT_CONTEXT, 11000000, COMMAND_NS},
	{PV_BPF_SETTINGS, PV_COLLECT_CONTEXT, 14000000, 0},
	{PV_BPF_PLACES, PV_COLLECT_PLACES, 11000000, PLACE_NS},
	{PV_BPF_MAPPINGS, PV_COLLECT_MAPPINGS, 9000000, PLACE_NS},
};

#define DEAR_FILES                                                                                 \
	(PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS | PV_COLLECT_LOCKS | PV_COLLECT_PEERS |           \
	 PV_COLLECT_DESCRIPTIONS)
#define DEAR_PROCESSES (PV_COLLECT_CONTEXT | PV_COLLECT_PLACES | PV_COLLECT_MAPPINGS)

gboolean
pv_machine_parse(const char *loadavg, const char *file_nr, PvMachine *machine)
{
	const char *slash = strchr(loadavg, '/');

	return slash != NULL &&
	       pv_number_u64(slash + 1, slash + strlen(slash), &machine->n_threads) != NULL &&
	       pv_number_u64(file_nr, file_nr + strlen(file_nr), &machine->n_files) != NULL;
}

static gboolean
look(PvMachine *machine)
{
	g_auto(PvBuffer) loadavg = {0};
	g_auto(PvBuffer) file_nr = {0};
	struct stat st;

	if (stat("/proc", &st) < 0 || pv_read_head_at(AT_FDCWD, "/proc/loadavg", &loadavg) < 0 ||
	    pv_read_head_at(AT_FDCWD, "/proc/sys/fs/file-nr", &file_nr) < 0 ||
	    !pv_buffer_reserve(&loadavg, 1) || !pv_buffer_reserve(&file_nr, 1))
		return FALSE;
	machine->n_processes = st.st_nlink;
	loadavg.data[loadavg.n] = '\0';
	file_nr.data[file_nr.n] = '\0';
	return pv_machine_parse(loadavg.data, file_nr.data, machine);
}

void
pv_machine_look(PvMachine *machine)
{
	if (!look(machine))
		*machine = (PvMachine){G_MAXUINT32, G_MAXUINT32, G_MAXUINT32};
}

/* What is gone costs nothing. */
static guint64
count_threads(const char *proc_path, gint32 pid)
{
	char path[PATH_BYTES];
	struct stat st;

	g_snprintf(path, sizeof(path), "%s/%d/task", proc_path, pid);
	return stat(path, &st) == 0 && st.st_nlink > 2 ? st.st_nlink - 2 : 0;
}

static guint64
count_files(const char *proc_path, gint32 pid)
{
	char path[PATH_BYTES];
	struct stat st;

	g_snprintf(path, sizeof(path), "%s/%d/fd", proc_path, pid);
	return stat(path, &st) == 0 && st.st_size > 0 ? (guint64)st.st_size : 0;
}

void
pv_machine_narrow(PvMachine *machine, const PvContext *context, const gint32 *pids, guint n)
{
	guint64 n_threads = 0;
	guint64 n_files = (guint64)n * MAPPED_FILES;

	/* To look at most of them would cost more than it tells. */
	if (n == 0 || context->recorded || n > machine->n_processes / 4)
		return;
	for (guint i = 0; i < n; i++) {
		n_threads += count_threads(context->proc_path, pids[i]);
		n_files += context->has_counts ? count_files(context->proc_path, pids[i]) : 0;
	}
	machine->n_processes = n;
	machine->n_threads = MIN(machine->n_threads, n_threads);
	if (context->has_counts)
		machine->n_files = MIN(machine->n_files, n_files);
}

static guint64
count_processes(const PvMachine *machine, guint n_pids)
{
	return n_pids > 0 ? MIN(n_pids, machine->n_processes) : machine->n_processes;
}

static guint64
cost_of_processes(const PvMachine *machine, guint collect, guint n_pids)
{
	guint64 thread_ns = 0;

	/* Any of them can have all the threads, too. */
	if (collect & (PV_COLLECT_TABLES | PV_COLLECT_THREADS))
		thread_ns = collect & PV_COLLECT_THREADS ? THREAD_DETAIL_NS : THREAD_NS;
	return count_processes(machine, n_pids) *
		       (PROCESS_NS + (collect & DEAR_PROCESSES ? PLACE_NS : 0)) +
	       machine->n_threads * thread_ns;
}

/* What procfs shows beside BPF, since it is not worth a program. */
static guint64
cost_of_rest(const PvMachine *machine, guint collect, guint n_pids, guint parts)
{
	guint64 each_ns = 0;

	for (guint i = 0; i < G_N_ELEMENTS(costs); i++) {
		if ((collect & costs[i].collect) && !(parts & costs[i].part))
			each_ns += costs[i].each_ns;
	}
	return count_processes(machine, n_pids) * each_ns;
}

/* A program and the libraries that it has mapped are counted as open. */
static guint64
count_descriptors(const PvMachine *machine)
{
	return machine->n_files - MIN(machine->n_files, machine->n_processes * MAPPED_FILES);
}

static guint64
cost_of_opening(guint parts)
{
	guint64 sum = OPEN_NS;

	for (guint i = 0; i < G_N_ELEMENTS(costs); i++)
		sum += parts & costs[i].part ? costs[i].open_ns : 0;
	return sum;
}

/* The details are told by a program that tells the names as well. */
static guint
parts_for_descriptors(guint collect)
{
	if (!(collect & PV_COLLECT_DESCRIPTORS))
		return 0;
	if (collect & (PV_COLLECT_DETAILS | PV_COLLECT_LOCKS))
		return PV_BPF_DETAILS;
	return collect & PV_COLLECT_PATHS ? PV_BPF_NAMES : PV_BPF_FILES;
}

guint
pv_opening_parts(const PvMachine *machine, guint collect)
{
	guint parts = parts_for_descriptors(collect);

	for (guint i = 0; i < G_N_ELEMENTS(costs); i++) {
		gboolean pays = costs[i].each_ns == 0 ||
				machine->n_processes * costs[i].each_ns > costs[i].open_ns;

		if ((collect & costs[i].collect) && pays)
			parts |= costs[i].part;
	}
	return parts;
}

gboolean
pv_opening_pays(const PvMachine *machine, guint collect, guint n_pids, guint parts)
{
	guint64 without = cost_of_processes(machine, collect, n_pids);
	guint64 with = cost_of_opening(parts) + machine->n_threads * BPF_TASK_NS +
		       cost_of_rest(machine, collect, n_pids, parts);

	if (collect & PV_COLLECT_DESCRIPTORS) {
		guint64 n_files = count_descriptors(machine);

		with += n_files * BPF_FILE_NS;
		without += n_files * (FILE_NS + (collect & DEAR_FILES ? FILE_DETAIL_NS : 0));
	}
	return with < without;
}
