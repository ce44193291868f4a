/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A runner is either a command that is started for each run, or a worker that stays and is asked:
 * the library and the floor, as they are used within a program, and psutil within python.
 */
#include "runner.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "child.h"

struct _Runner {
	const Contestant *contestant;
	int pid;
	char **argv; /* of a command */
	/* Of a worker: */
	pid_t child;
	FILE *to;
	FILE *from;
	double open_ms;
	char *said; /* when it was ready */
};

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

static char *
say_version(const Contestant *contestant)
{
	const char *argv[] = {contestant->command[0], contestant->version, NULL};

	return child_output((char **)argv);
}

/* Commands say more than a number, each in its own way. */
static char *
find_version(const char *text)
{
	g_autoptr(GRegex) regex = g_regex_new("[0-9]+(\\.[0-9]+)+", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (text == NULL || !g_regex_match(regex, text, 0, &match))
		return NULL;
	return g_match_info_fetch(match, 0);
}

/* The answer to a request, without its end; NULL: the worker has ended. */
static char *
ask(Runner *runner, const char *request)
{
	char line[512];

	if (request != NULL) {
		fputs(request, runner->to);
		fflush(runner->to);
	}
	if (fgets(line, sizeof(line), runner->from) == NULL)
		return NULL;
	return g_strdup(g_strchomp(line));
}

static gboolean
spawn_worker(Runner *runner, char **argv)
{
	int to[2] = {-1, -1}, from[2] = {-1, -1};

	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
		return FALSE;
	runner->child = child_start(argv, &(ChildFiles){to[0], from[1], STDERR_FILENO});
	close(to[0]);
	close(from[1]);
	runner->to = fdopen(to[1], "w");
	runner->from = fdopen(from[0], "r");
	return runner->child > 0 && runner->to != NULL && runner->from != NULL;
}

static char *
reason_of(const char *answer)
{
	if (answer != NULL && g_str_has_prefix(answer, "cannot "))
		return g_strdup(answer + strlen("cannot "));
	return g_strdup("its process ended");
}

static gboolean
start_worker(Runner *runner, char **why)
{
	const Contestant *contestant = runner->contestant;
	g_autofree char *index = g_strdup_printf("--worker=%d", (int)(contestant - contestants));
	char *self[] = {(char *)BENCH_PROGRAM, index, NULL};
	g_auto(GStrv) script = NULL;
	g_autofree char *answer = NULL;
	char version[64] = "";
	long long open_ns = 0;

	if (contestant->kind == CONTESTANT_SCRIPT)
		script = contestant_argv(contestant, 0);
	if (spawn_worker(runner, script != NULL ? script : self))
		answer = ask(runner, NULL);
	if (answer == NULL || sscanf(answer, "open %lld %63s", &open_ns, version) < 1) {
		*why = reason_of(answer);
		return FALSE;
	}
	runner->open_ms = (double)open_ns / 1e6;
	runner->said = g_strdup(version);
	return TRUE;
}

static gboolean
start_command(Runner *runner, char **why)
{
	if (!contestant_is_installed(runner->contestant, why))
		return FALSE;
	runner->argv = contestant_argv(runner->contestant, runner->pid);
	return TRUE;
}

Runner *
runner_start(const Contestant *contestant, int pid, char **why)
{
	g_autoptr(Runner) runner = g_new0(Runner, 1);
	gboolean started;

	runner->contestant = contestant;
	runner->pid = pid;
	started = contestant->kind == CONTESTANT_COMMAND ? start_command(runner, why)
							 : start_worker(runner, why);
	return started ? g_steal_pointer(&runner) : NULL;
}

void
runner_end(Runner *runner)
{
	g_clear_pointer(&runner->to, fclose);
	g_clear_pointer(&runner->from, fclose);
	if (runner->child > 0)
		child_wait(runner->child, NULL);
	g_strfreev(runner->argv);
	g_free(runner->said);
	g_free(runner);
}

char *
runner_dup_version(Runner *runner)
{
	g_autofree char *text = NULL;

	if (runner->contestant->kind == CONTESTANT_COMMAND)
		text = say_version(runner->contestant);
	return find_version(text != NULL ? text : runner->said);
}

double
runner_get_open_ms(Runner *runner)
{
	return runner->open_ms;
}

void
runner_warm(Runner *runner)
{
	if (runner->contestant->kind == CONTESTANT_COMMAND)
		g_free(say_version(runner->contestant));
}

static gboolean
run_command(Runner *runner, Sample *sample, char **why)
{
	struct rusage usage = {0};
	double begin = now_ms();
	pid_t pid = child_start(runner->argv, &(ChildFiles){-1, -1, -1});

	int status = pid > 0 ? child_wait(pid, &usage) : -1;

	/* 1 is "nothing found" or "not all could be seen" to all of them. */
	if (status != 0 && status != 1) {
		*why = g_strdup_printf("%s: exit status %d", runner->argv[0], status);
		return FALSE;
	}
	*sample = (Sample){
		.wall_ms = now_ms() - begin,
		.cpu_ms = ms_of(&usage.ru_utime) + ms_of(&usage.ru_stime),
		.rss_kib = (guint64)usage.ru_maxrss,
	};
	return TRUE;
}

static gboolean
run_worker(Runner *runner, const char *request, Sample *sample, char **why)
{
	g_autofree char *answer = ask(runner, request);
	long long wall = 0, cpu = 0, rss = 0;

	*sample = (Sample){0};
	if (answer == NULL || sscanf(answer, "done %lld %lld %lld %u %u %u %u", &wall, &cpu, &rss,
				     &sample->n_processes, &sample->n_threads, &sample->n_tables,
				     &sample->n_descriptors) != 7) {
		*why = reason_of(answer);
		return FALSE;
	}
	sample->wall_ms = (double)wall / 1e6;
	sample->cpu_ms = (double)cpu / 1e6;
	sample->rss_kib = (guint64)rss;
	return TRUE;
}

gboolean
runner_run(Runner *runner, Sample *sample, char **why)
{
	g_autofree char *request = g_strdup_printf("%d\n", runner->pid);

	if (runner->contestant->kind == CONTESTANT_COMMAND)
		return run_command(runner, sample, why);
	return run_worker(runner, request, sample, why);
}

gboolean
runner_run_with(Runner *runner, guint collect, Sample *sample, char **why)
{
	g_autofree char *request = g_strdup_printf("%d %u\n", runner->pid, collect);

	return run_worker(runner, request, sample, why);
}

MemoryUse
runner_memory(Runner *runner)
{
	g_autofree char *answer = NULL;
	unsigned long long bytes, n, names;

	if (runner->contestant->kind == CONTESTANT_LIBRARY)
		answer = ask(runner, "memory\n");
	if (answer == NULL || sscanf(answer, "memory %llu %llu %llu", &bytes, &n, &names) != 3)
		return (MemoryUse){0};
	return (MemoryUse){bytes, n, names};
}
