/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A worker opens what it is about and says how long that took:
 *
 *	open NANOSECONDS VERSION	or	cannot REASON
 *
 * For each line on stdin it does one pass, over the process of that number or over the machine; the
 * library may be told to collect something else than usual:
 *
 *	PID [COLLECT]	done WALL CPU RSS PROCESSES THREADS TABLES DESCRIPTORS	or	cannot REASON
 *	memory	memory BYTES DESCRIPTORS OF-STRINGS
 *
 * in nanoseconds, KiB (the peak until then) and bytes. The snapshot is freed within the time taken,
 * as the end of a command is within its own.
 */
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

typedef struct {
	const Contestant *contestant;
	ProcviewScanner *scanner;
	Floor *floor;
	guint counts[4];
} Worker;

static gint64
now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * G_GINT64_CONSTANT(1000000000) + now.tv_nsec;
}

static gboolean
worker_open(Worker *worker, char **why)
{
	g_autoptr(GError) error = NULL;

	if (worker->contestant->kind == CONTESTANT_FLOOR) {
		worker->floor = floor_open(why);
		return worker->floor != NULL;
	}
	worker->scanner = procview_scanner_new_with_backend(worker->contestant->backend, &error);
	if (worker->scanner == NULL)
		*why = g_strdup(error->message);
	return worker->scanner != NULL;
}

static const char *
name_of(ProcviewBackend backend)
{
	switch (backend) {
	case PROCVIEW_BACKEND_BPF:
		return "bpf";
	case PROCVIEW_BACKEND_PIDFD:
		return "pidfd";
	case PROCVIEW_BACKEND_PROCFS:
	case PROCVIEW_BACKEND_AUTO:
	default:
		return "procfs";
	}
}

/* Figures of one backend must not be those of another that has stood in for it. */
static gboolean
is_what_it_says(const Worker *worker, ProcviewSnapshot *snapshot, char **why)
{
	const char *name = procview_snapshot_get_backend_name(snapshot, PROCVIEW_STEP_FILES);

	if (!(procview_snapshot_get_collected(snapshot) & PROCVIEW_COLLECT_DESCRIPTORS) ||
	    g_strcmp0(name, name_of(worker->contestant->backend)) == 0)
		return TRUE;
	*why = g_strdup_printf("files were read by %s", name != NULL ? name : "nobody");
	return FALSE;
}

/* What to collect, if not what the contestant stands for: 0. */
static gboolean
scan(Worker *worker, int pid, guint collect, char **why)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	procview_query_set_collect(query, collect != 0 ? collect : worker->contestant->collect);
	if (pid != 0)
		procview_query_add_pid(query, pid);
	snapshot = procview_scanner_scan(worker->scanner, query, &error);
	if (snapshot == NULL) {
		*why = g_strdup(error->message);
		return FALSE;
	}
	worker->counts[0] = procview_snapshot_get_n_processes(snapshot);
	worker->counts[1] = procview_snapshot_get_n_tasks(snapshot);
	worker->counts[2] = procview_snapshot_get_n_fd_tables(snapshot);
	worker->counts[3] = procview_snapshot_get_n_descriptors(snapshot);
	return is_what_it_says(worker, snapshot, why);
}

static void
serve_pass(Worker *worker, const char *request)
{
	g_autofree char *why = NULL;
	gint64 wall = now_ns(CLOCK_MONOTONIC), cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	guint collect = 0;
	struct rusage usage;
	gboolean done;
	int pid = 0;

	sscanf(request, "%d %u", &pid, &collect);
	if (worker->floor != NULL)
		done = floor_pass(worker->floor, worker->contestant->pass, pid, &why);
	else
		done = scan(worker, pid, collect, &why);
	wall = now_ns(CLOCK_MONOTONIC) - wall;
	cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	getrusage(RUSAGE_SELF, &usage);
	if (!done)
		printf("cannot %s\n", why);
	else
		printf("done %lld %lld %ld %u %u %u %u\n", (long long)wall, (long long)cpu,
		       usage.ru_maxrss, worker->counts[0], worker->counts[1], worker->counts[2],
		       worker->counts[3]);
}

static ProcviewSnapshot *
scan_with(Worker *worker, ProcviewCollect collect)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();

	procview_query_set_collect(query, collect);
	return procview_scanner_scan(worker->scanner, query, NULL);
}

static guint64
bytes_of_names(ProcviewSnapshot *snapshot)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	guint64 bytes = 0;

	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		for (guint j = 0; j < procview_fd_table_get_n_descriptors(table); j++) {
			ProcviewDescriptor *d = procview_fd_table_get_descriptor(table, j);
			const char *name = procview_file_get_path(procview_descriptor_get_file(d));

			if (name != NULL && g_hash_table_add(names, (char *)name))
				bytes += strlen(name) + 1;
		}
	}
	return bytes;
}

/* What descriptors take: a snapshot with them less one without. */
static void
serve_memory(Worker *worker)
{
	g_autoptr(ProcviewSnapshot) without = NULL, with = NULL;
	guint64 more = 0;

	if (worker->scanner != NULL) {
		without = scan_with(worker, PROCVIEW_COLLECT_TABLES);
		with = scan_with(worker, PROCVIEW_COLLECT_PATHS);
	}
	if (without == NULL || with == NULL) {
		printf("cannot be measured\n");
		return;
	}
	if (procview_snapshot_get_memory_bytes(with) > procview_snapshot_get_memory_bytes(without))
		more = procview_snapshot_get_memory_bytes(with) -
		       procview_snapshot_get_memory_bytes(without);
	printf("memory %llu %u %llu\n", (unsigned long long)more,
	       procview_snapshot_get_n_descriptors(with), (unsigned long long)bytes_of_names(with));
}

int
worker_main(const Contestant *contestant)
{
	Worker worker = {.contestant = contestant};
	gint64 begin = now_ns(CLOCK_MONOTONIC);
	g_autofree char *why = NULL;
	char line[64];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!worker_open(&worker, &why)) {
		printf("cannot %s\n", why);
		return 0;
	}
	printf("open %lld -\n", (long long)(now_ns(CLOCK_MONOTONIC) - begin));
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (strcmp(line, "memory\n") == 0)
			serve_memory(&worker);
		else
			serve_pass(&worker, line);
	}
	g_clear_object(&worker.scanner);
	g_clear_pointer(&worker.floor, floor_close);
	return 0;
}
