/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/PID/stat and status, or those of a thread below task/.
 *
 * FDSize in status is the size of the task's descriptor table, and 0 for a task that has none: it
 * is what tells a zombie, and a task that has got that far in exiting, from one whose files are
 * still open.
 */
#include "backend/procfs/task-look.h"

#include <errno.h>
#include <fcntl.h>

#define NAME_BYTES 64
#define NS_PER_S   G_GINT64_CONSTANT(1000000000)

int
pv_task_read_stat(int dir_fd, const char *prefix, PvBuffer *text, PvStat *stat)
{
	char name[NAME_BYTES];
	int status;

	g_snprintf(name, sizeof(name), "%sstat", prefix);
	status = pv_read_at(dir_fd, name, text);
	if (status < 0)
		return status;
	return pv_stat_parse(text->data, text->n, stat) ? 0 : -EPROTO;
}

int
pv_task_read_status(int dir_fd, const char *prefix, PvBuffer *text, PvStatus *result)
{
	char name[NAME_BYTES];
	int status;

	g_snprintf(name, sizeof(name), "%sstatus", prefix);
	status = pv_read_at(dir_fd, name, text);
	if (status < 0)
		return status;
	return pv_status_parse(text->data, text->n, result) ? 0 : -EPROTO;
}

guint64
pv_stat_start_time_ns(const PvContext *context, const PvStat *stat)
{
	return stat->start_ticks * (NS_PER_S / context->clock_ticks_per_s);
}

/* A leader is looked at through its process, where the entries exist already. */
static void
name_task(gint32 pid, gint32 tid, char *prefix)
{
	if (pid == 0 || pid == tid)
		g_snprintf(prefix, NAME_BYTES / 2, "%d/", tid);
	else
		g_snprintf(prefix, NAME_BYTES / 2, "%d/task/%d/", pid, tid);
}

int
pv_task_look_up_stat(const PvContext *context, gint32 pid, gint32 tid, PvStat *stat)
{
	pv_autofd proc_dir = open(context->proc_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	g_auto(PvBuffer) text = {0};
	char prefix[NAME_BYTES / 2];

	if (proc_dir < 0)
		return -errno;
	name_task(pid, tid, prefix);
	return pv_task_read_stat(proc_dir, prefix, &text, stat);
}

int
pv_task_look_up_status(const PvContext *context, gint32 pid, gint32 tid, PvStatus *status)
{
	pv_autofd proc_dir = open(context->proc_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	g_auto(PvBuffer) text = {0};
	char prefix[NAME_BYTES / 2];

	if (proc_dir < 0)
		return -errno;
	name_task(pid, tid, prefix);
	return pv_task_read_status(proc_dir, prefix, &text, status);
}
