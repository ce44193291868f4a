/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The only code that knows all steps of a scan:
 *
 *   list ──► group ──► read each table once ──► arrange ──► identify open file descriptions
 *                                                               └──► enrich ──► seal
 *
 * A step that was not asked for is not taken. The iterators of BPF take all of them; what they do
 * not show, or cannot carry, comes from procfs (snapshot/complement.c).
 */
#include "snapshot/builder.h"

#include <errno.h>
#include <time.h>

#include "backend/procfs/lister.h"
#include "backend/procfs/task-look.h"
#include "grouping/describe.h"
#include "snapshot/arrange.h"
#include "snapshot/complement.h"
#include "snapshot/enrich.h"
#include "snapshot/own-view.h"
#include "snapshot/prune.h"
#include "snapshot/reading.h"
#include "snapshot/store.h"
#include "snapshot/sweep.h"

typedef struct {
	const PvPlan *plan;
	const PvQuery *query;
	const PvWatch *watch;
	PvStore *store;
	PvKcmp kcmp;
	PvGrouper grouper;
	PvArray readings;
	PvArray addresses; /* guint64: of open file descriptions, where BPF tells */
	gint32 *speakers;  /* of each table, see speakers_of() */
	int error;	   /* errno that ends the scan */
} Build;

static void
build_clear(Build *build)
{
	pv_grouper_clear(&build->grouper);
	pv_array_clear(&build->readings);
	pv_array_clear(&build->addresses);
	g_free(build->speakers);
	g_clear_pointer(&build->store, pv_store_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Build, build_clear)

static guint64
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * G_GUINT64_CONSTANT(1000000000) + now.tv_nsec;
}

/* Leaders were vouched for by the listing, and so was every thread whose status was read. */
static gboolean
has_table(const PvTask *task, gboolean now, gpointer user_data)
{
	Build *build = user_data;
	const PvContext *context = build->plan->context;
	const PvProcess *process = pv_store_process(build->store, task->process);
	PvStatus status;
	int error = 1;

	if (!now && (task->known & PV_TASK_DETAILS))
		return task->table != PV_NONE;
	if (task->identity != 0)
		error = pv_pidfd_is(&context->pidfd, task->tid, task->identity);
	if (error == 0)
		return FALSE;
	if (error > 0)
		error = pv_task_look_up_status(context, process->pid, task->tid, &status);
	if (pv_error_is_shortage(error))
		build->error = -error;
	return error == 0 && status.tgid == process->pid && status.fd_size > 0;
}

void
pv_plan_note_no_kcmp(const PvPlan *plan, PvStore *store)
{
	pv_store_add_refusal(store, PV_STEP_GROUPING, "kcmp",
			     plan->context->foreign ? "the numbers of /proc are not those of the "
						      "caller's pid namespace"
						    : g_strerror(plan->kcmp_errno));
}

static gboolean
group_tasks(Build *build, GError **error)
{
	PvStore *store = build->store;
	gboolean works = build->plan->kcmp_errno == 0;

	pv_grouper_init(&build->grouper, store, &build->kcmp, works);
	build->grouper.has_table = has_table;
	build->grouper.user_data = build;
	store->backends[PV_STEP_GROUPING] = works ? "kcmp" : "assumed";
	if (!works)
		pv_plan_note_no_kcmp(build->plan, store);
	if (!pv_grouper_run(&build->grouper, build->watch, error))
		return FALSE;
	return build->error == 0 || pv_error_from_errno(error, "open", build->error);
}

static gboolean
read_tables(Build *build, GError **error)
{
	PvReadingStep step = {
		.plan = build->plan,
		.query = build->query,
		.watch = build->watch,
		.store = build->store,
		.grouper = &build->grouper,
	};
	gboolean done;

	pv_array_init(&step.readings, sizeof(PvReading));
	done = pv_reading_run(&step, error);
	build->readings = step.readings;
	return done;
}

/*
 * A task that had a table when it was listed, and has none or a table that is gone now, has ended
 * since: X is the kernel's own letter for that.
 */
static void
note_ended(PvStore *store)
{
	for (guint32 i = 0; i < store->tasks.n; i++) {
		PvTask *task = pv_store_task(store, i);
		const PvTable *table = task->table == PV_NONE ? NULL
							      : pv_store_table(store, task->table);

		if ((task->known & PV_TASK_HAD_TABLE) &&
		    (table == NULL || table->status == PV_STATUS_GONE))
			task->state = 'X';
	}
}

/* Where sharing is a guess, the same capability that opens tables would tell. */
static void
note_guesses(PvStore *store, gboolean can_ptrace)
{
	for (guint32 i = 0; i < store->tables.n; i++) {
		PvTable *table = pv_store_table(store, i);

		if (table->proof == PV_PROOF_ASSUMED && table->needs == PV_NEED_NOTHING &&
		    table->n_members > 1 && !can_ptrace)
			table->needs = PV_NEED_PTRACE;
	}
}

/*
 * A living task for each table, by which kcmp(2) can name its descriptors; 0: none. Found out when it
 * is first asked for, after tables have been arranged. NULL: out of memory.
 */
static const gint32 *
speakers_of(Build *build)
{
	const PvStore *store = build->store;

	if (build->speakers != NULL)
		return build->speakers;
	build->speakers = g_try_new0(gint32, MAX(store->tables.n, 1));
	for (guint32 i = 0; build->speakers != NULL && i < build->grouper.groups.n; i++) {
		guint32 speaker = pv_grouper_group(&build->grouper, i)->speaker;

		if (speaker != PV_NONE && pv_store_task(store, speaker)->table != PV_NONE)
			build->speakers[pv_store_task(store, speaker)->table] =
				pv_store_task(store, speaker)->tid;
	}
	return build->speakers;
}

static gboolean
identify_descriptions(Build *build, GError **error)
{
	const gint32 *speakers;

	if (build->plan->kcmp_errno != 0)
		return TRUE;
	speakers = speakers_of(build);
	if (speakers == NULL)
		return pv_error_no_memory(error);
	return pv_describe(build->store, &build->kcmp, speakers, build->watch, error);
}

static void
forget_tables(PvStore *store)
{
	for (guint32 i = 0; i < store->tasks.n; i++)
		pv_store_task(store, i)->table = PV_NONE;
}

static gboolean
list_by_bpf(Build *build, GError **error)
{
	const PvPlan *plan = build->plan;
	PvStore *store = build->store;

	store->backends[PV_STEP_TASKS] = "bpf";
	store->key_id = pv_bpf_id(plan->bpf);
	if (!pv_bpf_list(plan->bpf, build->query, plan->context->clock_ticks_per_s, store,
			 build->watch, error) ||
	    !pv_complement_listing(plan->context, build->query, store, error) ||
	    !pv_complement_processes(plan->context, store, error))
		return FALSE;
	return !plan->own_view || pv_own_view_apply(plan->context, &build->kcmp, store, error);
}

static gboolean
read_by_bpf(Build *build, GError **error)
{
	PvStore *store = build->store;
	PvReadingStep step = {
		.plan = build->plan,
		.query = build->query,
		.watch = build->watch,
		.store = store,
		.grouper = &build->grouper,
	};
	gboolean done;

	store->backends[PV_STEP_GROUPING] = "bpf";
	store->backends[PV_STEP_FILES] = "bpf";
	pv_grouper_init(&build->grouper, store, &build->kcmp, FALSE);
	pv_array_init(&step.readings, sizeof(PvReading));
	done = pv_watch_step(build->watch, PV_STEP_GROUPING, 0, store->processes.n, error) &&
	       pv_grouper_run_by_key(&build->grouper, error) &&
	       pv_watch_step(build->watch, PV_STEP_FILES, 0, build->grouper.groups.n, error) &&
	       pv_sweep_run(&step, &build->addresses, error);
	build->readings = step.readings;
	return done && pv_arrange(store, &build->grouper, &build->readings, PV_PROOF_KERNEL, error);
}

static gboolean
take_steps_by_bpf(Build *build, GError **error)
{
	PvStore *store = build->store;
	guint collect = build->query->collect;

	if (!list_by_bpf(build, error))
		return FALSE;
	if (!(collect & PV_COLLECT_TABLES)) {
		forget_tables(store);
		return TRUE;
	}
	if (!read_by_bpf(build, error))
		return FALSE;
	note_ended(store);
	return pv_enrich_arranged(store, error) &&
	       (!(collect & PV_COLLECT_DESCRIPTIONS) ||
		pv_describe_by_address(store, &build->addresses, error));
}

static gboolean
take_steps(Build *build, GError **error)
{
	PvStore *store = build->store;
	guint collect = build->query->collect;

	if (build->plan->bpf != NULL)
		return take_steps_by_bpf(build, error);
	store->backends[PV_STEP_TASKS] = "procfs";
	if (!pv_procfs_list(build->plan->context, build->query, store, build->watch, error) ||
	    !pv_prune(store, error))
		return FALSE;
	if (!(collect & PV_COLLECT_TABLES)) {
		forget_tables(store);
		return TRUE;
	}
	if (!group_tasks(build, error) || !read_tables(build, error))
		return FALSE;
	if (!pv_arrange(store, &build->grouper, &build->readings,
			build->plan->kcmp_errno == 0 ? PV_PROOF_KCMP : PV_PROOF_ASSUMED, error))
		return FALSE;
	note_ended(store);
	note_guesses(store, build->plan->context->can_ptrace);
	return pv_enrich_arranged(store, error) &&
	       (!(collect & PV_COLLECT_DESCRIPTIONS) || identify_descriptions(build, error));
}

static gboolean
enrich(Build *build, GError **error)
{
	PvEnrichment step = {
		.plan = build->plan,
		.query = build->query,
		.watch = build->watch,
		.store = build->store,
		.kcmp = &build->kcmp,
		.addresses = &build->addresses,
	};

	if (!(build->query->collect & PV_COLLECT_ENRICHED))
		return TRUE;
	step.speakers = speakers_of(build);
	return step.speakers == NULL ? pv_error_no_memory(error) : pv_enrich(&step, error);
}

PvStore *
pv_build(const PvPlan *plan, const PvQuery *query, const PvWatch *watch, GError **error)
{
	g_auto(Build) build = {.plan = plan, .query = query, .watch = watch};
	guint64 start_ns = now_ns();

	build.store = pv_store_new();
	pv_kcmp_init(&build.kcmp);
	pv_array_init(&build.readings, sizeof(PvReading));
	pv_array_init(&build.addresses, sizeof(guint64));
	pv_array_init(&build.grouper.groups, sizeof(PvGroup));
	pv_kcmp_tree_init(&build.grouper.tree, NULL, NULL);
	if (!pv_store_note_query(build.store, query)) {
		pv_error_no_memory(error);
		return NULL;
	}
	if (!take_steps(&build, error) || !enrich(&build, error))
		return NULL;
	build.store->kcmp_calls = build.kcmp.n_calls;
	build.store->duration_ns = now_ns() - start_ns;
	if (!pv_store_seal(build.store, error))
		return NULL;
	return g_steal_pointer(&build.store);
}
