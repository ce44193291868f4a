/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A thread with a descriptor table of its own.
 */
#pragma once

#include <glib.h>

typedef struct _PvWorker PvWorker;

/* NULL with an error: the kernel cannot give a thread an empty table (before 5.9). */
PvWorker *pv_worker_start(GError **error);
/* Runs the function in the thread, and returns when it has ended. */
void pv_worker_run(PvWorker *worker, void (*function)(gpointer), gpointer data);
void pv_worker_stop(PvWorker *worker);
