/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A thread of the library's own.
 */
#pragma once

#include <glib.h>
#include <pthread.h>

typedef struct {
	pthread_t thread;
	gpointer (*function)(gpointer);
	gpointer data;
	gboolean started;
} PvThread;

/*
 * 0, or the errno of pthread_create(3). It takes no signals if the caller takes none. What it was
 * started with stays where it is until it has been joined.
 */
int pv_thread_start(PvThread *thread, gpointer (*function)(gpointer), gpointer data);
/* Waits for its end, if it was started. */
void pv_thread_join(PvThread *thread);
