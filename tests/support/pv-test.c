/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Requirements, backends, and the limit on time.
 */
#include "pv-test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

void
pv_test_init(int *argc, char ***argv, guint limit_seconds)
{
	/* The default action of SIGALRM ends a test that hangs, and its scenes with it. */
	alarm(limit_seconds);
	g_test_init(argc, argv, NULL);
}

void
pv_test_skip_all(const char *reason, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, reason);
	text = g_strdup_vprintf(reason, args);
	va_end(args);
	printf("1..0 # SKIP %s\n", text);
	exit(0);
}

void
pv_test_require_root(void)
{
	if (geteuid() != 0)
		pv_test_skip_all("needs root");
}

void
pv_test_require_kcmp(void)
{
	if (syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILES, 0, 0) != 0)
		pv_test_skip_all("kcmp: %s", g_strerror(errno));
}

void
pv_test_require_pidfd(void)
{
	int pidfd = (int)syscall(SYS_pidfd_open, getpid(), PIDFD_THREAD);
	int copy;

	if (pidfd < 0)
		pv_test_skip_all("pidfd_open of a thread: %s", g_strerror(errno));
	copy = (int)syscall(SYS_pidfd_getfd, pidfd, pidfd, 0);
	if (copy < 0)
		pv_test_skip_all("pidfd_getfd: %s", g_strerror(errno));
	close(copy);
	close(pidfd);
}

const char *
pv_test_backend_name(ProcviewBackend backend)
{
	switch (backend) {
	case PROCVIEW_BACKEND_PIDFD:
		return "pidfd";
	case PROCVIEW_BACKEND_PROCFS:
		return "procfs";
	case PROCVIEW_BACKEND_AUTO:
	default:
		return "auto";
	}
}

typedef struct {
	PvTestFunc *func;
	ProcviewBackend backend;
} Case;

static void
run_case(gconstpointer data)
{
	const Case *item = data;

	item->func(item->backend);
}

void
pv_test_add(const char *path, PvTestFunc *func)
{
	static const ProcviewBackend backends[] = {
		PROCVIEW_BACKEND_AUTO,
		PROCVIEW_BACKEND_PIDFD,
		PROCVIEW_BACKEND_PROCFS,
	};

	for (guint i = 0; i < G_N_ELEMENTS(backends); i++) {
		g_autofree char *whole =
			g_strdup_printf("%s/%s", path, pv_test_backend_name(backends[i]));
		Case *item = g_new(Case, 1);

		*item = (Case){func, backends[i]};
		g_test_add_data_func_full(whole, item, run_case, g_free);
	}
}

ProcviewScanner *
pv_test_scanner(ProcviewBackend backend)
{
	g_autoptr(GError) error = NULL;
	ProcviewScanner *scanner = procview_scanner_new_with_backend(backend, &error);

	if (g_error_matches(error, PROCVIEW_ERROR, PROCVIEW_ERROR_NOT_SUPPORTED) &&
	    backend != PROCVIEW_BACKEND_AUTO)
		g_test_skip(error->message);
	else
		g_assert_no_error(error);
	return scanner;
}

static gint
by_number(gconstpointer a, gconstpointer b)
{
	return atoi(*(char *const *)a) - atoi(*(char *const *)b);
}

char *
pv_test_own_descriptors(void)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_strdup_printf("/proc/self/fd/%s", name);
		g_autofree char *link = g_file_read_link(path, NULL);

		/* The one that reads this very directory. */
		if (link != NULL && !g_str_has_prefix(link, "/proc/"))
			g_ptr_array_add(lines, g_strdup_printf("%s %s", name, link));
	}
	g_ptr_array_sort(lines, by_number);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}
