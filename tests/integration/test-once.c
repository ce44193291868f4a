/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A scanner for one scan opens of BPF what the scan is worth and no more: the rest of what was asked
 * for comes from procfs, and is the same. If it is used for a second scan, it opens what is missing,
 * or does without where that is not allowed any more.
 */
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "text.h"

/* So many descriptors of one process that BPF pays. */
static const char many_files[] = "F=6000";

#define WITHOUT_NAMES (PROCVIEW_COLLECT_TABLES | PROCVIEW_COLLECT_DESCRIPTORS)
#define WITH_NAMES    (WITHOUT_NAMES | PROCVIEW_COLLECT_PATHS)
#define MANY_THREADS  "T=1500"
#define MOST_MORE     16 /* descriptors, for the programs of a second scan */

static const ProcviewCollect collects[] = {
	PROCVIEW_COLLECT_DESCRIPTORS,
	PROCVIEW_COLLECT_ALL,
	PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_CONTEXT,
	PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_PLACES | PROCVIEW_COLLECT_MAPPINGS,
	PROCVIEW_COLLECT_EVERYTHING,
	PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_COMMANDS,
};

static ProcviewScanner *
new_scanner(ProcviewBackend backend, ProcviewScannerFlags flags)
{
	g_autoptr(GError) error = NULL;
	ProcviewScanner *scanner = procview_scanner_new_full(backend, flags, &error);

	g_assert_no_error(error);
	return scanner;
}

static PvTestScene *
start(void)
{
	return pv_test_scene_start("massive", "T=8", many_files, "LEADER=unshared", NULL);
}

static void
assert_by_bpf(ProcviewSnapshot *snapshot)
{
	g_assert_true(pv_test_served_by(snapshot, PROCVIEW_STEP_TASKS, "bpf"));
	g_assert_true(pv_test_served_by(snapshot, PROCVIEW_STEP_FILES, "bpf"));
}

/* What it says is what a scanner says that has everything open. */
static void
check(PvTestScene *scene, ProcviewScanner *scanner, ProcviewCollect collect)
{
	g_autoptr(ProcviewScanner) full = new_scanner(PROCVIEW_BACKEND_BPF, PROCVIEW_SCANNER_NONE);
	g_autoptr(ProcviewSnapshot) wanted = pv_test_scene_collect(scene, full, collect);
	g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_collect(scene, scanner, collect);
	g_autofree char *wanted_text = pv_test_text_of(wanted);
	g_autofree char *text = pv_test_text_of(snapshot);

	assert_by_bpf(snapshot);
	pv_test_assert_tables(scene, snapshot);
	g_assert_true(procview_snapshot_is_complete(snapshot));
	pv_test_assert_same_text(wanted_text, text);
}

static void
test_each(void)
{
	g_autoptr(PvTestScene) scene = start();

	for (guint i = 0; i < G_N_ELEMENTS(collects); i++) {
		g_autoptr(ProcviewScanner) scanner =
			new_scanner(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE);

		check(scene, scanner, collects[i]);
	}
}

static void
test_one_after_the_other(void)
{
	g_autoptr(PvTestScene) scene = start();
	g_autoptr(ProcviewScanner) scanner =
		new_scanner(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE);

	for (guint i = 0; i < G_N_ELEMENTS(collects); i++)
		check(scene, scanner, collects[i]);
}

/* Those in effect, which are returned; the permitted ones stay. */
static guint64
use_capabilities(guint64 wanted)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2];
	guint64 before;

	g_assert_cmpint(syscall(SYS_capget, &header, sets), ==, 0);
	before = sets[0].effective | (guint64)sets[1].effective << 32;
	sets[0].effective = (guint32)wanted;
	sets[1].effective = wanted >> 32;
	g_assert_cmpint(syscall(SYS_capset, &header, sets), ==, 0);
	return before;
}

/* What is open goes on; what is not stays closed, and the answer comes by another way. */
static void
test_without_privileges(void)
{
	const ProcviewCollect names = PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_PATHS;
	const ProcviewCollect in_context = names | PROCVIEW_COLLECT_CONTEXT;
	g_autoptr(PvTestScene) scene = start();
	g_autoptr(ProcviewScanner) scanner =
		new_scanner(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE);
	g_autoptr(ProcviewSnapshot) first = pv_test_scene_collect(scene, scanner, names);
	g_autoptr(ProcviewSnapshot) again = NULL;
	g_autoptr(ProcviewSnapshot) detailed = NULL;
	g_autoptr(ProcviewSnapshot) other = NULL;
	g_autofree char *text = pv_test_text_of(first);
	g_autofree char *text_again = NULL;
	guint64 capabilities = use_capabilities(0);

	again = pv_test_scene_collect(scene, scanner, names);
	detailed = pv_test_scene_collect(scene, scanner, names | PROCVIEW_COLLECT_DETAILS);
	other = pv_test_scene_collect(scene, scanner, in_context);
	use_capabilities(capabilities);
	assert_by_bpf(first);
	assert_by_bpf(again);
	text_again = pv_test_text_of(again);
	pv_test_assert_same_text(text, text_again);
	assert_by_bpf(detailed);
	pv_test_assert_tables(scene, detailed);
	/* Namespaces and cgroups were not asked for before. */
	g_assert_true(pv_test_served_by(other, PROCVIEW_STEP_TASKS, "procfs"));
	pv_test_assert_sane(other);
}

/* A program that is not there is not run: the answer comes by another way. */
static void
test_names_too_late(void)
{
	g_autoptr(PvTestScene) scene = start();
	g_autoptr(ProcviewScanner) scanner =
		new_scanner(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE);
	g_autoptr(ProcviewSnapshot) first = pv_test_scene_collect(scene, scanner, WITHOUT_NAMES);
	g_autoptr(ProcviewSnapshot) second = NULL;
	guint64 capabilities = use_capabilities(1U << CAP_SYS_PTRACE | 1U << CAP_DAC_READ_SEARCH);

	second = pv_test_scene_collect(scene, scanner, WITH_NAMES);
	use_capabilities(capabilities);
	assert_by_bpf(first);
	g_assert_true(pv_test_served_by(second, PROCVIEW_STEP_TASKS, "procfs"));
	pv_test_assert_descriptors(scene, second);
	g_clear_pointer(&second, procview_snapshot_unref);
	/* And as soon as it may be loaded, it is. */
	check(scene, scanner, WITH_NAMES);
}

/* The second scan fails for want of descriptors, or is right. */
static void
test_few_descriptors(void)
{
	g_autoptr(PvTestScene) scene = start();
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(scene, WITH_NAMES);

	for (guint more = 0; more < MOST_MORE; more++) {
		g_autoptr(ProcviewScanner) scanner =
			new_scanner(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE);
		g_autoptr(ProcviewSnapshot) first =
			pv_test_scene_collect(scene, scanner, WITHOUT_NAMES);
		g_autoptr(ProcviewSnapshot) snapshot = NULL;
		g_autoptr(GError) error = NULL;
		int next = dup(STDERR_FILENO);
		rlim_t before;

		assert_by_bpf(first);
		close(next);
		before = pv_test_limit_descriptors(next + more);
		snapshot = procview_scanner_scan(scanner, query, &error);
		pv_test_limit_descriptors(before);
		if (snapshot == NULL) {
			g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_NO_DESCRIPTORS);
			continue;
		}
		g_assert_no_error(error);
		pv_test_assert_sane(snapshot);
	}
}

/* Who could not load what shows files in flight has not shown that there are none. */
static void
test_held_later(void)
{
	g_autoptr(PvTestScene) scene = start();
	g_autoptr(PvTestScene) held = pv_test_scene_start("held", NULL);
	g_autoptr(ProcviewScanner) scanner =
		new_scanner(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE);
	g_autoptr(ProcviewSnapshot) first = NULL;
	g_autoptr(ProcviewSnapshot) second = NULL;
	guint64 capabilities;

	if (held == NULL)
		return;
	first = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_ALL);
	capabilities = use_capabilities(0);
	second = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_ALL);
	g_clear_pointer(&second, procview_snapshot_unref);
	second = pv_test_scene_collect(held, scanner,
				       PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_HOLDINGS);
	use_capabilities(capabilities);
	assert_by_bpf(first);
	check(held, scanner, PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_HOLDINGS);
}

static void
wait_for_byte(int fd)
{
	char byte;

	g_assert_cmpint(read(fd, &byte, 1), ==, 1);
}

static void
give_byte(int fd)
{
	g_assert_cmpint(write(fd, "", 1), ==, 1);
}

typedef struct {
	int go[2];
	int done[2];
} Leaver;

static gpointer
leave(gpointer data)
{
	Leaver *leaver = data;

	wait_for_byte(leaver->go[0]);
	g_assert_cmpint(unshare(CLONE_FILES), ==, 0);
	give_byte(leaver->done[1]);
	wait_for_byte(leaver->go[0]);
	return NULL;
}

/*
 * Whether a thread has left its process's table, the table's address tells and kcmp(2) does not:
 * the scan had it from BPF, so the other look shall, too.
 */
static void
test_revalidate(void)
{
	g_autoptr(PvTestScene) scene =
		pv_test_scene_start("massive", MANY_THREADS, "F=16", "LEADER=sharing", NULL);
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(scene, PROCVIEW_COLLECT_TABLES);
	g_autoptr(ProcviewScanner) scanner =
		new_scanner(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) error = NULL;
	Leaver leaver;
	GThread *thread;

	g_assert_cmpint(pipe(leaver.go), ==, 0);
	g_assert_cmpint(pipe(leaver.done), ==, 0);
	thread = g_thread_new("leaver", leave, &leaver);
	procview_query_add_pid(query, getpid());
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	g_assert_true(pv_test_served_by(snapshot, PROCVIEW_STEP_TASKS, "bpf"));
	give_byte(leaver.go[1]);
	wait_for_byte(leaver.done[0]);
	now = procview_scanner_revalidate(scanner, pv_test_table_of(snapshot, getpid()), NULL,
					  &error);
	give_byte(leaver.go[1]);
	g_thread_join(thread);
	g_assert_no_error(error);
	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_LEFT), ==, 1);
	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_SHARING), ==,
			 procview_revalidation_get_n_tasks(now) - 1);
	for (guint i = 0; i < 2; i++) {
		close(leaver.go[i]);
		close(leaver.done[i]);
	}
}

/* As long as something may have to be loaded, the caller is told to keep what that takes. */
static void
test_rights(void)
{
	g_autoptr(PvTestScene) scene = start();
	g_autoptr(ProcviewScanner) scanner = new_scanner(
		PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE | PROCVIEW_SCANNER_TABLES_ONLY);
	g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_collect(scene, scanner, WITHOUT_NAMES);
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewRights) rights = procview_scanner_dup_rights(scanner, &error);
	guint64 capabilities;

	g_assert_no_error(error);
	assert_by_bpf(snapshot);
	g_assert_true(g_strv_contains(procview_rights_get_uses(rights), "CAP_BPF"));
	g_assert_cmpstr(procview_rights_get_backend_name(rights, PROCVIEW_STEP_FILES), ==, "bpf");
	g_clear_pointer(&rights, procview_rights_unref);
	/* Who cannot load it any more is not promised it. */
	capabilities = use_capabilities(0);
	rights = procview_scanner_dup_rights(scanner, &error);
	use_capabilities(capabilities);
	g_assert_no_error(error);
	g_assert_cmpstr(procview_rights_get_backend_name(rights, PROCVIEW_STEP_FILES), !=, "bpf");
}

/* Waits for a child that it has lent its memory, as who calls vfork(2) does. */
static pid_t
start_sleeper(void)
{
	pid_t sleeper = fork();

	if (sleeper == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (vfork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
		_exit(0);
	}
	g_assert_cmpint(sleeper, >, 0);
	return sleeper;
}

static void
await_sleep(pid_t sleeper)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", sleeper);

	for (;;) {
		g_autofree char *text = NULL;

		g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
		if (strstr(text, ") D ") != NULL)
			return;
		g_usleep(1000);
	}
}

static gboolean
has_command(ProcviewSnapshot *snapshot, pid_t pid)
{
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, pid);

	g_assert_nonnull(process);
	return procview_process_get_n_arguments(process) > 0;
}

/*
 * Who sleeps so that no signal wakes him may have locked his memory: procfs is not asked for his
 * command line, since it would wait for him. The program tells, if it may be loaded.
 */
static void
test_sleeper(void)
{
	const ProcviewCollect commands = PROCVIEW_COLLECT_TABLES | PROCVIEW_COLLECT_COMMANDS;
	g_autoptr(PvTestScene) scene = start();
	g_autoptr(ProcviewScanner) scanner =
		new_scanner(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE);
	g_autoptr(ProcviewSnapshot) first = pv_test_scene_collect(scene, scanner, WITH_NAMES);
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(scene, commands);
	g_autoptr(ProcviewSnapshot) closed = NULL;
	g_autoptr(ProcviewSnapshot) open = NULL;
	g_autoptr(GError) error = NULL;
	int busy = pv_test_scene_number(scene, "process", 0, 0);
	pid_t sleeper = start_sleeper();
	guint64 capabilities;

	await_sleep(sleeper);
	procview_query_add_pid(query, sleeper);
	capabilities = use_capabilities(0);
	closed = procview_scanner_scan(scanner, query, &error);
	use_capabilities(capabilities);
	g_assert_no_error(error);
	open = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	kill(sleeper, SIGKILL);
	g_assert_cmpint(waitpid(sleeper, NULL, 0), ==, sleeper);
	assert_by_bpf(first);
	g_assert_true(pv_test_served_by(closed, PROCVIEW_STEP_TASKS, "bpf"));
	g_assert_true(has_command(closed, busy));
	g_assert_false(has_command(closed, sleeper));
	g_assert_true(has_command(open, sleeper));
}

static void
scan_without_threads(PvTestScene *scene)
{
	static const ProcviewScannerFlags flags[] = {PROCVIEW_SCANNER_NONE, PROCVIEW_SCANNER_ONCE,
						     PROCVIEW_SCANNER_TABLES_ONLY};
	g_autoptr(ProcviewScanner) by_name =
		new_scanner(PROCVIEW_BACKEND_PIDFD, PROCVIEW_SCANNER_NONE);
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(scene, WITH_NAMES);
	g_autoptr(GError) error = NULL;

	/* From here on each thread would be the first process of another pid namespace. */
	g_assert_cmpint(unshare(CLONE_NEWPID), ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
		g_autoptr(ProcviewScanner) scanner = new_scanner(PROCVIEW_BACKEND_AUTO, flags[i]);
		g_autoptr(ProcviewSnapshot) snapshot =
			pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_EVERYTHING);

		pv_test_assert_tables(scene, snapshot);
		pv_test_assert_descriptors(scene, snapshot);
	}
	g_assert_null(procview_scanner_scan(by_name, query, &error));
	g_assert_nonnull(error);
}

static void
scan_in_a_child(PvTestScene *scene)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		scan_without_threads(scene);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
}

/* Where no thread may be made, what is done by threads is done without, or refused by name. */
static void
test_no_threads(void)
{
	g_autoptr(PvTestScene) small = pv_test_scene_start("zoo", NULL);
	g_autoptr(PvTestScene) large = start();

	if (small == NULL)
		return;
	scan_in_a_child(large);
	scan_in_a_child(small);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_root();
	pv_test_require_kcmp();
	pv_test_require_bpf();
	g_test_add_func("/once/each", test_each);
	g_test_add_func("/once/one-after-the-other", test_one_after_the_other);
	g_test_add_func("/once/without-privileges", test_without_privileges);
	g_test_add_func("/once/names-too-late", test_names_too_late);
	g_test_add_func("/once/few-descriptors", test_few_descriptors);
	g_test_add_func("/once/held-later", test_held_later);
	g_test_add_func("/once/revalidate", test_revalidate);
	g_test_add_func("/once/rights", test_rights);
	g_test_add_func("/once/sleeper", test_sleeper);
	g_test_add_func("/once/no-threads", test_no_threads);
	return g_test_run();
}
