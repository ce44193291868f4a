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
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define PF_EXITING 0x4 /* of the kernel's own: among the flags that stat(5) shows */
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

void
pv_test_init(int *argc, char ***argv, guint limit_seconds)
{
	/*
	 * The default action of SIGALRM ends a test that hangs, and its scenes with it. Limits are
	 * those of a quiet machine.
	 */
	alarm(3 * limit_seconds);
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

/* CAP_PERFMON and CAP_BPF, numbers 38 and 39. */
static gboolean
has_bpf_capabilities(void)
{
	const guint64 wanted = G_GUINT64_CONSTANT(3) << 38;
	g_autofree char *status = NULL;
	const char *line;

	g_assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
	line = strstr(status, "\nCapEff:");
	return line != NULL && (g_ascii_strtoull(line + 8, NULL, 16) & wanted) == wanted;
}

/* Iterators limited to one task are there since 6.1. */
static gboolean
has_bpf_kernel(void)
{
	unsigned major = 0, minor = 0;
	g_autofree char *lockdown = NULL;
	struct utsname name;

	g_assert_cmpint(uname(&name), ==, 0);
	g_assert_cmpint(sscanf(name.release, "%u.%u", &major, &minor), ==, 2);
	if (major < 6 || (major == 6 && minor < 1))
		return FALSE;
	if (g_file_get_contents("/sys/kernel/security/lockdown", &lockdown, NULL, NULL) &&
	    strstr(lockdown, "[confidentiality]") != NULL)
		return FALSE;
	return access("/sys/kernel/btf/vmlinux", R_OK) == 0;
}

/* Where nothing stands in its way, a scanner that does not open is no reason to skip. */
static gboolean
bpf_must_work(void)
{
	return g_strcmp0(g_getenv("PROCVIEW_TEST_BPF"), "1") == 0 && geteuid() == 0 &&
	       has_bpf_capabilities() && has_bpf_kernel();
}

void
pv_test_require_bpf(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner =
		procview_scanner_new_with_backend(PROCVIEW_BACKEND_BPF, &error);

	if (scanner != NULL)
		return;
	if (bpf_must_work())
		g_error("bpf has to work here: %s", error->message);
	pv_test_skip_all("%s", error->message);
}

const char *
pv_test_backend_name(ProcviewBackend backend)
{
	switch (backend) {
	case PROCVIEW_BACKEND_BPF:
		return "bpf";
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
		PROCVIEW_BACKEND_BPF,
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

static gboolean
is_unavailable(ProcviewBackend backend, const GError *error)
{
	if (backend == PROCVIEW_BACKEND_AUTO)
		return FALSE;
	if (g_error_matches(error, PROCVIEW_ERROR, PROCVIEW_ERROR_NOT_SUPPORTED))
		return TRUE;
	return backend == PROCVIEW_BACKEND_BPF &&
	       g_error_matches(error, PROCVIEW_ERROR, PROCVIEW_ERROR_PERMISSION);
}

static ProcviewScanner *
open_scanner(ProcviewBackend backend, GError **error)
{
	ProcviewScanner *scanner = procview_scanner_new_with_backend(backend, error);

	if (scanner != NULL)
		return scanner;
	if (backend == PROCVIEW_BACKEND_BPF && bpf_must_work())
		g_error("bpf has to work here: %s", (*error)->message);
	if (!is_unavailable(backend, *error))
		g_assert_no_error(*error);
	return NULL;
}

ProcviewScanner *
pv_test_scanner(ProcviewBackend backend)
{
	g_autoptr(GError) error = NULL;
	ProcviewScanner *scanner = open_scanner(backend, &error);

	if (scanner == NULL)
		g_test_skip(error->message);
	return scanner;
}

ProcviewScanner *
pv_test_scanner_if_any(ProcviewBackend backend)
{
	g_autoptr(GError) error = NULL;
	ProcviewScanner *scanner = open_scanner(backend, &error);

	if (scanner == NULL)
		g_test_message("without %s: %s", pv_test_backend_name(backend), error->message);
	return scanner;
}

gboolean
pv_test_served_by(ProcviewSnapshot *snapshot, ProcviewStep step, const char *backend)
{
	return g_strcmp0(procview_snapshot_get_backend_name(snapshot, step), backend) == 0;
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

gboolean
pv_test_is_exiting(const char *tid)
{
	g_autofree char *path = g_build_filename("/proc/self/task", tid, "stat", NULL);
	g_autofree char *text = NULL;
	const char *fields;
	guint flags;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return TRUE;
	fields = strrchr(text, ')');
	g_assert_cmpint(sscanf(fields, ") %*c %*d %*d %*d %*d %*d %u", &flags), ==, 1);
	return (flags & PF_EXITING) != 0;
}

guint
pv_test_own_threads(void)
{
	g_autoptr(GDir) dir = g_dir_open("/proc/self/task", 0, NULL);
	const char *name;
	guint n = 0;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL)
		n += !pv_test_is_exiting(name);
	return n;
}
