/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The thread with a table of its own: empty, without signals, and without effect on the caller's.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/pidfd/worker.h"

typedef struct {
	int caller_fd;
	gboolean caller_fd_open;
	int first_fd;
	gboolean term_blocked;
	pthread_t thread;
	guint n_runs;
} Seen;

static void
look(gpointer data)
{
	Seen *seen = data;
	sigset_t mask;

	seen->caller_fd_open = fcntl(seen->caller_fd, F_GETFD) >= 0;
	seen->first_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(seen->first_fd);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	seen->term_blocked = sigismember(&mask, SIGTERM) == 1;
	seen->thread = pthread_self();
	seen->n_runs++;
}

static void
test_own_table(void)
{
	g_autoptr(GError) error = NULL;
	PvWorker *worker = pv_worker_start(&error);
	Seen seen = {.caller_fd = open("/dev/null", O_RDONLY | O_CLOEXEC)};

	g_assert_no_error(error);
	g_assert_cmpint(seen.caller_fd, >=, 0);
	for (guint i = 1; i <= 3; i++) {
		pv_worker_run(worker, look, &seen);
		g_assert_cmpuint(seen.n_runs, ==, i);
		g_assert_false(seen.caller_fd_open);
		g_assert_cmpint(seen.first_fd, ==, 0);
		g_assert_false(pthread_equal(seen.thread, pthread_self()));
	}
	pv_worker_stop(worker);
	g_assert_cmpint(fcntl(seen.caller_fd, F_GETFD), >=, 0);
	close(seen.caller_fd);
}

static void
test_signals(void)
{
	PvWorker *worker = pv_worker_start(NULL);
	Seen seen = {.caller_fd = -1};
	sigset_t mask;

	pv_worker_run(worker, look, &seen);
	pv_worker_stop(worker);
	g_assert_true(seen.term_blocked);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	g_assert_cmpint(sigismember(&mask, SIGTERM), ==, 0);
}

/* A lock that the program holds on a file outlives the closing of the file in the thread. */
static void
open_and_close(gpointer data)
{
	int fd = open(data, O_RDWR | O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	close(fd);
}

static void
test_keeps_locks(void)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("procview-lock-XXXXXX", &path, NULL);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	PvWorker *worker = pv_worker_start(NULL);
	pid_t child;

	g_assert_cmpint(fcntl(fd, F_SETLK, &lock), ==, 0);
	pv_worker_run(worker, open_and_close, path);
	pv_worker_stop(worker);
	/* Another process sees whether the lock is there: one's own never stands in one's way. */
	child = fork();
	if (child == 0) {
		struct flock probe = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
		int got = fcntl(fd, F_GETLK, &probe);

		_exit(got == 0 && probe.l_type == F_WRLCK && probe.l_pid == getppid() ? 0 : 1);
	}
	{
		int status = -1;

		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
		g_assert_cmpint(status, ==, 0);
	}
	unlink(path);
	close(fd);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/pidfd/worker/own-table", test_own_table);
	g_test_add_func("/backend/pidfd/worker/signals", test_signals);
	g_test_add_func("/backend/pidfd/worker/keeps-locks", test_keeps_locks);
	return g_test_run();
}
