/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/PID/cmdline, exe and limits.
 *
 * Arguments are read from the memory of the process, and everybody may; what exe leads to, only who
 * may look into the process (PTRACE_MODE_READ). Kernel threads and zombies have neither.
 */
#include "backend/procfs/command.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "backend/procfs/task-look.h"
#include "core/error.h"
#include "util/number.h"

/*
 * Arguments end with a NUL each. A program may have written over them (setproctitle), and what is
 * there then need not end with one.
 */
static gboolean
take_arguments(PvStore *store, PvProcess *process, PvBuffer *text)
{
	process->cmdline = 0;
	process->n_arguments = 0;
	if (text->n > 0 && text->data[text->n - 1] == '\0')
		text->n--;
	process->cmdline_len = text->n;
	if (text->n > 0) {
		process->cmdline = pv_strings_intern(&store->strings, text->data, text->n);
		process->n_arguments = 1;
		for (gsize i = 0; i < text->n; i++)
			process->n_arguments += text->data[i] == '\0';
	}
	process->known |= PV_PROCESS_COMMAND;
	process->known &= ~PV_PROCESS_LONG_COMMAND;
	return text->n == 0 || process->cmdline != 0;
}

static gboolean
take_exe(PvStore *store, PvProcess *process, const PvBuffer *text)
{
	process->exe = pv_strings_intern(&store->strings, text->data, text->n);
	process->known &= ~PV_PROCESS_LONG_EXE;
	return process->exe != 0;
}

int
pv_procfs_read_command(PvStore *store, PvProcess *process, int process_dir, guint what,
		       PvBuffer *text)
{
	int status = 0;

	if (what & PV_COMMAND_ARGUMENTS) {
		status = pv_read_piece_at(process_dir, "cmdline", text);
		if (status == 0 && !take_arguments(store, process, text))
			status = -ENOMEM;
	}
	if (pv_error_only_shortage(status) == 0 && (what & PV_COMMAND_EXE)) {
		status = pv_readlink_at(process_dir, "exe", text);
		if (status == 0 && !take_exe(store, process, text))
			status = -ENOMEM;
	}
	return pv_error_only_shortage(status);
}

int
pv_procfs_look_up_command(const PvContext *context, PvStore *store, PvProcess *process)
{
	pv_autofd dir = pv_process_open(context, process, pv_store_task(store, process->leader));
	g_auto(PvBuffer) text = {0};
	guint what = 0;

	if (dir < 0)
		return dir;
	if (process->known & PV_PROCESS_LONG_COMMAND)
		what |= PV_COMMAND_ARGUMENTS;
	if (process->known & PV_PROCESS_LONG_EXE)
		what |= PV_COMMAND_EXE;
	return pv_procfs_read_command(store, process, dir, what, &text);
}

/* "Max open files            1024                 4096                 files" */
static gboolean
parse_limit(const char **at, const char *end, guint64 *value)
{
	while (*at < end && **at == ' ')
		(*at)++;
	if (end - *at >= 9 && memcmp(*at, "unlimited", 9) == 0) {
		*value = RLIM_INFINITY;
		*at += 9;
		return TRUE;
	}
	*at = pv_number_u64(*at, end, value);
	return *at != NULL;
}

static void
parse_limits(const PvBuffer *text, PvProcess *process)
{
	static const char head[] = "\nMax open files";
	const char *end = text->data + text->n;
	const char *at = memmem(text->data, text->n, head, strlen(head));

	if (at == NULL)
		return;
	at += strlen(head);
	if (parse_limit(&at, end, &process->fd_limit_soft) &&
	    parse_limit(&at, end, &process->fd_limit_hard))
		process->known |= PV_PROCESS_LIMITS;
}

/* prlimit(2) leaves no inode behind, but asks for the same user or CAP_SYS_RESOURCE. */
int
pv_procfs_read_limits(const PvContext *context, PvProcess *process, int process_dir, PvBuffer *text)
{
	struct rlimit limit;
	int status;

	if (!context->foreign && prlimit(process->pid, RLIMIT_NOFILE, NULL, &limit) == 0) {
		process->fd_limit_soft = limit.rlim_cur;
		process->fd_limit_hard = limit.rlim_max;
		process->known |= PV_PROCESS_LIMITS;
		return 0;
	}
	status = pv_read_at(process_dir, "limits", text);
	if (status == 0 && text->n > 0)
		parse_limits(text, process);
	return pv_error_only_shortage(status);
}
