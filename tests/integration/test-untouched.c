/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The process that links the library is the same before and after all that the library can do: what
 * the kernel tells of it and of each of its threads, what it tells of the calling thread alone, and
 * what the C library keeps. Most of it is the same while a scan is under way. Nothing is printed,
 * logged or sent to syslog.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "pv-test.h"

extern char **environ;

/* Where this test itself may speak; elsewhere is what stdout and stderr lead to meanwhile. */
static int voice = STDERR_FILENO;

/* Whoever writes there is counted: the library has these of this program. */
static gint n_said;

void
syslog(int priority, const char *format, ...)
{
	g_atomic_int_inc(&n_said);
}

void
vsyslog(int priority, const char *format, va_list args)
{
	g_atomic_int_inc(&n_said);
}

static GLogWriterOutput
count_message(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
	g_atomic_int_inc(&n_said);
	return G_LOG_WRITER_HANDLED;
}

/* What changes by itself: memory, time, and what all processes of the user have together. */
static gboolean
is_restless(const char *line)
{
	static const char *const keys[] = {"State:", "Vm",	  "Rss",	  "Hugetlb",
					   "SigQ:",  "voluntary", "nonvoluntary", "FDSize:"};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (g_str_has_prefix(line, keys[i]))
			return TRUE;
	}
	return FALSE;
}

static void
add_file(GString *state, const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	/* Some are there only in kernels that were built with them. */
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		if (!is_restless(lines[i]))
			g_string_append_printf(state, "%s: %s\n", path, lines[i]);
	}
}

static void
add_link(GString *state, const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *target = g_file_read_link(path, NULL);

	g_string_append_printf(state, "%s -> %s\n", path, target != NULL ? target : "?");
}

static void
add_thread(GString *state, const char *directory)
{
	static const char *const files[] = {"status",	     "comm",	       "personality",
					    "timerslack_ns", "attr/current",   "oom_score_adj",
					    "cgroup",	     "coredump_filter"};
	static const char *const namespaces[] = {
		"cgroup",	    "ipc",  "mnt",  "net", "pid",
		"pid_for_children", "time", "user", "uts", "time_for_children"};

	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		add_file(state, directory, files[i]);
	for (guint i = 0; i < G_N_ELEMENTS(namespaces); i++) {
		g_autofree char *name = g_build_filename("ns", namespaces[i], NULL);

		add_link(state, directory, name);
	}
	add_link(state, directory, "cwd");
	add_link(state, directory, "root");
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_threads(GString *state)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open("/proc/self/task", 0, NULL);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		if (!pv_test_is_exiting(name))
			g_ptr_array_add(names, g_build_filename("/proc/self/task", name, NULL));
	}
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++)
		add_thread(state, names->pdata[i]);
}

static void
add_signals(GString *state)
{
	stack_t stack;

	for (int number = 1; number < NSIG; number++) {
		struct sigaction action;

		memset(&action, 0, sizeof(action));
		if (sigaction(number, NULL, &action) < 0)
			continue;
		g_string_append_printf(state, "signal %d: %p 0x%x", number,
				       (gpointer)(gsize)action.sa_handler, (guint)action.sa_flags);
		for (int other = 1; other < NSIG; other++) {
			if (sigismember(&action.sa_mask, other) == 1)
				g_string_append_printf(state, " %d", other);
		}
		g_string_append_c(state, '\n');
	}
	g_assert_cmpint(sigaltstack(NULL, &stack), ==, 0);
	g_string_append_printf(state, "signal stack: %p %d\n", stack.ss_sp, stack.ss_flags);
}

static void
add_timers(GString *state)
{
	static const int timers[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};

	for (guint i = 0; i < G_N_ELEMENTS(timers); i++) {
		struct itimerval value;

		g_assert_cmpint(getitimer(timers[i], &value), ==, 0);
		/* The test's own limit runs down. */
		g_string_append_printf(state, "timer %u: every %ld.%06ld, %s\n", i,
				       (long)value.it_interval.tv_sec,
				       (long)value.it_interval.tv_usec,
				       timerisset(&value.it_value) ? "set" : "not set");
	}
	add_file(state, "/proc/self", "timers");
}

/* Of the calling thread, or kept by the C library. */
static void
add_attributes(GString *state)
{
	static const int options[] = {PR_GET_DUMPABLE,	 PR_GET_KEEPCAPS,     PR_GET_SECUREBITS,
				      PR_GET_TIMERSLACK, PR_GET_NO_NEW_PRIVS, PR_GET_THP_DISABLE};
	int signal_number = 0, reaper = 0;

	for (guint i = 0; i < G_N_ELEMENTS(options); i++)
		g_string_append_printf(state, "prctl %d: %d\n", options[i],
				       prctl(options[i], 0, 0, 0, 0));
	prctl(PR_GET_PDEATHSIG, &signal_number);
	prctl(PR_GET_CHILD_SUBREAPER, &reaper);
	g_string_append_printf(state, "death signal %d, reaper %d\n", signal_number, reaper);
	g_string_append_printf(state, "scheduler %d, nice %d, io %ld\n", sched_getscheduler(0),
			       getpriority(PRIO_PROCESS, 0), syscall(SYS_ioprio_get, 1, 0));
	g_string_append_printf(state, "session %d, group %d, parent %d\n", (int)getsid(0),
			       (int)getpgrp(), (int)getppid());
	g_string_append_printf(state, "locale %s\n", setlocale(LC_ALL, NULL));
	g_string_append_printf(state, "main context %p\n",
			       (gpointer)g_main_context_get_thread_default());
	for (char **variable = environ; *variable != NULL; variable++)
		g_string_append_printf(state, "environment: %p %s\n", (gpointer)*variable,
				       *variable);
}

static char *
state_of_process(void)
{
	GString *state = g_string_new(NULL);

	add_threads(state);
	add_file(state, "/proc/self", "limits");
	add_file(state, "/proc/self", "autogroup");
	add_link(state, "/proc/self", "exe");
	add_signals(state);
	add_timers(state);
	add_attributes(state);
	return g_string_free(state, FALSE);
}

/* What may be asked while other threads of the library's are about. */
static char *
state_of_caller(void)
{
	GString *state = g_string_new(NULL);

	add_thread(state, "/proc/thread-self");
	add_signals(state);
	add_attributes(state);
	return g_string_free(state, FALSE);
}

static void G_GNUC_PRINTF(1, 2) G_GNUC_NORETURN fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vdprintf(voice, format, args);
	va_end(args);
	abort();
}

/* How many threads there are is counted apart: it is another number while a scan is under way. */
static void
assert_same_state(const char *wanted, const char *state, const char *when)
{
	g_auto(GStrv) wanted_lines = g_strsplit(wanted, "\n", -1);
	g_auto(GStrv) lines = g_strsplit(state, "\n", -1);
	guint i = 0;

	for (; wanted_lines[i] != NULL && lines[i] != NULL; i++) {
		if (strstr(wanted_lines[i], "Threads:") == NULL &&
		    strcmp(wanted_lines[i], lines[i]) != 0)
			fail("%s: %s, and before: %s", when, lines[i], wanted_lines[i]);
	}
	g_assert_cmpstr(wanted_lines[i], ==, lines[i]);
}

typedef struct {
	ProcviewBackend backend;
	ProcviewScannerFlags flags;
	char *process; /* before */
	char *caller;
	guint n_threads;
	guint n_calls;
} World;

static void
assert_untouched(const World *world, const char *when)
{
	g_autofree char *state = NULL;

	/* A thread that has been joined is listed for a moment yet. */
	for (guint i = 0; i < 200 && pv_test_own_threads() != world->n_threads; i++)
		g_usleep(10 * 1000);
	g_assert_cmpuint(pv_test_own_threads(), ==, world->n_threads);
	state = state_of_process();
	assert_same_state(world->process, state, when);
	/* No child was made, waited for or left behind. */
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG | __WALL), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

static void
look_at_caller(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	World *world = user_data;
	g_autofree char *state = state_of_caller();

	assert_same_state(world->caller, state, "while it scans");
	world->n_calls++;
}

static ProcviewSnapshot *
scan(World *world, ProcviewScanner *scanner, ProcviewQuery *query)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot =
		procview_scanner_scan_full(scanner, query, NULL, look_at_caller, world, &error);

	g_assert_no_error(error);
	assert_untouched(world, "after a scan");
	return snapshot;
}

static void
use_snapshots(World *world, ProcviewSnapshot *before, ProcviewSnapshot *after)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewChanges) changes = procview_snapshot_compare(before, after, &error);
	g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable();

	g_assert_no_error(error);
	procview_snapshot_write_json(after, stream, PROCVIEW_JSON_THREADS | PROCVIEW_JSON_FILES,
				     NULL, NULL, NULL, &error);
	g_assert_no_error(error);
	procview_changes_write_json(changes, stream, NULL, NULL, NULL, &error);
	g_assert_no_error(error);
	assert_untouched(world, "after what is made of snapshots");
}

static void
use_scanner(World *world, ProcviewScanner *scanner)
{
	g_autoptr(ProcviewQuery) everything = procview_query_new();
	g_autoptr(ProcviewQuery) counts = procview_query_new();
	g_autoptr(ProcviewQuery) self = procview_query_new();
	g_autoptr(ProcviewSnapshot) first = NULL;
	g_autoptr(ProcviewSnapshot) second = NULL;
	g_autoptr(ProcviewSnapshot) third = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(ProcviewRights) rights = NULL;
	g_autoptr(GError) error = NULL;

	procview_query_set_collect(everything, PROCVIEW_COLLECT_EVERYTHING);
	procview_query_add_pid(everything, getpid());
	procview_query_add_pid(everything, getppid());
	procview_query_set_collect(counts, PROCVIEW_COLLECT_TABLES);
	procview_query_add_pid(self, getpid());
	first = scan(world, scanner, everything);
	second = scan(world, scanner, counts);
	g_clear_pointer(&second, procview_snapshot_unref);
	second = scan(world, scanner, self);
	third = scan(world, scanner, NULL);
	use_snapshots(world, first, third);
	now = procview_scanner_revalidate(scanner, procview_snapshot_get_fd_table(second, 0), NULL,
					  &error);
	g_assert_no_error(error);
	rights = procview_scanner_dup_rights(scanner, &error);
	g_assert_no_error(error);
	assert_untouched(world, "after the rest");
}

/* A file to which stdout and stderr lead, and what they led to. */
typedef struct {
	int file, out, err;
} Capture;

static Capture
capture_begin(void)
{
	Capture capture = {memfd_create("said", MFD_CLOEXEC), -1, -1};

	fflush(NULL);
	capture.out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	capture.err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	g_assert_true(capture.file >= 0 && capture.out >= 0 && capture.err >= 0);
	voice = capture.err;
	g_assert_cmpint(dup2(capture.file, STDOUT_FILENO), ==, STDOUT_FILENO);
	g_assert_cmpint(dup2(capture.file, STDERR_FILENO), ==, STDERR_FILENO);
	return capture;
}

static gint64
capture_end(Capture *capture)
{
	struct stat st;

	fflush(NULL);
	g_assert_cmpint(dup2(capture->out, STDOUT_FILENO), ==, STDOUT_FILENO);
	g_assert_cmpint(dup2(capture->err, STDERR_FILENO), ==, STDERR_FILENO);
	voice = STDERR_FILENO;
	g_assert_cmpint(fstat(capture->file, &st), ==, 0);
	close(capture->file);
	close(capture->out);
	close(capture->err);
	return st.st_size;
}

typedef struct {
	GMutex ending;
	gint begun;
	GThread *thread;
} Bystander;

static gpointer
stand_by(gpointer data)
{
	Bystander *self = data;

	g_atomic_int_set(&self->begun, TRUE);
	g_mutex_lock(&self->ending);
	g_mutex_unlock(&self->ending);
	return NULL;
}

static void
bystander_begin(Bystander *self)
{
	self->begun = FALSE;
	g_mutex_init(&self->ending);
	g_mutex_lock(&self->ending);
	self->thread = g_thread_new("bystander", stand_by, self);
	while (!g_atomic_int_get(&self->begun))
		g_usleep(1000);
}

static void
bystander_end(Bystander *self)
{
	g_mutex_unlock(&self->ending);
	g_thread_join(self->thread);
	g_mutex_clear(&self->ending);
}

/* Everything, beside a thread that has nothing to do with it. */
static void
look_on(World *world)
{
	g_autofree char *said = pv_test_own_descriptors();
	g_autofree char *said_after = NULL;
	g_autofree char *at_first = state_of_process();
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(world->backend);
	g_autoptr(GError) error = NULL;
	Bystander bystander;
	Capture capture;

	if (scanner == NULL)
		return;
	g_clear_object(&scanner);
	/* What only the first scanner of all would change is not taken for what was there before. */
	world->process = g_steal_pointer(&at_first);
	world->n_threads = 1;
	assert_untouched(world, "after the first opening");
	g_free(world->process);
	bystander_begin(&bystander);
	world->n_threads = pv_test_own_threads();
	world->process = state_of_process();
	world->caller = state_of_caller();
	capture = capture_begin();
	g_atomic_int_set(&n_said, 0);
	scanner = procview_scanner_new_full(world->backend, world->flags, &error);
	if (scanner != NULL) {
		assert_untouched(world, "after opening");
		use_scanner(world, scanner);
	}
	g_clear_object(&scanner);
	g_assert_cmpint(capture_end(&capture), ==, 0);
	g_assert_no_error(error);
	g_assert_cmpint(g_atomic_int_get(&n_said), ==, 0);
	assert_untouched(world, "after closing");
	g_assert_cmpuint(world->n_calls, >, 0);
	said_after = pv_test_own_descriptors();
	g_assert_cmpstr(said, ==, said_after);
	bystander_end(&bystander);
	g_free(world->process);
	g_free(world->caller);
}

static void
usual(ProcviewBackend backend)
{
	World world = {.backend = backend};

	look_on(&world);
}

static void
own_view(void)
{
	World world = {.backend = PROCVIEW_BACKEND_AUTO, .flags = PROCVIEW_SCANNER_OWN_VIEW};

	look_on(&world);
}

static void
once(void)
{
	World world = {.backend = PROCVIEW_BACKEND_AUTO, .flags = PROCVIEW_SCANNER_ONCE};

	look_on(&world);
}

static gpointer
do_nothing(gpointer data)
{
	return data;
}

/* The control: what is not as it was is seen. */
static void
control(void)
{
	g_autofree char *before = state_of_process();
	g_autofree char *after = NULL;
	mode_t mask = umask(0123);

	after = state_of_process();
	umask(mask);
	g_assert_cmpstr(before, !=, after);
	syslog(LOG_DEBUG, "counted");
	g_assert_cmpint(g_atomic_int_exchange(&n_said, 0), >, 0);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_kcmp();
	setlocale(LC_ALL, "");
	g_log_set_writer_func(count_message, NULL, NULL);
	/* With the first thread the C library begins to catch a signal of its own. */
	g_thread_join(g_thread_new("first", do_nothing, NULL));
	g_test_add_func("/untouched/control", control);
	pv_test_add("/untouched/usual", usual);
	g_test_add_func("/untouched/own-view", own_view);
	g_test_add_func("/untouched/once", once);
	return g_test_run();
}
