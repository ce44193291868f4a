/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where the kernel's pointers can be seen, who shares a table is no matter of comparing tasks with
 * each other: each has the table of the snapshot, or another one.
 *
 * What it cannot see: a table that was freed since, and whose memory the same task has got again for
 * a new one.
 */
#include "snapshot/revalidate-bpf.h"

#include "backend/bpf/plan.h"
#include "core/error.h"
#include "snapshot/own-view.h"
#include "snapshot/scanner.h"

gboolean
pv_revalidate_has_key(const PvPlan *plan, const PvTable *table)
{
	return plan->bpf != NULL && table->key != 0 &&
	       pv_store_of(table)->key_id == pv_bpf_id(plan->bpf);
}

static const PvTask *
member(const PvTable *table, guint32 i)
{
	const PvStore *store = pv_store_of(table);

	return pv_store_task(store, pv_store_member(store, table->first_member + i));
}

static gboolean
is_same_task(const PvPlan *plan, const PvTask *task, const PvBpfTable *found)
{
	guint64 ns_per_tick = G_GUINT64_CONSTANT(1000000000) / plan->context->clock_ticks_per_s;

	if (task->identity != 0 && found->found_identity != 0)
		return task->identity == found->found_identity;
	return task->start_time_ns == found->found_start_time_ns / ns_per_tick * ns_per_tick;
}

static guint8
judge(const PvPlan *plan, const PvTable *table, const PvTask *task, const PvBpfTable *found)
{
	PvKcmp kcmp;

	if (found->found_start_time_ns == 0)
		return PV_MEMBERSHIP_EXITED;
	if (!is_same_task(plan, task, found))
		return PV_MEMBERSHIP_REPLACED;
	pv_kcmp_init(&kcmp);
	if (plan->own_view && pv_own_view_denies(&kcmp, task->tid))
		return PV_MEMBERSHIP_UNKNOWN;
	if (found->found_key == 0)
		return PV_MEMBERSHIP_EXITED;
	return found->found_key == table->key ? PV_MEMBERSHIP_SHARING : PV_MEMBERSHIP_LEFT;
}

gboolean
pv_revalidate_members_by_key(const PvPlan *plan, const PvTable *table, const PvWatch *watch,
			     guint8 *memberships, GError **error)
{
	guint32 n = table->n_members;
	PvBpfTable *found = g_try_new0(PvBpfTable, MAX(n, 1));
	const PvBpfCosts costs = {.n_tasks = pv_store_of(table)->tasks.n, .n_tables = n};
	PvBpfPass pass = {
		.bpf = plan->bpf,
		.tables = found,
		.n = n,
		.whole = !pv_store_of(table)->narrowed && pv_bpf_plan_whole_check(&costs),
	};
	gboolean done;

	if (found == NULL)
		return pv_error_no_memory(error);
	for (guint32 i = 0; i < n; i++)
		found[i] = (PvBpfTable){.tid = member(table, i)->tid, .group = i};
	pv_bpf_pass_sort(&pass);
	done = pv_bpf_check(&pass, watch, error);
	for (guint32 i = 0; i < n && done; i++)
		memberships[found[i].group] =
			judge(plan, table, member(table, found[i].group), &found[i]);
	g_free(found);
	return done;
}

gboolean
pv_revalidate_read_by_bpf(const PvPlan *plan, const PvTable *table, const PvTask *task,
			  const PvWatch *watch, PvStore *fresh, PvOutcome *outcome, GError **error)
{
	PvBpfTable one = {.tid = task->tid, .files_key = table->key};
	PvBpfPass pass = {.bpf = plan->bpf, .tables = &one, .n = 1};
	PvArray addresses;
	gboolean done;

	*outcome = (PvOutcome){.open_count = PV_NONE};
	pv_array_init(&addresses, sizeof(guint64));
	done = pv_bpf_read(&pass, PV_COLLECT_TABLES | PV_COLLECT_DESCRIPTORS, fresh, &addresses,
			   watch, error) &&
	       pv_bpf_check(&pass, watch, error);
	pv_array_clear(&addresses);
	outcome->exited = one.found_key == 0;
	if (one.broken || one.found_key != table->key) {
		outcome->status = PV_STATUS_PARTIAL;
		outcome->reason = PV_REASON_CHANGED;
	}
	outcome->open_count = one.n_descriptors;
	return done;
}
