/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which processes have a descriptor table?  The library names its tasks, those of a process one
 * behind the other, and of a process that may be thousands.
 */
#include "sharers.h"

static ProcviewProcess *
get_process(ProcviewFdTable *table, guint i)
{
	return procview_task_get_process(procview_fd_table_get_task(table, i));
}

ProcviewProcess *
sharers_next(ProcviewFdTable *table, guint *at)
{
	guint n = procview_fd_table_get_n_tasks(table);
	ProcviewProcess *process = *at < n ? get_process(table, *at) : NULL;

	while (*at < n && get_process(table, *at) == process)
		(*at)++;
	return process;
}
