/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Threads of a process that exits go one after the other, and asking one after the other would be
 * to run behind them. All members are asked at once.
 */
#include "snapshot/successor.h"

#include "backend/bpf/plan.h"
#include "core/error.h"

gboolean
pv_successor_is_same(const PvReadingStep *step, const PvTask *task, const PvBpfTable *found)
{
	guint64 ns_per_tick =
		G_GUINT64_CONSTANT(1000000000) / step->plan->context->clock_ticks_per_s;

	if (task->identity != 0 && found->found_identity != 0)
		return task->identity == found->found_identity;
	return task->start_time_ns == found->found_start_time_ns / ns_per_tick * ns_per_tick;
}

/* The members that the caller may look into; group: a task's index. Returns how many. */
static guint32
list_members(const PvReadingStep *step, guint32 group_index, PvBpfTable *members)
{
	const PvGrouper *grouper = step->grouper;
	guint32 n = 0;

	for (guint32 i = pv_grouper_group(grouper, group_index)->first; i != PV_NONE;
	     i = grouper->next[i]) {
		const PvTask *task = pv_store_task(step->store, i);

		if (task->known & PV_TASK_DENIED)
			continue;
		members[n++] = (PvBpfTable){
			.tid = task->tid,
			.group = i,
			.files_key = task->files_key,
		};
	}
	return n;
}

gboolean
pv_successor_find(const PvReadingStep *step, guint32 group, guint32 *task, GError **error)
{
	guint32 n_members = pv_grouper_group(step->grouper, group)->n_members;
	g_autofree PvBpfTable *members = g_try_new(PvBpfTable, MAX(n_members, 1));
	PvBpfCosts costs = {.n_tasks = step->store->tasks.n};
	PvBpfPass pass = {.bpf = step->plan->bpf, .tables = members};

	*task = PV_NONE;
	if (members == NULL)
		return pv_error_no_memory(error);
	pass.n = list_members(step, group, members);
	costs.n_tables = pass.n;
	pass.whole = !step->store->narrowed && pv_bpf_plan_whole_check(&costs);
	pv_bpf_pass_sort(&pass);
	if (!pv_bpf_check(&pass, step->watch, error))
		return FALSE;
	for (guint32 i = 0; i < pass.n && *task == PV_NONE; i++) {
		if (members[i].found_key == members[i].files_key &&
		    pv_successor_is_same(step, pv_store_task(step->store, members[i].group),
					 &members[i]))
			*task = members[i].group;
	}
	return TRUE;
}
