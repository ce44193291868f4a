/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A look at one task: its stat, its status.
 */
#pragma once

#include "backend/backend.h"
#include "backend/procfs/task-parse.h"
#include "util/fd.h"

#define PV_TASK_PREFIX_BYTES 32

/* To a task's files from /proc, "12/" or "12/task/13/": a leader's are its process's. */
void pv_task_prefix(gint32 pid, gint32 tid, char prefix[PV_TASK_PREFIX_BYTES]);
/* And from the directory of its process, "" or "task/13/". */
void pv_task_prefix_within(gint32 pid, gint32 tid, char prefix[PV_TASK_PREFIX_BYTES]);
/*
 * The prefix leads from the directory to the task's: "", "12/" or "task/12/". 0, or a negative
 * errno: -ENOENT and -ESRCH mean that there is no such task, -EPROTO that the file is not as
 * proc(5) says.
 */
int pv_task_read_stat(int dir_fd, const char *prefix, PvBuffer *text, PvStat *stat);
int pv_task_read_status(int dir_fd, const char *prefix, PvBuffer *text, PvStatus *status);
guint64 pv_stat_start_time_ns(const PvContext *context, const PvStat *stat);
/*
 * The same by number, of the thread of a process, or with pid 0 of whatever has the number.
 */
int pv_task_look_up_stat(const PvContext *context, gint32 pid, gint32 tid, PvStat *stat);
int pv_task_look_up_status(const PvContext *context, gint32 pid, gint32 tid, PvStatus *status);
/*
 * The directory of a process that was listed before, if its number is still its own. A negative
 * errno if it is not (-ESRCH, -ENOENT), and if neither identity nor start time is known, by which to
 * tell; -ENOMEM, -EMFILE and -ENFILE end the scan.
 */
int pv_process_open(const PvContext *context, const PvProcess *process, const PvTask *leader);
