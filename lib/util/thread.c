/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * GThread ends the program where a thread may not be made, but for want of memory: that is after
 * unshare(CLONE_NEWPID), and under a filter of system calls.
 */
#include "util/thread.h"

#include <sys/prctl.h>

/*
 * It names itself: for another thread the C library opens a file, without O_CLOEXEC, and a program
 * that is executed meanwhile would have it.
 */
static gpointer
run(gpointer data)
{
	const PvThread *thread = data;

	prctl(PR_SET_NAME, "procview");
	return thread->function(thread->data);
}

int
pv_thread_start(PvThread *thread, gpointer (*function)(gpointer), gpointer data)
{
	int error;

	thread->function = function;
	thread->data = data;
	error = pthread_create(&thread->thread, NULL, run, thread);
	thread->started = error == 0;
	return error;
}

void
pv_thread_join(PvThread *thread)
{
	if (thread->started)
		pthread_join(thread->thread, NULL);
	thread->started = FALSE;
}
