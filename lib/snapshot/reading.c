/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which task a table is read through, and whether it still had the table when the reading ended.
 *
 *   speaker reads ──► exited? ──► the next member reads, from the start
 *        │
 *        └─► does another member share with it still? ──► done
 *                  │ no: it has left (unshare, exec)
 *                  └─► what was read is its own new table; the group's is read by the next member
 *
 * A reader that must not use the embedding program's descriptors runs in a thread of its own, for
 * a slice of time at once: in between the calling thread reports progress and may be cancelled.
 */
#include "snapshot/reading.h"

#include "backend/registry.h"

#define SLICE_US (50 * 1000)

typedef struct {
	PvReadingStep *step;
	PvReader *reader;
	PvReader *last_resort; /* for tables that the reader declines */
	guint32 next;	       /* group to be read */
	const char *declined;  /* the first reason, and how many tables */
	guint n_declined;
	gboolean no_memory;
	gboolean cancelled;
	gboolean opened;
	GError *error; /* from opening the readers */
} Run;

static void
open_readers(Run *run)
{
	const PvPlan *plan = run->step->plan;
	const PvBackend *backend = run->step->backend;

	run->opened = TRUE;
	run->reader = backend->open(plan->context, &run->error);
	if (run->reader != NULL && backend != pv_registry_last_resort())
		run->last_resort = pv_registry_last_resort()->open(plan->context, &run->error);
}

static void
close_readers(gpointer data)
{
	Run *run = data;

	if (run->reader != NULL)
		run->reader->close(run->reader);
	if (run->last_resort != NULL)
		run->last_resort->close(run->last_resort);
	run->reader = run->last_resort = NULL;
}

void
pv_reading_take(PvReadingStep *step, PvReader *reader, guint32 task_index, guint collect,
		PvReading *reading)
{
	const PvTask *task = pv_store_task(step->store, task_index);
	const PvSubject subject = {
		.pid = pv_store_process(step->store, task->process)->pid,
		.tid = task->tid,
		.identity = task->identity,
		.start_time_ns = task->start_time_ns,
		.collect = collect,
		.watch = step->watch,
	};

	*reading = (PvReading){.first_descriptor = step->store->descriptors.n};
	reader->read(reader, &subject, step->store, &reading->outcome);
	reading->n_descriptors = step->store->descriptors.n - reading->first_descriptor;
}

void
pv_reading_note_exit(PvReading *reading)
{
	reading->outcome.status = reading->n_descriptors > 0 ? PV_STATUS_PARTIAL : PV_STATUS_GONE;
	reading->outcome.reason = PV_REASON_EXITED;
	reading->outcome.open_count = PV_NONE;
}

void
pv_reading_drop(PvStore *store, const PvReading *reading)
{
	pv_store_rewind(store, reading->first_descriptor);
}

/* Descriptors are read if anybody who has the table is one of those whose files are wanted. */
static gboolean
is_wanted(const PvReadingStep *step, guint32 group)
{
	const PvGrouper *grouper = step->grouper;
	const PvStore *store = step->store;

	if (step->query->files_of == NULL)
		return TRUE;
	for (guint32 i = pv_grouper_group(grouper, group)->first; i != PV_NONE;
	     i = grouper->next[i]) {
		const PvTask *task = pv_store_task(store, i);

		if (pv_query_wants_files(step->query, pv_store_process(store, task->process)->pid))
			return TRUE;
	}
	return FALSE;
}

/* By the size of a directory, or before 6.2 by its listing: no copy tells more. */
static void
count_through(Run *run, guint32 task_index, PvReading *reading)
{
	PvReadingStep *step = run->step;
	PvReader *reader = run->last_resort != NULL ? run->last_resort : run->reader;
	guint of_descriptors = PV_COLLECT_DESCRIPTORS | PV_COLLECT_OF_DESCRIPTORS;

	pv_reading_take(step, reader, task_index, step->query->collect & ~of_descriptors, reading);
	reading->backend = pv_registry_last_resort()->name;
	reading->counted = TRUE;
}

static void
read_through(Run *run, guint32 task_index, PvReading *reading)
{
	PvReadingStep *step = run->step;
	guint collect = step->query->collect;

	pv_reading_take(step, run->reader, task_index, collect, reading);
	reading->backend = step->backend->name;
	if (reading->outcome.declined != NULL && run->last_resort != NULL) {
		const char *why = reading->outcome.declined;
		guint8 need = reading->outcome.need;

		pv_reading_drop(step->store, reading);
		pv_reading_take(step, run->last_resort, task_index, collect, reading);
		reading->backend = pv_registry_last_resort()->name;
		if (reading->outcome.status == PV_STATUS_DENIED && need != PV_NEED_NOTHING)
			reading->outcome.need = need;
		/* A table that nobody may read says nothing about the reader that was preferred. */
		if (reading->outcome.status != PV_STATUS_DENIED) {
			run->declined = run->declined ? run->declined : why;
			run->n_declined++;
		}
	}
}

static gboolean
keep(PvReadingStep *step, guint32 group, const PvReading *reading)
{
	while (step->readings.n <= group) {
		if (pv_array_append(&step->readings) == NULL)
			return FALSE;
	}
	*pv_array_at(&step->readings, PvReading, group) = *reading;
	return TRUE;
}

/* The speaker has another table now: what was read is that one's, and the group goes on without. */
static void
split_off(Run *run, guint32 group, const PvReading *reading)
{
	guint32 fresh = pv_grouper_detach(run->step->grouper, group, FALSE);

	if (fresh == PV_NONE || !keep(run->step, fresh, reading))
		run->no_memory = TRUE;
}

static void
read_group(Run *run, guint32 group_index)
{
	PvGrouper *grouper = run->step->grouper;
	gboolean wanted = is_wanted(run->step, group_index);
	PvReading reading = {0};

	for (;;) {
		PvGroup *group = pv_grouper_group(grouper, group_index);
		guint32 speaker = group->speaker;

		if (wanted)
			read_through(run, speaker, &reading);
		else
			count_through(run, speaker, &reading);
		run->no_memory = reading.outcome.no_memory;
		run->cancelled = reading.outcome.cancelled;
		if (run->no_memory || run->cancelled)
			return;
		if (reading.outcome.exited && grouper->next[speaker] != PV_NONE) {
			pv_reading_drop(run->step->store, &reading);
			group->speaker = grouper->next[speaker];
			continue;
		}
		if (reading.outcome.exited) {
			pv_reading_note_exit(&reading);
			break;
		}
		if (pv_grouper_confirm(grouper, group_index) != PV_ORDER_LESS)
			break;
		split_off(run, group_index, &reading);
		if (run->no_memory)
			return;
	}
	if (pv_grouper_group(grouper, group_index)->unsettled &&
	    reading.outcome.status == PV_STATUS_OK) {
		reading.outcome.status = PV_STATUS_PARTIAL;
		reading.outcome.reason = PV_REASON_CHANGED;
	}
	if (!keep(run->step, group_index, &reading))
		run->no_memory = TRUE;
}

static gboolean
was_read(const PvReadingStep *step, guint32 group)
{
	return group < step->readings.n &&
	       pv_array_at(&step->readings, PvReading, group)->backend != NULL;
}

static gboolean
is_over(const Run *run)
{
	return run->error != NULL || run->no_memory || run->cancelled ||
	       run->next >= run->step->grouper->groups.n;
}

/* The first one opens, and the last one closes: another thread is not woken for nothing. */
static void
read_slice(gpointer data)
{
	Run *run = data;
	gint64 end = g_get_monotonic_time() + SLICE_US;

	if (!run->opened)
		open_readers(run);
	while (!is_over(run)) {
		if (!was_read(run->step, run->next))
			read_group(run, run->next);
		run->next++;
		if (g_get_monotonic_time() > end)
			break;
	}
	if (is_over(run))
		close_readers(run);
}

void
pv_plan_run_in(PvWorker *worker, void (*function)(gpointer), gpointer data)
{
	if (worker != NULL)
		pv_worker_run(worker, function, data);
	else
		function(data);
}

static gboolean
read_all(Run *run, PvWorker *worker, GError **error)
{
	PvReadingStep *step = run->step;

	while (run->next < step->grouper->groups.n) {
		if (!pv_watch_step(step->watch, PV_STEP_FILES, run->next, step->grouper->groups.n,
				   error))
			return FALSE;
		pv_plan_run_in(worker, read_slice, run);
		if (run->error != NULL) {
			g_propagate_error(error, run->error);
			return FALSE;
		}
		if (run->no_memory)
			return pv_error_no_memory(error);
		if (run->cancelled)
			return pv_watch_stop(error);
	}
	return pv_watch_step(step->watch, PV_STEP_FILES, run->next, run->next, error);
}

static void
note_declined(const Run *run)
{
	g_autofree char *why = NULL;

	if (run->n_declined == 0)
		return;
	why = g_strdup_printf("%u of %u tables: %s", run->n_declined, run->step->readings.n,
			      run->declined);
	if (run->n_declined == run->step->readings.n)
		run->step->store->backends[PV_STEP_FILES] = pv_registry_last_resort()->name;
	pv_store_add_refusal(run->step->store, PV_STEP_FILES, run->step->backend->name, why);
}

gboolean
pv_plan_start_worker(const PvPlan *plan, const PvBackend **backend, PvWorker **worker,
		     GError **error)
{
	g_autoptr(GError) why = NULL;

	*worker = NULL;
	*backend = plan->backend;
	if (!plan->backend->own_table)
		return TRUE;
	*worker = pv_worker_start(&why);
	if (*worker != NULL)
		return TRUE;
	if (plan->by_name) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	*backend = pv_registry_last_resort();
	return TRUE;
}

gboolean
pv_reading_run(PvReadingStep *step, GError **error)
{
	Run run = {.step = step};
	PvWorker *worker;
	gboolean done;

	if (!pv_plan_start_worker(step->plan, &step->backend, &worker, error))
		return FALSE;
	if (step->backend != step->plan->backend)
		pv_store_add_refusal(step->store, PV_STEP_FILES, step->plan->backend->name,
				     "no thread could be started");
	step->store->backends[PV_STEP_FILES] = step->backend->name;
	done = read_all(&run, worker, error);
	/* Stopped between two slices. */
	if (run.reader != NULL)
		pv_plan_run_in(worker, close_readers, &run);
	if (worker != NULL)
		pv_worker_stop(worker);
	note_declined(&run);
	return done;
}
