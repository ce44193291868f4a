/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The program that links the library is left as it was: its locks, descriptors, limits, signals,
 * children, directory, and what it has to say; and its signals do not disturb the library.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "pv-test.h"

static ProcviewSnapshot *
scan(ProcviewScanner *scanner, ProcviewQuery *query)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(scanner, query, &error);

	g_assert_no_error(error);
	return snapshot;
}

/* Looks at itself and at everything, and revalidates. */
static gboolean
do_everything(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) self = NULL;
	g_autoptr(ProcviewSnapshot) all = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) error = NULL;

	if (scanner == NULL)
		return FALSE;
	procview_query_add_pid(query, getpid());
	self = scan(scanner, query);
	all = scan(scanner, NULL);
	now = procview_scanner_revalidate(scanner, pv_test_table_of(self, getpid()), NULL, &error);
	g_assert_no_error(error);
	return TRUE;
}

/* A child that holds the file open too, and tells who has it locked. */
typedef struct {
	pid_t pid;
	int ask;
	int answer;
} Witness;

static void
be_witness(int ask, int answer, int fd)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(ask, &byte, 1) == 1) {
		struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
		int owner = -1;

		if (fcntl(fd, F_GETLK, &lock) == 0)
			owner = lock.l_type == F_UNLCK ? 0 : lock.l_pid;
		if (write(answer, &owner, sizeof(owner)) != sizeof(owner))
			break;
	}
	_exit(0);
}

static Witness
witness_new(int fd)
{
	int ask[2], answer[2];
	Witness witness;

	g_assert_cmpint(pipe2(ask, O_CLOEXEC), ==, 0);
	g_assert_cmpint(pipe2(answer, O_CLOEXEC), ==, 0);
	witness = (Witness){fork(), ask[1], answer[0]};
	g_assert_cmpint(witness.pid, >=, 0);
	if (witness.pid == 0) {
		close(ask[1]);
		close(answer[0]);
		be_witness(ask[0], answer[1], fd);
	}
	close(ask[0]);
	close(answer[1]);
	return witness;
}

static int
lock_owner(const Witness *witness)
{
	int owner = -1;

	g_assert_cmpint(write(witness->ask, "?", 1), ==, 1);
	g_assert_cmpint(read(witness->answer, &owner, sizeof(owner)), ==, sizeof(owner));
	return owner;
}

static void
witness_end(Witness *witness)
{
	close(witness->ask);
	close(witness->answer);
	g_assert_cmpint(waitpid(witness->pid, NULL, 0), ==, witness->pid);
}

static int
locked_file(void)
{
	char path[] = "/tmp/procview-lock.XXXXXX";
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = mkostemp(path, O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(unlink(path), ==, 0);
	g_assert_cmpint(fcntl(fd, F_SETLK, &lock), ==, 0);
	return fd;
}

/*
 * A process loses its POSIX record locks on a file when it closes any descriptor of it. Who reads
 * tables by copying descriptors and closing the copies must not do so in the caller's own table.
 */
static void
record_locks(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	Witness witness;
	int fd;

	if (scanner == NULL)
		return;
	fd = locked_file();
	witness = witness_new(fd);
	g_assert_cmpint(lock_owner(&witness), ==, getpid());

	procview_query_add_pid(query, getpid());
	procview_query_add_pid(query, witness.pid);
	snapshot = scan(scanner, query);
	g_assert_cmpint(lock_owner(&witness), ==, getpid());
	/* It was looked at indeed, in both tables. */
	g_assert_true(pv_test_file_of(snapshot, getpid(), fd) ==
		      pv_test_file_of(snapshot, witness.pid, fd));
	now = procview_scanner_revalidate(scanner, pv_test_table_of(snapshot, getpid()), NULL,
					  NULL);
	g_assert_nonnull(now);
	g_assert_cmpint(lock_owner(&witness), ==, getpid());
	g_clear_object(&scanner);
	g_assert_cmpint(lock_owner(&witness), ==, getpid());

	close(fd);
	g_assert_cmpint(lock_owner(&witness), ==, 0);
	witness_end(&witness);
}

static void
descriptors(ProcviewBackend backend)
{
	g_autofree char *before = pv_test_own_descriptors();
	g_autofree char *after = NULL;

	for (guint i = 0; i < 3; i++)
		if (!do_everything(backend))
			return;
	after = pv_test_own_descriptors();
	g_assert_cmpstr(before, ==, after);
}

static guint
count_descriptors(void)
{
	g_autofree char *text = pv_test_own_descriptors();
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	return g_strv_length(lines);
}

/* A binding closes the scanner before its garbage collector comes: all is given back at once. */
static void
closed(ProcviewBackend backend)
{
	guint before = count_descriptors();
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewSnapshot) none = NULL;
	g_autoptr(GError) error = NULL;

	if (scanner == NULL)
		return;
	snapshot = scan(scanner, NULL);
	for (guint i = 0; i < 2; i++) {
		g_object_run_dispose(G_OBJECT(scanner));
		g_assert_cmpuint(count_descriptors(), ==, before);
		none = procview_scanner_scan(scanner, NULL, &error);
		g_assert_null(none);
		g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_INVALID_ARGUMENT);
		g_clear_error(&error);
	}
	pv_test_assert_sane(snapshot);
}

static void
dispose_meanwhile(ProcviewStep step, guint done, guint total, gpointer data)
{
	g_object_run_dispose(data);
}

/* But not from under a scan. */
static void
closed_while_scanning(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) first = NULL;
	g_autoptr(ProcviewSnapshot) second = NULL;
	g_autoptr(GError) error = NULL;

	if (scanner == NULL)
		return;
	first = procview_scanner_scan_full(scanner, NULL, NULL, dispose_meanwhile, scanner, &error);
	g_assert_no_error(error);
	pv_test_assert_sane(first);
	second = scan(scanner, NULL);
	pv_test_assert_sane(second);
}

/* A scan does not need a descriptor for each process, thread or table: eight are enough. */
static void
few_descriptors(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("many", "P=400", "F=4", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	rlim_t before;

	if (scene == NULL || scanner == NULL)
		return;
	/* What is open, be it ours or the scanner's, lies close together. */
	before = pv_test_limit_descriptors(count_descriptors() + 8);
	snapshot = scan(scanner, NULL);
	pv_test_limit_descriptors(before);
	pv_test_assert_sane(snapshot);
	pv_test_assert_within(scene, snapshot);
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++)
		g_assert_cmpint(
			procview_fd_table_get_reason(procview_snapshot_get_fd_table(snapshot, i)),
			!=, PROCVIEW_REASON_NO_DESCRIPTORS);
}

/* With none left at all there is an error, or tables that say why they are not whole. */
static void
no_descriptors(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewScanner) another = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) scan_error = NULL;
	g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(int));
	rlim_t before;
	int fd;

	if (scanner == NULL)
		return;
	procview_query_add_pid(query, getpid());
	before = pv_test_limit_descriptors(64);
	while ((fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0)
		g_array_append_val(taken, fd);
	another = procview_scanner_new_with_backend(backend, &error);
	snapshot = procview_scanner_scan(scanner, query, &scan_error);
	for (guint i = 0; i < taken->len; i++)
		close(g_array_index(taken, int, i));
	pv_test_limit_descriptors(before);

	g_assert_null(another);
	g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_NO_DESCRIPTORS);
	if (snapshot != NULL)
		g_assert_false(procview_snapshot_is_complete(snapshot));
	else
		g_assert_error(scan_error, PROCVIEW_ERROR, PROCVIEW_ERROR_NO_DESCRIPTORS);
	/* And all is well again. */
	g_clear_pointer(&snapshot, procview_snapshot_unref);
	snapshot = scan(scanner, query);
	g_assert_true(procview_snapshot_is_complete(snapshot));
}

/* What the kernel tells of this process that a library might change. */
static char *
own_state(void)
{
	static const char *const keys[] = {
		"Name:",    "Umask:",	   "Uid:",     "Gid:",		"Groups:",
		"Threads:", "SigPnd:",	   "ShdPnd:",  "SigBlk:",	"SigIgn:",
		"SigCgt:",  "CapInh:",	   "CapPrm:",  "CapEff:",	"CapBnd:",
		"CapAmb:",  "NoNewPrivs:", "Seccomp:", "Cpus_allowed:",
	};
	g_autofree char *status = NULL;
	g_autofree char *cwd = g_get_current_dir();
	g_autoptr(GString) state = g_string_new(cwd);
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
	lines = g_strsplit(status, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++)
		for (guint j = 0; j < G_N_ELEMENTS(keys); j++)
			if (g_str_has_prefix(lines[i], keys[j]))
				g_string_append_printf(state, "\n%s", lines[i]);
	return g_strdup(state->str);
}

/* A thread that was joined may be counted for a moment yet. */
static char *
settled_state(void)
{
	char *state = own_state();

	for (guint i = 0; i < 100 && strstr(state, "Threads:\t1\n") == NULL; i++) {
		g_free(state);
		g_usleep(10 * 1000);
		state = own_state();
	}
	return state;
}

static gpointer
do_nothing(gpointer data)
{
	return data;
}

static void
state(ProcviewBackend backend)
{
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	int dumpable = prctl(PR_GET_DUMPABLE);
	struct rlimit limit, limit_after;

	/* With the first thread the C library begins to catch a signal of its own. */
	g_thread_join(g_thread_new("first", do_nothing, NULL));
	before = settled_state();
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	g_assert_nonnull(strstr(before, "CapEff:"));
	if (!do_everything(backend))
		return;
	after = settled_state();
	g_assert_cmpstr(before, ==, after);
	g_assert_cmpint(prctl(PR_GET_DUMPABLE), ==, dumpable);
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit_after), ==, 0);
	g_assert_cmpuint(limit.rlim_cur, ==, limit_after.rlim_cur);
	/* No child was made, waited for or left behind. */
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

/* Nothing is said on stdout or stderr, whatever there is to say. */
static void
silence(ProcviewBackend backend)
{
	char path[] = "/tmp/procview-said.XXXXXX";
	int file = mkostemp(path, O_CLOEXEC);
	int out, err;
	struct stat st;

	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(unlink(path), ==, 0);
	fflush(NULL);
	out = dup(STDOUT_FILENO);
	err = dup(STDERR_FILENO);
	g_assert_true(dup2(file, STDOUT_FILENO) >= 0 && dup2(file, STDERR_FILENO) >= 0);
	do_everything(backend);
	fflush(NULL);
	g_assert_true(dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0);
	close(out);
	close(err);
	g_assert_cmpint(fstat(file, &st), ==, 0);
	close(file);
	g_assert_cmpint(st.st_size, ==, 0);
}

static void
tick(int signal_number)
{
}

/* Signals that come faster than any step is done: a profiler's, or a program's own clock. */
static void
timer(ProcviewBackend backend)
{
	struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART}, before;
	struct itimerval fast = {{0, 1000}, {0, 1000}}, none = {{0, 0}, {0, 0}};
	g_autoptr(ProcviewScanner) calm = pv_test_scanner(backend);
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) expected = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (calm == NULL)
		return;
	procview_query_add_pid(query, getpid());
	expected = scan(calm, query);
	g_assert_cmpint(sigaction(SIGALRM, &action, &before), ==, 0);
	g_assert_cmpint(setitimer(ITIMER_REAL, &fast, NULL), ==, 0);
	scanner = pv_test_scanner(backend);
	if (scanner != NULL)
		snapshot = scan(scanner, query);
	g_assert_cmpint(setitimer(ITIMER_REAL, &none, NULL), ==, 0);
	g_assert_cmpint(sigaction(SIGALRM, &before, NULL), ==, 0);

	g_assert_nonnull(snapshot);
	for (guint step = 0; step <= PROCVIEW_STEP_FILES; step++)
		g_assert_cmpstr(procview_snapshot_get_backend_name(snapshot, (ProcviewStep)step), ==
				, procview_snapshot_get_backend_name(expected, (ProcviewStep)step));
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/embedder/record-locks", record_locks);
	pv_test_add("/embedder/descriptors", descriptors);
	pv_test_add("/embedder/closed", closed);
	pv_test_add("/embedder/closed-while-scanning", closed_while_scanning);
	pv_test_add("/embedder/few-descriptors", few_descriptors);
	pv_test_add("/embedder/no-descriptors", no_descriptors);
	pv_test_add("/embedder/state", state);
	pv_test_add("/embedder/silence", silence);
	pv_test_add("/embedder/timer", timer);
	return g_test_run();
}
