/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who types a question waits for the whole command: its start, opening, the scan, and what is
 * printed. Here each command is timed as a whole, in turns with the others of its question, on an
 * idle machine, beside one process with very many threads and files, and among very many processes.
 *
 * The file and the port that are asked for are those of a process that sleeps; on an idle machine
 * it is also the one that is asked for by its number. A command that does not find it says so by
 * its exit status, and is left out: who finds nothing would look fast.
 *
 * Nothing is dropped from caches in between. Addresses and ports stay numbers, for to look up their
 * names takes what it takes; and lsof is spared the copies of threads.
 */
#include "commands.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "measure.h"

#define MAX_RUNS    40
#define TIMES_IDLE  4 /* as many runs, for they are short */
#define PATIENCE_MS 15000
/* CLOSE_RANGE_CLOEXEC, 5.11 */
#define SET_CLOSE_ON_EXEC 4

#ifndef BENCH_PTREE
#define BENCH_PTREE "ptree"
#endif

/* clang-format off */
const Command commands[N_COMMANDS] = {
	[PTREE_TREE] = {QUESTION_TREE, "ptree", {BENCH_PTREE}, FALSE},
	[PSTREE_TREE] = {QUESTION_TREE, "pstree -p", {"pstree", "-p"}, FALSE},
	[PTREE_PID] = {QUESTION_PID, "ptree PID -f", {BENCH_PTREE, "PID", "-f"}, FALSE},
	[LSOF_PID] = {QUESTION_PID, "lsof -nP -p PID", {"lsof", "-nP", "-Ki", "-p", "PID"}, TRUE},
	[PTREE_FILE] = {QUESTION_FILE, "ptree FILE", {BENCH_PTREE, "FILE"}, FALSE},
	[LSOF_FILE] = {QUESTION_FILE, "lsof -nP FILE", {"lsof", "-nP", "-Ki", "FILE"}, TRUE},
	[FUSER_FILE] = {QUESTION_FILE, "fuser FILE", {"fuser", "FILE"}, FALSE},
	[PTREE_PORT] = {QUESTION_PORT, "ptree :PORT", {BENCH_PTREE, ":PORT"}, FALSE},
	[LSOF_PORT] = {QUESTION_PORT, "lsof -nP -i :PORT", {"lsof", "-nP", "-Ki", "-i", ":PORT"}, TRUE},
	[SS_PORT] = {QUESTION_PORT, "ss -ltnp sport = :PORT", {"ss", "-ltnp", "sport = :PORT"}, FALSE},
};

const char *const stage_names[N_STAGES] = {
	[ON_IDLE] = "idle", [ON_SEED] = "seed", [ON_MANY] = "many",
};

static const gint stage_scenes[N_STAGES] = {[ON_IDLE] = -1, [ON_SEED] = SEED, [ON_MANY] = MANY};
/* clang-format on */

/* The process that sleeps, and what it has open. */
typedef struct {
	pid_t pid;
	char *file;
	guint port;
} Subject;

typedef struct {
	char **argv;
	double walls[MAX_RUNS];
	double cpus[MAX_RUNS];
	guint n_runs;
	double spent_ms;
	char *why;
} Timing;

guint
command_of_ours(guint command)
{
	static const guint ours[N_QUESTIONS] = {PTREE_TREE, PTREE_PID, PTREE_FILE, PTREE_PORT};

	return ours[commands[command].question];
}

static int
listen_somewhere(guint *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, 1) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		return -1;
	*port = ntohs(address.sin_port);
	return fd;
}

static gboolean
subject_start(Subject *subject)
{
	char *argv[] = {(char *)"sleep", (char *)"100000", NULL};
	int file, port;

	*subject = (Subject){.file = g_strdup("/tmp/procview-bench-XXXXXX")};
	/* The child shall have these two, and nothing that was left open for the benchmark. */
	syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, SET_CLOSE_ON_EXEC);
	file = mkstemp(subject->file);
	port = listen_somewhere(&subject->port);
	if (file >= 0 && port >= 0)
		subject->pid = child_start(argv, &(ChildFiles){-1, -1, -1});
	if (file >= 0)
		close(file);
	if (port >= 0)
		close(port);
	return subject->pid > 0;
}

static void
subject_end(Subject *subject)
{
	if (subject->pid > 0) {
		kill(subject->pid, SIGKILL);
		child_wait(subject->pid, NULL);
	}
	unlink(subject->file);
	g_free(subject->file);
}

static char *
fill_in(const char *word, const Subject *subject, pid_t pid)
{
	g_autoptr(GString) text = g_string_new(word);
	g_autofree char *port = g_strdup_printf(":%u", subject->port);
	g_autofree char *number = g_strdup_printf("%d", pid);

	if (strcmp(word, "FILE") == 0)
		return g_strdup(subject->file);
	if (strcmp(word, "PID") == 0)
		return g_steal_pointer(&number);
	g_string_replace(text, ":PORT", port, 0);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static char **
command_argv(const Command *command, const Subject *subject, pid_t pid)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (guint i = 0; i < G_N_ELEMENTS(command->words) && command->words[i] != NULL; i++) {
		g_autofree char *word = fill_in(command->words[i], subject, pid);

		g_strv_builder_add(words, word);
	}
	return g_strv_builder_end(words);
}

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double
ms_of(const struct timeval *time)
{
	return (double)time->tv_sec * 1e3 + (double)time->tv_usec / 1e3;
}

static void
take_turn(Timing *timing)
{
	struct rusage usage = {0};
	double begin, wall;
	pid_t pid;
	int status;

	if (timing->why != NULL || (timing->n_runs > 0 && timing->spent_ms > PATIENCE_MS))
		return;
	begin = now_ms();
	pid = child_start(timing->argv, &(ChildFiles){-1, -1, -1});
	status = pid > 0 ? child_wait(pid, &usage) : -1;
	wall = now_ms() - begin;
	if (status != 0) {
		timing->why = g_strdup_printf("%s: exit status %d", timing->argv[0], status);
		return;
	}
	timing->walls[timing->n_runs] = wall;
	timing->cpus[timing->n_runs++] = ms_of(&usage.ru_utime) + ms_of(&usage.ru_stime);
	timing->spent_ms += wall;
}

static void
begin(Timing *timing, const Command *command, const Subject *subject, pid_t pid)
{
	g_autofree char *path = NULL;

	timing->argv = command_argv(command, subject, pid);
	path = g_find_program_in_path(timing->argv[0]);
	if (path == NULL)
		timing->why = g_strdup_printf("%s is not installed", timing->argv[0]);
}

static void
end(Timing *timing, CommandResult *result)
{
	result->why = timing->why;
	if (timing->n_runs > 0 && timing->why == NULL) {
		result->n_runs = timing->n_runs;
		result->wall_ms = median(timing->walls, timing->n_runs);
		result->wall_min_ms = timing->walls[0];
		result->wall_max_ms = timing->walls[timing->n_runs - 1];
		result->cpu_ms = median(timing->cpus, timing->n_runs);
	}
	g_strfreev(timing->argv);
}

static void
measure_stage(Bench *bench, guint stage, const Subject *subject, pid_t pid)
{
	g_autofree Timing *timings = g_new0(Timing, N_COMMANDS);
	guint n_runs = MIN(bench->n_runs, MAX_RUNS / TIMES_IDLE);

	if (stage == ON_IDLE && !bench->quick)
		n_runs *= TIMES_IDLE;
	for (guint i = 0; i < N_COMMANDS; i++)
		begin(&timings[i], &commands[i], subject, pid);
	for (guint round = 0; round < n_runs; round++)
		for (guint i = 0; i < N_COMMANDS; i++)
			take_turn(&timings[(round + i) % N_COMMANDS]);
	for (guint i = 0; i < N_COMMANDS; i++)
		end(&timings[i], &bench->commands[stage][i]);
}

void
measure_commands(Bench *bench)
{
	for (guint stage = 0; stage < N_STAGES; stage++) {
		g_autoptr(PvTestScene) scene = NULL;
		Subject subject;
		gboolean started = subject_start(&subject);
		pid_t pid = subject.pid;

		if (started && stage_scenes[stage] >= 0) {
			scene = scene_start(&scene_infos[stage_scenes[stage]], bench->quick);
			started = scene != NULL;
			pid = started ? scene_get_pid(scene) : 0;
		}
		if (started)
			measure_stage(bench, stage, &subject, pid);
		subject_end(&subject);
	}
}
