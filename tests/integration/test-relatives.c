/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A process with its family, and with those it shares its table with, and without anybody else; and
 * what is told of these.
 *
 *	this test ─── top ─┬─ asked ─┬─ child ─── grandchild
 *	                   │         └─ (thread) ─── child of the thread
 *	                   ├─ sharer ─── child of the sharer
 *	                   └─ sibling
 *
 * The leader of "asked" ends and leaves its thread behind: a zombie that has children still.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "pv-test.h"

#define IDLE_STACK_BYTES (128 * 1024)
#define MAX_IDLE	 6000

enum who {
	TOP,
	ASKED,
	CHILD,
	GRANDCHILD,
	THREAD_CHILD,
	SHARER,
	SHARER_CHILD,
	SIBLING,
	N_PROCESSES,
	THREAD = N_PROCESSES,
	N_NUMBERS,
};

/* In memory that all of them share. */
static volatile int *numbers;

/* Threads of "asked" besides. */
static guint n_idle;

static void
wait_for_end(void)
{
	for (;;)
		pause();
}

static void
say(enum who who, int number)
{
	__atomic_store_n(&numbers[who], number, __ATOMIC_RELEASE);
}

/* By the system call itself: after a fork this is all that may be done. */
static int
spawn(enum who who, unsigned long flags)
{
	int pid = (int)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		say(who, (int)syscall(SYS_getpid));
	return pid;
}

static void
be_leaf(enum who who)
{
	if (spawn(who, 0) == 0)
		wait_for_end();
}

static void *
be_thread(void *unused)
{
	be_leaf(THREAD_CHILD);
	say(THREAD, (int)syscall(SYS_gettid));
	wait_for_end();
	return NULL;
}

static void *
be_idle(void *unused)
{
	wait_for_end();
	return NULL;
}

static void
add_idle_threads(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, IDLE_STACK_BYTES);
	for (guint i = 0; i < n_idle; i++) {
		if (pthread_create(&thread, &attributes, be_idle, NULL) != 0)
			_exit(1);
	}
}

static void
be_asked(void)
{
	pthread_t thread;

	if (spawn(SHARER, CLONE_FILES | CLONE_PARENT) == 0) {
		be_leaf(SHARER_CHILD);
		wait_for_end();
	}
	if (spawn(CHILD, 0) == 0) {
		be_leaf(GRANDCHILD);
		wait_for_end();
	}
	add_idle_threads();
	if (pthread_create(&thread, NULL, be_thread, NULL) != 0)
		_exit(1);
	syscall(SYS_exit, 0);
}

static gboolean
is_complete(void)
{
	for (guint i = 0; i < N_NUMBERS; i++) {
		if (__atomic_load_n(&numbers[i], __ATOMIC_ACQUIRE) == 0)
			return FALSE;
	}
	return TRUE;
}

static char
get_state(int pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return strrchr(text, ')')[2];
}

static void
start(void)
{
	numbers = mmap(NULL, N_NUMBERS * sizeof(*numbers), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	g_assert_true(numbers != MAP_FAILED);
	if (spawn(TOP, 0) == 0) {
		if (spawn(ASKED, 0) == 0)
			be_asked();
		be_leaf(SIBLING);
		wait_for_end();
	}
	while (!is_complete() || get_state(numbers[ASKED]) != 'Z')
		g_usleep(1000);
}

/* Those whose parent goes first become children of this test. */
static void
end(void)
{
	for (guint i = 0; i < N_PROCESSES; i++)
		g_assert_cmpint(kill(numbers[i], SIGKILL), ==, 0);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	munmap((gpointer)numbers, N_NUMBERS * sizeof(*numbers));
}

static ProcviewSnapshot *
scan(ProcviewScanner *scanner, int number, ProcviewRelatives relatives, ProcviewCollect collect)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot;

	if (number != 0)
		procview_query_add_pid(query, number);
	procview_query_set_relatives(query, relatives);
	procview_query_set_collect(query, collect);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	pv_test_assert_sane(snapshot);
	return snapshot;
}

/* The last of those that are expected is N_NUMBERS. */
static void
assert_has(ProcviewSnapshot *snapshot, const enum who *expected, gboolean has_ancestors)
{
	gboolean wanted[N_PROCESSES] = {FALSE};

	for (; *expected != N_NUMBERS; expected++)
		wanted[*expected] = TRUE;
	for (guint i = 0; i < N_PROCESSES; i++) {
		gboolean found = procview_snapshot_find_process(snapshot, numbers[i]) != NULL;

		if (found != wanted[i])
			g_test_message("process %u of this test is %sthere", i,
				       found ? "" : "not ");
		g_assert_true(found == wanted[i]);
	}
	g_assert_true((procview_snapshot_find_process(snapshot, getpid()) != NULL) ==
		      has_ancestors);
}

static void
check(ProcviewScanner *scanner, int number, ProcviewRelatives relatives, const enum who *expected)
{
	static const ProcviewCollect collects[] = {
		PROCVIEW_COLLECT_NOTHING,
		PROCVIEW_COLLECT_TABLES,
		PROCVIEW_COLLECT_ALL,
	};

	for (guint i = 0; i < G_N_ELEMENTS(collects); i++) {
		g_autoptr(ProcviewSnapshot) snapshot =
			scan(scanner, number, relatives, collects[i]);

		assert_has(snapshot, expected, relatives & PROCVIEW_RELATIVES_FAMILY);
	}
}

static void
check_all(ProcviewScanner *scanner)
{
	static const enum who alone[] = {ASKED, N_NUMBERS};
	static const enum who family[] = {TOP, ASKED, CHILD, GRANDCHILD, THREAD_CHILD, N_NUMBERS};
	static const enum who shared[] = {ASKED, SHARER, N_NUMBERS};
	static const enum who both[] = {TOP,	      ASKED,  CHILD,	GRANDCHILD,
					THREAD_CHILD, SHARER, N_NUMBERS};
	static const enum who of_sharer[] = {TOP, SHARER, SHARER_CHILD, N_NUMBERS};
	static const enum who of_leaf[] = {TOP, ASKED, THREAD_CHILD, N_NUMBERS};

	check(scanner, numbers[ASKED], PROCVIEW_RELATIVES_NONE, alone);
	check(scanner, numbers[ASKED], PROCVIEW_RELATIVES_FAMILY, family);
	check(scanner, numbers[THREAD], PROCVIEW_RELATIVES_FAMILY, family);
	check(scanner, numbers[SHARER], PROCVIEW_RELATIVES_FAMILY, of_sharer);
	check(scanner, numbers[THREAD_CHILD], PROCVIEW_RELATIVES_FAMILY, of_leaf);
	/* Who shares with whom cannot be told everywhere. */
	if (geteuid() != 0)
		return;
	check(scanner, numbers[ASKED], PROCVIEW_RELATIVES_SHARERS, shared);
	check(scanner, numbers[ASKED], PROCVIEW_RELATIVES_SHARERS | PROCVIEW_RELATIVES_FAMILY,
	      both);
}

static void
relatives(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);

	if (scanner == NULL)
		return;
	start();
	check_all(scanner);
	end();
}

#define WITH_FILES (PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_PLACES)
#define COUNTED                                                                                    \
	(PROCVIEW_RELATIVES_FAMILY | PROCVIEW_RELATIVES_SHARERS | PROCVIEW_RELATIVES_COUNTED)

static guint
count_open(int pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/fd", pid);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(dir) != NULL)
		n++;
	return n;
}

static char *
to_json(ProcviewSnapshot *snapshot)
{
	g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable();
	g_autoptr(GError) error = NULL;
	GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM(stream);

	procview_snapshot_write_json(snapshot, stream, PROCVIEW_JSON_FILES, NULL, NULL, NULL,
				     &error);
	g_assert_no_error(error);
	return g_strndup(g_memory_output_stream_get_data(memory),
			 g_memory_output_stream_get_data_size(memory));
}

static guint
count_words(const char *text, const char *word)
{
	guint n = 0;

	for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word))
		n++;
	return n;
}

/* Whoever is asked for, and who shares a table with him, has files; each table says whether. */
static void
assert_table(ProcviewSnapshot *snapshot, enum who who, gboolean has_files)
{
	ProcviewFdTable *table = pv_test_table_of(snapshot, numbers[who]);
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, numbers[who]);
	g_autoptr(ProcviewCounts) counts = procview_counts_new(snapshot, NULL);
	guint open = 0;
	guint64 n;

	g_assert_true(procview_fd_table_has_descriptors(table) == has_files);
	g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_OK);
	g_assert_true(procview_fd_table_get_open_count(table, &open));
	g_assert_cmpuint(open, ==, count_open(numbers[who]));
	g_assert_cmpuint(open, >, 0);
	g_assert_cmpuint(procview_fd_table_get_n_descriptors(table), ==, has_files ? open : 0);
	procview_counts_add_fd_table(counts, table);
	g_assert_true(procview_counts_get_n_descriptors(counts, &n));
	g_assert_cmpuint(n, ==, open);
	g_assert_true(procview_counts_get_n_of_kind(counts, PROCVIEW_KIND_REGULAR, NULL) ==
		      has_files);
	if (who == SHARER)
		return;
	g_assert_true((procview_process_get_memory(process) != NULL) == has_files);
	g_assert_true((procview_task_get_fs_context(procview_process_get_leader(process)) !=
		       NULL) == has_files);
}

/* What was counted is no other than what was read; nothing was opened or closed there. */
static void
assert_same(ProcviewSnapshot *counted, ProcviewSnapshot *read)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewChanges) there = procview_snapshot_compare(read, counted, &error);
	g_autoptr(ProcviewChanges) back = procview_snapshot_compare(counted, read, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(procview_changes_get_n_changes(there), ==, 0);
	g_assert_cmpuint(procview_changes_get_n_changes(back), ==, 0);
}

static void
assert_content(ProcviewScanner *scanner, ProcviewSnapshot *snapshot, enum who who,
	       ProcviewContent expected)
{
	g_autoptr(GError) error = NULL;
	ProcviewFdTable *table = pv_test_table_of(snapshot, numbers[who]);
	g_autoptr(ProcviewRevalidation) revalidation =
		procview_scanner_revalidate(scanner, table, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpint(procview_revalidation_get_content(revalidation), ==, expected);
}

/* Tables that have a list in JSON: one that was not to be read has none, be it an empty one. */
static guint
count_read(ProcviewSnapshot *snapshot)
{
	guint n = 0;

	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		n += procview_fd_table_has_descriptors(table) &&
		     (procview_fd_table_get_n_descriptors(table) > 0 ||
		      procview_fd_table_get_status(table) == PROCVIEW_STATUS_OK);
	}
	return n;
}

/* Programs of BPF read all in one pass. Of the descriptors of all there is a sum besides. */
static void
counted(ProcviewBackend backend)
{
	static const enum who others[] = {TOP, CHILD, GRANDCHILD, THREAD_CHILD};
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) some = NULL;
	g_autoptr(ProcviewSnapshot) all = NULL;
	g_autofree char *json = NULL;
	gboolean by_bpf;

	if (scanner == NULL)
		return;
	start();
	some = scan(scanner, numbers[ASKED], COUNTED, WITH_FILES);
	all = scan(scanner, numbers[ASKED], COUNTED & ~PROCVIEW_RELATIVES_COUNTED, WITH_FILES);
	by_bpf = pv_test_served_by(some, PROCVIEW_STEP_FILES, "bpf");
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		assert_table(some, others[i], by_bpf);
		assert_table(all, others[i], TRUE);
		assert_content(scanner, some, others[i],
			       by_bpf ? PROCVIEW_CONTENT_CURRENT : PROCVIEW_CONTENT_UNKNOWN);
	}
	/* Where sharing can be told, it is the table of the one that is asked for. */
	if (geteuid() == 0) {
		assert_table(some, SHARER, TRUE);
		assert_content(scanner, some, SHARER, PROCVIEW_CONTENT_CURRENT);
	}
	json = to_json(some);
	g_assert_cmpuint(count_words(json, "\"descriptors\":"), ==, 1 + count_read(some));
	assert_same(some, all);
	end();
}

static ProcviewScanner *
new_for_once(void)
{
	g_autoptr(GError) error = NULL;
	ProcviewScanner *scanner =
		procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE, &error);

	g_assert_no_error(error);
	return scanner;
}

/* For each scan a scanner that has nothing open. */
static void
once(void)
{
	static const enum who both[] = {TOP,	      ASKED,  CHILD,	GRANDCHILD,
					THREAD_CHILD, SHARER, N_NUMBERS};
	g_autoptr(ProcviewScanner) first = new_for_once();
	g_autoptr(ProcviewScanner) second = new_for_once();
	g_autoptr(ProcviewSnapshot) cheap = NULL;

	if (geteuid() != 0) {
		g_test_skip("needs root");
		return;
	}
	start();
	check_all(first);
	cheap = scan(second, numbers[ASKED], PROCVIEW_RELATIVES_SHARERS | PROCVIEW_RELATIVES_FAMILY,
		     PROCVIEW_COLLECT_NOTHING);
	assert_has(cheap, both, TRUE);
	end();
}

/* More threads than there are processes: not the lists of each are read, but everybody's parent. */
static void
more_threads_than_processes(void)
{
	static const enum who family[] = {TOP, ASKED, CHILD, GRANDCHILD, THREAD_CHILD, N_NUMBERS};
	g_autoptr(ProcviewScanner) scanner = new_for_once();
	struct stat st;

	g_assert_cmpint(stat("/proc", &st), ==, 0);
	if (st.st_nlink > MAX_IDLE) {
		g_test_skip("there are too many processes");
		return;
	}
	n_idle = st.st_nlink + N_PROCESSES;
	start();
	n_idle = 0;
	check(scanner, numbers[ASKED], PROCVIEW_RELATIVES_FAMILY, family);
	end();
}

/* Nobody has no relatives, and everybody is already there. */
static void
nobody_and_everybody(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) nobody = NULL;
	g_autoptr(ProcviewSnapshot) everybody = NULL;
	int pid;

	if (scanner == NULL)
		return;
	pid = fork();
	if (pid == 0)
		_exit(0);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
	nobody = scan(scanner, pid, PROCVIEW_RELATIVES_FAMILY | PROCVIEW_RELATIVES_SHARERS,
		      PROCVIEW_COLLECT_TABLES);
	g_assert_cmpuint(procview_snapshot_get_n_processes(nobody), ==, 0);
	everybody = scan(scanner, 0, PROCVIEW_RELATIVES_FAMILY | PROCVIEW_RELATIVES_SHARERS,
			 PROCVIEW_COLLECT_NOTHING);
	g_assert_nonnull(procview_snapshot_find_process(everybody, getpid()));
	g_assert_nonnull(procview_snapshot_find_process(everybody, 1));
}

/* Children that come and go all the time hide nobody. */
static void
while_children_end(void)
{
	static const enum who family[] = {TOP, ASKED, CHILD, GRANDCHILD, THREAD_CHILD, N_NUMBERS};
	g_autoptr(ProcviewScanner) scanner = new_for_once();
	int pid;

	start();
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;) {
			int child = fork();

			if (child == 0)
				_exit(0);
			waitpid(child, NULL, 0);
		}
	}
	for (guint i = 0; i < 20; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = scan(
			scanner, getpid(), PROCVIEW_RELATIVES_FAMILY, PROCVIEW_COLLECT_NOTHING);

		for (guint j = 0; j < N_PROCESSES; j++)
			g_assert_nonnull(procview_snapshot_find_process(snapshot, numbers[j]));
	}
	kill(pid, SIGKILL);
	check(scanner, numbers[ASKED], PROCVIEW_RELATIVES_FAMILY, family);
	end();
}

static void
drop_privileges(void)
{
	pv_test_become_nobody();
	g_assert_cmpint(prctl(PR_SET_DUMPABLE, 1), ==, 0);
}

/* The last: there is no way back. Parents and children are for everybody to see. */
static void
unprivileged(void)
{
	g_autoptr(ProcviewScanner) scanner = NULL;

	if (geteuid() == 0)
		drop_privileges();
	scanner = new_for_once();
	start();
	check_all(scanner);
	end();
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 120);
	pv_test_require_kcmp();
	g_assert_cmpint(prctl(PR_SET_CHILD_SUBREAPER, 1), ==, 0);
	pv_test_add("/relatives/relatives", relatives);
	pv_test_add("/relatives/nobody-and-everybody", nobody_and_everybody);
	pv_test_add("/relatives/counted", counted);
	g_test_add_func("/relatives/once", once);
	g_test_add_func("/relatives/more-threads-than-processes", more_threads_than_processes);
	g_test_add_func("/relatives/while-children-end", while_children_end);
	/* A suite of its own, because those of the backends come after the single tests. */
	g_test_add_func("/relatives-at-last/unprivileged", unprivileged);
	return g_test_run();
}
