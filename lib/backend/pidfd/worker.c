/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * close_range(0, ~0, CLOSE_RANGE_UNSHARE), since 5.9: a new, empty table, nothing copied into it.
 *
 * pidfd_getfd(2) puts a copy of another process's file into the caller's table, and it has to be
 * closed again. In the table that the threads of the embedding program share that would do harm:
 *
 * - close(2) drops all POSIX record locks that the process has on that inode, whichever descriptor
 *   it took them through. A scan would cost the program its locks on its database.
 * - a fork in another thread would hand the copy to a child;
 * - the numbers of the program's own descriptors would be unsettled.
 *
 * Locks and flushes belong to a table. In a thread with an empty one nothing is left to harm, and
 * the copy always gets the same number.
 *
 * The locks are those of POSIX, not of GLib: a thread sanitizer knows them.
 *
 * A caller that forks while it is told of progress has no such thread in the child. What is to be run
 * there is not run, since the descriptors that it is about do not exist there either.
 *
 * The thread takes no signals, so that none is handled in a place where the program's descriptors
 * do not exist.
 */
#include "backend/pidfd/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/error.h"
#include "util/thread.h"

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1U << 1)
#endif

struct _PvWorker {
	PvThread thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	void (*function)(gpointer); /* under way or to be run; NULL: idle */
	gpointer data;
	gboolean ready;
	gboolean ending;
	int error; /* errno of close_range(2) */
	pid_t pid; /* the process that has the thread; a child made by fork(2) has none */
};

static gpointer
serve(gpointer data)
{
	PvWorker *worker = data;
	int error = 0;

	if (syscall(SYS_close_range, 0, G_MAXUINT, CLOSE_RANGE_UNSHARE) < 0)
		error = errno;
	pthread_mutex_lock(&worker->mutex);
	worker->error = error;
	worker->ready = TRUE;
	pthread_cond_broadcast(&worker->changed);
	while (!worker->ending) {
		if (worker->function == NULL) {
			pthread_cond_wait(&worker->changed, &worker->mutex);
			continue;
		}
		pthread_mutex_unlock(&worker->mutex);
		worker->function(worker->data);
		pthread_mutex_lock(&worker->mutex);
		worker->function = NULL;
		pthread_cond_broadcast(&worker->changed);
	}
	pthread_mutex_unlock(&worker->mutex);
	return NULL;
}

static gboolean
start_without_signals(PvWorker *worker, GError **error)
{
	sigset_t all;
	sigset_t before;
	int status;

	/* A new thread inherits the mask; the caller's is back before anything else happens. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pv_thread_start(&worker->thread, serve, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return status == 0 || pv_error_from_errno(error, "pthread_create", status);
}

PvWorker *
pv_worker_start(GError **error)
{
	PvWorker *worker = g_new0(PvWorker, 1);

	worker->pid = getpid();
	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->changed, NULL);
	if (!start_without_signals(worker, error)) {
		pv_worker_stop(worker);
		return NULL;
	}
	pthread_mutex_lock(&worker->mutex);
	while (!worker->ready)
		pthread_cond_wait(&worker->changed, &worker->mutex);
	pthread_mutex_unlock(&worker->mutex);
	if (worker->error != 0) {
		pv_error_from_errno(error, "close_range(CLOSE_RANGE_UNSHARE)", worker->error);
		pv_worker_stop(worker);
		return NULL;
	}
	return worker;
}

void
pv_worker_run(PvWorker *worker, void (*function)(gpointer), gpointer data)
{
	if (worker->pid != getpid())
		return;
	pthread_mutex_lock(&worker->mutex);
	worker->data = data;
	worker->function = function;
	pthread_cond_broadcast(&worker->changed);
	while (worker->function != NULL)
		pthread_cond_wait(&worker->changed, &worker->mutex);
	pthread_mutex_unlock(&worker->mutex);
}

void
pv_worker_stop(PvWorker *worker)
{
	/* Nobody is there to be waited for, and the lock is as the fork found it. */
	if (worker->pid != getpid()) {
		g_free(worker);
		return;
	}
	if (worker->thread.started) {
		pthread_mutex_lock(&worker->mutex);
		worker->ending = TRUE;
		pthread_cond_broadcast(&worker->changed);
		pthread_mutex_unlock(&worker->mutex);
		pv_thread_join(&worker->thread);
	}
	pthread_cond_destroy(&worker->changed);
	pthread_mutex_destroy(&worker->mutex);
	g_free(worker);
}
