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

static int
read_task_file(int dir_fd, const char *prefix, const char *file, PvBuffer *text)
{
	char name[NAME_BYTES];

	g_snprintf(name, sizeof(name), "%s%s", prefix, file);
	return pv_read_piece_at(dir_fd, name, text);
}

int
pv_task_read_stat(int dir_fd, const char *prefix, PvBuffer *text, PvStat *stat)
{
	int error = read_task_file(dir_fd, prefix, "stat", text);

	if (error == 0 && !pv_stat_parse(text->data, text->n, stat))
		error = -EPROTO;
	return error;
}

int
pv_task_read_status(int dir_fd, const char *prefix, PvBuffer *text, PvStatus *status)
{
	int error = read_task_file(dir_fd, prefix, "status", text);

	if (error == 0 && !pv_status_parse(text->data, text->n, status))
		error = -EPROTO;
	return error;
}

guint64
pv_stat_start_time_ns(const PvContext *context, const PvStat *stat)
{
	return stat->start_ticks * (NS_PER_S / context->clock_ticks_per_s);
}

void
pv_task_prefix_within(gint32 pid, gint32 tid, char prefix[PV_TASK_PREFIX_BYTES])
{
	prefix[0] = '\0';
	if (tid != pid)
		g_snprintf(prefix, PV_TASK_PREFIX_BYTES, "task/%d/", tid);
}

/* A leader is looked at through its process, where the entries exist already. */
void
pv_task_prefix(gint32 pid, gint32 tid, char prefix[PV_TASK_PREFIX_BYTES])
{
	char within[PV_TASK_PREFIX_BYTES];

	pv_task_prefix_within(pid, tid, within);
	g_snprintf(prefix, PV_TASK_PREFIX_BYTES, "%d/%s", pid, within);
}

int
pv_task_look_up_stat(const PvContext *context, gint32 pid, gint32 tid, PvStat *stat)
{
	pv_autofd proc_dir = open(context->proc_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	g_auto(PvBuffer) text = {0};
	char prefix[PV_TASK_PREFIX_BYTES];

	if (proc_dir < 0)
		return -errno;
	pv_task_prefix(pid != 0 ? pid : tid, tid, prefix);
	return pv_task_read_stat(proc_dir, prefix, &text, stat);
}

int
pv_task_look_up_status(const PvContext *context, gint32 pid, gint32 tid, PvStatus *status)
{
	pv_autofd proc_dir = open(context->proc_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	g_auto(PvBuffer) text = {0};
	char prefix[PV_TASK_PREFIX_BYTES];

	if (proc_dir < 0)
		return -errno;
	pv_task_prefix(pid != 0 ? pid : tid, tid, prefix);
	return pv_task_read_status(proc_dir, prefix, &text, status);
}

/*
 * Who has this identity was listed before, so he did not get the number just now: if he has it
 * after the directory was opened, he had it then.
 */
static int
check_identity(const PvContext *context, const PvTask *leader)
{
	pv_autofd pidfd = context->foreign ? -ESRCH : pv_pidfd_open(leader->tid, TRUE);

	if (pidfd < 0)
		return pidfd;
	return pv_pidfd_identity_of(&context->pidfd, pidfd) == leader->identity ? 0 : -ESRCH;
}

static int
check_start_time(const PvContext *context, const PvTask *leader, int process_dir)
{
	g_auto(PvBuffer) text = {0};
	PvStat stat;
	int error = pv_task_read_stat(process_dir, "", &text, &stat);

	if (error < 0)
		return error;
	return leader->start_time_ns != 0 &&
			       pv_stat_start_time_ns(context, &stat) == leader->start_time_ns
		       ? 0
		       : -ESRCH;
}

int
pv_process_open(const PvContext *context, const PvProcess *process, const PvTask *leader)
{
	pv_autofd proc_dir = open(context->proc_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char name[NAME_BYTES];
	int dir, error;

	if (proc_dir < 0)
		return -errno;
	g_snprintf(name, sizeof(name), "%d", process->pid);
	dir = openat(proc_dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	error = leader->identity != 0 ? check_identity(context, leader)
				      : check_start_time(context, leader, dir);
	if (error < 0)
		pv_fd_close(&dir);
	return error < 0 ? error : dir;
}
