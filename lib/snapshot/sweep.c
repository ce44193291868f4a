/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Every table exactly once, in rounds:
 *
 *   all groups ──► read through their speakers ──► who has which table now? ──► done
 *        ▲                                              │ exited: another member speaks
 *        └──────────────────────────────────────────────┤ another table: it has left; that one is
 *                                                       │ a group of its own
 *                                                       └ something was missed: once more
 *
 * One round is what a quiet machine needs.
 */
#include "snapshot/sweep.h"

#include "backend/bpf/bpf.h"
#include "backend/bpf/plan.h"
#include "backend/registry.h"
#include "snapshot/own-view.h"
#include "snapshot/successor.h"

#define MAX_ROUNDS 16

typedef struct {
	PvReadingStep *step;
	PvArray *addresses;
	PvBpfPass pass;
	guint32 n_allocated;
} Sweep;

static PvReading *
reading_of(const Sweep *sweep, guint32 group)
{
	return pv_array_at(&sweep->step->readings, PvReading, group);
}

/* One reading for each group; FALSE: out of memory. */
static gboolean
make_readings(Sweep *sweep)
{
	PvArray *readings = &sweep->step->readings;
	guint n = sweep->step->grouper->groups.n;

	if (readings->n < n && !pv_array_reserve(readings, n - readings->n))
		return FALSE;
	while (readings->n < n)
		pv_array_append(readings);
	return TRUE;
}

static gboolean
is_pending(const Sweep *sweep, guint32 group_index)
{
	const PvGroup *group = pv_grouper_group(sweep->step->grouper, group_index);

	return group->n_members > 0 && !group->assumed &&
	       reading_of(sweep, group_index)->backend == NULL;
}

/* The tables that are still to be read. FALSE: out of memory. */
static gboolean
collect(Sweep *sweep)
{
	PvGrouper *grouper = sweep->step->grouper;
	PvBpfPass *pass = &sweep->pass;

	if (!make_readings(sweep))
		return FALSE;
	if (sweep->n_allocated < grouper->groups.n) {
		g_free(pass->tables);
		sweep->n_allocated = grouper->groups.n;
		pass->tables = g_try_new(PvBpfTable, sweep->n_allocated);
		if (pass->tables == NULL)
			return FALSE;
	}
	pass->n = 0;
	for (guint32 i = 0; i < grouper->groups.n; i++) {
		const PvTask *task;

		if (!is_pending(sweep, i))
			continue;
		task = pv_store_task(grouper->store, pv_grouper_group(grouper, i)->speaker);
		pass->tables[pass->n++] = (PvBpfTable){
			.tid = task->tid,
			.group = i,
			.files_key = task->files_key,
		};
	}
	pv_bpf_pass_sort(pass);
	return TRUE;
}

static void
finish(Sweep *sweep, const PvBpfTable *table, guint status, guint reason)
{
	PvReading *reading = reading_of(sweep, table->group);

	*reading = (PvReading){
		.outcome = {.status = status, .reason = reason, .open_count = table->n_descriptors},
		.first_descriptor = table->first_descriptor,
		.n_descriptors = table->n_descriptors,
		.backend = "bpf",
	};
	if (status != PV_STATUS_OK)
		reading->outcome.open_count = PV_NONE;
	if (status == PV_STATUS_GONE)
		reading->n_descriptors = 0;
}

/* The speaker is gone. What was read before that is kept if nobody else can say more. */
static gboolean
replace_speaker(Sweep *sweep, const PvBpfTable *table, gboolean last_round, GError **error)
{
	PvGroup *group = pv_grouper_group(sweep->step->grouper, table->group);
	guint32 successor = PV_NONE;

	if (!last_round && group->n_members > 1 &&
	    !pv_successor_find(sweep->step, table->group, &successor, error))
		return FALSE;
	if (successor != PV_NONE)
		group->speaker = successor;
	/* Whether he could be looked into nobody can say any more. */
	else if (table->n_descriptors > 0 && !sweep->step->plan->own_view)
		finish(sweep, table, PV_STATUS_PARTIAL, PV_REASON_EXITED);
	else
		finish(sweep, table, PV_STATUS_GONE, PV_REASON_EXITED);
	return TRUE;
}

static void
deny(Sweep *sweep, guint32 group)
{
	PvReading *reading = reading_of(sweep, group);

	*reading = (PvReading){.backend = "bpf"};
	pv_outcome_denied(&reading->outcome, sweep->step->plan->context);
	reading->outcome.open_count = PV_NONE;
}

/* The first member that the caller could look into by himself; without one the table is denied. */
static void
choose_speaker(Sweep *sweep, guint32 group_index)
{
	PvGrouper *grouper = sweep->step->grouper;
	PvGroup *group = pv_grouper_group(grouper, group_index);
	guint32 task = group->first;

	if (group->n_members == 0 ||
	    !(pv_store_task(grouper->store, group->speaker)->known & PV_TASK_DENIED))
		return;
	while (task != PV_NONE && (pv_store_task(grouper->store, task)->known & PV_TASK_DENIED))
		task = grouper->next[task];
	if (task != PV_NONE)
		group->speaker = task;
	else
		deny(sweep, group_index);
}

/* The speaker has another table now, which is nobody else's. FALSE: out of memory. */
static gboolean
split_off(Sweep *sweep, const PvBpfTable *table)
{
	PvGrouper *grouper = sweep->step->grouper;
	PvTask *task =
		pv_store_task(grouper->store, pv_grouper_group(grouper, table->group)->speaker);

	task->files_key = table->found_key;
	if (pv_grouper_detach(grouper, table->group, FALSE) == PV_NONE)
		return FALSE;
	choose_speaker(sweep, table->group);
	return TRUE;
}

/* A task that was the caller's may have become another user's by execve(2). */
static void
accept(Sweep *sweep, const PvBpfTable *table)
{
	const PvReadingStep *step = sweep->step;

	if (step->plan->own_view && pv_own_view_denies(step->grouper->kcmp, table->tid))
		deny(sweep, table->group);
	else
		finish(sweep, table, PV_STATUS_OK, PV_REASON_NONE);
}

static gboolean
judge(Sweep *sweep, const PvBpfTable *table, gboolean last_round, GError **error)
{
	const PvReadingStep *step = sweep->step;
	const PvTask *speaker =
		pv_store_task(step->store, pv_grouper_group(step->grouper, table->group)->speaker);

	if (table->found_key == table->files_key && !table->broken)
		accept(sweep, table);
	else if (table->found_key == 0 || !pv_successor_is_same(step, speaker, table))
		return replace_speaker(sweep, table, last_round, error);
	else if (last_round)
		finish(sweep, table, PV_STATUS_PARTIAL, PV_REASON_CHANGED);
	else if (table->found_key != table->files_key)
		return split_off(sweep, table) || pv_error_no_memory(error);
	return TRUE;
}

/* What the tables hold, and how often a pass over everything would come to each. */
static void
estimate(const Sweep *sweep, PvBpfCosts *costs)
{
	const PvStore *store = sweep->step->store;

	*costs = (PvBpfCosts){.n_tasks = store->tasks.n, .n_tables = sweep->pass.n};
	costs->paths = (sweep->step->query->collect & PV_COLLECT_PATHS) != 0;
	costs->details =
		(sweep->step->query->collect & (PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS |
						PV_COLLECT_LOCKS | PV_COLLECT_HOLDINGS)) != 0;
	for (guint32 i = 0; i < store->tasks.n; i++) {
		const PvTask *task = pv_store_task(store, i);

		if (task->files_key != 0 && task->n_open != PV_NONE)
			costs->n_visited += task->n_open;
	}
	for (guint32 i = 0; i < sweep->pass.n; i++) {
		guint32 speaker =
			pv_grouper_group(sweep->step->grouper, sweep->pass.tables[i].group)
				->speaker;
		guint32 n_open = pv_store_task(store, speaker)->n_open;

		costs->n_wanted += n_open == PV_NONE ? 0 : n_open;
	}
}

/* A speaker that shares with his leader by now is not visited by a pass over everything. */
static void
doubt_emptiness(const Sweep *sweep, PvBpfTable *table)
{
	guint32 speaker = pv_grouper_group(sweep->step->grouper, table->group)->speaker;

	if (table->n_descriptors == 0 && pv_store_task(sweep->step->store, speaker)->n_open != 0)
		table->broken = TRUE;
}

/* For as many descriptors as were counted, so that large tables are not moved while they grow. */
static gboolean
make_room(Sweep *sweep, guint64 n)
{
	PvStore *store = sweep->step->store;
	guint n_more = MIN(n, 1 << 24);

	return pv_array_reserve(&store->descriptors, n_more) &&
	       pv_array_reserve(&store->files, n_more) &&
	       pv_array_reserve(sweep->addresses, n_more);
}

static gboolean
take_round(Sweep *sweep, guint round, GError **error)
{
	PvReadingStep *step = sweep->step;
	PvBpfCosts costs;

	estimate(sweep, &costs);
	sweep->pass.whole = round == 0 && !step->store->narrowed && pv_bpf_plan_whole_read(&costs);
	if (!make_room(sweep, costs.n_wanted))
		return pv_error_no_memory(error);
	if (!pv_bpf_read(&sweep->pass, step->query->collect, step->store, sweep->addresses,
			 step->watch, error))
		return FALSE;
	for (guint32 i = 0; sweep->pass.whole && i < sweep->pass.n; i++)
		doubt_emptiness(sweep, &sweep->pass.tables[i]);
	sweep->pass.whole = !step->store->narrowed && pv_bpf_plan_whole_check(&costs);
	if (!pv_bpf_check(&sweep->pass, step->watch, error))
		return FALSE;
	for (guint32 i = 0; i < sweep->pass.n; i++) {
		if (!judge(sweep, &sweep->pass.tables[i], round + 1 == MAX_ROUNDS, error))
			return FALSE;
	}
	return TRUE;
}

/* No more than the number of descriptors was asked for, and that came with the tasks. */
static void
take_counts(Sweep *sweep)
{
	PvGrouper *grouper = sweep->step->grouper;

	for (guint32 i = 0; i < grouper->groups.n; i++) {
		const PvGroup *group = pv_grouper_group(grouper, i);
		PvReading *reading = reading_of(sweep, i);

		if (!is_pending(sweep, i))
			continue;
		*reading = (PvReading){.outcome = {.open_count = PV_NONE}, .backend = "bpf"};
		for (guint32 task = group->first; task != PV_NONE; task = grouper->next[task]) {
			reading->outcome.open_count = pv_store_task(grouper->store, task)->n_open;
			if (reading->outcome.open_count != PV_NONE)
				break;
		}
	}
}

/* Through one member after the other, until one has not exited. FALSE: the scan has to end. */
static gboolean
read_hidden_group(PvReadingStep *step, PvReader *reader, const PvGroup *group, PvReading *reading,
		  GError **error)
{
	for (guint32 task = group->first; task != PV_NONE; task = step->grouper->next[task]) {
		if (task != group->first)
			pv_reading_drop(step->store, reading);
		pv_reading_take(step, reader, task, step->query->collect, reading);
		if (!reading->outcome.exited)
			break;
	}
	if (reading->outcome.no_memory)
		return pv_error_no_memory(error);
	if (reading->outcome.cancelled)
		return pv_watch_stop(error);
	if (reading->outcome.exited)
		pv_reading_note_exit(reading);
	/* It is kept from whoever may do everything: no capability would help. */
	if (reading->outcome.reason == PV_REASON_DENIED && !step->plan->own_view)
		reading->outcome.need = PV_NEED_NOTHING;
	return TRUE;
}

/*
 * Tables of tasks that the iterators did not show: kept from us, or begun behind the iterator and
 * found as somebody's parent. Such a one may well have ended by now.
 */
static gboolean
read_hidden(Sweep *sweep, GError **error)
{
	PvReadingStep *step = sweep->step;
	const PvBackend *backend = pv_registry_last_resort();
	PvReader *reader = NULL;
	gboolean done = TRUE;

	for (guint32 i = 0; i < step->grouper->groups.n && done; i++) {
		const PvGroup *group = pv_grouper_group(step->grouper, i);
		PvReading *reading = reading_of(sweep, i);

		if (!group->assumed)
			continue;
		if (reader == NULL)
			reader = backend->open(step->plan->context, error);
		if (reader == NULL)
			return FALSE;
		done = read_hidden_group(step, reader, group, reading, error);
		reading->backend = backend->name;
	}
	if (reader != NULL)
		reader->close(reader);
	return done;
}

static void
apply_own_view(Sweep *sweep)
{
	for (guint32 i = 0; i < sweep->step->grouper->groups.n; i++)
		choose_speaker(sweep, i);
}

static gboolean
take_rounds(Sweep *sweep, GError **error)
{
	for (guint round = 0; round < MAX_ROUNDS; round++) {
		if (!collect(sweep))
			return pv_error_no_memory(error);
		if (sweep->pass.n == 0)
			return TRUE;
		if (!take_round(sweep, round, error))
			return FALSE;
	}
	/* The last round has judged all that was left. */
	return make_readings(sweep) || pv_error_no_memory(error);
}

gboolean
pv_sweep_run(PvReadingStep *step, PvArray *addresses, GError **error)
{
	Sweep sweep = {.step = step, .addresses = addresses, .pass = {.bpf = step->plan->bpf}};
	gboolean done = TRUE;

	if (!make_readings(&sweep))
		return pv_error_no_memory(error);
	if (step->plan->own_view)
		apply_own_view(&sweep);
	if (step->query->collect & PV_COLLECT_DESCRIPTORS)
		done = take_rounds(&sweep, error);
	else
		take_counts(&sweep);
	g_free(sweep.pass.tables);
	return done && read_hidden(&sweep, error);
}
