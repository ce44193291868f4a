/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * When one scan is worth opening BPF for, on machines of every size. Cases lie far from where the
 * two ways cost the same, so that a figure measured anew changes none of them.
 */
#include <fcntl.h>
#include <unistd.h>

#include "backend/bpf/bpf.h"
#include "core/query.h"
#include "snapshot/opening.h"

#define N_FILES 600

static const PvMachine idle = {40, 60, 500};
static const PvMachine many_processes = {5000, 5050, 100000};
static const PvMachine many_threads = {60, 40000, 500};
static const PvMachine many_files = {60, 80, 200000};

static void
test_idle(void)
{
	g_assert_false(pv_opening_pays(&idle, PV_COLLECT_TABLES | PV_COLLECT_COMMANDS, 0, 0));
	g_assert_false(pv_opening_pays(&idle, PV_COLLECT_DESCRIPTORS, 0, 0));
	g_assert_false(pv_opening_pays(&idle, PV_COLLECT_EVERYTHING, 0, PV_BPF_ALL));
}

static void
test_many_processes(void)
{
	g_assert_true(pv_opening_pays(&many_processes, 0, 0, 0));
	g_assert_true(pv_opening_pays(&many_processes, PV_COLLECT_EVERYTHING, 0, PV_BPF_ALL));
}

/* Only where tables are asked for are threads looked at one by one. */
static void
test_many_threads(void)
{
	g_assert_false(pv_opening_pays(&many_threads, PV_COLLECT_COMMANDS, 0, 0));
	g_assert_true(pv_opening_pays(&many_threads, PV_COLLECT_TABLES, 0, 0));
	/* They may all be of the one that was asked for. */
	g_assert_true(pv_opening_pays(&many_threads, PV_COLLECT_TABLES, 1, 0));
}

static void
test_many_files(void)
{
	g_assert_false(pv_opening_pays(&many_files, PV_COLLECT_TABLES, 0, 0));
	g_assert_true(pv_opening_pays(&many_files, PV_COLLECT_DESCRIPTORS, 0, 0));
	g_assert_true(pv_opening_pays(&many_files, PV_COLLECT_DESCRIPTORS, 1, PV_BPF_ALL));
}

/* One process of many: others cost nothing. */
static void
test_one_process(void)
{
	const PvMachine machine = {1500, 1600, 1500};

	g_assert_true(pv_opening_pays(&machine, PV_COLLECT_COMMANDS, 0, 0));
	g_assert_false(pv_opening_pays(&machine, PV_COLLECT_COMMANDS, 1, 0));
	/* More numbers than there are processes are no more work than all of them. */
	g_assert_true(pv_opening_pays(&machine, PV_COLLECT_COMMANDS, G_MAXUINT, 0));
}

/* What is dearer to open must save more. */
static void
test_parts(void)
{
	gboolean paid = FALSE;

	for (guint64 n = 0; n < 20000; n += 100) {
		const PvMachine machine = {n, n, 10 * n};
		gboolean all = pv_opening_pays(&machine, PV_COLLECT_DESCRIPTORS, 0, PV_BPF_ALL);

		g_assert_true(!all || pv_opening_pays(&machine, PV_COLLECT_DESCRIPTORS, 0, 0));
		/* Where it pays, it pays on any machine that is larger. */
		g_assert_true(all || !paid);
		paid = all;
	}
	g_assert_true(paid);
}

/* Of few processes procfs shows what is no matter of descriptors. */
static void
test_which_parts(void)
{
	const PvMachine one = {1, 5000, 20000};

	g_assert_cmpuint(pv_opening_parts(&one, PV_COLLECT_TABLES | PV_COLLECT_COMMANDS), ==, 0);
	g_assert_cmpuint(pv_opening_parts(&one, PV_COLLECT_DESCRIPTORS), ==, PV_BPF_FILES);
	g_assert_cmpuint(pv_opening_parts(&one, PV_COLLECT_ALL), ==, PV_BPF_NAMES);
	g_assert_cmpuint(pv_opening_parts(&one, PV_COLLECT_ALL | PV_COLLECT_DETAILS), ==,
			 PV_BPF_DETAILS);
	g_assert_cmpuint(pv_opening_parts(&one, PV_COLLECT_EVERYTHING), ==,
			 PV_BPF_DETAILS | PV_BPF_SETTINGS);
	g_assert_cmpuint(pv_opening_parts(&many_processes, 0), ==, 0);
	g_assert_cmpuint(pv_opening_parts(&many_processes, PV_COLLECT_COMMANDS), ==,
			 PV_BPF_COMMANDS);
	g_assert_cmpuint(pv_opening_parts(&many_processes, PV_COLLECT_EVERYTHING), ==,
			 PV_BPF_ALL & ~(guint)(PV_BPF_FILES | PV_BPF_NAMES));
}

static void
test_parse(void)
{
	PvMachine machine = {0};

	g_assert_true(
		pv_machine_parse("0.20 0.18 0.12 1/4162 11206\n", "16432\t0\t2466193\n", &machine));
	g_assert_cmpuint(machine.n_threads, ==, 4162);
	g_assert_cmpuint(machine.n_files, ==, 16432);
	g_assert_false(pv_machine_parse("0.20 0.18 0.12", "16432\t0\t1\n", &machine));
	g_assert_false(pv_machine_parse("0.20 0.18 0.12 1/ 1\n", "16432\t0\t1\n", &machine));
	g_assert_false(pv_machine_parse("0.20 0.18 0.12 1/2 1\n", "", &machine));
	g_assert_false(pv_machine_parse("0.20 1/99999999999999999999 1\n", "1\t", &machine));
}

/* There is at least this process, and it has files open: more than a processor keeps to itself. */
static void
test_look(void)
{
	int fds[N_FILES];
	PvMachine machine;

	for (guint i = 0; i < N_FILES; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pv_machine_look(&machine);
	g_assert_cmpuint(machine.n_processes, >, 1);
	g_assert_cmpuint(machine.n_threads, >, 0);
	g_assert_cmpuint(machine.n_files, >, 2);
	for (guint i = 0; i < N_FILES; i++)
		close(fds[i]);
}

/* This process alone is less than the machine; and as much as it has been found to have. */
static void
test_narrow(void)
{
	const PvContext context = {.proc_path = "/proc", .has_counts = TRUE};
	const PvContext before_6_2 = {.proc_path = "/proc"};
	const gint32 pids[] = {getpid(), G_MAXINT32};
	PvMachine machine = many_processes;

	pv_machine_narrow(&machine, &context, pids, 0);
	g_assert_cmpuint(machine.n_threads, ==, many_processes.n_threads);
	pv_machine_narrow(&machine, &context, pids, G_N_ELEMENTS(pids));
	g_assert_cmpuint(machine.n_processes, ==, 2);
	g_assert_cmpuint(machine.n_threads, ==, 1);
	g_assert_cmpuint(machine.n_files, <, 1000);
	g_assert_false(pv_opening_pays(&machine, PV_COLLECT_EVERYTHING, 2, PV_BPF_ALL));

	machine = many_files;
	pv_machine_narrow(&machine, &before_6_2, pids, G_N_ELEMENTS(pids));
	g_assert_cmpuint(machine.n_threads, ==, 1);
	g_assert_cmpuint(machine.n_files, ==, many_files.n_files);

	/* That would be most of them. */
	machine = (PvMachine){4, 5, 6};
	pv_machine_narrow(&machine, &context, pids, G_N_ELEMENTS(pids));
	g_assert_cmpuint(machine.n_processes, ==, 4);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/opening/idle", test_idle);
	g_test_add_func("/snapshot/opening/many-processes", test_many_processes);
	g_test_add_func("/snapshot/opening/many-threads", test_many_threads);
	g_test_add_func("/snapshot/opening/many-files", test_many_files);
	g_test_add_func("/snapshot/opening/one-process", test_one_process);
	g_test_add_func("/snapshot/opening/parts", test_parts);
	g_test_add_func("/snapshot/opening/which-parts", test_which_parts);
	g_test_add_func("/snapshot/opening/parse", test_parse);
	g_test_add_func("/snapshot/opening/look", test_look);
	g_test_add_func("/snapshot/opening/narrow", test_narrow);
	return g_test_run();
}
