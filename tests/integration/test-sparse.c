/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Tables with holes: wherever a descriptor is, it is found, and nothing beside it.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pv-test.h"

#define MAX_FDS 12

typedef struct {
	int fds[MAX_FDS]; /* in order, -1 behind the last */
} Shape;

/* clang-format off */
static const Shape shapes[] = {
	{{-1}},
	{{0, 1, 2, -1}},
	{{63, 64, -1}},
	{{0, 65, -1}},
	{{0, 64, 129, 194, -1}},
	{{0, 1, 2, 200, -1}},
	{{1000, -1}},
	{{0, 1, 300, 301, 302, 303, -1}},
	{{0, 1, 300, 301, 302, 303, 304, -1}},
	{{0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, -1}},
};
/* clang-format on */

static void
take_shape(const Shape *shape)
{
	int source = open("/dev/null", O_RDONLY);
	int kept = fcntl(source, F_DUPFD, 1010);

	if (kept < 0 || syscall(SYS_close_range, 0, kept - 1, 0) < 0 ||
	    syscall(SYS_close_range, kept + 1, ~0U, 0) < 0)
		_exit(1);
	for (guint i = 0; shape->fds[i] >= 0; i++) {
		if (dup2(kept, shape->fds[i]) < 0)
			_exit(1);
	}
	close(kept);
}

/* Stops when it is ready. */
static pid_t
start(const Shape *shape)
{
	pid_t pid = fork();
	int status;

	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		take_shape(shape);
		raise(SIGSTOP);
		_exit(0);
	}
	g_assert_cmpint(waitpid(pid, &status, WUNTRACED), ==, pid);
	g_assert_true(WIFSTOPPED(status));
	return pid;
}

static char *
tell_expected(const Shape *shape)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; shape->fds[i] >= 0; i++)
		g_string_append_printf(text, " %d", shape->fds[i]);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
tell_found(ProcviewFdTable *table)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < procview_fd_table_get_n_descriptors(table); i++)
		g_string_append_printf(
			text, " %d",
			procview_descriptor_get_fd(procview_fd_table_get_descriptor(table, i)));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
check(ProcviewScanner *scanner, const Shape *shape)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autofree char *expected = tell_expected(shape);
	g_autofree char *found = NULL;
	g_autoptr(GError) error = NULL;
	pid_t pid = start(shape);
	ProcviewFdTable *table;

	procview_query_add_pid(query, pid);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	pv_test_assert_sane(snapshot);
	table = pv_test_table_of(snapshot, pid);
	g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_OK);
	found = tell_found(table);
	g_assert_cmpstr(found, ==, expected);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
holes(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);

	for (guint i = 0; scanner != NULL && i < G_N_ELEMENTS(shapes); i++)
		check(scanner, &shapes[i]);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_add("/sparse/holes", holes);
	return g_test_run();
}
