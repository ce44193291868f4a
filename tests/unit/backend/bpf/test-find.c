/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has it open, on the kernel that runs: descriptors in every sort of table, tables that are
 * shared, and what is refused.
 */
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include "finding-files.h"

/* Of the search; with one less it is refused. */
#ifdef FIND_IN_PROC
#define LEAST_DESCRIPTORS 3
#else
#define LEAST_DESCRIPTORS 4
#endif

static gint32
hold(const char *path)
{
	return open(path, O_RDONLY);
}

static gint32
hold_nothing(const char *path)
{
	return 0;
}

static gint32
hold_by_name_alone(const char *path)
{
	return open(path, O_PATH);
}

static void *
hold_in_own_table(void *path)
{
	tell(unshare(CLONE_FILES) < 0 ? -1 : open(path, O_RDONLY));
	stay();
	return NULL;
}

static gint32
hold_in_thread(const char *path)
{
	leave_to_thread(hold_in_own_table, path);
}

static void *
outlive(void *path)
{
	char state = '?';

	/* Until the first thread is gone. */
	for (guint i = 0; i < 1000 && state != 'Z'; i++) {
		g_autofree char *text = NULL;

		g_usleep(1000);
		if (g_file_get_contents("/proc/self/stat", &text, NULL, NULL))
			state = strrchr(text, ')')[2];
	}
	tell(state == 'Z' ? 0 : -1);
	stay();
	return NULL;
}

static gint32
hold_without_leader(const char *path)
{
	if (open(path, O_RDONLY) < 0)
		return -1;
	g_thread_unref(g_thread_new("subject", outlive, (gpointer)path));
	/* Not pthread_exit(3), which loads a library to unwind. */
	syscall(SYS_exit, 0);
	return -1;
}

static void
test_descriptors(void)
{
	static const Arrange ways[] = {hold, hold_by_name_alone, hold_in_thread,
				       hold_without_leader};
	guint64 inode;
	g_autofree char *path = make_file("held", &inode);
	Child stranger;

	child_start(&stranger, hold_nothing, path);
	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		Child holder;

		child_start(&holder, ways[i], path);
		g_assert_cmpint(holder.told, >=, 0);
		g_assert_true(holds_inode(inode, FALSE, holder.pid));
		g_assert_true(holds_inode(inode, TRUE, holder.pid));
		g_assert_false(holds_inode(inode, FALSE, stranger.pid));
		g_assert_false(holds_inode(NO_INODE, FALSE, holder.pid));
		child_end(&holder);
		g_assert_false(holds_inode(inode, FALSE, holder.pid));
	}
	child_end(&stranger);
}

static void
test_nothing(void)
{
	const guint64 inode = NO_INODE;
	const PvSought sought = {.inodes = &inode, .n_inodes = 1};
	PvFound found;
	Child child;

	child_start(&child, hold_nothing, NULL);
	find(&sought, &found);
	g_assert_false(has(&found.holders, child.pid));
	g_assert_true(has(&found.shown, child.pid));
	pv_found_clear(&found);
	child_end(&child);
	find(&(PvSought){0}, &found);
	g_assert_cmpuint(found.holders.n, ==, 0);
	g_assert_false(has(&found.shown, child.pid));
	pv_found_clear(&found);
}

static void
add_inodes_of(pid_t pid, GHashTable *inodes)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/fd", pid);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *link = g_build_filename(path, name, NULL);
		struct stat st;

		if (stat(link, &st) == 0)
			g_hash_table_add(inodes, GSIZE_TO_POINTER(st.st_ino));
	}
}

/* Smaller, and open in neither: a young file system has small numbers, and so have others. */
static guint64
smaller(guint64 inode, guint by, GHashTable *held)
{
	guint64 number = inode - by;

	return g_hash_table_contains(held, GSIZE_TO_POINTER(number)) ? NO_INODE - by : number;
}

/* A number of inodes, of which the first, the last or one between is there. */
static void
test_many(void)
{
	g_autofree guint64 *inodes = g_new(guint64, PV_MAX_SOUGHT);
	static const guint counts[] = {1, 2, 3, 4, 5, 7, 8, 100, 1000, PV_MAX_SOUGHT};
	guint64 inode;
	g_autofree char *path = make_file("one-of-many", &inode);
	g_autoptr(GHashTable) held = g_hash_table_new(NULL, NULL);
	int anonymous;
	Child child;

	child_start(&child, hold, path);
	add_inodes_of(child.pid, held);
	/* What BPF is found with has the inode of all anonymous ones. */
	anonymous = eventfd(0, EFD_CLOEXEC);
	add_inodes_of(getpid(), held);
	close(anonymous);
	for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
		const PvSought sought = {.inodes = inodes, .n_inodes = counts[i]};
		const guint places[] = {0, counts[i] / 2, counts[i] - 1};

		for (guint j = 0; j < G_N_ELEMENTS(places); j++) {
			/* Smaller ones, larger ones, and some twice. */
			for (guint k = 0; k < counts[i]; k++)
				inodes[k] = k < places[j] ? smaller(inode, 1 + k / 2, held)
							  : NO_INODE + k / 2;
			g_assert_false(holds(&sought, child.pid));
			inodes[places[j]] = inode;
			g_assert_true(holds(&sought, child.pid));
		}
	}
	child_end(&child);
}

#ifndef FIND_IN_PROC
/* The number of another process, which has the table of this one. */
static gint32
share(const char *path)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0)
		stay();
	return pid;
}

static void *
share_own_table(void *path)
{
	tell(unshare(CLONE_FILES) < 0 ? -1 : share(path));
	stay();
	return NULL;
}

static gint32
share_in_thread(const char *path)
{
	leave_to_thread(share_own_table, path);
}

static void
check_sharer(Arrange arrange)
{
	guint64 inode;
	g_autofree char *path = make_file("shared", &inode);
	PvFound found;
	Child child;
	const PvSought sought = {.pids = &child.pid, .n_pids = 1};

	child_start(&child, arrange, path);
	g_assert_cmpint(child.told, >, 0);
	find(&sought, &found);
	g_assert_cmpuint(found.holders.n, ==, 1);
	g_assert_true(has(&found.holders, child.told));
	pv_found_clear(&found);
	/* It is mutual. */
	find(&(PvSought){.pids = &child.told, .n_pids = 1}, &found);
	g_assert_cmpuint(found.holders.n, ==, 1);
	g_assert_true(has(&found.holders, child.pid));
	pv_found_clear(&found);
	child_end(&child);
}

static void
test_sharers(void)
{
	const pid_t self = getpid();
	PvFound found;

	check_sharer(share);
	check_sharer(share_in_thread);
	find(&(PvSought){.pids = &self, .n_pids = 1}, &found);
	g_assert_cmpuint(found.holders.n, ==, 0);
	pv_found_clear(&found);
}
#endif

static guint
count_descriptors(void)
{
	g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
	guint n = 0;

	while (g_dir_read_name(dir) != NULL)
		n++;
	return n;
}

/* With room for none, for one, and so on until there is enough. */
static void
test_descriptors_run_out(void)
{
	const guint64 inode = NO_INODE;
	const PvSought sought = {.inodes = &inode, .n_inodes = 1, .in_places = TRUE};
	guint n_before = count_descriptors(), n_refused = 0;
	struct rlimit before, now;
	gboolean done = FALSE;
	int lowest = dup(0);

	close(lowest);
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
	for (guint room = 0; !done && room < 20; room++) {
		g_autofree char *why = NULL;
		PvFound found;

		now = before;
		now.rlim_cur = lowest + room;
		g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &now), ==, 0);
		done = find_once(&sought, &found, &why);
		g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
		n_refused += !done;
		g_assert_cmpuint(count_descriptors(), ==, n_before);
		pv_found_clear(&found);
	}
	g_assert_true(done);
	g_assert_cmpuint(n_refused, >=, LEAST_DESCRIPTORS);
}

#ifndef FIND_IN_PROC
static void
test_too_many(void)
{
	g_autofree guint64 *inodes = g_new0(guint64, PV_MAX_SOUGHT);
	const guint16 port = 1;
	g_autofree char *why = NULL;
	PvFound found;

	g_assert_false(pv_bpf_find(&(PvSought){inodes, &port, NULL, PV_MAX_SOUGHT, 1, 0, FALSE},
				   &found, &why));
	g_assert_nonnull(strstr(why, "too many"));
	g_assert_cmpuint(found.shown.n, ==, 0);
}
#endif

static void
ignore_alarm(int signal)
{
}

/* Faster than any program is verified. */
static void
test_timer(void)
{
	const struct itimerval often = {{0, 50}, {0, 50}};
	const struct itimerval never = {0};
	struct sigaction action = {.sa_handler = ignore_alarm, .sa_flags = SA_RESTART};

	g_assert_cmpint(sigaction(SIGALRM, &action, NULL), ==, 0);
	g_assert_cmpint(setitimer(ITIMER_REAL, &often, NULL), ==, 0);
	for (guint i = 0; i < 10; i++)
		g_assert_false(holds_inode(NO_INODE, FALSE, getppid()));
	g_assert_cmpint(setitimer(ITIMER_REAL, &never, NULL), ==, 0);
}

#ifndef FIND_IN_PROC
/* 1: refused as it should be. */
static gint32
find_elsewhere(const char *expected)
{
	g_autofree char *why = NULL;
	PvFound found;

	return !pv_bpf_find(&(PvSought){0}, &found, &why) && strstr(why, expected) != NULL;
}

static gint32
find_in_user_namespace(const char *path)
{
	return unshare(CLONE_NEWUSER) < 0 ? -1 : find_elsewhere("user namespace");
}

static gint32
find_in_pid_namespace(const char *path)
{
	pid_t pid;
	int status;

	if (unshare(CLONE_NEWPID) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		_exit(find_elsewhere("pid namespace"));
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static gint32
find_without_rights(const char *path)
{
	return setresuid(65534, 65534, 65534) < 0 ? -1 : find_elsewhere("CAP_BPF");
}

static void
test_elsewhere(void)
{
	static const Arrange ways[] = {find_in_user_namespace, find_in_pid_namespace,
				       find_without_rights};

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		Child child;

		child_start(&child, ways[i], NULL);
		child_end(&child);
		if (child.told < 0 && i == 0)
			g_test_message("no user namespace could be made");
		else
			g_assert_cmpint(child.told, ==, 1);
	}
}
#else
static gboolean
is_cancelled(gpointer user_data)
{
	return TRUE;
}

static void
test_given_up(void)
{
	const guint64 inode = NO_INODE;
	const PvSought sought = {.inodes = &inode, .n_inodes = 1};
	const PvWatch watch = {.cancelled = is_cancelled};
	PvContext beside_server = context;
	gint64 too_little = 0;
	PvFound found;

	g_assert_false(pv_holders_find(&context, &sought, G_MAXINT64 / 2, &watch, &found));
	beside_server.asks_servers = TRUE;
	g_assert_false(pv_holders_find(&beside_server, &sought, G_MAXINT64 / 2, NULL, &found));
	/* Whatever is spent is known before it is. */
	while (!pv_holders_find(&context, &sought, too_little, NULL, &found)) {
		g_assert_cmpuint(found.shown.n + found.holders.n, ==, 0);
		too_little = too_little * 2 + 1;
	}
	g_assert_cmpint(too_little, >, 10000);
	pv_found_clear(&found);
}

/* Kernel threads are looked at, too, and whoever cannot be looked at is not told to be known. */
static void
test_shown(void)
{
	const guint64 inode = NO_INODE;
	const PvSought sought = {.inodes = &inode, .n_inodes = 1, .in_places = TRUE};
	g_autofree char *comm = NULL;
	PvFound found;
	PvKcmp kcmp;

	pv_kcmp_init(&kcmp);
	find(&sought, &found);
	g_assert_true(has(&found.shown, 1) == (pv_kcmp_tables(&kcmp, 1, 1) == PV_ORDER_EQUAL));
	if (g_file_get_contents("/proc/2/comm", &comm, NULL, NULL) &&
	    strcmp(comm, "kthreadd\n") == 0)
		g_assert_true(has(&found.shown, 2));
	pv_found_clear(&found);
}
#endif

int
main(int argc, char **argv)
{
	finding_begin(&argc, &argv);
	g_test_add_func("/find/descriptors", test_descriptors);
	g_test_add_func("/find/nothing", test_nothing);
	g_test_add_func("/find/many", test_many);
	g_test_add_func("/find/descriptors-run-out", test_descriptors_run_out);
	g_test_add_func("/find/timer", test_timer);
#ifdef FIND_IN_PROC
	g_test_add_func("/find/given-up", test_given_up);
	g_test_add_func("/find/shown", test_shown);
#else
	g_test_add_func("/find/sharers", test_sharers);
	g_test_add_func("/find/too-many", test_too_many);
	g_test_add_func("/find/elsewhere", test_elsewhere);
#endif
	return finding_run();
}
