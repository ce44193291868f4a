/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A program of BPF, once loaded, asks nobody's permission. So the kernel is asked in another way:
 * kcmp(2) compares nothing before it has found that the caller may look into both tasks, by the rule
 * that guards /proc/PID/fd too (PTRACE_MODE_READ), security modules and user namespaces included.
 *
 * What everybody may see in /proc stays: numbers, names, credentials, command line, limits, cgroup.
 * Where the mount hides the processes of others, they are left out.
 *
 * A set-user-ID program may have been started since, so the speaker of each table is asked about
 * once more when the table has been read (snapshot/sweep.c).
 *
 * What it cannot see: that threads of one process have different credentials; one answers for all.
 */
#include "snapshot/own-view.h"

#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "snapshot/prune.h"

/* Of a task that has ended nobody can say any more whose it was. */
gboolean
pv_own_view_denies(PvKcmp *kcmp, gint32 tid)
{
	return pv_kcmp_tables(kcmp, getpid(), tid) == PV_ORDER_ERROR;
}

/* One that lives, if there is one: a leader that has ended has no memory that could be guarded. */
static gint32
find_witness(const PvStore *store, const PvProcess *process)
{
	for (guint32 i = 0; i < process->n_tasks; i++) {
		const PvTask *task = pv_store_task(store, process->first_task + i);

		if (task->table != PV_NONE)
			return task->tid;
	}
	return pv_store_task(store, process->leader)->tid;
}

static void
take_away(PvStore *store, PvProcess *process)
{
	process->exe = process->cwd = process->root = 0;
	process->known &= ~(PV_PROCESS_LONG_EXE | PV_PROCESS_LONG_CONTEXT);
	memset(process->namespaces, 0, sizeof(process->namespaces));
	for (guint32 i = 0; i < process->n_tasks; i++)
		pv_store_task(store, process->first_task + i)->known |= PV_TASK_DENIED;
}

gboolean
pv_own_view_apply(const PvContext *context, PvKcmp *kcmp, PvStore *store, GError **error)
{
	g_autofree guint8 *dropped = g_try_new0(guint8, MAX(store->tasks.n, 1));
	gboolean any = FALSE;

	if (dropped == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < store->processes.n; i++) {
		PvProcess *process = pv_store_process(store, i);

		if (!pv_own_view_denies(kcmp, find_witness(store, process)))
			continue;
		any = TRUE;
		take_away(store, process);
		memset(dropped + process->first_task, TRUE, process->n_tasks);
	}
	if (!any || !context->hides)
		return TRUE;
	pv_drop_tasks(store, dropped);
	store->hidden = TRUE;
	store->hidden_need = PV_NEED_PTRACE;
	return TRUE;
}
