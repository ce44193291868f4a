/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What it costs, beside the peers, in one run on one machine: times as ratios, growth of the proc
 * inode cache, memory; and a verdict for each bound that the project has set itself.
 *
 *   bench [--quick] [--runs N]
 *
 * Peers do not know of open file descriptions, nor of details of threads: where speed is compared,
 * the library is asked for what lsof -nP -Ki tells. Exit status 1: a bound was not kept.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contest.h"
#include "pv-test.h"
#include "slab.h"

#define AS_LSOF	 (PROCVIEW_COLLECT_ALL & ~PROCVIEW_COLLECT_DESCRIPTIONS & ~PROCVIEW_COLLECT_THREADS)
#define AS_PTREE (PROCVIEW_COLLECT_ALL & ~PROCVIEW_COLLECT_THREADS)

enum {
	PIDFD_AS_PTREE,
	PROCFS_AS_PTREE,
	PIDFD_ALL,
	PROCFS_ALL,
	PIDFD_AS_LSOF,
	PROCFS_AS_LSOF,
	PIDFD_COUNTS,
	PROCFS_COUNTS,
	LSOF,
	LSFD,
	FIND,
	N_CONTESTANTS,
};

/* clang-format off */
static const Contestant contestants[N_CONTESTANTS] = {
	{"pidfd, as ptree -f -J", PROCVIEW_BACKEND_PIDFD, AS_PTREE, NULL},
	{"procfs, as ptree -f -J", PROCVIEW_BACKEND_PROCFS, AS_PTREE, NULL},
	{"pidfd, everything", PROCVIEW_BACKEND_PIDFD, PROCVIEW_COLLECT_ALL, NULL},
	{"procfs, everything", PROCVIEW_BACKEND_PROCFS, PROCVIEW_COLLECT_ALL, NULL},
	{"pidfd, what lsof tells", PROCVIEW_BACKEND_PIDFD, AS_LSOF, NULL},
	{"procfs, what lsof tells", PROCVIEW_BACKEND_PROCFS, AS_LSOF, NULL},
	{"pidfd, counts only", PROCVIEW_BACKEND_PIDFD, PROCVIEW_COLLECT_TABLES, NULL},
	{"procfs, counts only", PROCVIEW_BACKEND_PROCFS, PROCVIEW_COLLECT_TABLES, NULL},
	{"lsof -nP -Ki", PROCVIEW_BACKEND_AUTO, 0, "lsof -nP -Ki"},
	{"lsfd", PROCVIEW_BACKEND_AUTO, 0, "lsfd"},
	{"find of fd, leaders only", PROCVIEW_BACKEND_AUTO, 0,
	 "find /proc/[0-9]*/fd -mindepth 1 -printf %l\\\\n"},
};

enum { MASSIVE, SHARING, UNSHARED, ZOMBIE, MANY, N_SCENES };

static const struct {
	const char *title;
	const char *scene;
	const char *params[3], *quick[3];
} scenes[N_SCENES] = {
	{"one process, 4096 threads x 16384 files", "massive",
	 {"T=4096", "F=16384", "LEADER=sharing"}, {"T=512", "F=2048", "LEADER=sharing"}},
	{"one process, 1024 threads x 4096 files", "massive",
	 {"T=1024", "F=4096", "LEADER=sharing"}, {"T=256", "F=1024", "LEADER=sharing"}},
	{"the same, leader unshared", "massive",
	 {"T=1024", "F=4096", "LEADER=unshared"}, {"T=256", "F=1024", "LEADER=unshared"}},
	{"the same, leader a zombie", "massive",
	 {"T=1024", "F=4096", "LEADER=zombie"}, {"T=256", "F=1024", "LEADER=zombie"}},
	{"5000 processes x 20 files", "many", {"P=5000", "F=20", "TELL=0"},
	 {"P=500", "F=20", "TELL=0"}},
};
/* clang-format on */

static guint n_runs = 3, n_failed;
static gboolean quick;
static Result results[N_SCENES][N_CONTESTANTS];
static double alone_ms, among_many_ms;

static void
verdict(gboolean kept, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_print("%s: %s\n", kept ? "kept  " : "BROKEN", text);
	n_failed += !kept;
}

static void
print_row(const char *name, const Result *result, const Result *lsof)
{
	g_autofree char *ratio = g_strdup("-");
	g_autofree char *inodes = g_strdup("?");

	if (!result->ran) {
		g_print("  %-26s not run\n", name);
		return;
	}
	if (lsof->ran) {
		g_free(ratio);
		ratio = g_strdup_printf("%.1f x", lsof->ms / result->ms);
	}
	if (result->inodes != G_MININT64) {
		g_free(inodes);
		inodes = g_strdup_printf("%" G_GINT64_FORMAT, result->inodes);
	}
	g_print("  %-26s %9.1f ms (%.1f to %.1f) %9s %9s\n", name, result->ms, result->min_ms,
		result->max_ms, ratio, inodes);
}

static void
run_scene(guint index)
{
	const char *const *params = quick ? scenes[index].quick : scenes[index].params;
	g_autoptr(PvTestScene) scene =
		pv_test_scene_start(scenes[index].scene, params[0], params[1], params[2], NULL);
	Result *row = results[index];

	g_print("\n%s%s\n", scenes[index].title, quick ? " (reduced)" : "");
	for (guint i = 0; scene != NULL && i < N_CONTESTANTS; i++)
		row[i] = contest_run(&contestants[i], 0, n_runs);
	g_print("  %u processes, %u threads, %u tables, %u descriptors\n", row[0].n_processes,
		row[0].n_threads, row[0].n_tables, row[0].n_descriptors);
	g_print("  %-26s %12s %18s %9s %9s\n", "", "median", "", "to lsof", "inodes");
	for (guint i = 0; i < N_CONTESTANTS; i++)
		print_row(contestants[i].name, &row[i], &row[LSOF]);
}

/* One process, asked for by its number, alone on the machine and among many. */
static void
run_one_process(void)
{
	g_autoptr(PvTestScene) seed = pv_test_scene_start("seed", NULL);
	g_autoptr(PvTestScene) many = NULL;
	int pid = pv_test_scene_number(seed, "process", 0, 0);

	alone_ms = contest_run(&contestants[PIDFD_AS_PTREE], pid, 15).ms;
	many = pv_test_scene_start("many", quick ? "P=500" : "P=5000", "F=20", NULL);
	among_many_ms = contest_run(&contestants[PIDFD_AS_PTREE], pid, 15).ms;
	g_print("\none process of nine descriptors: %.2f ms, among many %.2f ms\n", alone_ms,
		among_many_ms);
}

static void
judge_inodes(guint scene, guint contestant, gboolean per_file)
{
	const Result *r = &results[scene][contestant];
	gint64 bound = (per_file ? 2 * (gint64)r->n_descriptors : 0) + r->n_threads +
		       3 * (gint64)r->n_processes + 100;

	if (!r->ran || r->inodes == G_MININT64)
		g_print("unknown: inodes of %s\n", contestants[contestant].name);
	else
		verdict(r->inodes < bound, "%s, %s: %d inodes, bound %d", scenes[scene].title,
			contestants[contestant].name, (int)r->inodes, (int)bound);
}

static void
judge_speed(guint scene, guint contestant)
{
	const Result *r = &results[scene][contestant], *lsof = &results[scene][LSOF];

	if (r->ran && lsof->ran)
		verdict(r->ms < lsof->ms, "%s, %s: %.1f x as fast as lsof -nP -Ki",
			scenes[scene].title, contestants[contestant].name, lsof->ms / r->ms);
}

/* An unusual leader must not make it slower; one more table may take what one table takes. */
static void
judge_leader(guint scene, guint contestant)
{
	const Result *r = &results[scene][contestant], *usual = &results[SHARING][contestant];

	if (r->ran && usual->ran)
		verdict(r->ms < 2 * usual->ms, "%s, %s: %.2f times as long as sharing",
			scenes[scene].title, contestants[contestant].name, r->ms / usual->ms);
}

static void
judge_memory(guint scene)
{
	const Result *r = &results[scene][PIDFD_COUNTS], *whole = &results[scene][PIDFD_AS_PTREE];
	guint64 bytes;

	if (!r->ran || !whole->ran || whole->n_descriptors == 0)
		return;
	/* What the snapshot takes beyond that of the tasks: descriptors and their names. */
	bytes = whole->memory_bytes - MIN(r->memory_bytes, whole->memory_bytes);
	g_print("memory: %s: %.1f bytes a descriptor, with names and command lines\n",
		scenes[scene].title, (double)bytes / whole->n_descriptors);
}

static void
judge(void)
{
	/* Of a zombie leader lsof sees nothing, of an unshared one half: that is other work. */
	static const guint same_work[] = {MASSIVE, SHARING, MANY};

	g_print("\n");
	/* The bound is one for threads and their files, not for five thousand command lines. */
	for (guint i = MASSIVE; i <= ZOMBIE; i++) {
		judge_inodes(i, PIDFD_AS_PTREE, FALSE);
		judge_inodes(i, PROCFS_AS_PTREE, TRUE);
	}
	for (guint i = 0; i < G_N_ELEMENTS(same_work); i++) {
		judge_speed(same_work[i], PIDFD_AS_LSOF);
		judge_speed(same_work[i], PROCFS_AS_LSOF);
	}
	for (guint i = UNSHARED; i <= ZOMBIE; i++) {
		judge_leader(i, PIDFD_AS_LSOF);
		judge_leader(i, PROCFS_AS_LSOF);
	}
	for (guint i = 0; i < N_SCENES; i++)
		judge_memory(i);
	verdict(among_many_ms < 2 * alone_ms + 0.5,
		"one process: %.2f ms alone, %.2f ms among many", alone_ms, among_many_ms);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--quick") == 0)
			quick = TRUE;
		else if (strcmp(argv[i], "--runs") == 0 && ++i < argc)
			n_runs = (guint)CLAMP(g_ascii_strtoull(argv[i], NULL, 10), 1, 99);
		else
			return 2;
	}
	if (geteuid() != 0 || pv_slab_proc_inodes() < 0) {
		g_print("needs root and a readable /proc/slabinfo\n");
		return 77;
	}
	alarm(900);
	for (guint i = 0; i < N_SCENES; i++)
		run_scene(i);
	run_one_process();
	judge();
	return n_failed > 0 ? 1 : 0;
}
