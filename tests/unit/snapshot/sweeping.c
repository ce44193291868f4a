/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the builder does around a sweep, and no more.
 */
#include "sweeping.h"

void
run_clear(Run *run)
{
	pv_array_clear(&run->step.readings);
	pv_array_clear(&run->addresses);
	pv_grouper_clear(&run->grouper);
	bpf_world_free(run->world);
}

Run
run_new(void)
{
	Run run = {.world = bpf_world_new(), .collect = PV_COLLECT_ALL};

	for (guint key = 1; key < BPF_WORLD_TABLES; key++)
		run.world->n_open[key] = 3 + key;
	return run;
}

static void
let_happen(const Run *run, Moment moment)
{
	for (guint i = 0; i < run->n_events; i++) {
		const Event *event = &run->events[i];
		BpfWorldTask *task = &run->world->tasks[event->tid];

		if (event->moment != moment || event->round != run->world->n_reads)
			continue;
		if (event->key == 0)
			bpf_world_exit(run->world, event->tid);
		else
			task->key = event->key == ZOMBIE ? 0 : event->key;
		if (event->identity != 0)
			task->identity = event->identity;
	}
}

static void
before_read(gpointer user_data)
{
	Run *run = user_data;

	run->n_checks = 0;
	let_happen(run, BEFORE_READ);
}

static void
before_check(gpointer user_data)
{
	Run *run = user_data;

	let_happen(run, run->n_checks++ == 0 ? BEFORE_CHECK : BEFORE_SEARCH);
}

/* Descriptors and files of what was read in vain stay behind; those of the readings are whole. */
static void
check_readings(Run *run)
{
	PvStore *store = run->world->store;
	guint32 n_hidden = 0;

	g_assert_cmpuint(run->step.readings.n, ==, run->grouper.groups.n);
	for (guint32 i = 0; i < run->step.readings.n; i++) {
		const PvReading *reading = pv_array_at(&run->step.readings, PvReading, i);
		const PvGroup *group = pv_grouper_group(&run->grouper, i);

		/* All have left it. */
		if (group->n_members == 0)
			continue;
		g_assert_cmpstr(reading->backend, ==, group->assumed ? "procfs" : "bpf");
		if (group->assumed) {
			n_hidden += reading->n_descriptors;
			continue;
		}
		for (guint32 j = 0; j < reading->n_descriptors; j++) {
			const PvDescriptor *descriptor =
				pv_store_descriptor(store, reading->first_descriptor + j);

			g_assert_cmpint(descriptor->fd, ==, j);
		}
	}
	/* Addresses are of what iterators have read. */
	g_assert_cmpuint(run->addresses.n + n_hidden, ==, store->files.n);
}

void
run_sweep(Run *run, const Event *events, guint n_events)
{
	g_autoptr(GError) error = NULL;
	const PvContext context = {.clock_ticks_per_s = 100, .proc_path = "/proc"};
	const PvPlan plan = {
		.context = &context,
		.bpf = (PvBpf *)run->world,
		.own_view = run->own_view,
	};
	PvQuery *query = pv_query_new();

	pv_query_set_collect(query, run->collect);
	run->events = events;
	run->n_events = n_events;
	run->world->before_read = before_read;
	run->world->before_check = before_check;
	run->world->user_data = run;
	pv_array_init(&run->addresses, sizeof(guint64));
	pv_grouper_init(&run->grouper, run->world->store, &run->world->kcmp, FALSE);
	g_assert_true(pv_grouper_run_by_key(&run->grouper, &error));
	run->step = (PvReadingStep){
		.plan = &plan,
		.query = query,
		.store = run->world->store,
		.grouper = &run->grouper,
	};
	pv_array_init(&run->step.readings, sizeof(PvReading));
	g_assert_true(pv_sweep_run(&run->step, &run->addresses, &error));
	g_assert_no_error(error);
	pv_query_unref(query);
	run->step.plan = NULL;
	run->step.query = NULL;
	check_readings(run);
}

const PvReading *
run_reading_of(const Run *run, gint32 tid)
{
	guint32 group = pv_store_task(run->world->store, tid - 1)->table;

	g_assert_cmpuint(group, <, PV_PENDING);
	return pv_array_at(&run->step.readings, PvReading, group);
}

void
run_check_table(const Run *run, gint32 tid, guint64 key)
{
	const PvReading *reading = run_reading_of(run, tid);
	guint32 n_open = run->world->n_open[key];

	g_assert_cmpuint(reading->outcome.status, ==, PV_STATUS_OK);
	g_assert_cmpuint(reading->outcome.reason, ==, PV_REASON_NONE);
	g_assert_cmpuint(reading->n_descriptors, ==, n_open);
	g_assert_cmpuint(reading->outcome.open_count, ==, n_open);
	for (guint32 i = 0; i < n_open; i++) {
		const PvDescriptor *descriptor =
			pv_store_descriptor(run->world->store, reading->first_descriptor + i);

		g_assert_cmpuint(pv_store_file(run->world->store, descriptor->file)->ino, ==,
				 1000 * key + i);
	}
}

void
run_check_outcome(const Run *run, gint32 tid, guint status, guint reason)
{
	const PvReading *reading = run_reading_of(run, tid);

	g_assert_cmpuint(reading->outcome.status, ==, status);
	g_assert_cmpuint(reading->outcome.reason, ==, reason);
	g_assert_cmpuint(reading->outcome.open_count, ==, PV_NONE);
}
