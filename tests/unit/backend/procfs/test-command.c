/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Arguments, program and limit: those of this very process, also when they are to be fetched later.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>

#include "backend/procfs/command.h"
#include "backend/procfs/lister.h"
#include "backend/registry.h"

/* This process, or a child of it, as the lister leaves it. */
static PvStore *
list_one(const PvContext *context, guint collect, gint32 pid)
{
	g_autoptr(GError) error = NULL;
	PvStore *store = pv_store_new();
	PvQuery *query = pv_query_new();

	pv_query_set_collect(query, collect);
	g_assert_true(pv_procfs_list_one(context, query, pid, store, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(store->processes.n, ==, 1);
	pv_query_unref(query);
	return store;
}

static void
probe(PvContext *context)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_context_probe(context, NULL, &error));
	g_assert_no_error(error);
	if (context->foreign)
		g_error("/proc is of another pid namespace");
}

static void
assert_arguments(const PvStore *store, const PvProcess *process)
{
	g_autofree char *cmdline = NULL;
	gsize length;

	g_assert_true(g_file_get_contents("/proc/self/cmdline", &cmdline, &length, NULL));
	g_assert_true(process->known & PV_PROCESS_COMMAND);
	g_assert_cmpmem(pv_store_string(store, process->cmdline), process->cmdline_len + 1, cmdline,
			length);
	g_assert_cmpuint(process->n_arguments, >=, 1);
}

static void
assert_exe(const PvStore *store, const PvProcess *process)
{
	g_autofree char *exe = g_file_read_link("/proc/self/exe", NULL);

	g_assert_cmpstr(pv_store_string(store, process->exe), ==, exe);
}

static void
test_listed(void)
{
	PvContext context;
	PvStore *store;

	probe(&context);
	store = list_one(&context, PV_COLLECT_COMMANDS, getpid());
	assert_arguments(store, pv_store_process(store, 0));
	assert_exe(store, pv_store_process(store, 0));
	pv_store_unref(store);
}

static void
test_fetched(void)
{
	PvContext context;
	PvStore *store;
	PvProcess *process;

	probe(&context);
	store = list_one(&context, 0, getpid());
	process = pv_store_process(store, 0);
	g_assert_cmpint(pv_procfs_look_up_command(&context, store, process), ==, 0);
	g_assert_cmpuint(process->cmdline, ==, 0);
	g_assert_cmpuint(process->exe, ==, 0);

	process->known |= PV_PROCESS_LONG_EXE;
	g_assert_cmpint(pv_procfs_look_up_command(&context, store, process), ==, 0);
	g_assert_false(process->known & (PV_PROCESS_LONG_EXE | PV_PROCESS_COMMAND));
	g_assert_cmpuint(process->cmdline, ==, 0);
	assert_exe(store, process);

	/* What is there already is taken over by what is read. */
	process->known |= PV_PROCESS_LONG_COMMAND | PV_PROCESS_COMMAND;
	process->cmdline = process->exe;
	process->n_arguments = 99;
	g_assert_cmpint(pv_procfs_look_up_command(&context, store, process), ==, 0);
	g_assert_false(process->known & PV_PROCESS_LONG_COMMAND);
	g_assert_cmpuint(process->n_arguments, <, 99);
	assert_arguments(store, process);
	pv_store_unref(store);
}

static void
test_another_process(void)
{
	const guint both = PV_PROCESS_LONG_COMMAND | PV_PROCESS_LONG_EXE;
	PvContext context;
	PvStore *store;
	PvProcess *process;

	probe(&context);
	store = list_one(&context, 0, getpid());
	process = pv_store_process(store, 0);
	process->known |= both;
	pv_store_task(store, 0)->identity ^= 1;
	pv_store_task(store, 0)->start_time_ns += 10000000;
	g_assert_cmpint(pv_procfs_look_up_command(&context, store, process), <, 0);
	g_assert_cmpuint(process->known & both, ==, both);
	g_assert_cmpuint(process->cmdline, ==, 0);
	g_assert_cmpuint(process->exe, ==, 0);
	pv_store_unref(store);
}

/* By prlimit(2), and, where the numbers are not ours, from the file. */
static void
test_limits(void)
{
	struct rlimit limit;
	PvContext context;

	probe(&context);
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	for (guint foreign = 0; foreign < 2; foreign++) {
		PvStore *store;
		const PvProcess *process;

		context.foreign = foreign;
		store = list_one(&context, PV_COLLECT_LIMITS, getpid());
		process = pv_store_process(store, 0);
		g_assert_true(process->known & PV_PROCESS_LIMITS);
		g_assert_cmpuint(process->fd_limit_soft, ==, limit.rlim_cur);
		g_assert_cmpuint(process->fd_limit_hard, ==, limit.rlim_max);
		pv_store_unref(store);
	}
}

/* No descriptor left is the end of a scan; a file that is not there is not. */
static void
test_what_ends_a_scan(void)
{
	struct rlimit limit, few;
	g_auto(PvBuffer) text = {0};
	pv_autofd dir = pv_open_dir(AT_FDCWD, "/proc/self");
	pv_autofd empty = pv_open_dir(AT_FDCWD, "/proc/self/task");
	PvStore *store = pv_store_new();
	PvProcess process = {0};
	int status;

	g_assert_cmpint(pv_procfs_read_command(store, &process, empty, PV_COMMAND_ALL, &text), ==,
			0);
	g_assert_cmpuint(process.known, ==, 0);
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	few = (struct rlimit){0, limit.rlim_max};
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &few), ==, 0);
	status = pv_procfs_read_command(store, &process, dir, PV_COMMAND_ALL, &text);
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	g_assert_cmpint(status, ==, -EMFILE);
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/command/listed", test_listed);
	g_test_add_func("/backend/procfs/command/fetched", test_fetched);
	g_test_add_func("/backend/procfs/command/another-process", test_another_process);
	g_test_add_func("/backend/procfs/command/limits", test_limits);
	g_test_add_func("/backend/procfs/command/what-ends-a-scan", test_what_ends_a_scan);
	return g_test_run();
}
